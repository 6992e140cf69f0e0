// Attempts of staff who may not make them are audited, as many in a day as refusals of a player are recorded.
import { expect, test } from 'vitest';
import { granted, openLedger } from '../support/ledger/ledger.ts';
import { award, fresh, operation } from '../support/ledger/operations.ts';
import { standing } from '../support/ledger/standing.ts';

const { addStaff, commit, commitAll, owner } = openLedger();

const auditsOf = async (staffId: string): Promise<string[]> => {
  const { rows } = await owner.query(
    'SELECT outcome FROM onceward.audit_by_name WHERE actor_id = $1 ORDER BY id',
    [staffId],
  );
  return rows.map(({ outcome }) => outcome);
};

test('a member is forbidden as often as they try, and as many attempts of a day are audited as refusals of a player are recorded', async () => {
  const staff = await addStaff({ disabled: true });
  const { player } = operation();
  await granted(commit(operation({ player })));
  const before = await standing(owner, player);
  const attempt = () => ({ ...award(staff, 10), player });
  const { rows } = await owner.query('SELECT refusals_per_day AS most FROM onceward.settings');
  const left = 3;
  await owner.query(
    `UPDATE onceward.actors SET refused = $2, refused_on = (now() AT TIME ZONE 'UTC')::date WHERE (id, kind) = ($1, 3)`,
    [staff, rows[0].most - left],
  );
  const forbidden = { kind: 'forbidden', why: 'disabled' };
  expect(await commit(attempt())).toEqual(forbidden);
  const { outcomes } = await commitAll([attempt(), attempt(), attempt(), attempt()]);
  expect(outcomes).toEqual([forbidden, forbidden, forbidden, forbidden]);
  expect(await auditsOf(staff)).toEqual(Array(left).fill('forbidden'));
  await owner.query('UPDATE onceward.actors SET refused_on = refused_on - 1 WHERE (id, kind) = ($1, 3)', [
    staff,
  ]);
  expect(await commit(attempt())).toEqual(forbidden);
  expect(await auditsOf(staff)).toHaveLength(left + 1);
  expect(await standing(owner, player)).toEqual(before);
});

test('an attempt that waits for nobody is audited while another transaction counts one', async () => {
  const staff = await addStaff({ role: 'auditor' });
  const session = await owner.connect();
  await session.query('BEGIN');
  await session.query('SELECT FROM onceward.actors WHERE (id, kind) = ($1, 3) FOR UPDATE', [staff]);
  expect(await commit(award(staff, 10))).toEqual({ kind: 'forbidden', why: 'role' });
  await session.query('ROLLBACK');
  session.release();
  expect(await auditsOf(staff)).toEqual(['forbidden']);
});

test('attempts of many who are no staff, in batches of opposite orders, are audited and deadlock nobody', async () => {
  const attempts = Array.from({ length: 40 }, () => award(fresh('stranger'), 10));
  const batches = [attempts, attempts.toReversed(), attempts, attempts.toReversed()];
  // Nothing is caught: a deadlock would fail the test.
  const answers = await Promise.all(batches.map((batch) => commitAll(batch)));
  for (const { outcomes } of answers)
    expect(outcomes).toEqual(attempts.map(() => ({ kind: 'forbidden', why: 'unknown_staff' })));
  for (const { actor_id: stranger } of attempts)
    expect(await auditsOf(stranger)).toEqual(batches.map(() => 'forbidden'));
});
