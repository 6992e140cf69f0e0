import { beforeAll, expect, it } from 'vitest';
import { dice } from '../support/ledger/dice.ts';
import { lostReceipts } from '../support/worker/acknowledged.ts';
import { changedExample, publish } from '../support/worker/balance.ts';
import { ledgerFaults, ledgerState, owner } from '../support/worker/ledger-state.ts';
import {
  applyDamage,
  claimReward,
  exchange,
  heal,
  type Result,
  type Sent,
  spendStatPoints,
  transferResource,
} from '../support/worker/mutations.ts';
import { freshKey, playerToken, serverToken } from '../support/worker/service.ts';
import { holder } from '../support/worker/transfers.ts';
import { inWaves } from '../support/worker/waves.ts';

const OPERATIONS = 2_000;
const AT_ONCE = 64;
const SEED = 20_261_122;

// Charges, energy and stamina come back while the storm blows.
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

interface Asked {
  readonly key: string;
  readonly send: () => Promise<Sent>;
}

/** What the seed names: who asks for what, in which order. A part of it is a request that was made before. */
async function storm(players: readonly string[]): Promise<Asked[]> {
  const roll = dice(SEED);
  const one = <T>(all: readonly T[]) => all[roll(all.length)] as T;
  const token = await serverToken();
  const own = new Map(await Promise.all(players.map(async (id) => [id, await playerToken(id)] as const)));
  const claim = (type: string, key: () => string, facts: () => object) => (playerId: string) => {
    const input = { type, key: key(), facts: facts() };
    return (idempotencyKey: string) => claimReward({ ...input, playerId, idempotencyKey }, { token });
  };
  const exchanging = (name: string, most: number) => (playerId: string) => {
    const quantity = 1 + roll(most);
    return (idempotencyKey: string) =>
      exchange({ exchange: name, quantity, playerId, idempotencyKey }, { token });
  };
  const giving = (resource: string, most: number) => (playerId: string) => {
    const toPlayerId = one(players.filter((other) => other !== playerId));
    const amount = 1 + roll(most);
    return (idempotencyKey: string) =>
      transferResource({ playerId, toPlayerId, resource, amount, idempotencyKey }, { token });
  };
  const health = (mutation: typeof heal, stale: boolean) => (playerId: string) => {
    const input = { amount: 1 + roll(120), ...(stale && { expectedVersion: roll(60) }) };
    return (idempotencyKey: string) => mutation({ ...input, playerId, idempotencyKey }, { token });
  };
  const spending = (playerId: string) => {
    const points = one([{ energy: 1 }, { stamina: 1, health: 1 }, { health: 2 }]);
    return (idempotencyKey: string) =>
      spendStatPoints({ ...points, idempotencyKey }, { token: own.get(playerId) });
  };
  const fight = () => ({ difficulty: one(['normal', 'hard', 'nightmare']), enemy_level: 1 + roll(60) });
  const moves = [
    claim('pve_victory', freshKey, fight),
    claim('pve_victory', () => `encounter-${roll(12)}`, fight),
    claim('training_session', freshKey, () => ({ minutes: 30 })),
    claim('arena_chest', freshKey, () => ({})),
    claim('no_such_type', freshKey, () => ({})),
    ...[spending, spending],
    exchanging('drop', 1),
    exchanging('drop', 2),
    exchanging('training', 1),
    exchanging('sparring', 1),
    exchanging('summon', 1),
    exchanging('buy_summon_token', 3),
    ...[giving('lumees', 300), giving('lumees', 300), giving('lumees', 300)],
    ...[giving('shards:fire', 40), giving('shards:fire', 40)],
    ...[health(applyDamage, false), health(applyDamage, false), health(heal, false), health(heal, true)],
  ];
  const made: Asked[] = [];
  while (made.length < OPERATIONS) {
    const earlier = made.length > 0 && roll(12) === 0 ? one(made.slice(-AT_ONCE)) : null;
    const key = freshKey();
    const ask = one(moves)(one(players));
    made.push(earlier ?? { key, send: () => ask(key) });
  }
  return made;
}

const essence = ({ replayed: _, ...result }: Result) => JSON.stringify(result);

/** I9, and that levels were paid for what the experience came to, by the numbers of the example config. */
function expectPaidLevels(balances: Record<string, number>) {
  const level = 1 + (balances.levels_paid ?? 0);
  expect(50 * level * (level - 1)).toBeLessThanOrEqual(balances.experience ?? 0);
  expect(50 * level * (level + 1)).toBeGreaterThan(balances.experience ?? 0);
  let granted = 0;
  for (let reached = 2; reached <= level; reached += 1) granted += reached % 10 === 0 ? 5 : 3;
  const points = ['stat_points', 'stat:energy', 'stat:stamina', 'stat:health'];
  expect(points.reduce((sum, name) => sum + (balances[name] ?? 0), 0)).toBe(granted);
}

it(`${OPERATIONS} mixed operations, ${AT_ONCE} at once on ten players: no fault is answered, and the ledger is sound`, async () => {
  const start = { lumees: 2_000, 'shards:fire': 300, summon_tokens: 10 };
  const players = await Promise.all(Array.from({ length: 10 }, () => holder(start)));
  const before = await Promise.all(players.map(ledgerState));
  const asked = await storm(players);
  const answers = await inWaves(asked, AT_ONCE, async ({ key, send }) => ({ key, answer: await send() }));

  // Not a deadlock, not a time-out, nothing that a client would have to ask again for.
  expect(answers.flatMap(({ answer }) => (answer.errors ?? []).map(({ message }) => message))).toEqual([]);
  const results = answers.map(({ key, answer }) => ({ key, result: answer.data?.result as Result }));
  // I7: one key, one outcome.
  for (const [key, told] of Map.groupBy(results, (one) => one.key))
    expect([key, new Set(told.map(({ result }) => essence(result))).size]).toEqual([key, 1]);

  // I1 to I5 and I8.
  for (const playerId of players) expect([playerId, await ledgerFaults(playerId)]).toEqual([playerId, []]);
  const after = await Promise.all(players.map(ledgerState));
  for (const { balances } of after) {
    expectPaidLevels(balances);
    expect(Object.entries(balances).filter(([, amount]) => amount < 0)).toEqual([]);
    expect(balances.health).toBeLessThanOrEqual(500 + 50 * (balances['stat:health'] ?? 0));
    expect(balances.drop_charges).toBeLessThanOrEqual(10);
  }
  const [unequal] = await owner`
    SELECT count(*)::int AS transfers, count(*) FILTER (WHERE moved <> 0)::int AS lopsided FROM (
      SELECT sum(e.delta) AS moved FROM onceward.reward_claims c JOIN onceward.ledger_entries e ON e.claim_id = c.id
       WHERE c.player_id = ANY (${players}) AND c.operation = 'transferResource' AND c.outcome = 'granted'
       GROUP BY c.id HAVING count(*) = 2) AS transfers`;

  // I6: what was acknowledged is there, with the numbers acknowledged; and nothing else is.
  const firsts = [...Map.groupBy(results, ({ key }) => key).values()].map(
    ([first]) => first?.result as Result,
  );
  const receipts = firsts.filter(({ __typename }) => __typename === 'Receipt');
  expect(await lostReceipts(receipts)).toEqual([]);
  const total = (states: typeof after, of: 'granted' | 'rejected') =>
    states.reduce((sum, state) => sum + Number(state[of]), 0);
  expect(total(after, 'granted') - total(before, 'granted')).toBe(receipts.length);
  expect(total(after, 'rejected') - total(before, 'rejected')).toBe(firsts.length - receipts.length);
  const transfers = receipts.filter(({ claim }) => claim.operation === 'transferResource');
  expect(unequal).toEqual({ transfers: transfers.length, lopsided: 0 });

  // The storm met what it was made to meet.
  const met = new Set(firsts.map(({ __typename, claim }) => claim?.operation ?? __typename));
  expect([...met]).toEqual(
    expect.arrayContaining([
      ...['claimReward', 'exchange', 'transferResource', 'applyDamage', 'heal', 'spendStatPoints'],
      ...['InsufficientBalance', 'UnknownClaimType', 'VersionConflict', 'LimitExceeded'],
    ]),
  );
  const causes = new Set(receipts.flatMap(({ changes }) => changes.map(({ cause }: Result) => cause)));
  expect([...causes].toSorted()).toEqual(['MILESTONE', 'OPENING', 'OPERATION', 'REGENERATION']);
  expect(firsts.filter(({ __typename }) => __typename === 'AlreadyClaimed').length).toBeGreaterThan(0);
}, 240_000);
