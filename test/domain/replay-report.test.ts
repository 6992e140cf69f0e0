import { expect, test } from 'vitest';
import { ReplayReporter } from '../../src/domain/replay-report.ts';
import { type ReplayRow, storedClaims } from '../../src/domain/replay-rows.ts';
import type { BalanceRules, ClaimTypeRule } from '../../src/domain/rules.ts';
import { NOW, RULES } from './rules.ts';

const NAMES = {
  resources: { 1: 'gold', 2: 'wins' },
  types: { 1: 'tournament', 2: 'reversal', 3: 'quest' },
  operations: { 1: 'claimReward', 2: 'reverseClaim' },
};

/** A claim of `tournament`, which gave 9 gold. */
function row(player: number, number: number, version = 7, gold = 9): ReplayRow {
  const input = { type: 'tournament', key: 'cup' };
  return [
    player,
    number,
    NOW.getTime(),
    1,
    1,
    2,
    version,
    input,
    null,
    null,
    null,
    null,
    [[1, gold, 0]],
    null,
    null,
  ];
}

const draft = (amount: number): BalanceRules => ({
  ...RULES,
  claimTypes: new Map([
    ...RULES.claimTypes,
    [
      'tournament',
      {
        ...(RULES.claimTypes.get('tournament') as ClaimTypeRule),
        rewards: [{ resource: 'gold', amount: () => amount, cap: null, onceFor: null, scope: 'player' }],
      },
    ],
  ]),
});

function reportOf(rows: readonly ReplayRow[], rules: BalanceRules) {
  const reporter = new ReplayReporter(rules);
  for (const claim of storedClaims({ claims: rows, names: NAMES })) reporter.add(claim);
  return reporter.report();
}

test('a replay under the same rules finds no difference', () => {
  const { claims, players, versions, apart } = reportOf([row(1, 1), row(1, 2), row(2, 1)], RULES);
  expect({ claims, players, apart }).toEqual({ claims: 3, players: 2, apart: [] });
  expect(versions).toHaveLength(1);
  expect(versions[0]?.resources).toMatchObject([
    {
      resource: 'gold',
      isCounter: false,
      paid: 27,
      would: 27,
      players: { more: 0, less: 0, same: 2, p50: 0 },
    },
  ]);
});

test('claims of each config are apart, the newest first, and so is what is not replayed', () => {
  const reversal: ReplayRow = [
    ...[1, 3, NOW.getTime(), 2, 2, 3, 8, {}, null, null, null, null, [[1, -9, 18]], null, null],
  ] as never;
  const { versions, apart } = reportOf([row(1, 1), row(1, 2, 8), reversal], draft(10));
  expect(versions.map(({ version, claims, resources }) => [version, claims, resources[0]?.would])).toEqual([
    [8, 1, 10],
    [7, 1, 10],
  ]);
  expect(apart).toEqual([
    { why: 'reversal', claims: 1, example: null, moved: [{ resource: 'gold', amount: -9 }] },
  ]);
});

test('the change of each player is the sum over their claims, and its distribution is that of players', () => {
  // Player n has n claims, each of which gives 1 more.
  const rows = Array.from({ length: 100 }, (_, player) =>
    Array.from({ length: player + 1 }, (_, number) => row(player + 1, number + 1)),
  ).flat();
  const [version] = reportOf(rows, draft(10)).versions;
  expect(version?.resources[0]).toMatchObject({
    ...{ paid: 9 * 5_050, would: 10 * 5_050 },
    players: { more: 100, less: 0, same: 0, lowest: 1, p10: 10, p50: 50, p90: 90, p99: 99, highest: 100 },
  });
});

test('few different changes are a bar each, and many are bars of one width that have every player', () => {
  const few = reportOf([row(1, 1), row(2, 1), row(2, 2)], draft(10)).versions[0]?.resources[0]?.players.bars;
  expect(few).toEqual([
    { from: 1, to: 1, players: 1 },
    { from: 2, to: 2, players: 1 },
  ]);
  // From −999 to 0; one player loses much more.
  const rows = Array.from({ length: 1_000 }, (_, player) => row(player + 1, 1, 7, player));
  const bars =
    reportOf([...rows, row(1_001, 1, 7, 50_000)], draft(0)).versions[0]?.resources[0]?.players.bars ?? [];
  expect(bars.length).toBeLessThanOrEqual(30);
  expect(bars.reduce((sum, { players }) => sum + players, 0)).toBe(1_001);
  expect([bars[0]?.from, bars.at(-1)?.to]).toEqual([-50_000, 0]);
  for (const [place, { from }] of bars.slice(1).entries()) expect(from).toBe((bars[place]?.to ?? 0) + 1);
});

test('many different changes are counted to three digits, and none is lost', () => {
  const rows = Array.from({ length: 30_000 }, (_, player) => row(player + 1, 1, 7, player));
  const [version] = reportOf(rows, draft(0)).versions;
  const changes = version?.resources[0]?.players;
  expect(changes).toMatchObject({ less: 29_999, same: 1, lowest: -29_999, highest: 0 });
  expect(Math.abs((changes?.p50 ?? 0) + 15_000)).toBeLessThan(200);
});

test('claim types come by the largest difference, with what the draft refuses', () => {
  const rules = draft(10);
  const claimTypes = new Map([...rules.claimTypes].filter(([name]) => name !== 'tournament'));
  const [version] = reportOf([row(1, 1), row(2, 1)], { ...rules, claimTypes }).versions;
  expect(version?.types).toMatchObject([
    { type: 'tournament', claims: 2, refused: [{ why: 'unknown_claim_type', claims: 2 }] },
  ]);
  expect(version?.resources[0]).toMatchObject({ paid: 18, would: 0, players: { less: 2, lowest: -9 } });
});

test('a page without a name of one of its numbers is refused', () => {
  expect(() => storedClaims({ claims: [row(1, 1)], names: { ...NAMES, operations: {} } })).toThrow(
    'no name for 1',
  );
});
