/**
 * A long past, written without the kernel: one player with many claims among many players with few, so that a read that scans is
 * found out. What `PLAYER` did follows from the number of the claim, so that tests can compute what a page must show.
 */
import pg from 'pg';
import { afterAll, beforeAll } from 'vitest';
import { withClient } from '../../../cli/connect.ts';
import type { Actor } from '../../../src/domain/actor.ts';
import { type Database, openDatabase } from '../../../src/ledger/database.ts';
import type { Authorised } from '../../../src/ledger/read-authority.ts';
import type { HistoryFilter } from '../../../src/ledger/read-history.ts';
import { startOwnDatabase, stopAutovacuum } from './own-database.ts';

export const SERVER: Actor = { kind: 'server', id: 'arena-1' };
export const READER: Actor = { kind: 'staff', id: 'reader' };
export const EXPORTER: Actor = { kind: 'staff', id: 'exporter' };
export const NO_FILTER: HistoryFilter = { resource: null, claimType: null, from: null, to: null };

export const PLAYER = 'p-0000';
export const NUMBERS = 12_000;
const PLAYERS = 3_000;
/** So many of the players have claims of their own. */
const OTHERS = 150;
const NUMBERS_OF_OTHERS = 100;
const START = Date.UTC(2026, 0, 1);

/** A third of the claims are gifts of other players; one in a thousand is rare. */
export function typeOf(number: number): string {
  if (number % 3 === 0) return 'transfer';
  return number % 1_000 === 1 ? 'boss' : 'quest';
}

/** Gems move twice in a claim, because they regenerate. */
export function movedBy(number: number): readonly string[] {
  return [
    'gold',
    ...(number % 50 === 0 ? ['gems', 'gems'] : []),
    ...(number % 7 === 0 ? ['lifetime_points'] : []),
  ];
}

export function timeOf(number: number): Date {
  return new Date(START + number * 600_000);
}

const WRITE = [
  `INSERT INTO onceward.names (kind, no, name)
   SELECT 1, 100 + n, name FROM unnest(ARRAY['gold', 'gems', 'lifetime_points', 'energy', 'stat:energy'])
     WITH ORDINALITY AS resource(name, n)`,
  `INSERT INTO onceward.names (kind, no, name)
   SELECT 2, 100 + n, name FROM unnest(ARRAY['quest', 'boss', 'slip_1', 'slip_2']) WITH ORDINALITY AS type(name, n)`,
  `INSERT INTO onceward.actors (kind, id, updated_at, created_at)
   SELECT 1, 'p-' || lpad(n::text, 4, '0'), '2026-06-01', '2026-01-01' FROM generate_series(0, ${PLAYERS}) AS n`,
  `INSERT INTO onceward.actors (kind, id, updated_at)
   VALUES (1, 'only-refused', now()), (1, 'giver', now()), (2, 'arena-1', now()), (3, 'reader', now()),
          (3, 'exporter', now()), (3, 'disabled', now()), (3, 'unregistered', now())`,
  `INSERT INTO onceward.staff (actor, role, disabled_at)
   SELECT no, CASE id WHEN 'exporter' THEN 'admin' ELSE 'auditor' END, CASE id WHEN 'disabled' THEN now() END
     FROM onceward.actors WHERE kind = 3 AND id IN ('reader', 'exporter', 'disabled')`,
  `CREATE TEMPORARY TABLE past AS
   SELECT p.no AS player, n AS number, timestamptz '2026-01-01Z' + n * interval '10 minutes' AS at,
          n % 3 = 0 AS received,
          (SELECT no FROM onceward.names WHERE kind = 2
              AND name = CASE WHEN n % 3 = 0 THEN 'transfer' WHEN n % 1000 = 1 THEN 'boss' ELSE 'quest' END) AS type
     FROM onceward.actors p,
          generate_series(1, CASE p.id WHEN '${PLAYER}' THEN ${NUMBERS} ELSE ${NUMBERS_OF_OTHERS} END) AS n
    WHERE p.kind = 1 AND p.created_at IS NOT NULL AND p.id <= 'p-0${OTHERS}'`,
  `INSERT INTO onceward.reward_claims (player, actor, claimed_at, correlation_id, client_correlation_id, fingerprint,
     number, version, config_version, operation, claim_type, claim_key, idempotency_key, input)
   SELECT player, (SELECT no FROM onceward.actors WHERE id = 'arena-1' AND kind = 2), at, uuidv7(),
          'client-' || number % 500, gen_random_uuid(), number, number, 1,
          (SELECT no FROM onceward.names WHERE name = 'claimReward' AND kind = 3), type, 'key-' || number,
          'idempotency-key-' || number, '{"fact": 1}'
     FROM past WHERE NOT received`,
  `INSERT INTO onceward.reward_claims (player, actor, claimed_at, counterparty, counterparty_number, counterparty_version,
     correlation_id, fingerprint, number, version, config_version, operation, claim_type, claim_key, idempotency_key, input)
   SELECT giver.no, giver.no, at, player, past.number, past.number - 1, uuidv7(), gen_random_uuid(),
          row_number() OVER by_time, row_number() OVER by_time, 1,
          (SELECT no FROM onceward.names WHERE name = 'transferResource' AND kind = 3), type,
          'gift-' || row_number() OVER by_time, 'idempotency-key-' || row_number() OVER by_time, '{}'
     FROM past, onceward.actors giver WHERE received AND giver.id = 'giver'
   WINDOW by_time AS (ORDER BY at, player)`,
  `INSERT INTO onceward.ledger_entries (player, delta, before, requested, number, sequence, resource, ordinal, cause)
   SELECT past.player, m.delta, m.delta * (m.sequence - 1), m.requested, past.number, m.sequence, n.no, m.ordinal, m.cause
     FROM past, LATERAL (VALUES
       ('gold', 5, NULL, past.number, 0, 1, true),
       ('gems', 1, 9, 2 * (past.number / 50) - 1, 1, 3, past.number % 50 = 0),
       ('gems', 1, NULL, 2 * (past.number / 50), 2, 1, past.number % 50 = 0),
       ('lifetime_points', 3, NULL, past.number / 7, 3, 1, past.number % 7 = 0))
       AS m(resource, delta, requested, sequence, ordinal, cause, moves)
     JOIN onceward.names n ON n.name = m.resource AND n.kind = 1
    WHERE m.moves`,
  `INSERT INTO onceward.balances (player, resource, amount, sequence)
   SELECT player, resource, sum(delta), max(sequence) FROM onceward.ledger_entries GROUP BY player, resource`,
  `UPDATE onceward.actors a SET number = p.last, version = p.last
     FROM (SELECT player, max(number) AS last FROM past GROUP BY player) AS p WHERE a.no = p.player`,
  `INSERT INTO onceward.refusals (player, actor, refused_at, correlation_id, client_correlation_id, fingerprint,
     config_version, version, expires_on, operation, idempotency_key, claim_type, claim_key, input, rejection)
   SELECT player, player, at, uuidv7(), player || '/client-' || number % 500, gen_random_uuid(), 1, number, '2100-01-01',
          (SELECT no FROM onceward.names WHERE name = 'claimReward' AND kind = 3), 'refused-key-' || number, 'quest',
          'key-3', '{}', '{"kind": "already_claimed", "number": 3, "sourceKey": null, "reversedBy": null}'
     FROM past WHERE number % 10 = 0`,
  `INSERT INTO onceward.audit_events (recorded_at, actor, player, amount, correlation_id, client_correlation_id, number,
     action, outcome, reason)
   SELECT at, (SELECT no FROM onceward.actors WHERE id = 'reader'), player, 5, uuidv7(), 'client-' || number % 500,
          number, 'manualReward', 'granted', 'a reason'
     FROM past WHERE number % 20 = 0`,
  `INSERT INTO onceward.pending_rewards (player, announced_at, number, config_version, claim_type, claim_key, origin, plan)
   SELECT player, at + interval '0.000123 s', number, 1,
          (SELECT no FROM onceward.names WHERE kind = 2 AND name = 'slip_' || 1 + number % 2), 'slip/' || number, 1,
          '{"resources": ["gold"], "postings": [{"resource": "gold", "delta": 5}], "choices": [], "source_keys": []}'
     FROM past WHERE number % 5 = 1`,
  `INSERT INTO onceward.balance_configs (version, effective_from, published_at, sha256, publisher, document)
   VALUES (1, '2026-01-01', '2026-01-01', 'digest', (SELECT no FROM onceward.actors WHERE id = 'reader'),
           '{"tiers": {"resource": "lifetime_points", "list": [{"name": "Bronze", "from": 10}]}}')`,
  `INSERT INTO onceward.regeneration_rules (effective_from, effective_until, config_version, every_seconds, amount,
     opening_base, cap_base, cap_per_unit, cap_of, resource)
   SELECT since::timestamptz, until::timestamptz, 1, 60, 1, 50, 100, 10, of.no, energy.no
     FROM (VALUES ('2025-01-01', '2025-06-01'), ('2025-06-01', '2026-02-01'), ('2026-02-01', 'infinity')) AS r(since, until),
          onceward.names energy, onceward.names of
    WHERE energy.name = 'energy' AND of.name = 'stat:energy'`,
  'DROP TABLE past',
  'VACUUM ANALYZE',
];

/** A database of its own with the past, for one test file. */
export function openPast() {
  let own: Awaited<ReturnType<typeof startOwnDatabase>>;
  let database: Database;
  let app: pg.Client;
  beforeAll(async () => {
    // Nobody else's statistics.
    own = await startOwnDatabase({}, { rules: false });
    await withClient(own.ownerDatabaseUrl, async (owner) => {
      await stopAutovacuum(owner);
      for (const statement of WRITE) await owner.query(statement);
    });
    database = openDatabase({ databaseUrl: own.databaseUrl, endpoint: own.neonEndpoint });
    app = new pg.Client({ connectionString: own.databaseUrl });
    await app.connect();
  }, 120_000);
  afterAll(async () => {
    await app?.end();
    await own?.stop();
  });
  return { database: () => database, app: () => app };
}

/** Throws where the actor may not read. */
export async function rowsOf<Row>(read: Promise<Authorised<Row>>): Promise<Row[]> {
  const found = await read;
  if (found.kind !== 'read') throw new Error(found.kind);
  return found.rows;
}
