import { describe, expect, test } from 'vitest';
import {
  derivePlayer,
  levelOf,
  newPlayer,
  type RecordedPlayer,
  tierOf,
} from '../../src/domain/player-state.ts';
import { LEVELS, PLAIN_RULES, RULES } from './rules.ts';

const SINCE = '2026-11-01T00:00:00.000Z';
const { regenerationRules } = newPlayer('p1', RULES, new Date(SINCE));
const recorded = (of: Partial<RecordedPlayer>): RecordedPlayer => ({
  id: 'p1',
  version: 3,
  acceptsGifts: true,
  frozenAt: null,
  zones: '',
  balances: {},
  anchors: {},
  regenerationRules,
  playerSince: SINCE,
  at: SINCE,
  ...of,
});
const derive = (balances: Record<string, number>, rules = RULES) =>
  derivePlayer(recorded({ balances }), rules);

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
  ])('%i experience is level %i, which began at %i; the next begins at %s', (current, level, levelBeganAt, nextLevelAt) => {
    const player = derive({ experience: current });
    expect(player.level).toBe(level);
    expect(player.experience).toEqual({ current, levelBeganAt, nextLevelAt });
  });

  test('a player without balances has level 1', () => {
    expect(levelOf({}, RULES)).toBe(1);
  });

  test('the level follows the current curve, so a changed curve applies at once', () => {
    const flatter = { ...RULES, levels: { ...LEVELS, thresholds: [1, 2, 3, 4, 5] } };
    expect(derive({ experience: 100 }, flatter).level).toBe(6);
    expect(derive({ experience: 100 }, { ...RULES, levels: { ...LEVELS, thresholds: [] } }).level).toBe(1);
  });

  test('the level equals the number of thresholds reached, plus one, among a thousand thresholds', () => {
    const thresholds = Array.from({ length: 1_000 }, (_, index) => index * index + 1);
    const rules = { ...RULES, levels: { ...LEVELS, thresholds } };
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
  ])('%i lifetime points have the tier %s', (lifetimePoints, name, next) => {
    expect(derive({ lifetime_points: lifetimePoints }).tier).toEqual({ name, lifetimePoints, next });
  });

  test('an empty list of tiers gives no tier', () => {
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
  [{}, [100, 500, 100], 0],
  [{ 'stat:energy': 1, 'stat:stamina': 2, 'stat:health': 3, stat_points: 4 }, [110, 650, 120], 4],
  // Capped at the largest integer that a JSON number holds exactly, as in the kernel.
  [{ 'stat:energy': 1e15 }, [Number.MAX_SAFE_INTEGER, 500, 100], 0],
])('the maximum of a stat is its base and what each point adds: %j', (balances, maxima, unspent) => {
  const player = derive(balances);
  expect(player.stats.map(({ stat }) => stat)).toEqual(['energy', 'health', 'stamina']);
  expect(player.stats.map(({ maximum }) => maximum)).toEqual(maxima);
  expect(player.unspentStatPoints).toBe(unspent);
  expect([player.id, player.version]).toEqual(['p1', 3]);
});

test('a game without levels, stat points and tiers shows none, whatever its players hold of their resources', () => {
  const held = { experience: 700, stat_points: 4, 'stat:energy': 2, lifetime_points: 99 };
  const { level, experience, tier, unspentStatPoints, stats, balances } = derive(held, PLAIN_RULES);
  const none = { level: null, experience: null, tier: null, unspentStatPoints: null, stats: [] };
  expect({ level, experience, tier, unspentStatPoints, stats }).toEqual(none);
  expect(balances).toMatchObject(held);
});

test('a balance that never moved has its opening amount; every other balance is the recorded one', () => {
  const points = { 'stat:energy': 1, 'stat:health': 3 };
  expect(derive({ gold: 7 }).balances).toEqual({ gold: 7, charges: 5, energy: 100, health: 500 });
  expect(derive(points).balances).toEqual({ ...points, charges: 5, energy: 110, health: 650 });
  expect(derive({ charges: 0, energy: 0, health: 0 }).balances).toEqual({ charges: 0, energy: 0, health: 0 });
});

test('a player to whom nothing was granted has the opening balances at version 0', () => {
  const player = derivePlayer(newPlayer('p9', RULES, new Date(SINCE)), RULES);
  expect([player.id, player.version, player.level]).toEqual(['p9', 0, 1]);
  expect(player.balances).toEqual({ charges: 5, energy: 100, health: 500 });
});

test('a resource that opens and regenerates no longer is shown only where there is something to show', () => {
  const ended = regenerationRules
    .filter(({ resource }) => resource === 'charges')
    .map((rule) => ({ ...rule, opening: null, effectiveUntil: '2026-11-01T02:00:00.000Z' }));
  const at = '2026-11-05T00:00:00.000Z';
  const shown = (of: Partial<RecordedPlayer>) =>
    derivePlayer(recorded({ regenerationRules: ended, at, ...of }), RULES);
  expect(shown({}).balances).toEqual({ charges: 2 });
  expect(shown({ playerSince: '2026-11-01T01:30:00.000Z' }).balances).toEqual({});
  expect(shown({ balances: { charges: 0 }, anchors: { charges: at } }).balances).toEqual({ charges: 0 });
  expect(shown({}).regenerations).toEqual({});
});

test('regeneration is computed for the time of the read, with the times of the next and of the last unit', () => {
  const anchors = { charges: '2026-11-01T00:30:00.000Z' };
  const balances = { charges: 1, energy: 120 };
  const player = derivePlayer(recorded({ balances, anchors, at: '2026-11-01T02:45:00.000Z' }), RULES);
  expect(player.balances).toEqual({ charges: 3, energy: 120, health: 500 });
  expect(player.regenerations).toEqual({
    charges: {
      upTo: 5,
      nextUnitAt: new Date('2026-11-01T03:30:00.000Z'),
      fullAt: new Date('2026-11-01T04:30:00.000Z'),
    },
    // Above the maximum, for example after a gift: it does not regenerate.
    energy: { upTo: 100, nextUnitAt: null, fullAt: null },
  });
});
