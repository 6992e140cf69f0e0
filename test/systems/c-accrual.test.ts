import { beforeEach, expect, it } from 'vitest';
import { changedExample, publish } from '../support/worker/balance.ts';
import { ledgerFaults, ledgerState } from '../support/worker/ledger-state.ts';
import { holdRows } from '../support/worker/locks.ts';
import { atOnce, award, closeSlip, newStaff, receiptsOf, slip } from '../support/worker/loyalty.ts';
import { faultOf, manualReward, resultOf } from '../support/worker/mutations.ts';
import { breakRequests } from '../support/worker/neon-control.ts';
import { announced, owedKeys } from '../support/worker/owed.ts';
import { seasonedPlayer } from '../support/worker/scenes.ts';
import { fresh, freshKey } from '../support/worker/service.ts';
import { movingNothing } from '../support/worker/stillness.ts';

beforeEach(() => publish(changedExample(() => {})));

/** So many slips of a hundred points. */
const points = (slips: number) => ({
  slips_closed: slips,
  loyalty_points: slips * 100,
  lifetime_points: slips * 100,
});

it('C1 a rating slip accrues its points once, loyalty and lifetime points together', async () => {
  const playerId = fresh('player');
  const keys = [freshKey(), freshKey(), freshKey()];
  await breakRequests({ match: keys[0] as string, kind: 'drop_before' });
  await breakRequests({ match: keys[1] as string, kind: 'drop_after_commit' });
  const close = (index: number) => closeSlip(playerId, `slip-${index}`, { idempotencyKey: keys[index] });
  const first = await atOnce(3, close);
  expect(first.map(({ errors }) => errors?.[0]?.extensions.code)).toEqual([
    'UNAVAILABLE',
    'UNAVAILABLE',
    undefined,
  ]);
  // Two were paid, one was not, and none by half.
  expect((await ledgerState(playerId)).balances).toEqual(points(2));

  // Retries with the same keys, and a second service that closes the same slips with keys of its own, all at once.
  const [retries, others] = await Promise.all([
    atOnce(12, (index) => close(index % 3)),
    atOnce(12, (index) => closeSlip(playerId, `slip-${index % 3}`)),
  ]);
  const paid = new Map(receiptsOf([...retries, ...others]).map((receipt) => [receipt.claim.key, receipt]));
  expect([...paid.keys()].sort()).toEqual(['slip-0', 'slip-1', 'slip-2']);
  expect(await ledgerState(playerId)).toMatchObject({ version: 3, granted: 3, entries: 9 });
  expect((await ledgerState(playerId)).balances).toEqual(points(3));

  // Where one of the two does not fit, neither moves.
  await publish(
    changedExample(({ resources }) => Object.assign(resources.lifetime_points, { ceiling: 399 })),
  );
  const refused = await movingNothing(playerId, () => closeSlip(playerId, 'slip-3'));
  expect(resultOf(refused)).toMatchObject({ __typename: 'LimitExceeded', ceilingOf: 'lifetime_points' });
  expect(await ledgerFaults(playerId)).toEqual([]);
});

/** Where the one transaction is stopped: it waits for what another session holds there, and is killed. */
const POINTS_OF_FAILURE: {
  where: string;
  hold: (playerId: string, claimId: string) => [string, unknown[]];
}[] = [
  {
    where: 'before the balances',
    hold: (playerId) => [
      `SELECT FROM onceward.balances WHERE player_id = $1 AND resource = 'loyalty_points' FOR UPDATE`,
      [playerId],
    ],
  },
  {
    where: 'between the balances and the ledger entries',
    hold: (playerId, claimId) => [
      `INSERT INTO onceward.ledger_entries (player_id, resource, sequence, claim_id, player_version, ordinal, delta,
                                            balance_before, balance_after, requested, recorded_at)
       VALUES ($1, 'slips_closed', 2, $2, 1000, 1, 1, 1, 2, 1, now()) RETURNING 1`,
      [playerId, claimId],
    ],
  },
  {
    where: 'after all that moves, before what is owed is settled',
    hold: (playerId) => [`SELECT FROM onceward.owed_claims WHERE player_id = $1 FOR UPDATE`, [playerId]],
  },
];

it('C1 slip closed, points accrued and nothing owed any more: all of it or none, wherever it breaks', async () => {
  for (const { where, hold } of POINTS_OF_FAILURE) {
    const playerId = fresh('player');
    const paid = resultOf(await closeSlip(playerId, 'slip-0'));
    const idempotencyKey = freshKey();
    await announced(playerId, 'slip-1', slip);
    const before = await ledgerState(playerId);
    expect(before.balances).toEqual(points(1));

    const held = await holdRows(...hold(playerId, paid.claim.id), 20);
    const closing = closeSlip(playerId, 'slip-1', { idempotencyKey });
    await held.killWaiting();
    expect(faultOf(await closing), where).toEqual({ code: 'UNAVAILABLE', retryable: true });
    await held.letGo();
    expect(await ledgerState(playerId), where).toEqual(before);
    expect(await owedKeys(playerId), where).toEqual(['rating_slip/slip-1']);

    // The retry does all of it at once.
    expect(resultOf(await closeSlip(playerId, 'slip-1', { idempotencyKey }))).toMatchObject({
      __typename: 'Receipt',
      replayed: false,
    });
    expect((await ledgerState(playerId)).balances).toEqual(points(2));
    expect(await owedKeys(playerId)).toEqual([]);
    expect(await ledgerFaults(playerId)).toEqual([]);
  }
});

it('C1 a slip that breaks on the way to the ledger or back is closed with its points, or neither', async () => {
  const faults = [
    { kind: 'drop_before' },
    { kind: 'drop_after_commit' },
    { kind: 'reset_mid_body' },
    ...['', '40001', '40P01', '55P03', '57014', '57P01'].map((errorCode) => ({
      kind: 'error' as const,
      errorCode,
    })),
  ] as const;
  const playerId = fresh('player');
  const keys = faults.map(() => freshKey());
  for (const index of faults.keys()) await announced(playerId, `slip-${index}`, slip);
  await Promise.all(faults.map((fault, index) => breakRequests({ match: keys[index] as string, ...fault })));
  const close = (index: number) => closeSlip(playerId, `slip-${index}`, { idempotencyKey: keys[index] });
  const first = await atOnce(faults.length, close);
  for (const answer of first) expect(faultOf(answer)).toEqual({ code: 'UNAVAILABLE', retryable: true });
  // What was committed before the answer was lost is whole, and the rest is owed as before.
  const closed = ['slip-1', 'slip-2'];
  const all = faults.map((_, index) => `slip-${index}`);
  expect((await ledgerState(playerId)).balances).toEqual(points(2));
  expect(await owedKeys(playerId)).toEqual(
    all.filter((key) => !closed.includes(key)).map((key) => `rating_slip/${key}`),
  );

  expect(receiptsOf(await atOnce(faults.length, close))).toHaveLength(faults.length);
  expect((await ledgerState(playerId)).balances).toEqual(points(faults.length));
  expect(await owedKeys(playerId)).toEqual([]);
  expect(await ledgerFaults(playerId)).toEqual([]);
});

it('C7 manual rewards and slips at the same instant: the final balance is the exact sum', async () => {
  const playerId = await seasonedPlayer();
  const { token } = await newStaff();
  const [slips, awards] = await Promise.all([
    atOnce(24, (index) => closeSlip(playerId, `slip-${index}`)),
    atOnce(24, (index) => manualReward(award(playerId, 7, `no. ${index}`), { token })),
  ]);
  expect(receiptsOf([...slips, ...awards])).toHaveLength(48);
  expect(await ledgerState(playerId)).toMatchObject({
    version: 49,
    balances: { loyalty_points: 24 * 100 + 24 * 7, lifetime_points: 24 * 100 },
  });
  expect(await ledgerFaults(playerId)).toEqual([]);
});
