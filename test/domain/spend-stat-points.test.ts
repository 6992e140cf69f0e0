import { describe, expect, test } from 'vitest';
import { checkStatPoints, decideSpendStatPoints } from '../../src/domain/spend-stat-points.ts';
import { MAX_AMOUNT } from '../../src/domain/values.ts';
import { intentOf, MAX_ENERGY, PLAIN_RULES, PLAYER, positiveInt, RULES } from './rules.ts';

type Points = Readonly<Record<string, number>>;
const listOf = (points: Points) =>
  Object.entries(points).map(([stat, points]) => ({ stat, points: positiveInt(points) }));
const decide = (points: Points, rules = RULES) =>
  decideSpendStatPoints(intentOf(PLAYER, { rules }), { points: listOf(points) });
const many = (count: number) => Array.from({ length: count }, (_, i) => [`stat_${i}`, 1] as const);

describe('the check of the points', () => {
  test.each([
    ['one point', { health: 1 }],
    ['points of sixteen stats', Object.fromEntries(many(16))],
    ['the largest amount', { energy: MAX_AMOUNT }],
  ])('%s can be spent', (_, spent) => expect(checkStatPoints(listOf(spent))).toBeNull());

  test.each([
    ['no stats', [], 'points', 'must name 1 to 16 stats'],
    ['seventeen stats', listOf(Object.fromEntries(many(17))), 'points', 'must name 1 to 16 stats'],
    [
      'a stat twice',
      [...listOf({ energy: 1, health: 1 }), ...listOf({ energy: 2 })],
      'points[2].stat',
      'energy',
    ],
    ['a sum above the largest amount', listOf({ energy: MAX_AMOUNT, health: 1 }), 'points', `${MAX_AMOUNT}`],
  ])('spending %s is a fault that names the field and the bound', (_, points, field, bound) => {
    const fault = checkStatPoints(points);
    expect(fault).toMatchObject({ code: 'BAD_USER_INPUT', field });
    expect(fault?.message).toContain(bound);
  });
});

describe('spending stat points', () => {
  test('spending takes the sum, down to the floor, and raises only the stats that are named', () => {
    const { operation, fault } = decide({ health: 3, energy: 2 });
    expect(fault).toBeNull();
    // The first posting writes the regeneration of energy down: see the next test.
    expect(operation.postings.slice(1)).toEqual([
      { resource: 'stat_points', delta: -5, floor: 0, ceiling: null, atLimit: 'reject' },
      { resource: 'stat:energy', delta: 2, floor: null, ceiling: null, atLimit: 'reject' },
      { resource: 'stat:health', delta: 3, floor: null, ceiling: 100, atLimit: 'reject' },
    ]);
    expect(operation).toMatchObject({ mode: 'commit', milestones: false, staff: null });
  });

  test('spending writes down what regenerated under the old maximum of a stat before the maximum changes', () => {
    expect(decide({ energy: 2 }).operation.postings[0]).toEqual({
      resource: 'energy',
      delta: 0,
      floor: null,
      ceiling: MAX_ENERGY,
      atLimit: 'clamp',
    });
    expect(decide({ stamina: 2 }).operation.postings[0]).toMatchObject({ resource: 'stat_points' });
  });

  test('the idempotency key is the claim key, so that points can be spent again under another key', () => {
    const { operation } = decide({ energy: 1 });
    expect([operation.claimType, operation.claimKey]).toEqual([
      'spend_stat_points',
      operation.idempotencyKey,
    ]);
  });

  test('the fingerprint depends on the stats and their points, and not on their order', () => {
    const fingerprint = (points: Points) => decide(points).operation.fingerprint;
    expect(fingerprint({ energy: 1, health: 2 })).toBe(fingerprint({ health: 2, energy: 1 }));
    const others: Points[] = [{ energy: 1 }, { stamina: 1 }, { energy: 2 }, { energy: 1, stamina: 1 }];
    expect(new Set(others.map(fingerprint)).size).toBe(others.length);
  });

  test.each([
    [
      'one that the config does not have',
      RULES,
      { energy: 1, mana: 1 },
      'mana',
      ['energy', 'health', 'stamina'],
    ],
    [
      'a name that every object has',
      RULES,
      { constructor: 1 },
      'constructor',
      ['energy', 'health', 'stamina'],
    ],
    ['any, where the config has no stat points', PLAIN_RULES, { energy: 1 }, 'energy', []],
  ])('an unknown stat is rejected with the stats of the config, and nothing moves: %s', (_, rules, points, stat, stats) => {
    const { operation, fault } = decide(points, rules);
    expect(fault).toBeNull();
    expect(operation).toMatchObject({
      mode: 'reject',
      rejection: { kind: 'unknown_stat', stat, stats },
      postings: [],
      claimKey: operation.idempotencyKey,
    });
  });
});
