import { describe, expect, test } from 'vitest';
import { balancesBefore, derivePlayer, levelOf, tierOf } from '../../src/domain/player-state.ts';
import { RULES } from './rules.ts';

const SINCE = '2026-11-01T00:00:00.000Z';
const derive = (balances: Record<string, number>, rules = RULES) =>
  derivePlayer({ id: 'p1', version: 3, balances, anchors: {}, playerSince: SINCE, at: SINCE }, rules);

describe('levels', () => {
  test.each([
    [-5, 1, 0, 100],
    [0, 1, 0, 100],
    [99, 1, 0, 100],
    [100, 2, 100, 300],
    [299, 2, 100, 300],
    [300, 3, 300, 600],
    [599, 3, 300, 600],
    [600, 4, 600, null],
    [Number.MAX_SAFE_INTEGER, 4, 600, null],
  ])('%i experience is level %i, begun at %i, the next at %s', (current, level, levelBeganAt, nextLevelAt) => {
    const player = derive({ experience: current });
    expect(player.level).toBe(level);
    expect(player.experience).toEqual({ current, levelBeganAt, nextLevelAt });
  });

  test('nobody’s balances are level 1', () => {
    expect(levelOf({}, RULES)).toBe(1);
  });

  test('follow the curve of the day: a changed one shows at once', () => {
    const flatter = { ...RULES, levels: { ...RULES.levels, thresholds: [1, 2, 3, 4, 5] } };
    expect(derive({ experience: 100 }, flatter).level).toBe(6);
    expect(derive({ experience: 100 }, { ...RULES, levels: { ...RULES.levels, thresholds: [] } }).level).toBe(
      1,
    );
  });

  test('are found among very many as by counting', () => {
    const thresholds = Array.from({ length: 1_000 }, (_, index) => index * index + 1);
    const rules = { ...RULES, levels: { ...RULES.levels, thresholds } };
    for (const experience of [0, 1, 2, 5, 17, 4_000, 998_001, 998_002, 2_000_000]) {
      expect(levelOf({ experience }, rules)).toBe(
        1 + thresholds.filter((threshold) => threshold <= experience).length,
      );
    }
  });
});

describe('tiers', () => {
  test.each([
    [0, null, { name: 'Bronze', from: 10, missing: 10 }],
    [9, null, { name: 'Bronze', from: 10, missing: 1 }],
    [10, 'Bronze', { name: 'Silver', from: 1_000, missing: 990 }],
    [999, 'Bronze', { name: 'Silver', from: 1_000, missing: 1 }],
    [1_000, 'Silver', null],
    [50_000, 'Silver', null],
  ])('%i lifetime points are tier %s', (lifetimePoints, name, next) => {
    expect(derive({ lifetime_points: lifetimePoints }).tier).toEqual({ name, lifetimePoints, next });
  });

  test('a config without tiers has none', () => {
    expect(
      tierOf({ lifetime_points: 5 }, { ...RULES, tiers: { resource: 'lifetime_points', tiers: [] } }),
    ).toEqual({
      name: null,
      lifetimePoints: 5,
      next: null,
    });
  });
});

test.each([
  [{}, [100, 100, 500], 0],
  [{ 'stat:energy': 1, 'stat:stamina': 2, 'stat:health': 3, stat_points: 4 }, [110, 120, 650], 4],
  // Where a JSON number ends, as the ledger ends it.
  [{ 'stat:energy': 1e15 }, [Number.MAX_SAFE_INTEGER, 100, 500], 0],
])('stats are the base and what each point adds: %j', (balances, maxima, unspent) => {
  const player = derive(balances);
  expect(player.stats.map(({ stat }) => stat)).toEqual(['energy', 'stamina', 'health']);
  expect(player.stats.map(({ maximum }) => maximum)).toEqual(maxima);
  expect(player.unspentStatPoints).toBe(unspent);
  expect([player.id, player.version]).toEqual(['p1', 3]);
});

test('balances are those recorded, and what everybody begins with where nothing moved yet', () => {
  const points = { 'stat:energy': 1, 'stat:health': 3 };
  expect(derive({ gold: 7 }).balances).toEqual({ gold: 7, charges: 5, energy: 100, health: 500 });
  expect(derive(points).balances).toEqual({ ...points, charges: 5, energy: 110, health: 650 });
  expect(derive({ charges: 0, energy: 0, health: 0 }).balances).toEqual({ charges: 0, energy: 0, health: 0 });
});

test('the balances before are what the changes came from, several of one resource included', () => {
  const change = (resource: string, delta: number) => ({
    resource,
    delta,
    before: 0,
    after: 0,
    requested: delta,
    sequence: 1,
    cause: 'operation' as const,
  });
  const after = { gold: 6, gems: 1, wood: 3 };
  expect(balancesBefore(after, [change('gold', -5), change('gold', 10), change('gems', 1)])).toEqual({
    gold: 1,
    gems: 0,
    wood: 3,
  });
  expect(after).toEqual({ gold: 6, gems: 1, wood: 3 });
});

test('what comes back with time is shown as of the moment of looking, with the time of the next and of the last unit', () => {
  const anchors = { charges: '2026-11-01T00:30:00.000Z' };
  const recorded = {
    id: 'p1',
    version: 3,
    balances: { charges: 1, energy: 120 },
    anchors,
    playerSince: SINCE,
  };
  const player = derivePlayer({ ...recorded, at: '2026-11-01T02:45:00.000Z' }, RULES);
  expect(player.balances).toEqual({ charges: 3, energy: 120, health: 500 });
  expect(player.regenerations).toEqual({
    charges: {
      upTo: 5,
      nextUnitAt: new Date('2026-11-01T03:30:00.000Z'),
      fullAt: new Date('2026-11-01T04:30:00.000Z'),
    },
    // Beyond the maximum, by a gift: it waits to be spent.
    energy: { upTo: 100, nextUnitAt: null, fullAt: null },
  });
});
