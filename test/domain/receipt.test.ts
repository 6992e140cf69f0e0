import { expect, test } from 'vitest';
import type { ChangeRecord, Outcome } from '../../src/domain/outcome.ts';
import { receiptOf } from '../../src/domain/receipt.ts';
import { RULES } from './rules.ts';

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
    claimedAt: '2026-11-01T23:30:00.000Z',
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

test('a receipt shows the player right after the claim, and level and tier on both sides of it', () => {
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
    // As of the claim: what begins with something is shown beside what moved, and nothing has come back since.
    balances: { ...GRANTED.balances, energy: 100, health: 500 },
    regenerations: { charges: { upTo: 5, nextUnitAt: new Date('2026-11-02T00:00:00.000Z') } },
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
