import { beforeEach, expect, inject, it } from 'vitest';
import { changedExample, type Document, publish } from '../support/worker/balance.ts';
import { startIsolate } from '../support/worker/isolate.ts';
import { ledgerFaults, ledgerState } from '../support/worker/ledger-state.ts';
import { exchange, original, type Result, resultOf, type Sent } from '../support/worker/mutations.ts';
import { breakRequests } from '../support/worker/neon-control.ts';
import { letTimePass, playerWith } from '../support/worker/players.ts';
import { held, seenByMe } from '../support/worker/previews.ts';
import { fresh, freshKey, playerToken, worker } from '../support/worker/service.ts';
import { movingNothing } from '../support/worker/stillness.ts';

beforeEach(() => publish(changedExample(() => {})));

const atOnce = async (count: number, run: (index: number) => Promise<Sent>): Promise<Result[]> =>
  (await Promise.all(Array.from({ length: count }, (_, index) => run(index)))).map(resultOf);
const kinds = (results: readonly Result[]) => {
  const counts: Record<string, number> = {};
  for (const { __typename } of results) counts[__typename] = (counts[__typename] ?? 0) + 1;
  return counts;
};
const inOrder = (receipts: readonly Result[]): Result[] =>
  receipts
    .filter(({ __typename }) => __typename === 'Receipt')
    .toSorted((a, b) => a.claim.playerVersion - b.claim.playerVersion);

const SUMMONS = inject('config').document as Document;
const OUTCOMES: Record<string, { weight: number; gives: Record<string, number> }> =
  SUMMONS.drawTables.summons.outcomes;
/** Heroes held, as the outcomes of these draws give them. */
const heroesOf = (draws: readonly Result[]) => {
  const heroes: Record<string, number> = {};
  for (const { outcome } of draws)
    for (const [hero, amount] of Object.entries(OUTCOMES[outcome]?.gives ?? {}))
      heroes[hero] = (heroes[hero] ?? 0) + amount;
  return heroes;
};
const heroesIn = ({ balances }: { balances: Record<string, number> }) =>
  Object.fromEntries(Object.entries(balances).filter(([name]) => name.startsWith('hero:')));

it('A7 the same redemption never runs twice: sixty-four at once are one summon, and all show its draws', async () => {
  const { playerId, token } = await playerWith({ summon_tokens: 10 });
  const input = { exchange: 'summon', idempotencyKey: freshKey() };
  const doors = [worker, startIsolate(), startIsolate()];
  const results = await atOnce(64, (index) =>
    exchange(input, { token, door: doors[index % 3] as (typeof doors)[0] }),
  );
  expect(kinds(results)).toEqual({ Receipt: 64 });
  expect(results.filter(({ replayed }) => !replayed)).toHaveLength(1);
  for (const receipt of results) expect(original(receipt)).toEqual(original(results[0]));
  const { draws } = results[0].claim;
  expect(draws).toHaveLength(1);

  // A retry after a lost reply, and one after the table was changed, are the same redemption still.
  const second = { exchange: 'summon', idempotencyKey: freshKey() };
  await breakRequests({ match: second.idempotencyKey, kind: 'drop_after_commit' });
  expect((await exchange(second, { token })).errors?.[0]?.extensions.code).toBe('UNAVAILABLE');
  await publish(changedExample(({ drawTables }) => (drawTables.summons.outcomes.common_archer.weight = 1)));
  const after = resultOf(await exchange(second, { token }));
  expect(after.replayed).toBe(true);

  const state = await ledgerState(playerId);
  expect(state).toMatchObject({ version: 4, granted: 4, rejected: 0, balances: { summon_tokens: 8 } });
  expect(heroesIn(state)).toEqual(heroesOf([...draws, ...after.claim.draws]));
  expect(await ledgerFaults(playerId)).toEqual([]);
});

it('A7 sixty-four keys for ten tokens are exactly ten summons', async () => {
  const { playerId, token } = await playerWith({ summon_tokens: 10 });
  const inputs = Array.from({ length: 64 }, () => ({ exchange: 'summon', idempotencyKey: freshKey() }));
  const send = (index: number) => exchange(inputs[index] as object, { token });
  const results = await atOnce(64, send);
  expect(kinds(results)).toEqual({ Receipt: 10, InsufficientBalance: 54 });
  for (const refused of results.filter(({ __typename }) => __typename !== 'Receipt'))
    expect(refused).toMatchObject({ resource: 'summon_tokens', available: 0, required: 1 });
  const state = await ledgerState(playerId);
  expect(state).toMatchObject({ granted: 12, rejected: 54, balances: { summon_tokens: 0 } });
  expect(heroesIn(state)).toEqual(heroesOf(inOrder(results).flatMap(({ claim }) => claim.draws)));
  expect(await ledgerFaults(playerId)).toEqual([]);

  // Every "no" stays a "no", though there are tokens again, and every "yes" stays one.
  const again = await movingNothing(playerId, () => atOnce(64, send));
  expect(again.map(original)).toEqual(results.map(original));
});

it('A7 tokens leave and heroes arrive in one transaction, eleven draws or none', async () => {
  const { playerId, token } = await playerWith({ summon_tokens: 29 });
  const keys = Array.from({ length: 8 }, freshKey);
  const failures = ['drop_before', 'drop_after_commit', 'error'] as const;
  for (const [index, match] of keys.entries()) {
    const kind = failures[index % 4];
    if (kind) await breakRequests({ match, kind, ...(kind === 'error' && { errorCode: '40001' }) });
  }
  const summon = (index: number) =>
    exchange({ exchange: 'multi_summon', idempotencyKey: keys[index] }, { token });
  // Three of four tries fail, before or after the commit. Whatever is there then is whole.
  await Promise.all(keys.map((_, index) => summon(index)));
  const results = await atOnce(keys.length, summon);
  expect(kinds(results)).toEqual({ Receipt: 2, InsufficientBalance: 6 });

  for (const { claim, changes } of inOrder(results)) {
    expect(claim.draws).toHaveLength(11);
    const gained: Record<string, number> = {};
    for (const { resource, delta } of changes) gained[resource] = (gained[resource] ?? 0) + delta;
    const { summon_tokens, 'pity:summons': _, ...heroes } = gained;
    expect(summon_tokens).toBe(-10);
    expect(heroes).toEqual(heroesOf(claim.draws));
  }
  const state = await ledgerState(playerId);
  expect(state).toMatchObject({ version: 4, balances: { summon_tokens: 9 } });
  expect(Object.values(heroesIn(state)).reduce((sum, amount) => sum + amount, 0)).toBe(22);
  const short = await movingNothing(playerId, () => exchange({ exchange: 'multi_summon' }, { token }));
  expect(resultOf(short)).toMatchObject({ __typename: 'InsufficientBalance', available: 9, required: 10 });
});

it('A7 the guarantee comes after exactly so many draws, across single and multi-summons sent at once', async () => {
  await publish(changedExample(({ drawTables }) => (drawTables.summons.guarantee.after = 6)));
  const { playerId, token } = await playerWith({ summon_tokens: 100 });
  const results = await atOnce(26, (index) =>
    exchange({ exchange: index % 4 === 0 ? 'multi_summon' : 'summon' }, { token }),
  );
  expect(kinds(results)).toEqual({ Receipt: 26 });
  const draws = inOrder(results).flatMap(({ claim }) => claim.draws);
  expect(draws).toHaveLength(7 * 11 + 19);
  let without = 0;
  for (const { outcome, guaranteed, of, roll } of draws) {
    expect(guaranteed).toBe(without === 6);
    expect(of).toBe(guaranteed ? 60 : 10_000);
    expect(roll).toBeLessThan(of);
    if (guaranteed) expect(outcome).toBe('legendary_dragon_queen');
    without = outcome === 'legendary_dragon_queen' ? 0 : without + 1;
  }
  const { balances } = await ledgerState(playerId);
  expect(balances['pity:summons']).toBe(without);
  expect(balances['hero:dragon_queen']).toBeGreaterThanOrEqual(Math.floor(draws.length / 7));
  expect(await ledgerFaults(playerId)).toEqual([]);
});

it('A8 never more drops than charges: sixty-four at once with five charges are five', async () => {
  const playerId = fresh('player');
  const token = await playerToken(playerId);
  const doors = [worker, startIsolate()];
  const results = await atOnce(64, (index) =>
    exchange({ exchange: 'drop' }, { token, door: doors[index % 2] as (typeof doors)[0] }),
  );
  expect(kinds(results)).toEqual({ Receipt: 5, InsufficientBalance: 59 });
  expect(await ledgerState(playerId)).toMatchObject({
    version: 5,
    balances: { drop_charges: 0, auric_coins: 25 },
  });
  // Two intervals later there are two more, and no third, however many ask.
  await letTimePass(playerId, 'drop_charges', 2 * 3_600 + 60);
  expect(held(await seenByMe(token), 'drop_charges')).toMatchObject({ amount: 2 });
  expect(kinds(await atOnce(32, () => exchange({ exchange: 'drop' }, { token })))).toEqual({
    Receipt: 2,
    InsufficientBalance: 30,
  });
  expect(await ledgerState(playerId)).toMatchObject({
    version: 7,
    balances: { drop_charges: 0, auric_coins: 35 },
  });
  expect(await ledgerFaults(playerId)).toEqual([]);
});

it('A8 charges come back one each interval, in real time, never past the cap, however often they are used', async () => {
  await publish(
    changedExample(({ resources }) => {
      resources.drop_charges.regenerates = { everySeconds: 1, upTo: 2 };
      resources.drop_charges.startsWith = 2;
    }),
  );
  const playerId = fresh('player');
  const token = await playerToken(playerId);
  const receipts: Result[] = [];
  while (receipts.length < 7) {
    receipts.push(...inOrder(await atOnce(4, () => exchange({ exchange: 'drop' }, { token }))));
    await new Promise((resolve) => setTimeout(resolve, 150));
  }
  const times = inOrder(receipts).map(({ claim }) => Date.parse(claim.claimedAt));
  // The pouch of two, then one for each whole second since the first left it full.
  const first = times[0] as number;
  for (const [index, time] of times.entries())
    expect(index + 1).toBeLessThanOrEqual(2 + Math.floor((time - first + 1) / 1_000));
  const { balances, version } = await ledgerState(playerId);
  expect([version, balances.auric_coins]).toEqual([times.length, 5 * times.length]);
  expect(await ledgerFaults(playerId)).toEqual([]);
});
