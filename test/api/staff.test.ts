/** Members, roles and limits through the API: who changes them, what is answered, what waits for a second member, what is listed. */
import { beforeAll, describe, expect, it } from 'vitest';
import { serveExample } from '../support/worker/balance.ts';
import { named } from '../support/worker/campaigns.ts';
import {
  asStaff,
  type Client,
  faultOf,
  receiptOf,
  rejectionOf,
  resultAs,
  resultOf,
} from '../support/worker/client.ts';
import { addStaffMember, auditEvents, owner } from '../support/worker/ledger-state.ts';
import { seasonedPlayer } from '../support/worker/scenes.ts';
import { fresh, freshKey } from '../support/worker/service.ts';
import { newRole } from '../support/worker/staff.ts';

beforeAll(serveExample);

const reason = 'for this test';
const newAdmin = () => addStaffMember(fresh('admin'), { role: 'admin' });
const newMember = (role = 'support') => addStaffMember(fresh('member'), { role });

/** The members and the role, as the database holds them. */
async function stateOf(ids: readonly string[], role = ''): Promise<unknown> {
  const [row] = await owner`
    SELECT (SELECT json_agg(to_jsonb(s) || jsonb_build_object('own', onceward.own_limits(s.actor)) ORDER BY s.actor)
              FROM onceward.staff s JOIN onceward.actors a ON a.no = s.actor WHERE a.id = ANY (${ids}::text[])) AS members,
           onceward.role_json(${role}) AS role`;
  return row;
}

async function refused(
  by: Client,
  send: (client: Client) => Promise<Parameters<typeof rejectionOf>[0]>,
  expected: object,
  { ids = [], role }: { ids?: readonly string[]; role?: string },
) {
  const before = await stateOf(ids, role);
  expect(rejectionOf(await send(by), 'StaffRefused')).toMatchObject(expected);
  expect(await stateOf(ids, role)).toEqual(before);
}

const award = (playerId: string, amount: number) => ({
  playerId,
  grants: [{ resource: 'lumees', amount }],
  reason,
});

describe('a member', () => {
  it('is added by an admin with a key, awards, is disabled, and then neither acts nor reads', async () => {
    const adminId = await newAdmin();
    const [admin, staffId, key] = [asStaff(adminId), fresh('member'), freshKey()];
    const input = { staffId, role: 'support', reason };
    const added = resultAs(await admin.addStaffMember(input, { key }), 'StaffMemberReceipt');
    expect(added).toMatchObject({
      replayed: false,
      staffMember: { id: staffId, role: 'support', disabledAt: null, proposalId: null },
    });
    expect(resultOf(await admin.addStaffMember(input, { key }))).toEqual({ ...added, replayed: true });
    expect(await auditEvents(adminId)).toMatchObject([
      { action: 'addStaffMember', outcome: 'granted', reason },
    ]);
    const playerId = await seasonedPlayer();
    receiptOf(await asStaff(staffId).manualReward(award(playerId, 5)));
    resultAs(await admin.disableStaffMember({ staffId, reason }), 'StaffMemberReceipt');
    expect(faultOf(await asStaff(staffId).manualReward(award(playerId, 5))).code).toBe('FORBIDDEN');
    expect(faultOf(await asStaff(staffId).player({ id: playerId })).code).toBe('FORBIDDEN');
  });

  it('gets a role that was made here, and may do what it permits until it no longer does', async () => {
    const admin = asStaff(await newAdmin());
    const [name, staffId, playerId] = [named('role'), await newMember('auditor'), await seasonedPlayer()];
    const { role } = resultAs(
      await admin.createRole({ name, permissions: ['reward:manual', 'ledger:read'], reason }),
      'RoleReceipt',
    );
    expect(role).toMatchObject({
      name,
      permissions: ['ledger:read', 'reward:manual'],
      unknownPermissions: [],
    });
    expect(faultOf(await asStaff(staffId).manualReward(award(playerId, 5))).code).toBe('FORBIDDEN');
    resultAs(await admin.assignStaffRole({ staffId, role: name, reason }), 'StaffMemberReceipt');
    receiptOf(await asStaff(staffId).manualReward(award(playerId, 5)));
    expect(resultOf(await asStaff(staffId).staffMember({}))).toMatchObject({
      role: name,
      permissions: ['ledger:read', 'reward:manual'],
    });
    resultAs(await admin.changeRole({ name, permissions: ['reward:manual'], reason }), 'RoleReceipt');
    expect(faultOf(await asStaff(staffId).player({ id: playerId })).code).toBe('FORBIDDEN');
    await refused(admin, (by) => by.deleteRole({ name, reason }), { why: 'HAS_MEMBERS' }, { role: name });
  });

  it('has limits of their own, which a second member must approve where they are raised', async () => {
    const [admin, second] = [asStaff(await newAdmin()), asStaff(await newAdmin())];
    const [staffId, playerId] = [await newMember(), await seasonedPlayer()];
    const lower = { staffId, rewardLimit: 10, reason };
    expect(resultAs(await admin.setStaffLimits(lower), 'StaffMemberReceipt').staffMember).toMatchObject({
      rewardLimit: 10,
      dailyBudget: null,
      proposalId: null,
    });
    expect(rejectionOf(await asStaff(staffId).manualReward(award(playerId, 11)), 'LimitExceeded').bound).toBe(
      10,
    );
    const raise = { staffId, rewardLimit: 1_000_000, reason };
    const before = await stateOf([staffId]);
    const waiting = resultAs(await admin.setStaffLimits(raise), 'StaffMemberReceipt').staffMember;
    expect(waiting).toMatchObject({ rewardLimit: 10, proposalId: expect.any(Number) });
    expect(await stateOf([staffId])).toEqual(before);
    const proposalId = waiting.proposalId ?? 0;
    const proposed = async (role: string) =>
      resultOf(await asStaff(await newMember(role)).proposals({ first: 100 })).edges.map(
        ({ node }) => node.id,
      );
    expect(await proposed('auditor')).toContain(proposalId);
    expect(await proposed('support')).not.toContain(proposalId);
    expect(rejectionOf(await admin.approveProposal({ proposalId, reason }), 'ProposalRefused').why).toBe(
      'OWN',
    );
    const { proposal } = resultAs(await second.approveProposal({ proposalId, reason }), 'ProposalReceipt');
    expect(proposal).toMatchObject({ kind: 'staff.limits', permission: 'staff:manage', state: 'APPROVED' });
    expect(await stateOf([staffId])).toEqual(before);
    expect(resultAs(await admin.setStaffLimits(raise), 'StaffMemberReceipt').staffMember).toMatchObject({
      rewardLimit: 1_000_000,
      proposalId: null,
    });
  });

  it('does not change themselves, and is not added twice or given what does not exist', async () => {
    const adminId = await newAdmin();
    const [admin, staffId] = [asStaff(adminId), await newMember()];
    const ids = [adminId, staffId];
    const own = { why: 'OWN', subject: adminId };
    await refused(admin, (by) => by.assignStaffRole({ staffId: adminId, role: 'support', reason }), own, {
      ids,
    });
    await refused(admin, (by) => by.setStaffLimits({ staffId: adminId, rewardLimit: 1, reason }), own, {
      ids,
    });
    await refused(admin, (by) => by.enableStaffMember({ staffId: adminId, reason }), own, { ids });
    await refused(
      admin,
      (by) => by.addStaffMember({ staffId, role: 'support', reason }),
      { why: 'KNOWN_MEMBER' },
      { ids },
    );
    await refused(
      admin,
      (by) => by.assignStaffRole({ staffId, role: 'wizard', reason }),
      { why: 'UNKNOWN_ROLE' },
      { ids },
    );
    await refused(
      admin,
      (by) => by.disableStaffMember({ staffId: fresh('nobody'), reason }),
      { why: 'UNKNOWN_MEMBER' },
      { ids },
    );
    const resources = [{ resource: 'lumees', takes: false, perDay: 1 }];
    await refused(
      admin,
      (by) => by.setStaffLimits({ staffId, resources, reason }),
      { why: 'NOT_LIMITED', about: 'lumees' },
      { ids },
    );
  });

  it.each([
    [[{ resource: 'lumees', takes: false }], 'resources[0]'],
    [Array(2).fill({ resource: 'lumees', takes: false, perDay: 1 }), 'resources[1]'],
    [Array(51).fill({ resource: 'lumees', takes: false, perDay: 1 }), 'resources'],
  ])('takes no limits like %j', async (resources, field) => {
    const [admin, staffId] = [asStaff(await newAdmin()), await newMember()];
    const before = await stateOf([staffId]);
    expect(faultOf(await admin.setStaffLimits({ staffId, resources, reason }))).toMatchObject({
      code: 'BAD_USER_INPUT',
      field,
    });
    expect(await stateOf([staffId])).toEqual(before);
  });
});

describe('a role', () => {
  it('has only permissions that this version knows and that are for staff', async () => {
    const [admin, name] = [asStaff(await newAdmin()), await newRole()];
    for (const permission of ['no:such', 'campaign:run']) {
      const before = await stateOf([], name);
      expect(
        faultOf(await admin.changeRole({ name, permissions: ['ledger:read', permission], reason })),
      ).toMatchObject({
        code: 'BAD_USER_INPUT',
        field: 'permissions[1]',
      });
      expect(await stateOf([], name)).toEqual(before);
    }
  });

  it('of somebody who is no admin gives no more than it holds', async () => {
    const name = await newRole();
    await owner`SELECT onceward.set_permissions(${name}, '{staff:manage,ledger:read}')`;
    const lead = asStaff(await newMember(name));
    const staffId = await newMember();
    const ids = [staffId];
    const refusal = { why: 'NOT_HELD', about: 'campaign:manage' };
    await refused(lead, (by) => by.assignStaffRole({ staffId, role: 'economist', reason }), refusal, { ids });
    const created = named('role');
    await refused(
      lead,
      (by) => by.createRole({ name: created, permissions: ['campaign:manage'], reason }),
      refusal,
      { role: created },
    );
    await refused(
      lead,
      (by) => by.setStaffLimits({ staffId, dailyBudget: 10_000_000, reason }),
      { why: 'NOT_HELD', about: 'dailyBudget' },
      { ids },
    );
  });

  it('is listed with what the code does not know, for those who may see staff', async () => {
    const name = await newRole();
    await owner`INSERT INTO onceward.role_permissions (permission, role) VALUES ('old:thing', ${name})`;
    const auditor = asStaff(await newMember('auditor'));
    const found = resultOf(await auditor.roles({})).find((role) => role.name === name);
    expect(found).toEqual({
      name,
      permissions: [],
      unknownPermissions: ['old:thing'],
      members: 0,
      isDeleted: false,
      proposalId: null,
    });
    expect(faultOf(await asStaff(await newMember()).roles({})).code).toBe('FORBIDDEN');
    await owner`DELETE FROM onceward.role_permissions WHERE role = ${name}`;
  });
});

describe('staffMembers', () => {
  it('lists members in pages, by prefix, role and whether they are enabled', async () => {
    const prefix = fresh('team');
    const ids = [`${prefix}-a`, `${prefix}-b`, `${prefix}-c`];
    for (const id of ids) await addStaffMember(id, { role: id === ids[2] ? 'economist' : 'support' });
    const admin = asStaff(await newAdmin());
    resultAs(await admin.disableStaffMember({ staffId: ids[0] ?? '', reason }), 'StaffMemberReceipt');
    const listed = async (filter: object) =>
      resultOf(await admin.staffMembers({ idPrefix: prefix, ...filter })).edges.map(({ node }) => node.id);
    expect(await listed({})).toEqual(ids);
    expect(await listed({ enabled: true })).toEqual(ids.slice(1));
    expect(await listed({ role: 'support' })).toEqual(ids.slice(0, 2));
    expect(await listed({ staffId: ids[1] })).toEqual([ids[1]]);
    expect(await listed({ staffId: fresh('nobody') })).toEqual([]);
    const first = resultOf(await admin.staffMembers({ idPrefix: prefix, first: 2 }));
    expect(first.pageInfo.hasNextPage).toBe(true);
    expect(await listed({ first: 2, after: first.pageInfo.endCursor })).toEqual(ids.slice(2));
    expect(faultOf(await admin.staffMembers({ first: 101 })).code).toBe('BAD_USER_INPUT');
    expect(faultOf(await admin.staffMembers({ after: btoa('proposal/1') }))).toMatchObject({
      field: 'after',
    });
  });
});

describe('staffActions', () => {
  it('is narrowed to an action, a permission and an outcome', async () => {
    const [staffId, playerId] = [await newMember(), await seasonedPlayer()];
    const [staff, auditor] = [asStaff(staffId), asStaff(await newMember('auditor'))];
    receiptOf(await staff.manualReward(award(playerId, 5)));
    resultAs(await staff.writeNote({ playerId, text: 'a note' }), 'NoteReceipt');
    resultOf(await staff.findPlayers({ text: playerId }));
    faultOf(await staff.disableStaffMember({ staffId, reason }));
    const actions = async (filter: object) =>
      resultOf(await auditor.staffActions({ staffId, ...filter })).edges.map(({ node }) => node.action);
    expect(await actions({})).toEqual(['disableStaffMember', 'findPlayers', 'writeNote', 'manualReward']);
    expect(await actions({ action: 'manualReward' })).toEqual(['manualReward']);
    expect(await actions({ permission: 'note:write' })).toEqual(['writeNote']);
    expect(await actions({ permission: 'note:write', action: 'manualReward' })).toEqual([]);
    expect(await actions({ action: 'nothing at all' })).toEqual([]);
    expect(await actions({ outcome: 'forbidden' })).toEqual(['disableStaffMember']);
  });
});
