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
afterEach(() =>
  owner.query(
    'DELETE FROM onceward.staff WHERE actor = (SELECT no FROM onceward.actors WHERE (id, kind) = ($1, 3))',
    [member.id],
  ),
);

const listed = async () => (await listStaff(url)).find(({ id }) => id === member.id);
const audits = async () => {
  const { rows } = await owner.query(
    `SELECT actor_kind, action, outcome, detail FROM onceward.audit_by_name WHERE detail->>'id' = $1 ORDER BY id`,
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
  const player = fresh('player');
  await commit(operation({ player }));
  expect(await commit({ ...award(member.id, 51), player })).toMatchObject({
    rejection: { limit: 'staff_reward', bound: 50 },
  });
});

test('a member without limits of their own has those of the config', async () => {
  member = { ...member, rewardLimit: null, dailyBudget: null };
  await addStaff(url, member);
  expect(await listed()).toEqual({ ...member, disabledAt: null });
});

test('a member who is added again gets the new role and the given limits, and keeps the others', async () => {
  await addStaff(url, member);
  const promoted = { ...member, role: 'admin' as const, rewardLimit: null, dailyBudget: 77 };
  await addStaff(url, promoted);
  expect(await listed()).toEqual({ ...promoted, rewardLimit: member.rewardLimit, disabledAt: null });
  expect(await audits()).toEqual([audit('staff.add', member), audit('staff.add', promoted)]);
});

test('a disabled member is forbidden, stays listed, and is enabled by adding them again', async () => {
  await addStaff(url, member);
  expect(await disableStaff(url, member.id)).toBe(true);
  const disabledAt = (await listed())?.disabledAt;
  expect(disabledAt).toBeInstanceOf(Date);
  expect(await commit(award(member.id, 1))).toEqual({ kind: 'forbidden', why: 'disabled' });
  // The second time changes nothing.
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

test('disabling an unknown member returns false and leaves no audit row', async () => {
  expect(await disableStaff(url, member.id)).toBe(false);
  expect(await audits()).toEqual([]);
});

test.each([
  ['an unknown role', { role: 'wizard' as 'admin' }, 'staff_role_is_known'],
  ['a limit below zero', { rewardLimit: -1 }, 'count_is_safe'],
  ['a budget below zero', { dailyBudget: -1 }, 'count_is_safe'],
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
