// The statements of the Worker's reads are planned as look-ups by index in a database with many players.
import { drizzle } from 'drizzle-orm/node-postgres';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Actor } from '../../src/domain/actor.ts';
import { encodeClaimId } from '../../src/domain/claim-id.ts';
import type { Database } from '../../src/ledger/database.ts';
import { findStatements } from '../../src/ledger/find-players.ts';
import { encodeCursor } from '../../src/ledger/page.ts';
import { readClaim, readClaims } from '../../src/ledger/read-claims.ts';
import { readRankedBalances } from '../../src/ledger/read-distribution.ts';
import { readEconomy } from '../../src/ledger/read-economy.ts';
import { readFacts } from '../../src/ledger/read-facts.ts';
import { readLedger } from '../../src/ledger/read-ledger.ts';
import { readPending } from '../../src/ledger/read-pending.ts';
import { readBalanceAt, readPlayer } from '../../src/ledger/read-player.ts';
import { NEWEST, readTimeline } from '../../src/ledger/read-timeline.ts';
import { readAttempt, readTrace } from '../../src/ledger/read-trace.ts';
import { claimsOfKeyStatement, searchStatements } from '../../src/ledger/search-claims.ts';
import { type Ledger, openLedger } from '../support/ledger/ledger.ts';
import { type Config, sendMixed } from '../support/ledger/mixed-calls.ts';
import { fresh } from '../support/ledger/operations.ts';
import { connectTo, startOwnDatabase, stopAutovacuum } from '../support/ledger/own-database.ts';
import { readsOfStaff } from '../support/ledger/staff-reads.ts';

/** A database of this file's own, whose statistics nobody else changes. */
let database: Awaited<ReturnType<typeof startOwnDatabase>>;
let ledger: Ledger;
beforeAll(async () => {
  database = await startOwnDatabase();
  ledger = openLedger(database);
  await stopAutovacuum(ledger.owner);
});
afterAll(async () => {
  await ledger?.close();
  await database?.stop();
});

describe('a read of the Worker', () => {
  const PLAYERS = 10_000;
  const STAFF = { kind: 'staff', id: 'reader' } as const satisfies Actor;
  const SERVER = { kind: 'server', id: 'arena-1' } as const satisfies Actor;
  const PLAYER = { kind: 'player', id: 'p-77' } as const satisfies Actor;
  /** What grows with players, claims and refusals. */
  const LARGE =
    'actors|reward_claims|ledger_entries|balances|refusals|audit_events|pending_rewards|source_keys|limit_counters';

  /** Claims of many types: the planner estimates from their number how many claims one of them has. */
  async function play(): Promise<void> {
    const session = await connectTo(database.databaseUrl);
    const { rows } = await session.query(
      'SELECT version AS config_version, sha256 AS config_sha256 FROM onceward.balance_configs',
    );
    const staff = await ledger.addStaff({ role: 'admin', budget: 2_000 });
    const players = Array.from({ length: 200 }, () => fresh('player'));
    await sendMixed(session, { config: rows[0] as Config, staff, players, calls: 400 });
    await session.end();
  }

  beforeAll(async () => {
    await play();
    await ledger.owner.query(
      `WITH players AS (
         INSERT INTO onceward.actors (kind, id, number, version, created_at, updated_at)
         SELECT 1, 'p-' || n, 4, 4, now(), now() FROM generate_series(1, $1::int) AS n RETURNING no, id),
       claims AS (
         INSERT INTO onceward.reward_claims (player, number, version, actor, claimed_at, correlation_id, fingerprint,
           config_version, operation, claim_type, claim_key, idempotency_key, client_correlation_id, input)
         SELECT p.no, n, n, p.no, now(), gen_random_uuid(), gen_random_uuid(), 1, 1, 1, 'k-' || n, 'key-0000000000-' || n,
                'trace-' || p.no || '-' || n, '{}'
           FROM players p, generate_series(1, 4) AS n RETURNING player, number),
       entries AS (
         INSERT INTO onceward.ledger_entries (player, number, ordinal, resource, sequence, before, delta, cause)
         SELECT player, number, 1, 1, number, number - 1, 1, 1 FROM claims),
       refused AS (
         INSERT INTO onceward.refusals (player, actor, refused_at, correlation_id, fingerprint, config_version, version,
           expires_on, operation, idempotency_key, claim_type, claim_key, client_correlation_id, input, rejection)
         SELECT no, no, now(), gen_random_uuid(), gen_random_uuid(), 1, 1, now()::date + 31, 1, 'refused-00000000', 'quest',
                'k', 'refused-' || no, '{}', '{"kind": "insufficient_balance"}' FROM players),
       audited AS (
         INSERT INTO onceward.audit_events (actor, player, action, outcome, correlation_id)
         SELECT no % 100 + 1, no, 'manualReward', 'granted', gen_random_uuid() FROM players),
       waiting AS (
         INSERT INTO onceward.pending_rewards (player, number, announced_at, config_version, claim_type, claim_key, origin,
           plan)
         SELECT no, 4, now() + no * interval '1 second', 1, 1, 'w', 1, '{"postings": [], "choices": []}' FROM players)
       INSERT INTO onceward.balances (player, resource, amount, sequence) SELECT no, 1, 4, 4 FROM players`,
      [PLAYERS],
    );
    await ledger.owner.query(
      `INSERT INTO onceward.staff (actor, role) VALUES (onceward.register_actor('staff', $1), 'auditor')`,
      [STAFF.id],
    );
    await ledger.owner.query('VACUUM ANALYZE');
  });

  /** The statements that a read sends, as plans. */
  async function plansOf(read: (reads: Database) => Promise<unknown>): Promise<string[]> {
    const session = await connectTo(database.databaseUrl);
    const sent: [string, unknown[]][] = [];
    const logQuery = (text: string, values: unknown[]) => sent.push([text, values]);
    const reads = drizzle(session, { logger: { logQuery } });
    // Neon's driver sends several statements in one request.
    const batch = async (statements: PromiseLike<unknown>[]) => {
      const results = [];
      for (const statement of statements) results.push(await statement);
      return results;
    };
    await read({ reads: Object.assign(reads, { batch }) } as unknown as Database);
    const plans = [];
    for (const [text, values] of sent) {
      const { rows } = await session.query(`EXPLAIN ${text}`, values);
      plans.push(rows.map((row) => row['QUERY PLAN']).join('\n'));
    }
    await session.end();
    return plans;
  }

  const player = 'p-77';
  const filter = { resource: null, claimType: null, from: null, to: null };
  const page = { limit: 20, inverted: false };
  const moment = new Date('2026-01-01T00:00:00Z');
  const resource = 'lumees';
  const SOURCE = { type: resource, key: 'match-7' };
  const request = { correlationId: '01900000-0000-7000-8000-000000000001' };
  const claimsOfKey = { type: 'quest', key: 'k-1', page };
  const everything = { type: null, configVersion: null, from: null, until: null };
  const nothing = { playerId: null, type: null, before: null };
  const aMonth = { from: '2026-11-01', to: '2026-11-30' };
  const RANKING = { resource, isIndebted: false, first: 100 };
  const LIST = { list: 'rankedBalances', filter: {}, needs: 'economy:read' } as const;
  const AUDITED = { ...LIST, ...request, clientCorrelationId: null };
  const aTimeline = { playerId: player, first: 20 };
  const ledgerPage = { playerId: player, page, withTiers: false };

  test.each<[string, (reads: Database, actor: Actor) => Promise<unknown>]>([
    ['a player', (reads, actor) => readPlayer(reads, actor, player)],
    [
      'what a decision reads of a player',
      (reads) => readFacts(reads, player, { resources: [resource, 'auric_coins'], sourceKeys: [SOURCE] }),
    ],
    [
      'a balance at a moment',
      (reads, actor) => readBalanceAt(reads, actor, { playerId: player, resource, at: moment }),
    ],
    ['claims', (reads, actor) => readClaims(reads, actor, { playerId: player, filter, page })],
    [
      'claims behind a cursor',
      (reads, actor) =>
        readClaims(reads, actor, {
          playerId: player,
          filter,
          page: { ...page, after: encodeCursor('claims', [3]) },
        }),
    ],
    [
      'claims of a type',
      (reads, actor) =>
        readClaims(reads, actor, { playerId: player, filter: { ...filter, claimType: 'transfer' }, page }),
    ],
    [
      'claims of a resource',
      (reads, actor) => readClaims(reads, actor, { playerId: player, filter: { ...filter, resource }, page }),
    ],
    [
      'claims from a moment on',
      (reads, actor) =>
        readClaims(reads, actor, { playerId: player, filter: { ...filter, from: moment }, page }),
    ],
    [
      'a claim by its ID',
      (reads, actor) => readClaim(reads, actor, { id: encodeClaimId('00'.repeat(10), 1) }),
    ],
    [
      'a claim by type and key',
      (reads, actor) => readClaim(reads, actor, { playerId: player, type: 'quest', key: 'k-1' }),
    ],
    ['claims of a key across players', ({ reads }) => claimsOfKeyStatement(reads, claimsOfKey)],
    [
      'a later page of them',
      ({ reads }) =>
        claimsOfKeyStatement(reads, {
          ...claimsOfKey,
          page: { ...page, after: encodeCursor('claims-of-key', [77, 1]) },
        }),
    ],
    ...[
      {},
      { type: 'quest' },
      { configVersion: 1 },
      { from: moment, until: moment },
      { type: 'no_such_type' },
    ].map((narrowed): [string, (database: Database) => Promise<unknown>] => [
      `claims across players by ${JSON.stringify(narrowed)}`,
      ({ reads }) => {
        const search = { filter: { ...everything, ...narrowed }, first: 20, after: null };
        const later = { ...search, after: encodeCursor('search', [1, 2, 3, 4, 77, 1]) };
        return Promise.all([...searchStatements(reads, search), ...searchStatements(reads, later)]);
      },
    ]),
    ['the ledger', (reads, actor) => readLedger(reads, actor, { ...ledgerPage, filter })],
    [
      'the ledger with tiers',
      (reads, actor) => readLedger(reads, actor, { ...ledgerPage, filter, withTiers: true }),
    ],
    [
      'the ledger of a resource',
      (reads, actor) => readLedger(reads, actor, { ...ledgerPage, filter: { ...filter, resource } }),
    ],
    [
      'the ledger of a claim type',
      (reads, actor) =>
        readLedger(reads, actor, { ...ledgerPage, filter: { ...filter, claimType: 'quest' } }),
    ],
    [
      'the ledger from a moment on',
      (reads, actor) => readLedger(reads, actor, { ...ledgerPage, filter: { ...filter, from: moment } }),
    ],
    ['the economy', (reads, actor) => readEconomy(reads, actor, { ...aMonth, resources: [resource] })],
    ['the richest', (reads) => readRankedBalances(reads, STAFF, AUDITED, RANKING)],
    ['pending rewards', (reads, actor) => readPending(reads, actor, { filter: nothing, page })],
    [
      'pending rewards of a player',
      (reads, actor) => readPending(reads, actor, { filter: { ...nothing, playerId: player }, page }),
    ],
    [
      'pending rewards of a type',
      (reads, actor) => readPending(reads, actor, { filter: { ...nothing, type: 'quest' }, page }),
    ],
    [
      'pending rewards before a moment',
      (reads, actor) => readPending(reads, actor, { filter: { ...nothing, before: moment }, page }),
    ],
    [
      'a trace by the caller’s ID',
      (reads, actor) => readTrace(reads, actor, { correlationId: 'trace-77-1', before: null }),
    ],
    ['an earlier page of a trace', (reads, actor) => readTrace(reads, actor, { ...request, before: moment })],
    [
      'a trace by the ID of a request',
      (reads, actor) => readTrace(reads, actor, { ...request, before: null }),
    ],
    [
      'what became of a key',
      (reads, actor) => readAttempt(reads, actor, { playerId: player, idempotencyKey: 'refused-00000000' }),
    ],
    ['a timeline', (reads, actor) => readTimeline(reads, actor, { ...aTimeline, after: NEWEST })],
    [
      'a timeline behind a cursor',
      (reads, actor) =>
        readTimeline(reads, actor, {
          ...aTimeline,
          after: { number: 3, refused: [1, 'key-0000000000000'], audited: [1, request.correlationId] },
        }),
    ],
    ...readsOfStaff(player, moment),
  ])('scans no large table and collects no history in a bitmap: %s', async (_, read) => {
    for (const actor of [SERVER, STAFF, PLAYER]) {
      const plans = await plansOf((reads) => read(reads, actor));
      expect(plans.length).toBeGreaterThan(0);
      for (const plan of plans) {
        expect(plan).not.toMatch(new RegExp(`Seq Scan on (${LARGE})\\b`));
        expect(plan).not.toContain('Bitmap Heap Scan');
      }
    }
  });

  /** Sent by `readListAs`, which only staff can call. */
  test.each([
    player,
    'k-1',
    'match/7',
    encodeClaimId('00'.repeat(10), 3),
    request.correlationId,
    'trace-77-1',
  ])('finds players by %s from the beginning of an index', async (text) => {
    const plans = await plansOf(async ({ reads }) => {
      for (const statement of findStatements(reads, { text, first: 20 })) await statement;
    });
    expect(plans).toHaveLength(8);
    for (const plan of plans) {
      expect(plan).not.toMatch(new RegExp(`Seq Scan on (${LARGE})\\b`));
      expect(plan).not.toContain('Bitmap Heap Scan');
      for (const [, condition] of plan.matchAll(/Index (?:Only )?Scan .*\n *(.*)/g))
        expect(condition).toMatch(/Index Cond/);
    }
  });

  /** Every combination of the filter's members. */
  const FILTERS = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15].map((bits) => ({
    resource: bits & 1 ? resource : null,
    claimType: bits & 2 ? 'transfer' : null,
    from: bits & 4 ? moment : null,
    to: bits & 8 ? moment : null,
  }));

  test.each(FILTERS)('begins a filtered list at the player’s own claims or entries: %j', async (filter) => {
    const lists: ((reads: Database) => Promise<unknown>)[] = [
      (reads) => readLedger(reads, SERVER, { ...ledgerPage, filter }),
      (reads) => readLedger(reads, SERVER, { ...ledgerPage, filter, withTiers: true }),
      (reads) => readClaims(reads, SERVER, { playerId: player, filter, page }),
    ];
    for (const read of lists) {
      const plans = await plansOf(read);
      for (const plan of plans) expect(plan).not.toMatch(new RegExp(`Seq Scan on (${LARGE})\\b`));
      // What the reader may do is another statement.
      const ofLists = plans.filter((plan) => /\b(reward_claims|ledger_entries)\b/.test(plan));
      expect(ofLists).not.toEqual([]);
      for (const plan of ofLists) {
        expect(plan).not.toContain('Bitmap Heap Scan');
        const isScan = /Index (Only )?Scan .* on (reward_claims|ledger_entries)\b/;
        const lines = plan.split('\n');
        const scans = lines.flatMap((line, index) => (isScan.test(line) ? [lines[index + 1] ?? ''] : []));
        expect(scans.length).toBeGreaterThan(0);
        // Each look-up begins with a player: `player = …` or `counterparty = …`.
        for (const condition of scans)
          expect(condition).toMatch(/Index Cond: \(\(?\(?(player|counterparty) = /);
      }
    }
  });
});
