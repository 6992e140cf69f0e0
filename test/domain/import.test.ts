import { describe, expect, test } from 'vitest';
import { planImport } from '../../cli/import/plan.ts';
import type { NumberedRow } from '../../cli/import/read-rows.ts';
import { type HistoricRow, importOperation } from '../../src/domain/import.ts';
import { PATTERNS } from '../../src/domain/values.ts';

const BY = {
  operator: { kind: 'operator', id: 'ada' },
  correlationId: 'import-1',
  configVersion: 7,
} as const;

const row = (over: Partial<HistoricRow> = {}): HistoricRow => ({
  playerId: 'p1',
  resource: 'gold',
  amount: 5,
  time: '2024-05-01T12:00:00.000Z',
  source: 'old_table',
  key: null,
  type: null,
  ...over,
});
const numbered = (rows: Partial<HistoricRow>[]): NumberedRow[] =>
  rows.map((over, index) => ({ ...row(over), line: index + 2 }));
const keysOf = (over: Partial<HistoricRow>, occurrence = 1) => {
  const { idempotencyKey, claimType, claimKey } = importOperation(row(over), occurrence, BY);
  return { idempotencyKey, claimType, claimKey };
};

describe('the keys of a historic row', () => {
  test('follow from what it says: the same row has the same keys, whenever and by whomever it is imported', () => {
    const again = importOperation(row(), 1, {
      operator: { kind: 'operator', id: 'bob' },
      correlationId: 'import-2',
      configVersion: 9,
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
  ])('differ with %s', (_, over) => {
    expect(keysOf(over).idempotencyKey).not.toBe(keysOf({}).idempotencyKey);
    expect(keysOf(over).claimKey).not.toBe(keysOf({}).claimKey);
  });

  test('differ for a duplicate, which is no second claim of the first', () => {
    const [first, second] = [keysOf({ key: 'k1', type: 'quest' }), keysOf({ key: 'k1', type: 'quest' }, 2)];
    expect(first).toMatchObject({ claimType: 'quest', claimKey: 'k1' });
    expect(second).toMatchObject({
      claimType: 'import',
      claimKey: expect.stringMatching(/^row:[0-9a-f]{32}$/),
    });
    expect(second.idempotencyKey).not.toBe(first.idempotencyKey);
  });

  test('without a type are the source’s: two sources may give one key to two rows', () => {
    const [one, other] = [keysOf({ key: 'k1' }), keysOf({ key: 'k1', source: 'other_table' })];
    expect(other.idempotencyKey).not.toBe(one.idempotencyKey);
    expect(other.claimKey).not.toBe(one.claimKey);
  });

  test('with a type are the claim’s: two sources that tell of one claim tell of one row', () => {
    const told = { key: 'k1', type: 'quest' };
    expect(keysOf({ ...told, source: 'other_table' })).toEqual(keysOf(told));
    for (const over of [{ key: 'k2' }, { type: 'raid' }, { playerId: 'p2' }])
      expect(keysOf({ ...told, ...over }).idempotencyKey).not.toBe(keysOf(told).idempotencyKey);
  });

  test('tell a claim of a type from a row of a source that is called like the type', () => {
    expect(keysOf({ key: 'k1', source: 'quest' }).idempotencyKey).not.toBe(
      keysOf({ key: 'k1', type: 'quest' }).idempotencyKey,
    );
  });

  test('tell sources and keys apart wherever a colon stands', () => {
    const [one, other] = [keysOf({ source: 'a', key: 'b:c' }), keysOf({ source: 'a:b', key: 'c' })];
    expect(other.claimKey).not.toBe(one.claimKey);
  });

  test('bear the source and the key where they fit a claim key', () => {
    expect(keysOf({ key: 'tx-9' }).claimKey).toBe('old_table:tx-9');
    expect(keysOf({ key: 'not a key' }).claimKey).toMatch(/^row:/);
    expect(keysOf({ key: 'k'.repeat(128) }).claimKey).toMatch(/^row:/);
  });

  test('fit the ledger', () => {
    for (const over of [{}, { key: '☃'.repeat(80) }, { source: 's'.repeat(128), key: 'k' }]) {
      const { idempotencyKey, claimKey } = keysOf(over);
      expect(idempotencyKey).toMatch(PATTERNS.idempotencyKey.expression);
      expect(claimKey).toMatch(PATTERNS.claimKey.expression);
    }
  });

  test('with a key, do not depend on the rest: a row that says something else under it is a duplicate', () => {
    expect(keysOf({ key: 'k1', amount: 6 }).idempotencyKey).toBe(keysOf({ key: 'k1' }).idempotencyKey);
    expect(importOperation(row({ key: 'k1', amount: 6 }), 1, BY).fingerprint).not.toBe(
      importOperation(row({ key: 'k1' }), 1, BY).fingerprint,
    );
  });
});

test('history is taken as it was: no floor, no ceiling, no level, no limit, nobody else', () => {
  const { idempotencyKey, fingerprint, claimType, claimKey, ...operation } = importOperation(
    row({ amount: -5, key: 'k1' }),
    1,
    BY,
  );
  expect(operation).toEqual({
    name: 'import',
    mode: 'commit',
    playerId: 'p1',
    createPlayer: true,
    actor: BY.operator,
    staffCheck: null,
    furtherKeys: [],
    input: {
      resource: 'gold',
      amount: -5,
      time: '2024-05-01T12:00:00.000Z',
      source: 'old_table',
      key: 'k1',
    },
    correlationId: 'import-1',
    configVersion: 7,
    reason: null,
    expectedVersion: null,
    postings: [{ resource: 'gold', delta: -5, floor: null, ceiling: null, atLimit: 'reject' }],
    choices: [],
    milestones: [],
    counterparty: null,
    quotas: [],
    reverses: null,
    owes: null,
    paysOwed: false,
    accruals: null,
    occurredAt: '2024-05-01T12:00:00.000Z',
    rejection: null,
  });
  expect([idempotencyKey, fingerprint, claimType, claimKey]).toEqual([
    expect.stringMatching(/^import:[0-9a-f]{64}$/),
    expect.stringMatching(/^[0-9a-f]{64}$/),
    'import',
    'old_table:k1',
  ]);
  expect(importOperation(row(), 2, BY).input).toMatchObject({ occurrence: 2 });
});

describe('the plan of an import', () => {
  test('goes through each player’s rows in the order of their times, and of the file within one', () => {
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

  test('finds no duplicate in a claim of a type, beside a row of a source that is called like the type', () => {
    const { duplicates } = planImport(
      numbered([
        { key: 'k1', source: 'quest' },
        { key: 'k1', type: 'quest' },
      ]),
    );
    expect(duplicates).toEqual([]);
  });

  test('names duplicates with the line of the first, and keeps them', () => {
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
