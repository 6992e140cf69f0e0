// What a second member has to approve before it changes staff, and roles.
import { describe, expect, test } from 'vitest';
import { fresh } from '../support/ledger/operations.ts';
import { type Action, limitsOf, named, openStaffChanges } from '../support/ledger/staff-changes.ts';

const { query, act, everything, refused, memberWith, awardOf, app, addStaff, admin, approve } =
  openStaffChanges();

describe('what raises a limit or grants staff:manage', () => {
  test.each<[string, (member: string) => Action, { role?: 'support' | 'admin'; disabled?: boolean } | null]>([
    ['a higher limit of one award', (member) => limitsOf(member, { rewardLimit: 1_001 }), {}],
    ['a higher daily budget', (member) => limitsOf(member, { dailyBudget: 5_001 }), {}],
    [
      'a higher limit of a resource',
      (member) =>
        limitsOf(member, { resources: [{ resource: 'gems', takes: true, perCall: null, perDay: 51 }] }),
      {},
    ],
    ['a new admin', (member) => ({ kind: 'staff.add', member, role: 'admin' }), null],
    ['a member who becomes admin', (member) => ({ kind: 'staff.assign', member, role: 'admin' }), {}],
    [
      'an admin who is enabled again',
      (member) => ({ kind: 'staff.enable', member }),
      { role: 'admin', disabled: true },
    ],
  ])('waits for a second member: %s', async (_, actionFor, options) => {
    const [by, second] = [await admin(), await admin()];
    const member = options ? await addStaff(options) : fresh('member');
    const action = actionFor(member);
    const stateOf = async () => {
      const { staff, limits } = (await everything()) as Record<string, unknown>;
      return { staff, limits };
    };
    const before = await stateOf();
    const { kind, record } = await act(by, action);
    expect([kind, typeof record.proposalId, await stateOf()]).toEqual(['granted', 'number', before]);
    // Neither the one who proposed it nor the one whom it is about.
    expect(await approve(by, record.proposalId)).toMatchObject({ rejection: { why: 'own' } });
    // Asking again changes nothing.
    expect((await act(by, action)).record.proposalId).toBe(record.proposalId);
    expect(await stateOf()).toEqual(before);
    expect((await approve(second, record.proposalId)).kind).toBe('granted');
    expect(await stateOf()).toEqual(before);
    expect((await act(by, action)).record.proposalId).toBeNull();
    expect(await stateOf()).not.toEqual(before);
  });

  test('is not approved by the member whom it is about', async () => {
    const [by, member] = [await admin(), await admin()];
    const { record } = await act(by, limitsOf(member, { rewardLimit: 1_001 }));
    const before = await everything();
    expect(await approve(member, record.proposalId)).toMatchObject({ rejection: { why: 'about_you' } });
    expect(await everything()).toEqual(before);
  });

  test('is not executed under an approval of another state of the member', async () => {
    const [by, second, third] = [await admin(), await admin(), await admin()];
    const member = await addStaff();
    const raise = limitsOf(member, { rewardLimit: 1_001 });
    const { record } = await act(by, raise);
    await approve(second, record.proposalId);
    await act(third, limitsOf(member, { rewardLimit: 0 }));
    const again = await act(by, raise);
    expect(again.record).toMatchObject({ rewardLimit: 0 });
    expect(again.record.proposalId).not.toBe(record.proposalId);
    await approve(second, again.record.proposalId);
    expect((await act(by, raise)).record).toMatchObject({ rewardLimit: 1_001, proposalId: null });
  });

  test('up to what the owner allows is executed at once; a resource is not', async () => {
    await query('UPDATE onceward.settings SET staff_approval_above = 2000');
    const [by, member] = [await admin(), await addStaff()];
    expect((await act(by, limitsOf(member, { rewardLimit: 2_000 }))).record).toMatchObject({
      rewardLimit: 2_000,
      proposalId: null,
    });
    expect((await act(by, limitsOf(member, { rewardLimit: 2_001 }))).record).toMatchObject({
      rewardLimit: 2_000,
      proposalId: expect.any(Number),
    });
    const resources = [{ resource: 'rubies', takes: false, perCall: 31, perDay: null }];
    expect((await act(by, limitsOf(member, { resources }))).record.proposalId).toEqual(expect.any(Number));
    await query('UPDATE onceward.settings SET staff_approval_above = 0');
  });
});

describe('a role', () => {
  test('is made, changed and deleted, and what it no longer permits is refused from the next operation on', async () => {
    const by = await admin();
    const role = named('role');
    const create = { kind: 'staff.create_role', role, permissions: ['reward:manual', 'ledger:read'] };
    expect((await act(by, create)).record).toMatchObject({
      name: role,
      permissions: ['ledger:read', 'reward:manual'],
      members: 0,
    });
    const member = fresh('member');
    await act(by, { kind: 'staff.add', member, role });
    expect((await awardOf(member, 1)).kind).toBe('granted');
    await act(by, { kind: 'staff.change_role', role, permissions: ['ledger:read'] });
    expect(await awardOf(member, 1)).toEqual({ kind: 'forbidden', why: 'role' });
    await refused(by, { kind: 'staff.delete_role', role }, { why: 'has_members' });
    await act(by, { kind: 'staff.assign', member, role: 'support' });
    expect((await act(by, { kind: 'staff.delete_role', role })).record).toMatchObject({
      isDeleted: true,
      permissions: [],
    });
    await refused(by, { kind: 'staff.delete_role', role }, { why: 'unknown_role' });
    await refused(by, { kind: 'staff.delete_role', role: 'admin' }, { why: 'built_in' });
    await refused(by, { ...create, role: 'support' }, { why: 'known_role' });
  });

  test('that gets staff:manage, or more of one’s own role, waits for a second member', async () => {
    const [by, second] = [await admin(), await admin()];
    const role = named('role');
    const create = { kind: 'staff.create_role', role, permissions: ['staff:manage'] };
    const { record } = await act(by, create);
    expect(record).toMatchObject({ isDeleted: true, proposalId: expect.any(Number) });
    await approve(second, record.proposalId);
    expect((await act(by, create)).record).toMatchObject({ isDeleted: false, proposalId: null });
    const rows = await query(`SELECT onceward.permissions_of('admin') AS held`);
    const [held, without] = [
      rows[0].held as string[],
      rows[0].held.filter((each: string) => each !== 'note:write'),
    ];
    expect(
      (await act(by, { kind: 'staff.change_role', role: 'admin', permissions: without })).record,
    ).toMatchObject({
      permissions: without,
      proposalId: null,
    });
    const back = { kind: 'staff.change_role', role: 'admin', permissions: held };
    const waiting = await act(by, back);
    expect(waiting.record).toMatchObject({ permissions: without, proposalId: expect.any(Number) });
    await approve(second, waiting.record.proposalId);
    expect((await act(by, back)).record.permissions).toEqual(held);
  });

  test('reports a permission of the database that the code does not know, and it permits nothing', async () => {
    const { role } = await memberWith('ledger:read');
    await query(`INSERT INTO onceward.role_permissions (permission, role) VALUES ('old:thing', $1)`, [role]);
    const { rows } = await app('SELECT onceward.role_json($1) AS role', [role]);
    expect(rows[0].role).toMatchObject({ permissions: ['ledger:read'], unknownPermissions: ['old:thing'] });
  });
});
