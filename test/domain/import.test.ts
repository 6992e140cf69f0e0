import { describe, expect, test } from 'vitest';
import { planImport } from '../../cli/import/plan.ts';
import type { NumberedRow } from '../../cli/import/read-rows.ts';
import { type HistoricRow, importOperation } from '../../src/domain/import.ts';
import { PATTERNS } from '../../src/domain/values.ts';
import { RULES } from './rules.ts';

const IMPORT_RUN = {
  operator: { kind: 'operator', id: 'ada' },
  correlationId: '01a201d2-9e85-780d-9e07-8cd1c2c6ba5c',
  rules: RULES,
} as const;

const row = (overrides: Partial<HistoricRow> = {}): HistoricRow => ({
  playerId: 'p1',
  resource: 'gold',
  amount: 5,
  time: '2024-05-01T12:00:00.000Z',
  source: 'old_table',
  key: null,
  type: null,
  ...overrides,
});
const numbered = (rows: Partial<HistoricRow>[]): NumberedRow[] =>
  rows.map((overrides, index) => ({ ...row(overrides), line: index + 2 }));
const keysOf = (overrides: Partial<HistoricRow>, occurrence = 1) => {
  const { idempotencyKey, claimType, claimKey } = importOperation(row(overrides), occurrence, IMPORT_RUN);
  return { idempotencyKey, claimType, claimKey };
};

describe('the keys of a historic row', () => {
  test('the keys of a row follow from its contents, not from who imports it or when', () => {
    const again = importOperation(row(), 1, {
      operator: { kind: 'operator', id: 'bob' },
      correlationId: '01a201d2-9e85-780d-9e07-8cd1c2c6ba5d',
      rules: { ...RULES, version: 9 },
    });
    expect(keysOf({})).toEqual({
      idempotencyKey: again.idempotencyKey,
      claimType: again.claimType,
      claimKey: again.claimKey,
    });
  });

  test.each([
    ['another player', { playerId: 'p2' }],
    ['another resource', { resource: 'gems' }],
    ['another amount', { amount: 6 }],
    ['another time', { time: '2024-05-01T12:00:00.001Z' }],
    ['another source', { source: 'other_table' }],
    ['a key', { key: 'k1' }],
  ])('a row with %s has other keys', (_, overrides) => {
    expect(keysOf(overrides).idempotencyKey).not.toBe(keysOf({}).idempotencyKey);
    expect(keysOf(overrides).claimKey).not.toBe(keysOf({}).claimKey);
  });

  test('a duplicate has its own keys and is not a second claim of the first row', () => {
    const [first, second] = [keysOf({ key: 'k1', type: 'quest' }), keysOf({ key: 'k1', type: 'quest' }, 2)];
    expect(first).toMatchObject({ claimType: 'quest', claimKey: 'k1' });
    expect(second).toMatchObject({
      claimType: 'import',
      claimKey: expect.stringMatching(/^row:[0-9a-f]{32}$/),
    });
    expect(second.idempotencyKey).not.toBe(first.idempotencyKey);
  });

  test('the key of a row without a type belongs to its source: two sources may use the same key', () => {
    const [one, other] = [keysOf({ key: 'k1' }), keysOf({ key: 'k1', source: 'other_table' })];
    expect(other.idempotencyKey).not.toBe(one.idempotencyKey);
    expect(other.claimKey).not.toBe(one.claimKey);
  });

  test('the key of a row with a type belongs to the claim: two sources with one claim have one row', () => {
    const claim = { key: 'k1', type: 'quest' };
    expect(keysOf({ ...claim, source: 'other_table' })).toEqual(keysOf(claim));
    for (const other of [{ key: 'k2' }, { type: 'raid' }, { playerId: 'p2' }])
      expect(keysOf({ ...claim, ...other }).idempotencyKey).not.toBe(keysOf(claim).idempotencyKey);
  });

  test('a claim of a type and a row of a source with the same name have different keys', () => {
    expect(keysOf({ key: 'k1', source: 'quest' }).idempotencyKey).not.toBe(
      keysOf({ key: 'k1', type: 'quest' }).idempotencyKey,
    );
  });

  test('a colon in a source or a key does not make two rows equal', () => {
    const [one, other] = [keysOf({ source: 'a', key: 'b:c' }), keysOf({ source: 'a:b', key: 'c' })];
    expect(other.claimKey).not.toBe(one.claimKey);
  });

  test('the digest of a row is never the claim key of a row with a source and a key', () => {
    const digest = keysOf({}).claimKey;
    const forged = keysOf({ source: 'row', key: digest.slice(4) });
    expect(forged.claimKey).not.toBe(digest);
  });

  test('the idempotency key of a row is one that no player, server or staff member can use first', () => {
    expect(keysOf({}).idempotencyKey).not.toMatch(PATTERNS.idempotencyKey.expression);
  });

  test('the claim key holds source and key where they fit, and a digest otherwise', () => {
    expect(keysOf({ key: 'tx-9' }).claimKey).toBe('9:old_table4:tx-9');
    expect(keysOf({ key: 'not a key' }).claimKey).toMatch(/^row:/);
    expect(keysOf({ key: 'k'.repeat(250) }).claimKey).toMatch(/^sha256:[0-9a-f]{64}$/);
  });

  test('every key fits the bounds of the ledger', () => {
    for (const overrides of [
      {},
      { key: '☃'.repeat(80) },
      { source: 's'.repeat(128), key: 'k'.repeat(255) },
    ]) {
      const { idempotencyKey, claimKey } = keysOf(overrides);
      expect(idempotencyKey).toMatch(/^[A-Za-z0-9_.:-]{16,255}$/);
      expect(claimKey).toMatch(PATTERNS.claimKey.expression);
    }
  });

  test('the keys of a row with a key ignore its other contents, so a row that differs is a duplicate', () => {
    expect(keysOf({ key: 'k1', amount: 6 }).idempotencyKey).toBe(keysOf({ key: 'k1' }).idempotencyKey);
    expect(importOperation(row({ key: 'k1', amount: 6 }), 1, IMPORT_RUN).fingerprint).not.toBe(
      importOperation(row({ key: 'k1' }), 1, IMPORT_RUN).fingerprint,
    );
  });
});

test('an imported row has no floor, ceiling, level milestone, limit or counterparty', () => {
  const { idempotencyKey, fingerprint, claimType, claimKey, ...operation } = importOperation(
    row({ amount: -5, key: 'k1' }),
    1,
    IMPORT_RUN,
  );
  expect(operation).toEqual({
    name: 'import',
    mode: 'commit',
    playerId: 'p1',
    createsPlayer: true,
    actor: IMPORT_RUN.operator,
    permission: 'import',
    staff: null,
    sourceKeys: [],
    input: {
      resource: 'gold',
      amount: -5,
      time: '2024-05-01T12:00:00.000Z',
      source: 'old_table',
      key: 'k1',
    },
    correlationId: IMPORT_RUN.correlationId,
    clientCorrelationId: null,
    configVersion: 7,
    configSha256: RULES.sha256,
    holdsFrom: null,
    holdsUntil: null,
    reason: null,
    expectedVersion: null,
    decidedOn: null,
    factsRead: null,
    zones: null,
    source: { kind: 'postings' },
    postings: [{ resource: 'gold', delta: -5, floor: null, ceiling: null, atLimit: 'reject' }],
    requires: [],
    advances: [],
    choices: [],
    milestones: false,
    counterparty: null,
    onFull: null,
    limits: [],
    age: null,
    units: 1,
    resources: ['gold'],
    shown: [],
    acceptsGifts: null,
    freezes: null,
    occurredAt: '2024-05-01T12:00:00.000Z',
    rejection: null,
  });
  expect([idempotencyKey, fingerprint, claimType, claimKey]).toEqual([
    expect.stringMatching(/^onceward:import:[0-9a-f]{64}$/),
    expect.stringMatching(/^[0-9a-f]{64}$/),
    'import',
    '9:old_table2:k1',
  ]);
  expect(importOperation(row(), 2, IMPORT_RUN).input).toMatchObject({ occurrence: 2 });
});

test('an imported row of a resource that regenerates names what its limit follows from', () => {
  const { resources } = importOperation(row({ resource: 'energy' }), 1, IMPORT_RUN);
  expect(resources).toEqual(['energy', 'stat:energy']);
});

describe('the plan of an import', () => {
  test('the plan orders the rows of each player by time, and rows of one time by their place in the file', () => {
    const { players } = planImport(
      numbered([
        { playerId: 'p2', amount: 1 },
        { playerId: 'p1', amount: 2, time: '2024-05-02T00:00:00.000Z' },
        { playerId: 'p1', amount: 3 },
        { playerId: 'p1', amount: 4 },
      ]),
    );
    expect(players.map((rows) => rows.map(({ row: { amount } }) => amount))).toEqual([[3, 4, 2], [1]]);
  });

  test('a claim of a type and a row of a source with the same name are not duplicates', () => {
    const { duplicates } = planImport(
      numbered([
        { key: 'k1', source: 'quest' },
        { key: 'k1', type: 'quest' },
      ]),
    );
    expect(duplicates).toEqual([]);
  });

  test('the plan keeps duplicates and names the line of the first row', () => {
    const plan = planImport(
      numbered([{}, { amount: 6 }, {}, { key: 'k1' }, { key: 'k1', amount: 9 }, { playerId: 'p2' }, {}]),
    );
    expect(plan.duplicates.map(({ row: { line }, ...rest }) => ({ line, ...rest }))).toEqual([
      { line: 4, occurrence: 2, firstLine: 2, differs: false },
      { line: 6, occurrence: 2, firstLine: 5, differs: true },
      { line: 8, occurrence: 3, firstLine: 2, differs: false },
    ]);
    expect(plan.players.flat()).toHaveLength(7);
    expect(plan).toMatchObject({ rows: 7, keyless: 5 });
  });
});
