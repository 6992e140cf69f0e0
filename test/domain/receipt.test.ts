import { expect, test } from 'vitest';
import type { Outcome } from '../../src/domain/outcome.ts';
import { receiptOf } from '../../src/domain/receipt.ts';
import { RULES } from './rules.ts';

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
    claimedAt: '2026-11-01T23:30:00.000Z',
  },
  changes: [
    { resource: 'experience', before: 90, after: 310, delta: 220, requested: 220, sequence: 4 },
    { resource: 'levels_paid', before: 0, after: 2, delta: 2, requested: 2, sequence: 1 },
    { resource: 'stat_points', before: 0, after: 6, delta: 6, requested: 6, sequence: 1 },
    { resource: 'lifetime_points', before: 5, after: 10, delta: 5, requested: 5, sequence: 2 },
  ],
  balances: { experience: 310, levels_paid: 2, stat_points: 6, lifetime_points: 10, gold: 1 },
  config: null,
};

test('a receipt shows the player right after the claim, and level and tier on both sides of it', () => {
  const receipt = receiptOf(GRANTED, RULES);
  expect(receipt).toMatchObject({
    kind: 'receipt',
    claim: GRANTED.claim,
    changes: GRANTED.changes,
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
    balances: GRANTED.balances,
  });
});

test('a replayed receipt differs in nothing but that it says so', () => {
  expect(receiptOf({ ...GRANTED, replayed: true }, RULES)).toEqual({
    ...receiptOf(GRANTED, RULES),
    replayed: true,
  });
});

test('a claim that moved nothing has the same level and tier on both sides', () => {
  expect(receiptOf({ ...GRANTED, changes: [] }, RULES)).toMatchObject({
    levelBefore: 3,
    levelAfter: 3,
    tierBefore: 'Bronze',
    tierAfter: 'Bronze',
  });
});

test('a claim is never shown under the rules of another config version', () => {
  expect(() => receiptOf(GRANTED, { ...RULES, version: 8 })).toThrow(
    'claim of config version 7 shown under version 8',
  );
});
