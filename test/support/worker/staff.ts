/** Members and roles of staff that tests change. */
import { named } from './campaigns.ts';
import { addStaffMember, owner } from './ledger-state.ts';
import { fresh } from './service.ts';

/** A role that nobody has. */
export async function newRole(): Promise<string> {
  const name = named('role');
  await owner`INSERT INTO onceward.roles (name) VALUES (${name})`;
  return name;
}

const onNewMember = { input: async () => ({ staffId: await addStaffMember(fresh('member')) }) };

const withResource = async () => ({
  ...(await onNewMember.input()),
  resources: [{ resource: 'stat_points', takes: false, perCall: 5, perDay: 10 }],
});

/** What the scenes of these operations need: a member. */
export const ON_MEMBERS = {
  assignStaffRole: onNewMember,
  setStaffLimits: { input: withResource },
  disableStaffMember: onNewMember,
  enableStaffMember: onNewMember,
};
