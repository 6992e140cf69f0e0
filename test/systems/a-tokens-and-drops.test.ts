import { beforeEach, expect, inject, it } from 'vitest';
import { changedExample, type Document, publish } from '../support/worker/balance.ts';
import {
  asPlayer,
  type CallOptions,
  faultOf,
  receiptOf,
  rejectionOf,
  resultOf,
  withoutReplayed,
} from '../support/worker/client.ts';
import { startIsolate } from '../support/worker/isolate.ts';
import { ledgerFaults, ledgerState } from '../support/worker/ledger-state.ts';
import { breakRequests } from '../support/worker/neon-control.ts';
import { balanceIn, letTimePass, playerWith, viewOf } from '../support/worker/players.ts';
import type { Draw, Receipt } from '../support/worker/schema-types.ts';
import { type Door, fresh, freshKey, worker } from '../support/worker/service.ts';
import { movingNothing } from '../support/worker/stillness.ts';
import { atOnce, receiptsIn, sumOf, tally } from '../support/worker/waves.ts';

beforeEach(() => publish(changedExample(() => {})));

/** Sends exchanges of one player at once. */
async function exchangeAtOnce(
  playerId: string,
  count: number,
  exchangeOf: (index: number) => string,
  optionsOf: (index: number) => CallOptions = () => ({}),
) {
  const player = asPlayer(playerId);
  const send = (index: number) => player.exchange({ exchange: exchangeOf(index) }, optionsOf(index));
  return (await atOnce(count, send)).map(resultOf);
}

const summon = () => 'summon';
const drop = () => 'drop';

const OUTCOMES: Record<string, { gives: Record<string, number> }> = (inject('config').document as Document)
  .drawTables.summons.outcomes;

/** The heroes that the outcomes of these draws give. */
function heroesOf(draws: readonly Draw[]): Record<string, number> {
  const heroes: Record<string, number> = {};
  for (const { outcome } of draws)
    for (const [hero, amount] of Object.entries(OUTCOMES[outcome]?.gives ?? {}))
      heroes[hero] = (heroes[hero] ?? 0) + amount;
  return heroes;
}

const heroesIn = ({ balances }: { readonly balances: Record<string, number> }) =>
  Object.fromEntries(Object.entries(balances).filter(([name]) => name.startsWith('hero:')));

it('A7 summons once for 64 simultaneous requests with one key', async () => {
  const { playerId } = await playerWith({ summon_tokens: 10 });
  const key = freshKey();
  const doors: readonly Door[] = [worker, startIsolate(), startIsolate()];
  const receipts = receiptsIn(
    await exchangeAtOnce(playerId, 64, summon, (index) => ({ key, door: doors[index % doors.length] })),
  );
  expect(receipts).toHaveLength(64);
  expect(receipts.filter(({ replayed }) => !replayed)).toHaveLength(1);
  const [first] = receipts.map(withoutReplayed);
  for (const receipt of receipts) expect(withoutReplayed(receipt)).toEqual(first);
  const draws = first?.claim.draws ?? [];
  expect(draws).toHaveLength(1);

  // A request whose answer is lost is replayed, even after the draw table changed.
  const input = { exchange: 'summon', idempotencyKey: freshKey() };
  await breakRequests({ match: input.idempotencyKey, kind: 'drop_after_commit' });
  expect(faultOf(await asPlayer(playerId).exchange(input)).code).toBe('UNAVAILABLE');
  await publish(changedExample(({ drawTables }) => (drawTables.summons.outcomes.common_archer.weight = 1)));
  const replay = receiptOf(await asPlayer(playerId).exchange(input));
  expect(replay.replayed).toBe(true);

  const state = await ledgerState(playerId);
  expect(state).toMatchObject({ version: 4, granted: 4, rejected: 0, balances: { summon_tokens: 8 } });
  expect(heroesIn(state)).toEqual(heroesOf([...draws, ...replay.claim.draws]));
  expect(await ledgerFaults(playerId)).toEqual([]);
});

it('A7 grants exactly ten of 64 simultaneous summons with ten tokens', async () => {
  const { playerId } = await playerWith({ summon_tokens: 10 });
  const keys = Array.from({ length: 64 }, freshKey);
  const send = () => exchangeAtOnce(playerId, keys.length, summon, (index) => ({ key: keys[index] }));
  const results = await send();
  expect(tally(results)).toEqual({ Receipt: 10, InsufficientBalance: 54 });
  for (const result of results)
    if (result.__typename === 'InsufficientBalance')
      expect(result).toMatchObject({ resource: 'summon_tokens', available: 0, required: 1 });
  const state = await ledgerState(playerId);
  expect(state).toMatchObject({ granted: 12, rejected: 54, balances: { summon_tokens: 0 } });
  expect(heroesIn(state)).toEqual(heroesOf(receiptsIn(results).flatMap(({ claim }) => claim.draws)));
  expect(await ledgerFaults(playerId)).toEqual([]);

  // Every key gets its first answer again.
  const replays = await movingNothing(playerId, send);
  expect(replays).toEqual(
    results.map((result) => (result.__typename === 'Receipt' ? { ...result, replayed: true } : result)),
  );
});

it('A7 commits the tokens and the heroes of eleven draws atomically', async () => {
  const { playerId } = await playerWith({ summon_tokens: 29 });
  const keys = Array.from({ length: 8 }, freshKey);
  const failures = ['drop_before', 'drop_after_commit', 'error'] as const;
  for (const [index, match] of keys.entries()) {
    const kind = failures[index % 4];
    if (kind) await breakRequests({ match, kind, ...(kind === 'error' && { errorCode: '40001' }) });
  }
  const player = asPlayer(playerId);
  const multiSummon = (index: number) => player.exchange({ exchange: 'multi_summon' }, { key: keys[index] });
  // Three of four requests fail, before or after the commit. Each committed claim is complete.
  await atOnce(keys.length, multiSummon);
  const results = (await atOnce(keys.length, multiSummon)).map(resultOf);
  expect(tally(results)).toEqual({ Receipt: 2, InsufficientBalance: 6 });

  for (const { claim, changes } of receiptsIn(results)) {
    expect(claim.draws).toHaveLength(11);
    const { summon_tokens, 'pity:summons': _, ...heroes } = sumOf(changes);
    expect(summon_tokens).toBe(-10);
    expect(heroes).toEqual(heroesOf(claim.draws));
  }
  const state = await ledgerState(playerId);
  expect(state).toMatchObject({ version: 4, balances: { summon_tokens: 9 } });
  expect(Object.values(heroesIn(state)).reduce((sum, amount) => sum + amount, 0)).toBe(22);
  const short = await movingNothing(playerId, () => player.exchange({ exchange: 'multi_summon' }));
  expect(rejectionOf(short, 'InsufficientBalance')).toMatchObject({ available: 9, required: 10 });
});

it('A7 applies the guarantee after exactly the configured number of draws', async () => {
  await publish(changedExample(({ drawTables }) => (drawTables.summons.guarantees[0].after = 6)));
  const { playerId } = await playerWith({ summon_tokens: 100 });
  const singleOrMulti = (index: number) => (index % 4 === 0 ? 'multi_summon' : 'summon');
  const receipts = receiptsIn(await exchangeAtOnce(playerId, 26, singleOrMulti));
  expect(receipts).toHaveLength(26);
  const draws = receipts.flatMap(({ claim }) => claim.draws);
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

it('A8 grants exactly five of 64 simultaneous drops with five charges', async () => {
  const playerId = fresh('player');
  const doors: readonly Door[] = [worker, startIsolate()];
  const viaBoth = (index: number) => ({ door: doors[index % doors.length] });
  const results = await exchangeAtOnce(playerId, 64, drop, viaBoth);
  expect(tally(results)).toEqual({ Receipt: 5, InsufficientBalance: 59 });
  expect(await ledgerState(playerId)).toMatchObject({
    version: 5,
    balances: { drop_charges: 0, auric_coins: 25 },
  });
  // Two intervals later there are exactly two charges.
  await letTimePass(playerId, 'drop_charges', 2 * 3_600 + 60);
  expect(balanceIn(await viewOf(playerId), 'drop_charges')).toMatchObject({ amount: 2 });
  expect(tally(await exchangeAtOnce(playerId, 32, drop))).toEqual({ Receipt: 2, InsufficientBalance: 30 });
  expect(await ledgerState(playerId)).toMatchObject({
    version: 7,
    balances: { drop_charges: 0, auric_coins: 35 },
  });
  expect(await ledgerFaults(playerId)).toEqual([]);
});

it('A8 regenerates one charge per interval, up to the cap', async () => {
  await publish(
    changedExample(({ resources }) => {
      resources.drop_charges.regenerates = { everySeconds: 1, upTo: 2 };
      resources.drop_charges.startsWith = 2;
    }),
  );
  const playerId = fresh('player');
  const receipts: Receipt[] = [];
  while (receipts.length < 7) {
    receipts.push(...receiptsIn(await exchangeAtOnce(playerId, 4, drop)));
    await new Promise((resolve) => setTimeout(resolve, 150));
  }
  const times = receiptsIn(receipts).map(({ claim }) => Date.parse(claim.claimedAt));
  // The two charges of the start, then one for each whole second since the first of them was used.
  const first = times[0] as number;
  for (const [index, time] of times.entries())
    expect(index + 1).toBeLessThanOrEqual(2 + Math.floor((time - first + 1) / 1_000));
  const { balances, version } = await ledgerState(playerId);
  expect([version, balances.auric_coins]).toEqual([times.length, 5 * times.length]);
  expect(await ledgerFaults(playerId)).toEqual([]);
});
