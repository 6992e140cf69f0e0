import { describe, expect, test } from 'vitest';
import { MAX_AMOUNT } from '../../src/domain/operation.ts';
import {
  checkSpendStatPoints,
  decideSpendStatPoints,
  type SpendStatPoints,
} from '../../src/domain/spend-stat-points.ts';
import { intent, MAX_ENERGY, PLAYER, STAFF } from './rules.ts';

const points = (over: Partial<SpendStatPoints> = {}): SpendStatPoints => ({
  energy: 0,
  stamina: 0,
  health: 0,
  ...over,
});

test.each<[string, Partial<SpendStatPoints>]>([
  ['one point', { health: 1 }],
  ['all three', { energy: 1, stamina: 2, health: 3 }],
  ['the most there can be', { energy: MAX_AMOUNT }],
])('%s can be spent', (_, over) => expect(checkSpendStatPoints(points(over))).toBeNull());

test.each<[string, Partial<SpendStatPoints>, string, string]>([
  ['none', {}, 'energy, stamina, health', 'at least one must be 1'],
  ['fewer than none', { stamina: -1, health: 5 }, 'stamina', `from 0 to ${MAX_AMOUNT}`],
  [
    'more than there can be',
    { energy: MAX_AMOUNT, health: 1 },
    'energy, stamina, health',
    `more than ${MAX_AMOUNT}`,
  ],
])('%s is a fault that names the stat and the bound', (_, over, field, bound) => {
  const fault = checkSpendStatPoints(points(over));
  expect(fault).toMatchObject({ code: 'BAD_USER_INPUT', field });
  expect(fault?.message).toContain(bound);
});

describe('spending', () => {
  test('takes the sum, down to the floor, and then puts points only where some were named', () => {
    const { operation, fault } = decideSpendStatPoints(intent(PLAYER), points({ energy: 2, health: 3 }));
    expect(fault).toBeNull();
    // The first settles what energy has grown to; the next test has more of it.
    expect(operation.postings.slice(1)).toEqual([
      { resource: 'stat_points', delta: -5, floor: 0, ceiling: null, atLimit: 'reject' },
      { resource: 'stat:energy', delta: 2, floor: null, ceiling: null, atLimit: 'reject' },
      { resource: 'stat:health', delta: 3, floor: null, ceiling: 100, atLimit: 'reject' },
    ]);
    expect(operation).toMatchObject({ mode: 'commit', milestones: [], staffCheck: null });
  });

  test('first writes down what grew up to the old maximum of a stat, where that is about to change', () => {
    const first = (over: Partial<SpendStatPoints>) =>
      decideSpendStatPoints(intent(PLAYER), points(over)).operation.postings[0];
    expect(first({ energy: 2 })).toEqual({
      resource: 'energy',
      delta: 0,
      floor: null,
      ceiling: MAX_ENERGY,
      atLimit: 'clamp',
      accrual: { initial: MAX_ENERGY, regenerates: { everySeconds: 300, amount: 1, upTo: MAX_ENERGY } },
    });
    expect(first({ stamina: 2 })).toMatchObject({ resource: 'stat_points' });
  });

  test('is its own business claim, under the client’s key', () => {
    const { operation } = decideSpendStatPoints(intent(PLAYER), points({ energy: 1 }));
    expect([operation.claimType, operation.claimKey]).toEqual([
      'spend_stat_points',
      operation.idempotencyKey,
    ]);
  });

  test('by staff would run under a staff check', () => {
    const { operation } = decideSpendStatPoints(intent(STAFF), points({ energy: 2, health: 3 }));
    expect(operation.staffCheck).toMatchObject({ roles: ['support', 'admin'] });
  });

  test('without rules is only looked up', () => {
    const { operation, fault } = decideSpendStatPoints(
      intent(PLAYER, { rules: null }),
      points({ energy: 1 }),
    );
    expect([operation.mode, operation.postings, fault?.code]).toEqual(['lookup', [], 'CONFIG_UNAVAILABLE']);
  });

  test('the fingerprint tells the stats apart', () => {
    const print = (over: Partial<SpendStatPoints>) =>
      decideSpendStatPoints(intent(PLAYER), points(over)).operation.fingerprint;
    expect(print({ energy: 1 })).not.toBe(print({ stamina: 1 }));
    expect(print({ energy: 1 })).toBe(print({ energy: 1 }));
  });
});
