import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { addStaff, disableStaff, listStaff, type StaffMember } from '../../cli/staff.ts';
import { openLedger } from '../support/ledger/ledger.ts';
import { award, fresh, operation } from '../support/ledger/operations.ts';

const { owner, commit } = openLedger();
const url = inject('ownerDatabaseUrl');

let member: StaffMember;
beforeEach(() => {
  member = { id: fresh('staff'), role: 'support', rewardLimit: 50, dailyBudget: 100 };
});
afterEach(() => owner.query('DELETE FROM onceward.staff WHERE id = $1', [member.id]).catch(() => {}));

const listed = async () => (await listStaff(url)).find(({ id }) => id === member.id);
const audits = async () => {
  const { rows } = await owner.query(
    `SELECT actor_kind, action, outcome, detail FROM onceward.audit_events WHERE detail->>'id' = $1 ORDER BY id`,
    [member.id],
  );
  return rows;
};
const audit = (action: string, detail: object) => ({
  actor_kind: 'operator',
  action,
  outcome: 'done',
  detail,
});

test('a member is added with limits, listed, and may award within them at once', async () => {
  await addStaff(url, member);
  expect(await listed()).toEqual({ ...member, disabledAt: null });
  expect(await audits()).toEqual([audit('staff.add', member)]);
  const playerId = fresh('player');
  await commit(operation({ playerId }));
  const asked = award(member.id, 51);
  expect(await commit({ ...asked, playerId })).toMatchObject({
    rejection: { limit: 'staff_reward', bound: 50 },
  });
});

test('without limits of their own, the config’s count', async () => {
  member = { ...member, rewardLimit: null, dailyBudget: null };
  await addStaff(url, member);
  expect(await listed()).toEqual({ ...member, disabledAt: null });
});

test('a member who is added again gets the new role and the limits that are given, and keeps the others', async () => {
  await addStaff(url, member);
  const promoted = { ...member, role: 'admin' as const, rewardLimit: null, dailyBudget: 77 };
  await addStaff(url, promoted);
  expect(await listed()).toEqual({ ...promoted, rewardLimit: member.rewardLimit, disabledAt: null });
  expect(await audits()).toEqual([audit('staff.add', member), audit('staff.add', promoted)]);
});

test('a disabled member may do nothing, stays listed, and comes back when added again', async () => {
  await addStaff(url, member);
  expect(await disableStaff(url, member.id)).toBe(true);
  const disabledAt = (await listed())?.disabledAt;
  expect(disabledAt).toBeInstanceOf(Date);
  expect(await commit(award(member.id, 1))).toEqual({ kind: 'forbidden', why: 'disabled' });
  // Again: still since then.
  await disableStaff(url, member.id);
  expect((await listed())?.disabledAt).toEqual(disabledAt);
  await addStaff(url, member);
  expect(await listed()).toEqual({ ...member, disabledAt: null });
  expect((await audits()).map(({ action }) => action)).toEqual([
    'staff.add',
    'staff.disable',
    'staff.disable',
    'staff.add',
  ]);
});

test('disabling somebody unknown says so and leaves no audit row', async () => {
  expect(await disableStaff(url, member.id)).toBe(false);
  expect(await audits()).toEqual([]);
});

test.each([
  ['a role that is none', { role: 'wizard' as 'admin' }, 'staff_role_is_known'],
  ['a limit below zero', { rewardLimit: -1 }, 'staff_limits_are_safe'],
  ['a budget below zero', { dailyBudget: -1 }, 'staff_limits_are_safe'],
])('%s is refused, with no row and no audit', async (_, over, constraint) => {
  await expect(addStaff(url, { ...member, ...over })).rejects.toMatchObject({ constraint });
  expect(await listed()).toBeUndefined();
  expect(await audits()).toEqual([]);
});

test('the list is in order of ID', async () => {
  await addStaff(url, member);
  const ids = (await listStaff(url)).map(({ id }) => id);
  expect(ids).toEqual(ids.toSorted());
});
