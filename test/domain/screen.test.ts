/** How a screen judges by what the ledger holds: as the kernel would judge the operation. */
import { describe, expect, it } from 'vitest';
import type { Posting } from '../../src/domain/moves.ts';
import { give, resourceRule, take } from '../../src/domain/postings.ts';
import { holdsAt, largestThatFits, refusedPosting } from '../../src/domain/screen.ts';
import { RULES } from './rules.ts';

const giving = (resource: string, amount: number) => give(resourceRule(RULES, resource), amount);
const taking = (resource: string, amount: number) => take(resourceRule(RULES, resource), amount);

describe('the first posting that does not fit', () => {
  it.each<[string, readonly Posting[], Record<string, number>, object | null]>([
    ['a price that is there', [taking('gold', 5)], { gold: 5 }, null],
    [
      'a price that is not there',
      [taking('gold', 5)],
      { gold: 4 },
      { kind: 'insufficient_balance', resource: 'gold', available: 4, required: 5 },
    ],
    [
      'a price in debt',
      [taking('gold', 5)],
      { gold: -4 },
      { kind: 'insufficient_balance', available: 0, required: 5 },
    ],
    [
      'two prices of one resource',
      [taking('gold', 3), taking('gold', 3)],
      { gold: 5 },
      { kind: 'insufficient_balance', available: 2, required: 3 },
    ],
    [
      'a gift above a ceiling that rejects',
      [giving('stat_points', 3)],
      { stat_points: 498 },
      { kind: 'limit_exceeded', limit: 'resource_ceiling', bound: 500, remaining: 2, requested: 3 },
    ],
    ['a gift above a ceiling that clamps', [giving('gems', 3)], { gems: 9 }, null],
    [
      'a gift that a price before it makes room for',
      [taking('stat_points', 3), giving('stat_points', 3)],
      { stat_points: 500 },
      null,
    ],
    [
      'a ceiling that follows from a stat',
      [{ ...giving('energy', 10), atLimit: 'reject' }],
      { energy: 100, 'stat:energy': 1 },
      null,
    ],
    [
      'a ceiling that follows from no points in a stat',
      [{ ...giving('energy', 10), atLimit: 'reject' }],
      { energy: 100 },
      { limit: 'resource_ceiling', bound: 100 },
    ],
    [
      'a gift of a resource without a ceiling, beyond exact numbers',
      [giving('gold', 1)],
      { gold: Number.MAX_SAFE_INTEGER },
      { limit: 'resource_ceiling' },
    ],
    ['what only writes regeneration down', [giving('charges', 0)], { charges: 9 }, null],
  ])('%s', (_, postings, balances, expected) => {
    const found = refusedPosting(postings, balances);
    if (expected === null) expect(found).toBeNull();
    else expect(found).toMatchObject(expected);
  });
});

it.each([0, 1, 2, 3, 63, 64, 99, 100])('the largest quantity that fits is found exactly: %i', (bound) => {
  expect(largestThatFits(100, (quantity) => quantity <= bound)).toBe(bound);
});

it('an answer holds from its first millisecond until before its end', () => {
  const request = { resources: [], limits: [], claims: [], pending: [], sourceKeys: [] };
  const day = { ...request, holdsFrom: '2026-12-01T00:00:00.000Z', holdsUntil: '2026-12-02T00:00:00.000Z' };
  const at = (moment: string) => holdsAt(day, new Date(moment));
  expect(at('2026-11-30T23:59:59.999Z')).toBe(false);
  expect(at('2026-12-01T00:00:00.000Z')).toBe(true);
  expect(at('2026-12-01T23:59:59.999Z')).toBe(true);
  expect(at('2026-12-02T00:00:00.000Z')).toBe(false);
  expect(holdsAt({ ...request, holdsFrom: null, holdsUntil: null }, new Date())).toBe(true);
});
