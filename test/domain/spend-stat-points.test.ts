import { describe, expect, test } from 'vitest';
import {
  checkStatPoints,
  decideSpendStatPoints,
  type SpendStatPoints,
} from '../../src/domain/spend-stat-points.ts';
import { MAX_AMOUNT } from '../../src/domain/values.ts';
import { intentOf, MAX_ENERGY, nonNegativeInt, PLAYER } from './rules.ts';

const points = ({ energy = 0, stamina = 0, health = 0 }): SpendStatPoints => ({
  energy: nonNegativeInt(energy),
  stamina: nonNegativeInt(stamina),
  health: nonNegativeInt(health),
});
const decide = (spent: Parameters<typeof points>[0]) =>
  decideSpendStatPoints(intentOf(PLAYER), points(spent));

describe('the check of the points', () => {
  test.each([
    ['one point', { health: 1 }],
    ['points of all three stats', { energy: 1, stamina: 2, health: 3 }],
    ['the largest amount', { energy: MAX_AMOUNT }],
  ])('%s can be spent', (_, spent) => expect(checkStatPoints(points(spent))).toBeNull());

  test.each([
    ['no points', {}, 'at least one must be 1'],
    ['a sum above the largest amount', { energy: MAX_AMOUNT, health: 1 }, `at most ${MAX_AMOUNT}`],
  ])('spending %s is a fault that names the stats and the bound', (_, spent, bound) => {
    const fault = checkStatPoints(points(spent));
    expect(fault).toMatchObject({ code: 'BAD_USER_INPUT', field: 'energy, stamina, health' });
    expect(fault?.message).toContain(bound);
  });
});

describe('spending stat points', () => {
  test('spending takes the sum, down to the floor, and raises only the stats that are named', () => {
    const { operation, fault } = decide({ energy: 2, health: 3 });
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

  test('points of different stats have different fingerprints', () => {
    expect(decide({ energy: 1 }).operation.fingerprint).not.toBe(
      decide({ stamina: 1 }).operation.fingerprint,
    );
    expect(decide({ energy: 1 }).operation.fingerprint).toBe(decide({ energy: 1 }).operation.fingerprint);
  });
});
