// What members with `staff:manage` do to others, as the app role calls it: guards, grants and own limits.
import { describe, expect, test } from 'vitest';
import { award, fresh, give, operation } from '../support/ledger/operations.ts';
import { limitsOf, NONE, named, openStaffChanges } from '../support/ledger/staff-changes.ts';

const { query, act, everything, refused, memberWith, awardOf, commit, addStaff, admin, approve } =
  openStaffChanges();

describe('a member', () => {
  test('is added with a role, may act at once, and is audited', async () => {
    const by = await admin();
    const member = fresh('member');
    const answer = await act(by, { kind: 'staff.add', member, role: 'support' });
    expect(answer).toMatchObject({
      kind: 'granted',
      record: { id: member, role: 'support', disabledAt: null, proposalId: null, rewardLimit: null },
    });
    expect((await awardOf(member, 5)).kind).toBe('granted');
    const rows = await query(
      'SELECT outcome, reason, number FROM onceward.audit_by_name WHERE actor_id = $1',
      [by],
    );
    expect(rows).toEqual([{ outcome: 'granted', reason: 'a reason', number: 1 }]);
  });

  test('is changed once by a key, which is answered again, whatever the member has become', async () => {
    const by = await admin();
    const member = await addStaff();
    const key = { idempotency_key: fresh('key') };
    const first = await act(by, { kind: 'staff.disable', member }, key);
    expect(first).toMatchObject({
      kind: 'granted',
      replayed: false,
      record: { disabledAt: expect.any(String) },
    });
    await act(by, { kind: 'staff.enable', member });
    const before = await everything();
    expect(await act(by, { kind: 'staff.disable', member }, key)).toMatchObject({
      kind: 'granted',
      replayed: true,
      record: { disabledAt: null },
    });
    expect(await everything()).toEqual(before);
  });

  test('loses what another role does not permit with the next operation', async () => {
    const by = await admin();
    const member = await addStaff();
    expect((await awardOf(member, 1)).kind).toBe('granted');
    await act(by, { kind: 'staff.assign', member, role: 'auditor' });
    expect(await awardOf(member, 1)).toEqual({ kind: 'forbidden', why: 'role' });
  });

  test.each([
    [
      'is not added twice',
      (member: string) => ({ kind: 'staff.add', member, role: 'support' }),
      'known_member',
    ],
    [
      'does not get a role that does not exist',
      (member: string) => ({ kind: 'staff.assign', member, role: 'wizard' }),
      'unknown_role',
    ],
  ])('%s', async (_, action, why) => {
    await refused(await admin(), action(await addStaff()), { why });
  });

  test.each([
    'staff.assign',
    'staff.disable',
    'staff.enable',
    'staff.limits',
  ])('%s needs somebody whom it concerns', async (kind) => {
    const member = fresh('nobody');
    const action = { kind, member, role: kind === 'staff.assign' ? 'support' : undefined, limits: NONE };
    await refused(await admin(), action, { why: 'unknown_member', subject: member });
  });

  test.each([
    { kind: 'staff.assign', role: 'support' },
    { kind: 'staff.enable' },
    { kind: 'staff.limits', limits: { ...NONE, rewardLimit: 1 } },
  ])('does not change their own role or limits: $kind', async (action) => {
    const member = await admin();
    await refused(member, { ...action, member }, { why: 'own', subject: member });
  });

  test('without staff:manage changes nobody, and only the audit records the attempt', async () => {
    for (const role of ['support', 'economist', 'auditor'] as const) {
      const by = await addStaff({ role });
      const member = await addStaff();
      const before = await everything();
      expect(await act(by, { kind: 'staff.disable', member })).toMatchObject({
        kind: 'forbidden',
        why: 'role',
      });
      expect(await everything()).toEqual(before);
    }
  });
});

describe('a grant', () => {
  test('of more than the one who grants it holds is refused, unless they are admin', async () => {
    const lead = await memberWith('staff:manage', 'ledger:read', 'staff:read');
    const member = fresh('member');
    const about = 'alarm:acknowledge';
    await refused(lead.id, { kind: 'staff.add', member, role: 'economist' }, { why: 'not_held', about });
    const disabled = await addStaff({ role: 'economist', disabled: true });
    await refused(lead.id, { kind: 'staff.enable', member: disabled }, { why: 'not_held', about });
    await refused(
      lead.id,
      { kind: 'staff.create_role', role: named('role'), permissions: [about] },
      { why: 'not_held', about },
    );
    const { role } = await memberWith('ledger:read');
    await refused(
      lead.id,
      { kind: 'staff.change_role', role, permissions: ['ledger:read', about] },
      { why: 'not_held', about },
    );
    // What they hold, and what the member has already, they can give.
    expect(await act(lead.id, { kind: 'staff.add', member, role })).toMatchObject({
      kind: 'granted',
      record: { role },
    });
    expect(await act(await admin(), { kind: 'staff.assign', member, role: 'economist' })).toMatchObject({
      kind: 'granted',
    });
    expect(await act(lead.id, { kind: 'staff.assign', member, role })).toMatchObject({
      kind: 'granted',
      record: { role },
    });
  });

  test('of a limit above that of the one who grants it is refused, unless they are admin', async () => {
    const lead = await memberWith('staff:manage', 'reward:manual');
    const member = await addStaff();
    await refused(lead.id, limitsOf(member, { rewardLimit: 1_001 }), {
      why: 'not_held',
      about: 'rewardLimit',
    });
    await refused(
      lead.id,
      limitsOf(member, { resources: [{ resource: 'rubies', takes: false, perCall: null, perDay: 51 }] }),
      { why: 'not_held', about: 'giving rubies per day' },
    );
    expect(await act(lead.id, limitsOf(member, { rewardLimit: 10 }))).toMatchObject({
      kind: 'granted',
      record: { rewardLimit: 10, proposalId: null },
    });
    expect(await awardOf(member, 11)).toMatchObject({ rejection: { limit: 'staff_reward', bound: 10 } });
  });
});

describe('own limits', () => {
  test('of resources come before the config’s, for giving and for taking, and count at once', async () => {
    const by = await admin();
    const member = await addStaff();
    const lower = [
      { resource: 'rubies', takes: false, perCall: 5, perDay: null },
      { resource: 'gold', takes: true, perCall: null, perDay: 7 },
    ];
    expect((await awardOf(member, 30, 'rubies')).kind).toBe('granted');
    expect(await act(by, limitsOf(member, { resources: lower }))).toMatchObject({
      kind: 'granted',
      record: { resourceLimits: lower.toReversed(), proposalId: null },
    });
    expect(await awardOf(member, 6, 'rubies')).toMatchObject({
      rejection: { limit: 'staff_reward', bound: 5 },
    });
    const player = fresh('player');
    await commit(operation({ player, postings: [give('gold', 100)] }));
    const taking = {
      ...award(member, 0),
      player,
      name: 'takeResource',
      permission: 'reward:take',
      postings: [give('gold', -8, { floor: 0 })],
      resources: ['gold'],
    } as const;
    expect(await commit(taking)).toMatchObject({
      rejection: { kind: 'limit_exceeded', limit: 'staff_take_per_day', bound: 7 },
    });
    // Without own limits the config's hold again.
    const raise = limitsOf(member, {});
    const { record } = await act(by, raise);
    expect(record.proposalId).toEqual(expect.any(Number));
    await approve(await admin(), record.proposalId);
    expect((await act(by, raise)).record).toMatchObject({ resourceLimits: [], proposalId: null });
    expect((await awardOf(member, 15, 'rubies')).kind).toBe('granted');
  });

  test('of a resource that the config does not limit in units are refused', async () => {
    const member = await addStaff();
    for (const resource of ['gold', 'relics', 'nothing_at_all']) {
      const resources = [{ resource, takes: false, perCall: 1, perDay: 1 }];
      await refused(await admin(), limitsOf(member, { resources }), { why: 'not_limited', about: resource });
    }
  });
});
