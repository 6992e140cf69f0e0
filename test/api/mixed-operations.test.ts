/** Mixed operations of six mutations, 64 at once on ten players: every invariant of the ledger holds. */
import { beforeAll, expect, inject, it } from 'vitest';
import { dice } from '../support/ledger/dice.ts';
import { lostReceipts } from '../support/worker/acknowledged.ts';
import { changedExample, publish } from '../support/worker/balance.ts';
import { type Answer, asPlayer, asServer, type MutationName } from '../support/worker/client.ts';
import { type LedgerState, ledgerFaults, ledgerState, owner } from '../support/worker/ledger-state.ts';
import type { Mutations, Receipt } from '../support/worker/schema-types.ts';
import { freshKey } from '../support/worker/service.ts';
import { spending } from '../support/worker/stat-points.ts';
import { holder } from '../support/worker/transfers.ts';
import { inWaves } from '../support/worker/waves.ts';

const OPERATIONS = inject('isLongRun') ? 2_000 : 1_400;
const AT_ONCE = 64;
const SEED = 20_261_122;

// Charges, energy and stamina regenerate during the test.
beforeAll(async () => {
  await publish(
    changedExample(({ resources, exchanges }) => {
      exchanges.drop.maxQuantity = 2;
      resources.drop_charges.regenerates.everySeconds = 1;
      Object.assign(resources.energy.regenerates, { everySeconds: 1, amount: 3 });
      resources.stamina.regenerates.everySeconds = 2;
    }),
  );
});

type Result = Mutations[MutationName]['result'];

interface Request {
  readonly key: string;
  readonly send: () => Promise<Answer<Result>>;
}
/** Chooses the input of one request for this player. The key is that of the request. */
type Choose = (playerId: string) => (idempotencyKey: string) => Promise<Answer<Result>>;

/** The requests that the seed gives. Some of them repeat an earlier one. */
function requestsFor(players: readonly string[]): Request[] {
  const roll = dice(SEED);
  const one = <T>(all: readonly T[]) => all[roll(all.length)] as T;
  const server = asServer();
  const claim = (type: string, chooseKey: () => string, chooseFacts: () => Record<string, string | number>) =>
    ((playerId) => {
      const input = { type, key: chooseKey(), facts: chooseFacts(), playerId };
      return (idempotencyKey) => server.claimReward({ ...input, idempotencyKey });
    }) satisfies Choose;
  const exchange = (name: string, most: number) =>
    ((playerId) => {
      const input = { exchange: name, quantity: 1 + roll(most), playerId };
      return (idempotencyKey) => server.exchange({ ...input, idempotencyKey });
    }) satisfies Choose;
  const transfer = (resource: string, most: number) =>
    ((playerId) => {
      const toPlayerId = one(players.filter((other) => other !== playerId));
      const input = { playerId, toPlayerId, resource, amount: 1 + roll(most) };
      return (idempotencyKey) => server.transferResource({ ...input, idempotencyKey });
    }) satisfies Choose;
  const changeHealth = (name: 'applyDamage' | 'heal', stale: boolean) =>
    ((playerId) => {
      const input = { amount: 1 + roll(120), playerId, ...(stale && { expectedVersion: roll(60) }) };
      return (idempotencyKey) => server[name]({ ...input, idempotencyKey });
    }) satisfies Choose;
  const spend: Choose = (playerId) => {
    const points = one([{ energy: 1 }, { stamina: 1, health: 1 }, { health: 2 }]);
    return (idempotencyKey) => asPlayer(playerId).spendStatPoints({ ...spending(points), idempotencyKey });
  };
  const fight = () => ({ difficulty: one(['normal', 'hard', 'nightmare']), enemy_level: 1 + roll(60) });
  // An entry that is listed twice is chosen twice as often.
  const choices: Choose[] = [
    claim('pve_victory', freshKey, fight),
    claim('pve_victory', () => `encounter-${roll(12)}`, fight),
    claim('training_session', freshKey, () => ({ minutes: 30 })),
    claim('arena_chest', freshKey, () => ({})),
    claim('no_such_type', freshKey, () => ({})),
    ...[spend, spend],
    exchange('drop', 1),
    exchange('drop', 2),
    exchange('training', 1),
    exchange('sparring', 1),
    exchange('summon', 1),
    exchange('buy_summon_token', 3),
    ...[transfer('lumees', 300), transfer('lumees', 300), transfer('lumees', 300)],
    ...[transfer('shards:fire', 40), transfer('shards:fire', 40)],
    ...[changeHealth('applyDamage', false), changeHealth('applyDamage', false)],
    ...[changeHealth('heal', false), changeHealth('heal', true)],
  ];
  const requests: Request[] = [];
  while (requests.length < OPERATIONS) {
    const earlier = requests.length > 0 && roll(12) === 0 ? one(requests.slice(-AT_ONCE)) : null;
    const key = freshKey();
    const send = one(choices)(one(players));
    requests.push(earlier ?? { key, send: () => send(key) });
  }
  return requests;
}

/** Checks I7 (one key, one outcome), and returns the outcome of each key. */
function outcomesOf(answers: readonly { key: string; answer: Answer<Result> }[]): Result[] {
  const byKey = Map.groupBy(answers, ({ key }) => key);
  return [...byKey].map(([key, all]) => {
    const results = all.map(({ answer }) => answer.result as Result);
    const distinct = new Set(results.map((result) => JSON.stringify({ ...result, replayed: null })));
    expect([key, distinct.size]).toEqual([key, 1]);
    return results[0] as Result;
  });
}

/** I9, and that levels were paid for the experience of the player, by the numbers of the example config. */
function expectPaidLevels(balances: Record<string, number>) {
  const level = 1 + (balances.levels_paid ?? 0);
  expect(50 * level * (level - 1)).toBeLessThanOrEqual(balances.experience ?? 0);
  expect(50 * level * (level + 1)).toBeGreaterThan(balances.experience ?? 0);
  let granted = 0;
  for (let reached = 2; reached <= level; reached += 1) granted += reached % 10 === 0 ? 5 : 3;
  const points = ['stat_points', 'stat:energy', 'stat:stamina', 'stat:health'];
  expect(points.reduce((sum, name) => sum + (balances[name] ?? 0), 0)).toBe(granted);
}

function expectBalancesWithinBounds({ balances }: LedgerState) {
  expectPaidLevels(balances);
  expect(Object.entries(balances).filter(([, amount]) => amount < 0)).toEqual([]);
  expect(balances.health).toBeLessThanOrEqual(500 + 50 * (balances['stat:health'] ?? 0));
  expect(balances.drop_charges).toBeLessThanOrEqual(10);
}

/** Every granted transfer has two entries whose sum is 0. */
async function expectEqualTransfers(players: readonly string[], receipts: readonly Receipt[]) {
  // By the numbers of the tables: the views have no index for it.
  const [transfers] = await owner`
    SELECT count(*)::int AS total, count(*) FILTER (WHERE moved <> 0)::int AS unequal FROM (
      SELECT sum(e.delta) AS moved FROM onceward.actors p JOIN onceward.reward_claims c ON c.player = p.no
        JOIN onceward.names o ON o.kind = 3 AND o.no = c.operation AND o.name = 'transferResource'
        JOIN onceward.ledger_entries e ON (e.player, e.number) = (c.player, c.number)
                                       OR (e.player, e.number) = (c.counterparty, c.counterparty_number)
       WHERE p.kind = 1 AND p.id = ANY (${players})
       GROUP BY c.player, c.number HAVING count(*) = 2) AS transfers`;
  const reported = receipts.filter(({ claim }) => claim.operation === 'transferResource');
  expect(transfers).toEqual({ total: reported.length, unequal: 0 });
}

/** The requests led to every kind of operation, rejection and change that they are meant to. */
function expectVariety(outcomes: readonly Result[], receipts: readonly Receipt[]) {
  expect([...new Set(receipts.map(({ claim }) => claim.operation))]).toEqual(
    expect.arrayContaining([
      ...['claimReward', 'exchange', 'transferResource', 'applyDamage', 'heal', 'spendStatPoints'],
    ]),
  );
  expect([...new Set(outcomes.map(({ __typename }) => __typename))]).toEqual(
    expect.arrayContaining([
      ...['InsufficientBalance', 'UnknownClaimType', 'VersionConflict', 'LimitExceeded', 'AlreadyClaimed'],
    ]),
  );
  const causes = new Set(receipts.flatMap(({ changes }) => changes.map(({ cause }) => cause)));
  expect([...causes].toSorted()).toEqual(['MILESTONE', 'OPENING', 'OPERATION', 'REGENERATION']);
}

it(`answers ${OPERATIONS} mixed operations, ${AT_ONCE} at once on ten players, without a fault and keeps the ledger sound`, async () => {
  const amounts = { lumees: 2_000, 'shards:fire': 300, summon_tokens: 10 };
  const players = await Promise.all(Array.from({ length: 10 }, () => holder(amounts)));
  const before = await Promise.all(players.map(ledgerState));
  const answers = await inWaves(requestsFor(players), AT_ONCE, async ({ key, send }) => ({
    key,
    answer: await send(),
  }));

  // No deadlock, no time-out, nothing that a client would have to send again.
  expect(answers.flatMap(({ answer }) => (answer.errors ?? []).map(({ message }) => message))).toEqual([]);
  const outcomes = outcomesOf(answers);

  // I1 to I5 and I8.
  for (const playerId of players) expect([playerId, await ledgerFaults(playerId)]).toEqual([playerId, []]);
  const after = await Promise.all(players.map(ledgerState));
  for (const state of after) expectBalancesWithinBounds(state);

  // I6: the ledger holds what was acknowledged, with the same numbers, and nothing else.
  const receipts = outcomes.filter((outcome) => outcome.__typename === 'Receipt');
  expect(await lostReceipts(receipts)).toEqual([]);
  const added = (count: 'granted' | 'rejected') =>
    after.reduce((sum, state) => sum + state[count], 0) -
    before.reduce((sum, state) => sum + state[count], 0);
  expect(added('granted')).toBe(receipts.length);
  expect(added('rejected')).toBe(outcomes.length - receipts.length);
  await expectEqualTransfers(players, receipts);
  expectVariety(outcomes, receipts);
}, 240_000);
