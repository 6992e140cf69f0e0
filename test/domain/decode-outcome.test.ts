// The kernel's answers to operations are decoded to outcomes: claims, rejections and all others.
import { describe, expect, test } from 'vitest';
import { encodeClaimId } from '../../src/domain/claim-id.ts';
import type { Outcome } from '../../src/domain/outcome.ts';
import { decodeOutcomes } from '../../src/ledger/decode-outcome.ts';
import type {
  KernelClaim,
  KernelNewGrant,
  KernelOperation,
  KernelOutcome,
  KernelReplay,
} from '../../src/ledger/kernel-contract.ts';
import { AT, change, NO_CONFIGS, REQUEST_ID } from '../support/kernel-answers.ts';

const HANDLE = '00112233445566778899';
const CLAIM_ID = encodeClaimId(HANDLE, 5);

const CLAIM: KernelClaim = {
  handle: HANDLE,
  number: 5,
  version: 4,
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
  correlationId: REQUEST_ID,
  clientCorrelationId: null,
  claimedAt: AT,
  counterpartyId: null,
  ...{ draws: null, paidWith: null, becamePending: null, occurredAt: null, factsRead: { level: 3 } },
  input: { type: 'ascension' },
  limitsUsed: [[true, 'shared:gems', 'ever', 2]],
};

/** The members that an answer to a new claim leaves to the caller. */
const OPERATION = {
  name: CLAIM.operation,
  player: CLAIM.playerId,
  claim_type: CLAIM.type,
  idempotency_key: CLAIM.idempotencyKey,
  actor_kind: CLAIM.actorKind,
  actor_id: CLAIM.actorId,
  reason: null,
  correlation_id: REQUEST_ID,
  client_correlation_id: null,
  occurred_at: null,
} as KernelOperation;

function decoded(outcome: KernelOutcome, configs = NO_CONFIGS): Outcome {
  const [only, ...others] = decodeOutcomes({ outcomes: [outcome], ...configs }, [OPERATION]);
  expect(others).toEqual([]);
  return only as Outcome;
}

test('a new claim and its replay are decoded to the same claim', () => {
  const { handle, number, version, key, configVersion, amountsVersion, counterpartyId, draws } = CLAIM;
  const { factsRead, limitsUsed } = CLAIM;
  const moved = { changes: [change()], counterpartyChanges: null, shown: { experience: 40 } };
  const fresh: KernelNewGrant = {
    ...{ handle, number, version, key, configVersion, amountsVersion, counterpartyId, draws },
    ...{ factsRead, limitsUsed, paidWith: null, becamePending: null, ...moved },
    kind: 'granted',
    replayed: false,
    claimedAt: '2026-11-01T23:30:00.123+00:00',
  };
  const replay = decoded({ kind: 'granted', replayed: true, claim: CLAIM, ...moved });
  expect(decoded(fresh)).toEqual({ ...replay, replayed: false });
});

describe('a granted operation', () => {
  const granted: KernelReplay = {
    kind: 'granted',
    replayed: true,
    claim: CLAIM,
    changes: [change()],
    counterpartyChanges: null,
    shown: { experience: 40 },
  };
  const claimOf = (overrides: Partial<KernelClaim>) => {
    const outcome = decoded({ ...granted, claim: { ...CLAIM, ...overrides } });
    return outcome.kind === 'granted' ? outcome.claim : null;
  };

  test('has a claim with its public ID, ISO times and the version of the player', () => {
    expect(decoded(granted)).toEqual({
      kind: 'granted',
      replayed: true,
      archived: false,
      claim: {
        id: CLAIM_ID,
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
        correlationId: REQUEST_ID,
        clientCorrelationId: null,
        playerVersion: 4,
        claimedAt: '2026-11-01T23:30:00.123Z',
        counterpartyId: null,
        ...{
          draws: [],
          paidWith: null,
          becamePending: false,
          chosen: null,
          combat: null,
          occurredAt: null,
          factsRead: { level: 3 },
          usedLimits: [{ limit: 'stock', name: 'gems', period: 'ever', amount: 2 }],
        },
      },
      changes: [
        { resource: 'gold', before: 10, after: 15, delta: 5, requested: 5, sequence: 3, cause: 'operation' },
      ],
      counterpartyChanges: null,
      anchors: {},
      shown: { experience: 40 },
      config: null,
    });
  });

  test.each([
    'server',
    'staff',
    'operator',
  ] as const)('is filed under the correlation ID that a %s sent', (actorKind) => {
    expect(claimOf({ actorKind, clientCorrelationId: 'cup-final-1' })).toMatchObject({
      correlationId: 'cup-final-1',
      clientCorrelationId: null,
    });
  });

  test('is filed under the ID of the request where a player made it, and keeps what the player sent', () => {
    const made = { actorKind: 'player', actorId: 'p1' } as const;
    // The kernel stores it behind the player's number.
    expect(claimOf({ ...made, clientCorrelationId: '17/cup-final-1' })).toMatchObject({
      correlationId: REQUEST_ID,
      clientCorrelationId: 'cup-final-1',
    });
    expect(claimOf(made)).toMatchObject({ correlationId: REQUEST_ID, clientCorrelationId: null });
  });

  test('keeps draws, the other player, the version of the amounts and the time of history', () => {
    const draws = [{ table: 'chest', outcome: 'rare', roll: 8, of: 10, guaranteed: false }];
    expect(claimOf({ draws, counterpartyId: 'p2', amountsVersion: 6, occurredAt: AT })).toMatchObject({
      draws,
      counterpartyId: 'p2',
      amountsVersion: 6,
      occurredAt: '2026-11-01T23:30:00.123Z',
    });
  });

  test.each([
    [1, 'operation'],
    [2, 'milestone'],
    [3, 'regeneration'],
    [4, 'opening'],
  ] as const)('the cause %i of a change is %s', (cause, name) => {
    expect(decoded({ ...granted, changes: [change({ cause })] })).toMatchObject({
      changes: [{ cause: name }],
    });
  });

  test('has the last anchor of each resource, and the changes of both players', () => {
    const changes = [
      change({ resource: 'energy', cause: 3, anchored_at: new Date(AT - 60_000).toISOString() }),
      change({ resource: 'energy', delta: -5, requested: -5, anchored_at: new Date(AT).toISOString() }),
      change(),
    ];
    expect(
      decoded({
        ...granted,
        changes,
        counterpartyChanges: [change({ anchored_at: new Date(AT).toISOString() })],
      }),
    ).toMatchObject({
      anchors: { energy: '2026-11-01T23:30:00.123Z' },
      changes: [{ after: 15 }, { after: 5 }, { after: 15 }],
      counterpartyChanges: [{ resource: 'gold', after: 15 }],
    });
  });

  test('has the config of its claim, where the answer holds one', () => {
    const configs = [6, 7].map((version) => ({ version, sha256: `sha-${version}`, document: { version } }));
    expect(decoded(granted, { current: null, configs })).toMatchObject({ config: configs[1] });
    expect(decoded(granted, { current: null, configs: configs.slice(0, 1) })).toMatchObject({ config: null });
  });
});

describe('a rejected operation', () => {
  const rejected = {
    kind: 'rejected',
    replayed: true,
    madeBy: { kind: 'staff', id: 'clerk' },
    correlationId: REQUEST_ID,
    clientCorrelationId: 'cup-final-1',
    original: null,
  } as const;

  test('has its rejection as it is stored, and actor and correlation ID of the first attempt', () => {
    const rejection = { kind: 'version_conflict', expected: 3, current: 5 } as const;
    expect(decoded({ ...rejected, rejection })).toEqual({
      kind: 'rejected',
      replayed: true,
      rejection,
      actor: { kind: 'staff', id: 'clerk' },
      correlationId: 'cup-final-1',
      original: null,
    });
  });

  test('names the claim that was granted first by its public ID', () => {
    const sourceKey = { type: 'gold', key: 'match-7' };
    const rejection = { kind: 'already_claimed', number: 5, sourceKey, reversedBy: null } as const;
    expect(
      decoded({ ...rejected, rejection, original: { claim: CLAIM, changes: [change()] } }),
    ).toMatchObject({
      rejection: { kind: 'already_claimed', claimId: CLAIM_ID, sourceKey, reversedBy: null },
      original: { claim: { id: CLAIM_ID }, changes: [{ resource: 'gold', after: 15 }] },
    });
  });

  test('names the reversal of the claim by its public ID, with its time', () => {
    const reversedBy = { number: 6, at: AT };
    const rejection = { kind: 'already_claimed', number: 5, sourceKey: null, reversedBy } as const;
    expect(decoded({ ...rejected, rejection, original: { claim: CLAIM, changes: [] } })).toMatchObject({
      rejection: {
        claimId: CLAIM_ID,
        reversedBy: { claimId: encodeClaimId(HANDLE, 6), reversedAt: '2026-11-01T23:30:00.123Z' },
      },
    });
  });

  test('names no claim where another player has it', () => {
    const rejection = {
      kind: 'already_claimed',
      number: null,
      sourceKey: null,
      reversedBy: null,
    } as const;
    expect(decoded({ ...rejected, rejection })).toMatchObject({
      rejection: { kind: 'already_claimed', claimId: null, sourceKey: null, reversedBy: null },
      original: null,
    });
  });
});

test.each<[KernelOutcome, Outcome]>([
  [
    {
      kind: 'key_reused',
      fields: ['key'],
      madeBy: { kind: 'player', id: 'p1' },
      correlationId: REQUEST_ID,
      clientCorrelationId: '17/cup-final-1',
    },
    {
      kind: 'key_reused',
      fields: ['key'],
      actor: { kind: 'player', id: 'p1' },
      correlationId: REQUEST_ID,
    },
  ],
  [{ kind: 'unknown_key' }, { kind: 'unknown_key' }],
  [
    { kind: 'forbidden', why: 'disabled' },
    { kind: 'forbidden', why: 'disabled' },
  ],
  [{ kind: 'busy' }, { kind: 'busy' }],
  [
    { kind: 'clock_behind', seconds: 400 },
    { kind: 'clock_behind', seconds: 400 },
  ],
  [
    { kind: 'stale_time', at: AT },
    { kind: 'stale_time', at: new Date(AT) },
  ],
  [
    { kind: 'rate_limited', retryAt: AT, of: 'server' },
    { kind: 'rate_limited', retryAt: new Date(AT), of: 'server' },
  ],
  [{ kind: 'stale_config' }, { kind: 'stale_config', current: null }],
])('the outcome %j', (kernel, expected) => {
  expect(decoded(kernel)).toEqual(expected);
});

test('a stale config comes with the current one, and without its document where the caller holds it', () => {
  const current = { version: 8, sha256: 'sha-8' };
  const document = { timeZone: 'UTC' };
  const configs = [
    { version: 6, sha256: 'sha-6', document: {} },
    { ...current, document },
  ];
  expect(decoded({ kind: 'stale_config' }, { current, configs })).toEqual({
    kind: 'stale_config',
    current: { ...current, document },
  });
  expect(decoded({ kind: 'stale_config' }, { current, configs: [{ ...current, document: null }] })).toEqual({
    kind: 'stale_config',
    current: { ...current, document: null },
  });
});

test('outcomes are in the order of the operations', () => {
  const outcomes = [{ kind: 'busy' }, { kind: 'unknown_key' }, { kind: 'busy' }] as const;
  expect(decodeOutcomes({ outcomes, ...NO_CONFIGS }, [])).toEqual(outcomes);
});
