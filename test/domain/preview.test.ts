import { describe, expect, test } from 'vitest';
import { decideClaimReward } from '../../src/domain/claim-reward.ts';
import { tableOdds } from '../../src/domain/draw.ts';
import { decideExchange } from '../../src/domain/exchange.ts';
import type { ChangeRecord } from '../../src/domain/outcome.ts';
import { type Judged, previewOfClaim, previewOfExchange } from '../../src/domain/receipt.ts';
import { CHEST, COIN, intent, PLAYER, RULES } from './rules.ts';

const AT = '2026-11-01T23:30:00.000Z';
const change = (resource: string, before: number, delta: number): ChangeRecord => ({
  resource,
  before,
  after: before + delta,
  delta,
  requested: delta,
  sequence: 1,
  cause: 'operation',
});
const found = (changes: ChangeRecord[], balances: Record<string, number>): Judged['found'] => ({
  kind: 'preview',
  playerVersion: 11,
  changes,
  balances,
  anchors: {},
  playerSince: AT,
  at: AT,
});

test('a preview of a claim shows the player after it, a version on, and both sides of level and tier', () => {
  const request = { type: 'daily', key: null, facts: null, ticket: null };
  const { operation } = decideClaimReward(intent(PLAYER), request);
  const changes = [change('experience', 90, 220), change('lifetime_points', 5, 5)];
  const preview = previewOfClaim({
    found: found(changes, { experience: 310, lifetime_points: 10 }),
    operation,
    rules: RULES,
  });
  expect(preview).toMatchObject({
    kind: 'preview',
    claimType: 'daily',
    claimKey: '2026-11-02',
    changes,
    playerVersion: 11,
    configVersion: 7,
    player: { id: 'p1', version: 12, level: 3 },
    levelBefore: 1,
    levelAfter: 3,
    tierBefore: null,
    tierAfter: 'Bronze',
  });
});

test('a preview of an exchange shows the odds of each table, as often as it would be drawn from', () => {
  const quantity = 2;
  const { operation } = decideExchange(intent(PLAYER), { exchange: 'wager', quantity }, null);
  const preview = previewOfExchange(
    { found: found([], { 'pity:chest': 2 }), operation, rules: RULES },
    quantity,
  );
  expect(preview.draws.map(({ table, draws, of }) => [table, draws, of])).toEqual([
    ['chest', 2, 10],
    ['coin', 4, 2],
  ]);
  expect(preview.draws.map(({ guarantee }) => guarantee?.certainWithin ?? null)).toEqual([2, null]);
});

describe('the guarantee of three draws without', () => {
  test.each([
    [{}, 0, 4],
    [{ 'pity:chest': 1 }, 1, 3],
    [{ 'pity:chest': 2 }, 2, 2],
    [{ 'pity:chest': 3 }, 3, 1],
    [{ 'pity:chest': 9 }, 9, 1],
  ])('at %j: %i since, certain within %i', (balances, since, certainWithin) => {
    expect(tableOdds(CHEST, 1, balances).guarantee).toEqual({
      counter: 'pity:chest',
      outcomes: ['epic'],
      since,
      certainWithin,
    });
  });
});

test('the odds are the table’s own: outcomes in its order, weights that add up', () => {
  const { outcomes, of } = tableOdds(COIN, 3, {});
  expect(outcomes).toEqual(COIN.outcomes);
  expect(of).toBe(outcomes.reduce((sum, { weight }) => sum + weight, 0));
});
