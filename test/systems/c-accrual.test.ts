import { beforeEach, expect, it } from 'vitest';
import { changedExample, publish } from '../support/worker/balance.ts';
import { asPlayer, faultOf, receiptOf, rejectionOf, resultOf } from '../support/worker/client.ts';
import { ledgerFaults, ledgerState } from '../support/worker/ledger-state.ts';
import { holdRows } from '../support/worker/locks.ts';
import { award, closeSlip, newStaff, SLIP } from '../support/worker/loyalty.ts';
import { breakRequests } from '../support/worker/neon-control.ts';
import { announce, pendingKeys } from '../support/worker/pending.ts';
import { seasonedPlayer } from '../support/worker/scenes.ts';
import { fresh, freshKey } from '../support/worker/service.ts';
import { movingNothing } from '../support/worker/stillness.ts';
import { atOnce, receiptsIn } from '../support/worker/waves.ts';

beforeEach(() => publish(changedExample(() => {})));

/** The balances after this many slips of a hundred points. */
const points = (slips: number) => ({
  slips_closed: slips,
  loyalty_points: slips * 100,
  lifetime_points: slips * 100,
});

it("C1 accrues a slip's loyalty and lifetime points once, and together", async () => {
  const playerId = fresh('player');
  const keys = [freshKey(), freshKey(), freshKey()] as const;
  await breakRequests({ match: keys[0], kind: 'drop_before' });
  await breakRequests({ match: keys[1], kind: 'drop_after_commit' });
  const close = (index: number) => closeSlip(playerId, `slip-${index}`, { idempotencyKey: keys[index] });
  const first = await atOnce(3, close);
  expect(first.map(({ errors }) => errors?.[0]?.extensions.code)).toEqual([
    'UNAVAILABLE',
    'UNAVAILABLE',
    undefined,
  ]);
  // Two slips were paid in full, and one not at all.
  expect((await ledgerState(playerId)).balances).toEqual(points(2));

  // The first service retries with the same keys. A second one closes the same slips with its own keys at the same time.
  const [retries, others] = await Promise.all([
    atOnce(12, (index) => close(index % 3)),
    atOnce(12, (index) => closeSlip(playerId, `slip-${index % 3}`)),
  ]);
  const receipts = receiptsIn([...retries, ...others].map(resultOf));
  expect([...new Set(receipts.map(({ claim }) => claim.key))].sort()).toEqual(['slip-0', 'slip-1', 'slip-2']);
  expect(await ledgerState(playerId)).toMatchObject({ version: 3, granted: 3, entries: 9 });
  expect((await ledgerState(playerId)).balances).toEqual(points(3));

  // If one of the two does not fit under its ceiling, neither moves.
  await publish(
    changedExample(({ resources }) => Object.assign(resources.lifetime_points, { ceiling: 399 })),
  );
  const rejected = await movingNothing(playerId, () => closeSlip(playerId, 'slip-3'));
  expect(rejectionOf(rejected, 'LimitExceeded').ceilingOf).toBe('lifetime_points');
  expect(await ledgerFaults(playerId)).toEqual([]);
});

interface PointOfFailure {
  readonly where: string;
  /** Holds rows for which the transaction waits at this point, where its session is killed. */
  readonly hold: (playerId: string) => [string, unknown[]];
}
const OF_PLAYER = 'player = (SELECT no FROM onceward.actors WHERE id = $1 AND kind = 1)';
const POINTS_OF_FAILURE: readonly PointOfFailure[] = [
  {
    where: 'between the claim and its ledger entries',
    hold: (playerId) => [
      `INSERT INTO onceward.ledger_entries (player, number, ordinal, resource, sequence, before, delta, cause)
       SELECT player, 1000, 1, resource, 2, 1, 1, 1 FROM onceward.ledger_entries
        WHERE ${OF_PLAYER} AND number = 1 AND ordinal = 1 RETURNING 1`,
      [playerId],
    ],
  },
  {
    where: 'between the ledger entries and the balances',
    hold: (playerId) => [
      `SELECT FROM onceward.balances WHERE ${OF_PLAYER} AND amount = 100 ORDER BY resource LIMIT 1 FOR UPDATE`,
      [playerId],
    ],
  },
  {
    where: 'after everything else, before the pending reward is settled',
    hold: (playerId) => [`SELECT FROM onceward.pending_rewards WHERE ${OF_PLAYER} FOR UPDATE`, [playerId]],
  },
];

it('C1 closes a slip, accrues its points and settles the pending reward atomically', async () => {
  for (const { where, hold } of POINTS_OF_FAILURE) {
    const playerId = fresh('player');
    receiptOf(await closeSlip(playerId, 'slip-0'));
    const idempotencyKey = freshKey();
    await announce(playerId, 'slip-1', SLIP);
    const before = await ledgerState(playerId);
    expect(before.balances).toEqual(points(1));

    const held = await holdRows(...hold(playerId), 20);
    const closing = closeSlip(playerId, 'slip-1', { idempotencyKey });
    await held.killWaiting();
    expect(faultOf(await closing), where).toEqual({ code: 'UNAVAILABLE', retryable: true });
    await held.letGo();
    expect(await ledgerState(playerId), where).toEqual(before);
    expect(await pendingKeys(playerId), where).toEqual(['rating_slip/slip-1']);

    // The retry does all of it.
    expect(receiptOf(await closeSlip(playerId, 'slip-1', { idempotencyKey })).replayed).toBe(false);
    expect((await ledgerState(playerId)).balances).toEqual(points(2));
    expect(await pendingKeys(playerId)).toEqual([]);
    expect(await ledgerFaults(playerId)).toEqual([]);
  }
});

it('C1 stays atomic when the request or the answer is lost', async () => {
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
  const slips = faults.map((_, index) => ({ key: `slip-${index}`, idempotencyKey: freshKey() }));
  for (const { key } of slips) await announce(playerId, key, SLIP);
  await Promise.all(
    slips.map(({ idempotencyKey }, index) =>
      breakRequests({ match: idempotencyKey, ...(faults[index] as (typeof faults)[number]) }),
    ),
  );
  const closeAll = () =>
    Promise.all(slips.map(({ key, idempotencyKey }) => closeSlip(playerId, key, { idempotencyKey })));
  for (const answer of await closeAll())
    expect(faultOf(answer)).toEqual({ code: 'UNAVAILABLE', retryable: true });
  // Two were committed completely before their answers were lost. The others are still pending.
  const committed = ['slip-1', 'slip-2'];
  expect((await ledgerState(playerId)).balances).toEqual(points(2));
  expect(await pendingKeys(playerId)).toEqual(
    slips.filter(({ key }) => !committed.includes(key)).map(({ key }) => `rating_slip/${key}`),
  );

  for (const answer of await closeAll()) receiptOf(answer);
  expect((await ledgerState(playerId)).balances).toEqual(points(faults.length));
  expect(await pendingKeys(playerId)).toEqual([]);
  expect(await ledgerFaults(playerId)).toEqual([]);
});

it('C7 adds simultaneous manual rewards and slips to the exact sum', async () => {
  const playerId = await seasonedPlayer();
  const { staff } = await newStaff();
  const [slips, awards] = await Promise.all([
    atOnce(24, (index) => closeSlip(playerId, `slip-${index}`)),
    atOnce(24, (index) => staff.manualReward(award(playerId, 7, `no. ${index}`))),
  ]);
  for (const slip of slips) receiptOf(slip);
  for (const each of awards) receiptOf(each);
  expect(await ledgerState(playerId)).toMatchObject({
    version: 49,
    balances: { loyalty_points: 24 * 100 + 24 * 7, lifetime_points: 24 * 100 },
  });
  expect(await ledgerFaults(playerId)).toEqual([]);
});

it('C9 shows the same tier everywhere, derived from the lifetime points', async () => {
  const playerId = fresh('player');
  const facts = { minutes: 60, average_bet: 50_000 };
  const answers = await atOnce(12, (index) => closeSlip(playerId, `slip-${index}`, { facts }));
  const receipts = receiptsIn(answers.map(resultOf));
  // Each slip gives 500 points. Silver begins at 1,000, Gold at 5,000. A claim begins in the tier of the claim before it.
  const tiers = ['Bronze', 'Bronze', ...Array(8).fill('Silver'), ...Array(3).fill('Gold')];
  expect(receipts.map(({ tierBefore }) => tierBefore)).toEqual(tiers.slice(0, 12));
  expect(receipts.map(({ tierAfter }) => tierAfter)).toEqual(tiers.slice(1));
  expect(receipts.map(({ player }) => player.tier?.name)).toEqual(tiers.slice(1));

  const player = asPlayer(playerId);
  const last = receipts.at(-1)?.player.tier;
  expect(resultOf(await player.me()).tier).toEqual(last);
  expect(resultOf(await player.player({ id: playerId }))?.tier).toEqual(last);
  // Loyalty points that a player can spend do not count.
  const { staff } = await newStaff();
  const richer = receiptOf(await staff.manualReward(award(playerId, 10_000)));
  expect([richer.tierBefore, richer.tierAfter, richer.player.tier]).toEqual(['Gold', 'Gold', last]);
});
