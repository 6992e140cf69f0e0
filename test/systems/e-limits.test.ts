// Limits of every period, of the game and of several offers together hold exactly, under concurrency and in mid-period.
import { beforeEach, expect, it } from 'vitest';
import { changedExample, type Document, publish } from '../support/worker/balance.ts';
import {
  asPlayer,
  asServer,
  asStaff,
  receiptOf,
  rejectionOf,
  resultOf,
  untilAnswered,
} from '../support/worker/client.ts';
import { addStaffMember, ledgerFaults, ledgerState, owner } from '../support/worker/ledger-state.ts';
import type { ExchangeResult, Receipt } from '../support/worker/schema-types.ts';
import { fresh, freshKey } from '../support/worker/service.ts';
import { movingNothing } from '../support/worker/stillness.ts';
import { balanceOf, holder, movingNeither, transfer } from '../support/worker/transfers.ts';
import { atOnce, inWaves, receiptsIn, tally } from '../support/worker/waves.ts';

const STARTS = '2026-01-01T00:00:00.000Z';
/** Exchanges that cost nothing, so that only their limits bound them. Each test has names of its own. */
const offers = (exchanges: object, more: object = {}, change: (document: Document) => void = () => {}) =>
  publish(
    changedExample((document) => {
      Object.assign(document.exchanges, exchanges);
      Object.assign(document, more);
      change(document);
    }),
  );
const pack = (over: object) => ({ gives: { lumees: 10 }, maxQuantity: 5, ...over });
const buy = (playerId: string, exchange: string, over: object = {}) =>
  asPlayer(playerId).exchange({ exchange, ...over });

/** Buyers of one stock wait for each other. */
async function bought(
  playerId: string,
  exchange: string,
  idempotencyKey = freshKey(),
): Promise<ExchangeResult> {
  return resultOf(await untilAnswered(() => buy(playerId, exchange, { idempotencyKey })));
}
const chest = (playerId: string, key = fresh('chest')) =>
  asServer().claimReward({ playerId, type: 'arena_chest', key });

beforeEach(() => publish(changedExample(() => {})));

async function reopen({ claim }: Receipt): Promise<void> {
  const staff = asStaff(await addStaffMember(fresh('staff')));
  const input = { playerId: claim.playerId, claimId: claim.id, reason: 'a mistake', reopen: true };
  receiptOf(await staff.reverseClaim(input));
}

async function stockOf(limit: string): Promise<number> {
  const rows = await owner`
    SELECT coalesce(sum(used), 0)::int AS used FROM onceward.limits_by_name
     WHERE "limit" = ${limit} AND kind = 'game'`;
  return Number(rows[0]?.used);
}

it('E4 sells a starter pack once for 64 concurrent requests', async () => {
  await offers({ starter_pack: pack({ ever: 1 }) });
  const playerId = fresh('player');
  const results = await atOnce(64, () => bought(playerId, 'starter_pack'));
  expect(tally(results)).toEqual({ Receipt: 1, EXCHANGES: 63 });
  const again = await movingNothing(playerId, () => buy(playerId, 'starter_pack'));
  expect(rejectionOf(again, 'LimitExceeded')).toMatchObject({
    limit: 'EXCHANGES',
    period: 'EVER',
    season: null,
    sharedLimit: null,
    bound: 1,
    remaining: 0,
    requested: 1,
    renewsAt: null,
  });
  expect(await ledgerState(playerId)).toMatchObject({ granted: 1, balances: { lumees: 10 } });
  expect(await ledgerFaults(playerId)).toEqual([]);
});

it('E4 sells a stock of 100 for 400 concurrent requests of 200 players', async () => {
  const exchange = 'founder_hat';
  await offers({ [exchange]: pack({ ever: 5, total: 100 }) });
  const players = Array.from({ length: 200 }, () => fresh('player'));
  const orders = players
    .flatMap((playerId) => [playerId, playerId])
    .map((playerId) => ({
      playerId,
      idempotencyKey: freshKey(),
    }));
  const send = () =>
    inWaves(orders, 100, ({ playerId, idempotencyKey }) => bought(playerId, exchange, idempotencyKey));
  const results = await send();
  expect(tally(results)).toEqual({ Receipt: 100, STOCK: 300 });
  // Retries take no further piece.
  expect(tally(await send())).toEqual({ Receipt: 100, STOCK: 300 });
  expect(await stockOf(`exchange:${exchange}`)).toBe(100);
  const [refused] = results.filter((result) => result.__typename === 'LimitExceeded');
  expect(refused).toMatchObject({ period: 'EVER', bound: 100, remaining: 0, renewsAt: null });
  const buyers = new Set(receiptsIn(results).map(({ claim }) => claim.playerId));
  for (const playerId of [...buyers].slice(0, 5)) expect(await ledgerFaults(playerId)).toEqual([]);

  // What is taken back and reopened is sold once more.
  await reopen(receiptsIn(results)[0] as Receipt);
  expect(await stockOf(`exchange:${exchange}`)).toBe(99);
  const last = await atOnce(20, () => bought(fresh('player'), exchange));
  expect(tally(last)).toEqual({ Receipt: 1, STOCK: 19 });
}, 180_000);

it('E4 counts claims and exchanges that share a limit together under concurrency', async () => {
  const shared = { sharedLimits: ['boosters'] };
  await offers(
    { booster_a: pack(shared), booster_b: pack({ ...shared, ever: 9 }) },
    { limits: { boosters: { perWeek: 7, total: 1_000_000 } } },
    ({ claimTypes }) => Object.assign(claimTypes.arena_chest, { ...shared, perDay: undefined }),
  );
  const playerId = fresh('player');
  const send = [
    () => buy(playerId, 'booster_a'),
    () => buy(playerId, 'booster_b', { quantity: 2 }),
    () => chest(playerId),
  ] as const;
  const results = (await atOnce(48, (index) => (send[index % 3] as (typeof send)[0])())).map(resultOf);
  const used = receiptsIn(results).reduce((sum, { claim }) => sum + (claim.type === 'booster_b' ? 2 : 1), 0);
  // Two may be too many where one is left.
  expect([6, 7]).toContain(used);
  if (used === 6) receiptOf(await chest(playerId));
  const refused = await movingNothing(playerId, () => buy(playerId, 'booster_b', { quantity: 3 }));
  const rejection = rejectionOf(refused, 'LimitExceeded');
  expect(rejection).toMatchObject({ limit: 'SHARED', sharedLimit: 'boosters', period: 'WEEK', bound: 7 });
  expect(rejection).toMatchObject({
    remaining: 0,
    requested: 3,
    renewsAt: expect.stringMatching(/T00:00:00.000Z$/),
  });
  expect(await ledgerFaults(playerId)).toEqual([]);
});

it('E4 counts what was used before a limit was published in mid-period, of all offers that share it', async () => {
  const names = ['early_a', 'early_b', 'early_c'];
  const all = (over: object) =>
    Object.fromEntries(names.map((name) => [name, pack({ perDay: 50, ...over })]));
  await offers(all({}));
  const playerId = fresh('player');
  receiptOf(await buy(playerId, 'early_a', { quantity: 2 }));
  const second = receiptOf(await buy(playerId, 'early_b'));
  receiptOf(await buy(playerId, 'early_c', { quantity: 4 }));

  const shared = { sharedLimits: ['early'] };
  const limits = { limits: { early: { perMonth: 5, total: 7 } } };
  // Two of them share it at first: 3 of 5 are used. The third joins later, with the 4 that it used.
  await offers({ ...all({}), early_a: pack(shared), early_b: pack(shared) }, limits);
  expect(await stockOf('shared:early')).toBe(3);
  const three = await movingNothing(playerId, () => buy(playerId, 'early_a', { quantity: 3 }));
  expect(rejectionOf(three, 'LimitExceeded')).toMatchObject({ bound: 5, remaining: 2 });
  const fourth = receiptOf(await buy(playerId, 'early_a'));
  await offers(all(shared), limits);
  expect(await stockOf('shared:early')).toBe(8);
  const more = await movingNothing(playerId, () => buy(playerId, 'early_b'));
  expect(rejectionOf(more, 'LimitExceeded')).toMatchObject({ period: 'MONTH', bound: 5, remaining: 0 });
  const other = fresh('player');
  const out = await movingNothing(other, () => buy(other, 'early_b'));
  expect(rejectionOf(out, 'LimitExceeded')).toMatchObject({ limit: 'STOCK', sharedLimit: 'early', bound: 7 });

  // Both counters get back what was counted and what was recorded.
  await reopen(second);
  await reopen(fourth);
  expect(await stockOf('shared:early')).toBe(6);
  receiptOf(await buy(other, 'early_b'));
  const full = await movingNothing(other, () => buy(other, 'early_b'));
  expect(rejectionOf(full, 'LimitExceeded')).toMatchObject({ limit: 'STOCK', remaining: 0 });
  expect(await ledgerFaults(playerId)).toEqual([]);
});

it('E4 uses limits when a reward is announced, and not again when it is paid', async () => {
  await offers(
    { booster_d: pack({ sharedLimits: ['rare'] }) },
    { limits: { rare: { ever: 2 } } },
    (document) => Object.assign(document.claimTypes.arena_chest, { sharedLimits: ['rare'] }),
  );
  const playerId = fresh('player');
  const [key, other] = [fresh('chest'), fresh('chest')];
  receiptOf(await asServer().announceReward({ playerId, type: 'arena_chest', key }));
  receiptOf(await buy(playerId, 'booster_d'));
  const refused = await movingNothing(playerId, () =>
    asServer().announceReward({ playerId, type: 'arena_chest', key: other }),
  );
  expect(rejectionOf(refused, 'LimitExceeded')).toMatchObject({
    limit: 'SHARED',
    sharedLimit: 'rare',
    bound: 2,
  });
  receiptOf(await chest(playerId, key));
  expect(await ledgerFaults(playerId)).toEqual([]);
});

it('E4 gives nothing of a season before it begins and after it ends', async () => {
  const now = Date.now();
  const iso = (days: number) => new Date(now + days * 86_400_000).toISOString();
  const seasons = {
    past: { from: STARTS, until: iso(-1) },
    present: { from: iso(-1), until: iso(1) },
    future: { from: iso(1), until: iso(2) },
  };
  const names = Object.keys(seasons);
  const exchanges = names.map((name) => [`pack_${name}`, pack({ perSeason: { [name]: 2 } })]);
  await offers(Object.fromEntries(exchanges), { seasons });
  const playerId = fresh('player');
  receiptOf(await buy(playerId, 'pack_present', { quantity: 2 }));
  for (const [name, bound, renewsAt] of [
    ['past', 0, null],
    ['present', 2, null],
    ['future', 0, seasons.future.from],
  ] as const) {
    const refused = await movingNothing(playerId, () => buy(playerId, `pack_${name}`));
    const rejection = rejectionOf(refused, 'LimitExceeded');
    expect(rejection).toMatchObject({ period: 'SEASON', season: name, bound, remaining: 0, renewsAt });
  }
  expect(await ledgerFaults(playerId)).toEqual([]);
});

it('E4 lets many accounts give one player no more than they may receive, and none that is too young', async () => {
  const rule = { perTransfer: 10, perDay: 10, receives: { perDay: 50 }, fromAccountsOlderThanHours: 24 };
  await offers({}, {}, ({ resources }) => Object.assign(resources.lumees, { transfer: rule }));
  const taker = await holder();
  const givers = await atOnce(12, () => holder({ lumees: 20 }));
  const young = await movingNeither([givers[0] as string, taker], () =>
    transfer(givers[0] as string, taker, { amount: 10 }),
  );
  expect(rejectionOf(young, 'LimitExceeded')).toMatchObject({
    limit: 'ACCOUNT_AGE',
    ceilingOf: 'lumees',
    bound: 24,
    renewsAt: expect.stringMatching(/Z$/),
  });
  await owner`UPDATE onceward.actors SET created_at = now() - interval '25 hours' WHERE id = ANY (${givers})`;
  const results = (await atOnce(12, (index) => transfer(givers[index] as string, taker, { amount: 10 }))).map(
    resultOf,
  );
  expect(tally(results)).toEqual({ Receipt: 5, RECIPIENT_LIMIT: 7 });
  for (const result of results.filter(({ __typename }) => __typename === 'LimitExceeded'))
    expect(result).toMatchObject({
      period: 'DAY',
      bound: 0,
      remaining: 0,
      requested: 10,
      ceilingOf: 'lumees',
    });
  expect(await balanceOf(taker)).toBe(50);
  for (const playerId of [taker, ...givers.slice(0, 3)]) expect(await ledgerFaults(playerId)).toEqual([]);
});
