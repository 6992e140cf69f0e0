import { describe, expect, test } from 'vitest';
import { decideClaimReward } from '../../src/domain/claim-reward.ts';
import { decideExchange } from '../../src/domain/exchange.ts';
import type { ChangeRecord, Outcome } from '../../src/domain/outcome.ts';
import {
  type EvaluatedOperation,
  previewOfClaim,
  previewOfExchange,
  receiptOf,
} from '../../src/domain/receipt.ts';
import type { Alternatives } from '../../src/domain/terms.ts';
import { intentOf, PLAYER, quantityOf, RULES } from './rules.ts';

const CLAIMED_AT = '2026-11-01T23:30:00.000Z';

function change(
  moved: Pick<ChangeRecord, 'resource' | 'before' | 'after'> & Partial<ChangeRecord>,
): ChangeRecord {
  const delta = moved.after - moved.before;
  return { delta, requested: delta, sequence: 1, cause: 'operation', ...moved };
}

const GRANTED: Extract<Outcome, { kind: 'granted' }> = {
  kind: 'granted',
  replayed: false,
  archived: false,
  claim: {
    id: 'k3v9q0d8x2m7c5ta1b',
    playerId: 'p1',
    operation: 'claimReward',
    type: 'ascension',
    key: 'tower-4',
    idempotencyKey: 'key-0000000000000001',
    actorKind: 'server',
    actorId: 'arena-1',
    reason: null,
    configVersion: 7,
    amountsVersion: null,
    correlationId: 'correlation-1',
    clientCorrelationId: null,
    playerVersion: 12,
    claimedAt: CLAIMED_AT,
    counterpartyId: null,
    draws: [],
    paidWith: null,
    becamePending: false,
    chosen: null,
    combat: null,
    occurredAt: null,
    factsRead: null,
    usedLimits: [],
  },
  changes: [
    change({ resource: 'experience', before: 90, after: 310, sequence: 4 }),
    change({ resource: 'levels_paid', before: 0, after: 2, cause: 'milestone' }),
    change({ resource: 'stat_points', before: 0, after: 6, cause: 'milestone' }),
    change({ resource: 'lifetime_points', before: 5, after: 10, sequence: 2 }),
    change({ resource: 'charges', before: 4, after: 5, cause: 'regeneration', sequence: 1 }),
    change({ resource: 'charges', before: 5, after: 2, sequence: 2 }),
  ],
  counterpartyChanges: null,
  anchors: { charges: '2026-11-01T23:00:00.000Z' },
  shown: { 'stat:energy': 2 },
  config: null,
};

describe('receiptOf', () => {
  test('a receipt has the player directly after the claim, and level and tier before and after it', () => {
    const receipt = receiptOf(GRANTED, RULES);
    expect(receipt).toMatchObject({
      kind: 'receipt',
      claim: GRANTED.claim,
      changes: GRANTED.changes,
      counterpartyChanges: null,
      levelBefore: 1,
      levelAfter: 3,
      tierBefore: null,
      tierAfter: 'Bronze',
      replayed: false,
      archived: false,
      correlationId: 'correlation-1',
    });
    expect(receipt.player).toEqual({
      id: 'p1',
      version: 12,
      balances: { experience: 310, levels_paid: 2, stat_points: 6, lifetime_points: 10, charges: 2 },
      regenerations: {
        charges: {
          upTo: 5,
          nextUnitAt: new Date('2026-11-02T00:00:00.000Z'),
          fullAt: new Date('2026-11-02T02:00:00.000Z'),
        },
      },
      level: 3,
      experience: { current: 310, levelBeganAt: 300, nextLevelAt: 600 },
      tier: { name: 'Bronze', lifetimePoints: 10, next: { name: 'Silver', from: 1_000, missing: 990 } },
      unspentStatPoints: 6,
      stats: [
        { stat: 'energy', points: 2, maximum: 120 },
        { stat: 'health', points: 0, maximum: 500 },
        { stat: 'stamina', points: 0, maximum: 100 },
      ],
    });
  });

  test.each([
    ['an amount below the maximum that follows from points', 119, '2026-11-01T23:05:00.000Z'],
    ['the maximum that follows from points', 120, null],
    ['an amount above it, after a gift', 150, null],
  ])('a receipt shows how a balance goes on regenerating: %s', (_, after, next) => {
    const changes = [change({ resource: 'energy', before: 100, after })];
    const anchors = { energy: '2026-11-01T23:00:00.000Z' };
    const { regenerations } = receiptOf({ ...GRANTED, changes, anchors }, RULES).player;
    const nextUnitAt = next && new Date(next);
    expect(regenerations).toEqual({ energy: { upTo: 120, nextUnitAt, fullAt: nextUnitAt } });
  });

  test('a receipt shows no regeneration of what does not regenerate under the rules of the claim', () => {
    const changes = [change({ resource: 'gold', before: 0, after: 5 })];
    const anchors = { gold: '2026-11-01T23:00:00.000Z' };
    const { player } = receiptOf({ ...GRANTED, changes, anchors }, RULES);
    expect([player.balances, player.regenerations]).toEqual([{ gold: 5 }, {}]);
  });

  test('a replayed receipt equals the original except for `replayed`', () => {
    expect(receiptOf({ ...GRANTED, replayed: true }, RULES)).toEqual({
      ...receiptOf(GRANTED, RULES),
      replayed: true,
    });
  });

  test('a claim that moved nothing has the same level and tier before and after', () => {
    const shown = { experience: 310, lifetime_points: 10, stat_points: 4 };
    expect(receiptOf({ ...GRANTED, changes: [], anchors: {}, shown }, RULES)).toMatchObject({
      player: { balances: {}, regenerations: {}, unspentStatPoints: 4 },
      levelBefore: 3,
      levelAfter: 3,
      tierBefore: 'Bronze',
      tierAfter: 'Bronze',
    });
  });

  test('a receipt under the rules of another config version throws an error', () => {
    expect(() => receiptOf(GRANTED, { ...RULES, version: 8 })).toThrow(
      'claim of config version 7 shown under version 8',
    );
  });
});

describe('previews', () => {
  const found = (changes: ChangeRecord[], balances: Record<string, number>): EvaluatedOperation['found'] => ({
    kind: 'preview',
    pending: false,
    playerVersion: 11,
    paidWith: null,
    becamePending: false,
    changes,
    balances,
    anchors: {},
    shown: {},
  });

  test('a preview of a claim has the player at the next version, and level and tier before and after', () => {
    const request = { type: 'daily', key: null, facts: null, ticket: null, terms: null };
    const { operation, alternatives } = decideClaimReward(intentOf(PLAYER), request);
    const changes = [
      change({ resource: 'experience', before: 90, after: 310 }),
      change({ resource: 'lifetime_points', before: 5, after: 10 }),
    ];
    const preview = previewOfClaim({
      found: found(changes, { experience: 310, lifetime_points: 10, gold: 4 }),
      operation,
      alternatives: alternatives as Alternatives,
      rules: RULES,
    });
    expect(preview).toMatchObject({
      kind: 'preview',
      draws: [],
      claimType: 'daily',
      claimKey: '2026-11-02',
      changes,
      playerVersion: 11,
      configVersion: 7,
      terms: expect.stringMatching(/^[0-9a-f]{32}$/),
      player: { id: 'p1', version: 12, balances: { experience: 310, lifetime_points: 10 }, level: 3 },
      levelBefore: 1,
      levelAfter: 3,
      tierBefore: null,
      tierAfter: 'Bronze',
    });
  });

  test('a preview of an exchange has the odds of each table and the number of its draws', () => {
    const quantity = quantityOf(2);
    const request = { exchange: 'wager', quantity, payWith: null, choose: null, terms: null };
    const { operation, alternatives } = decideExchange(intentOf(PLAYER), request, null);
    const preview = previewOfExchange({
      found: found([], { 'pity:chest': 2 }),
      operation,
      alternatives: alternatives as Alternatives,
      rules: RULES,
    });
    expect(preview.draws.map(({ table, draws, of }) => [table, draws, of])).toEqual([
      ['chest', 2, 10],
      ['coin', 4, 2],
    ]);
    expect(
      preview.draws.map(({ guarantees }) => guarantees.map(({ certainWithin }) => certainWithin)),
    ).toEqual([[2], []]);
  });
});
