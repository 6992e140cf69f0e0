// Pages follow each other without gap or repetition, and each is read by an index, wherever it begins.
import { describe, expect, test } from 'vitest';
import { encodeCursor, type PageRequest } from '../../src/ledger/page.ts';
import {
  CLAIMS,
  claimByIdStatement,
  claimByKeyStatement,
  claimsStatement,
  readClaim,
  readClaims,
} from '../../src/ledger/read-claims.ts';
import { ledgerOrder } from '../../src/ledger/read-entries.ts';
import type { HistoryFilter } from '../../src/ledger/read-history.ts';
import {
  ledgerPosition,
  ledgerStatement,
  ledgerWithTiersStatement,
  readLedger,
} from '../../src/ledger/read-ledger.ts';
import {
  type PendingFilter,
  pendingCursor,
  pendingStatement,
  readPending,
} from '../../src/ledger/read-pending.ts';
import { balanceAtStatement, playerStatement } from '../../src/ledger/read-player.ts';
import { attemptStatements, traceStatements } from '../../src/ledger/read-trace.ts';
import {
  movedBy,
  NO_FILTER,
  NUMBERS,
  openPast,
  PLAYER,
  rowsOf,
  SERVER,
  timeOf,
  typeOf,
} from '../support/ledger/past.ts';

const { database, app } = openPast();

const numbers = Array.from({ length: NUMBERS }, (_, index) => NUMBERS - index);
const isWithin = (number: number, { claimType, from, to }: HistoryFilter) =>
  (claimType === null || typeOf(number) === claimType) &&
  (from === null || timeOf(number) >= from) &&
  (to === null || timeOf(number) < to);

const INTERVAL = { from: timeOf(5_990), to: timeOf(6_110) };
const FILTERS: readonly Partial<HistoryFilter>[] = [
  {},
  { claimType: 'boss' },
  { claimType: 'transfer' },
  { claimType: 'reversal' },
  { claimType: 'nobody_claims_this' },
  { resource: 'gems' },
  { resource: 'lifetime_points' },
  { resource: 'nothing' },
  { resource: 'gems', claimType: 'quest' },
  { resource: 'gems', claimType: 'transfer' },
  INTERVAL,
  { ...INTERVAL, claimType: 'quest' },
  { ...INTERVAL, resource: 'gems' },
  { ...INTERVAL, resource: 'gems', claimType: 'transfer' },
  { from: timeOf(NUMBERS + 1) },
  { to: timeOf(1) },
];
const CASES = FILTERS.map((filter) => [JSON.stringify(filter), { ...NO_FILTER, ...filter }] as const);

/** The first pages in one direction, as they follow each other by their cursors. */
async function pagesOf<Row>(
  read: (page: PageRequest) => Promise<Row[]>,
  cursorOf: (row: Row) => string,
  inverted: boolean,
): Promise<Row[]> {
  const rows: Row[] = [];
  for (let page = 0; page < 4; page += 1) {
    const last = rows.at(-1);
    const cursor = last && { [inverted ? 'before' : 'after']: cursorOf(last) };
    rows.push(...(await read({ limit: 7, inverted, ...cursor })));
  }
  return rows;
}

/** The expected rows of four pages, of the newest first. */
const fourPages = <Row>(all: readonly Row[], inverted: boolean) =>
  (inverted ? all.toReversed() : all).slice(0, 28);

describe.each(CASES)('of the filter %s', (_, filter) => {
  test.each([
    false,
    true,
  ])('pages of claims follow each other without gap or repetition (from the end: %s)', async (inverted) => {
    const moves = (number: number) => filter.resource === null || movedBy(number).includes(filter.resource);
    const expected = numbers.filter((number) => isWithin(number, filter) && moves(number));
    const rows = await pagesOf(
      (page) => rowsOf(readClaims(database(), SERVER, { playerId: PLAYER, filter, page })),
      ({ number }) => encodeCursor(CLAIMS.list, [number]),
      inverted,
    );
    expect(rows.map(({ number }) => number)).toEqual(fourPages(expected, inverted));
    for (const { number, type, claimedAt, playerVersion, changes } of rows) {
      expect([type, claimedAt]).toEqual([typeOf(number), timeOf(number).toISOString()]);
      expect(playerVersion).toBe(type === 'transfer' ? number - 1 : number);
      expect(changes.map(({ resource }) => resource)).toEqual(movedBy(number));
    }
  });

  test.each([
    false,
    true,
  ])('pages of the ledger follow each other without gap or repetition (from the end: %s)', async (inverted) => {
    const expected = numbers
      .filter((number) => isWithin(number, filter))
      .flatMap((number) =>
        movedBy(number)
          .map((resource) => [number, resource] as const)
          .toReversed(),
      )
      .filter(([, resource]) => filter.resource === null || resource === filter.resource);
    const rows = await pagesOf(
      (page) => rowsOf(readLedger(database(), SERVER, { playerId: PLAYER, filter, page, withTiers: false })),
      (entry) => encodeCursor(ledgerOrder(filter).list, ledgerPosition(entry, filter)),
      inverted,
    );
    expect(rows.map(({ number, resource }) => [number, resource])).toEqual(fourPages(expected, inverted));
    for (const { number, claim, before, delta, after } of rows) {
      expect([claim.type, after]).toEqual([typeOf(number), before + delta]);
    }
  });
});

const PENDING: readonly Partial<PendingFilter>[] = [
  {},
  { playerId: PLAYER },
  { type: 'slip_1' },
  { playerId: PLAYER, type: 'slip_2' },
  { before: timeOf(50) },
  { playerId: PLAYER, before: timeOf(6_000) },
];

test.each(PENDING)('pages of pending rewards follow each other, oldest first: %j', async (over) => {
  const filter = { playerId: null, type: null, before: null, ...over };
  const read = (page: PageRequest) => rowsOf(readPending(database(), SERVER, { filter, page }));
  const all = await read({ limit: 10_000, inverted: false });
  expect(all.length).toBeGreaterThan(28);
  const times = all.map(({ announcedAt }) => announcedAt);
  expect(times).toEqual(times.toSorted());
  for (const { playerId, type, announcedAt } of all) {
    expect(playerId).toBe(filter.playerId ?? playerId);
    expect(type).toBe(filter.type ?? type);
    if (filter.before) expect(announcedAt < filter.before.toISOString()).toBe(true);
  }
  expect(await pagesOf(read, pendingCursor, false)).toEqual(all.slice(0, 28));
  expect(await pagesOf(read, pendingCursor, true)).toEqual(all.toReversed().slice(0, 28));
});

test('a forged cursor with the largest numbers is a position like any other', async () => {
  const most = Number.MAX_SAFE_INTEGER;
  for (const [, filter] of CASES) {
    for (const end of ['after', 'before'] as const) {
      const pageOf = (list: string, width: number): PageRequest => ({
        limit: 3,
        inverted: end === 'before',
        [end]: encodeCursor(list, Array(width).fill(most)),
      });
      const { list, width } = ledgerOrder(filter);
      const claims = { playerId: PLAYER, filter, page: pageOf('claims', 1) };
      const entries = { playerId: PLAYER, filter, page: pageOf(list, width), withTiers: false };
      expect((await readClaims(database(), SERVER, claims)).kind).toBe('read');
      expect((await readLedger(database(), SERVER, entries)).kind).toBe('read');
    }
  }
  for (const over of PENDING) {
    const filter = { playerId: null, type: null, before: null, ...over };
    const page = { limit: 3, inverted: false, after: encodeCursor('pending', [most, most, most]) };
    expect(await rowsOf(readPending(database(), SERVER, { filter, page }))).toEqual([]);
  }
});

interface Plan {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Shared Hit Blocks': number;
  readonly 'Shared Read Blocks': number;
  readonly Plans?: readonly Plan[];
}

/** Tables of a few rows: reading all of one is cheaper than an index. */
const SMALL = ['names', 'balance_configs', 'regeneration_rules', 'staff', 'staff_limits', 'role_permissions'];

function scannedTables(plan: Plan): string[] {
  const table = plan['Relation Name'] ?? '';
  const own = plan['Node Type'] === 'Seq Scan' && !SMALL.includes(table) ? [table] : [];
  return [...own, ...(plan.Plans ?? []).flatMap(scannedTables)];
}

async function costOf(statement: { toSQL(): { sql: string; params: unknown[] } }) {
  const { sql, params } = statement.toSQL();
  const { rows } = await app().query(`EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) ${sql}`, params);
  const plan: Plan = rows[0]['QUERY PLAN'][0].Plan;
  return { pages: plan['Shared Hit Blocks'] + plan['Shared Read Blocks'], scans: scannedTables(plan) };
}

/** Of a page of 20 rows with their claims and changes. */
const PAGE_COST = 1_000;

describe('no read scans, and a page costs the same wherever it begins', () => {
  const pages = (list: string, position: readonly number[]): PageRequest[] => [
    { limit: 20, inverted: false },
    { limit: 20, inverted: true },
    { limit: 20, inverted: false, after: encodeCursor(list, position) },
    { limit: 20, inverted: true, before: encodeCursor(list, position) },
  ];
  const narrow = CASES.filter(([, { resource, claimType }]) => resource === null || claimType === null);

  test.each(narrow)('claims and entries of the filter %s', async (_, filter) => {
    const request = { playerId: PLAYER, filter };
    for (const page of pages('claims', [NUMBERS / 2])) {
      const cost = await costOf(claimsStatement(database().reads, { ...request, page }));
      expect(cost).toEqual({ scans: [], pages: expect.toSatisfy((count: number) => count < PAGE_COST) });
    }
    const { list, width } = ledgerOrder(filter);
    for (const page of pages(list, width === 1 ? [100] : [NUMBERS / 2, 0])) {
      const cost = await costOf(ledgerStatement(database().reads, { ...request, page }));
      expect(cost).toEqual({ scans: [], pages: expect.toSatisfy((count: number) => count < PAGE_COST) });
    }
  });

  test('pending rewards', async () => {
    for (const over of PENDING) {
      const filter = { playerId: null, type: null, before: null, ...over };
      for (const inverted of [false, true]) {
        const page = { limit: 20, inverted };
        const cost = await costOf(pendingStatement(database().reads, { filter, page }));
        expect(cost).toEqual({ scans: [], pages: expect.toSatisfy((count: number) => count < PAGE_COST) });
      }
    }
  });

  test('entries with tiers', async () => {
    const page = { limit: 20, inverted: false };
    const request = { playerId: PLAYER, filter: NO_FILTER, page };
    const { scans, pages } = await costOf(ledgerWithTiersStatement(database().reads, request));
    expect(scans).toEqual([]);
    expect(pages).toBeLessThan(2 * PAGE_COST);
  });

  test('single rows', async () => {
    const { reads } = database();
    const [made] = await rowsOf(
      readClaim(database(), SERVER, { playerId: PLAYER, type: 'quest', key: 'key-50' }),
    );
    const statements = [
      claimByIdStatement(reads, SERVER, made?.id ?? ''),
      claimByKeyStatement(reads, { playerId: PLAYER, type: 'quest', key: 'key-50' }),
      playerStatement(reads, PLAYER),
      balanceAtStatement(reads, { playerId: PLAYER, resource: 'gold', at: timeOf(6_000) }),
      ...attemptStatements(reads, { playerId: PLAYER, idempotencyKey: 'idempotency-key-50' }),
      ...traceStatements(reads, SERVER, {
        correlationId: '01900000-0000-7000-8000-000000000000',
        before: timeOf(6_000),
      }),
      // Others have used the same ID.
      ...traceStatements(
        reads,
        { kind: 'player', id: 'p-2999' },
        { correlationId: 'client-20', before: null },
      ),
    ];
    for (const statement of statements) {
      const { scans, pages } = await costOf(statement);
      expect(scans).toEqual([]);
      expect(pages).toBeLessThan(200);
    }
  });
});
