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
  claim: {
    id: '01a201de-08ac-797b-b618-f76317a373ce',
    playerId: 'p1',
    operation: 'claimReward',
    type: 'ascension',
    key: 'tower-4',
    idempotencyKey: 'key-0000000000000001',
    actorKind: 'server',
    actorId: 'arena-1',
    reason: null,
    configVersion: 7,
    correlationId: 'correlation-1',
    playerVersion: 12,
    claimedAt: CLAIMED_AT,
    counterpartyId: null,
    draws: [],
    occurredAt: null,
  },
  changes: [
    change({ resource: 'experience', before: 90, after: 310, sequence: 4 }),
    change({ resource: 'levels_paid', before: 0, after: 2, cause: 'milestone' }),
    change({ resource: 'stat_points', before: 0, after: 6, cause: 'milestone' }),
    change({ resource: 'lifetime_points', before: 5, after: 10, sequence: 2 }),
  ],
  counterpartyChanges: null,
  balances: { experience: 310, levels_paid: 2, stat_points: 6, lifetime_points: 10, gold: 1, charges: 2 },
  anchors: { charges: '2026-11-01T23:00:00.000Z' },
  playerSince: '2026-10-01T00:00:00.000Z',
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
      correlationId: 'correlation-1',
    });
    expect(receipt.player).toMatchObject({
      id: 'p1',
      version: 12,
      level: 3,
      unspentStatPoints: 6,
      // Balances that never moved have their opening amount. Regeneration is computed for the time of the claim.
      balances: { ...GRANTED.balances, energy: 100, health: 500 },
      regenerations: { charges: { upTo: 5, nextUnitAt: new Date('2026-11-02T00:00:00.000Z') } },
    });
  });

  test('a replayed receipt equals the original except for `replayed`', () => {
    expect(receiptOf({ ...GRANTED, replayed: true }, RULES)).toEqual({
      ...receiptOf(GRANTED, RULES),
      replayed: true,
    });
  });

  test('a claim that moved nothing has the same level and tier before and after', () => {
    expect(receiptOf({ ...GRANTED, changes: [] }, RULES)).toMatchObject({
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
    playerVersion: 11,
    changes,
    balances,
    anchors: {},
    playerSince: CLAIMED_AT,
    at: CLAIMED_AT,
  });

  test('a preview of a claim has the player at the next version, and level and tier before and after', () => {
    const request = { type: 'daily', key: null, facts: null, ticket: null };
    const { operation } = decideClaimReward(intentOf(PLAYER), request);
    const changes = [
      change({ resource: 'experience', before: 90, after: 310 }),
      change({ resource: 'lifetime_points', before: 5, after: 10 }),
    ];
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

  test('a preview of an exchange has the odds of each table and the number of its draws', () => {
    const quantity = quantityOf(2);
    const { operation } = decideExchange(intentOf(PLAYER), { exchange: 'wager', quantity }, null);
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
});
