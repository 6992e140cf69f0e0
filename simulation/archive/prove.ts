/**
 * The proof of the archive: a history of many claims is archived and put back. Counts, sums and a digest of all rows must agree, and
 * archived keys must be answered with the original numbers. The rows have the form that the kernel gives them: it would take an hour
 * to commit a million claims.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type pg from 'pg';
import { openStore } from '../../cli/archive/store.ts';
import { archiveCommand } from '../../cli/archive.ts';
import type { Command, Output } from '../../cli/command-line.ts';
import { withClient } from '../../cli/connect.ts';
import { restoreCommand } from '../../cli/restore-archive.ts';
import { startDatabase } from '../../dev/database.ts';
import { archiveName, readArchiveRows, type StoredRow } from '../../src/ledger/archive-files.ts';
import type { KernelPlace } from '../../src/ledger/archive-place.ts';
import { sealKeyOf, unsealed } from '../../src/ledger/archive-seal.ts';
import { Random } from '../random.ts';

export interface ArchiveProofOptions {
  readonly claims: number;
  /** How many archived keys are asked for. */
  readonly replays: number;
  readonly seed: string;
  readonly log: (line: string) => void;
  /** Bugs that tests plant while everything is archived, by their names. Each is undone. */
  readonly planted?: Readonly<Record<string, string>>;
}

export interface ArchiveProof {
  readonly claims: number;
  readonly entries: number;
  readonly seconds: { readonly archive: number; readonly restore: number };
  /** Of claims, entries and all that depends on them, indexes included: before, and what stays. */
  readonly bytes: { readonly before: number; readonly after: number; readonly files: number };
  /** What does not agree; empty: everything does. */
  readonly faults: readonly string[];
  /** What was found of each planted bug. */
  readonly found: Readonly<Record<string, readonly string[]>>;
}

const CLAIMS_OF_PLAYER = 20;
const PLAYERS_AT_ONCE = 2_500;
const RESOURCES = 3;

export async function proveArchive(options: ArchiveProofOptions): Promise<ArchiveProof> {
  const dir = await mkdtemp(join(tmpdir(), 'onceward-archive-'));
  const database = await startDatabase({ dir: join(dir, 'database') });
  try {
    return await withClient(database.ownerDatabaseUrl, (owner) =>
      prove(owner, { ...options, files: join(dir, 'archive'), url: database.ownerDatabaseUrl }),
    );
  } finally {
    await database.stop();
    await database.postgres.remove();
    await rm(dir, { recursive: true, force: true });
  }
}

async function prove(
  owner: pg.Client,
  {
    claims,
    replays,
    seed,
    log,
    planted = {},
    files,
    url,
  }: ArchiveProofOptions & { readonly files: string; readonly url: string },
): Promise<ArchiveProof> {
  await addHistory(owner, Math.ceil(claims / CLAIMS_OF_PLAYER));
  const before = await digestOf(owner);
  const bytesBefore = await bytesOf(owner);
  log(`${before.claims} claims are written`);
  const output: Output = { log, error: log, progress: log, colours: false };
  const run = async (command: Command, ...args: string[]) => {
    const began = performance.now();
    const status = await command([...args, '--database-url', url], output);
    if (status !== 0) throw new Error(`the command ended with ${status}`);
    return (performance.now() - began) / 1_000;
  };
  const archive = await run(archiveCommand, '--to', files, '--claims', '10000');
  const check = async () => [
    ...(await faultsOf(owner)),
    ...(await wrongReplays(owner, files, replays, seed)),
    ...(await wrongParts(owner, before)),
  ];
  const faults = await check();
  const found: Record<string, string[]> = {};
  for (const [name, statement] of Object.entries(planted)) {
    await owner.query('BEGIN; SET LOCAL session_replication_role = replica');
    await owner.query(statement);
    found[name] = await check();
    await owner.query('ROLLBACK');
  }
  await owner.query('VACUUM FULL ANALYZE');
  const [after, archived] = [await bytesOf(owner), await archivedOf(owner)];
  await run(restoreCommand, '--from', files, '--check');
  const restore = await run(restoreCommand, '--from', files, '--all');
  faults.push(...(await faultsOf(owner)));
  const restored = await digestOf(owner);
  if (JSON.stringify(restored) !== JSON.stringify(before))
    faults.push(`before ${JSON.stringify(before)}, afterwards ${JSON.stringify(restored)}`);
  return {
    claims: before.claims,
    entries: before.entries,
    seconds: { archive, restore },
    bytes: { before: bytesBefore, after, files: archived.bytes },
    faults,
    found,
  };
}

async function wrongParts(owner: pg.Client, before: Awaited<ReturnType<typeof digestOf>>): Promise<string[]> {
  const archived = await archivedOf(owner);
  const faults: string[] = [];
  if (archived.claims !== before.claims || archived.entries !== before.entries)
    faults.push(`the parts have ${JSON.stringify(archived)}`);
  if (archived.sums !== before.sums) faults.push(`the parts add up to ${archived.sums}, not ${before.sums}`);
  return faults;
}

async function faultsOf(owner: pg.Client): Promise<string[]> {
  const faults: string[] = [];
  for (let after: string | null = ''; after !== null; ) {
    const { rows }: pg.QueryResult = await owner.query('SELECT onceward.integrity_page($1, 2000) AS page', [
      after,
    ]);
    after = rows[0].page.next;
    faults.push(...rows[0].page.faults.map(({ detail }: { detail: string }) => detail));
  }
  return faults;
}

/** Counts, sums by resource, and a digest of every row. */
async function digestOf(owner: pg.Client) {
  const { rows } = await owner.query(
    `SELECT (SELECT count(*)::int FROM onceward.reward_claims) AS claims,
            (SELECT count(*)::int FROM onceward.ledger_entries) AS entries,
            (SELECT json_object_agg(resource, total ORDER BY resource)::text FROM (
               SELECT resource, sum(delta)::text AS total FROM onceward.ledger_entries GROUP BY 1) AS s) AS sums,
            (SELECT sum(hashtextextended(to_jsonb(c)::text, 0)::numeric)::text FROM onceward.reward_claims c) AS digest,
            (SELECT sum(hashtextextended(to_jsonb(e)::text, 0)::numeric)::text FROM onceward.ledger_entries e) AS moves`,
  );
  return rows[0] as { claims: number; entries: number; sums: string; digest: string; moves: string };
}

async function archivedOf(owner: pg.Client) {
  const { rows } = await owner.query(
    `SELECT sum(claims)::int AS claims, sum(entries)::int AS entries,
            sum(claims_bytes + entries_bytes)::float8 AS bytes,
            (SELECT json_object_agg(resource, total ORDER BY resource)::text FROM (
               SELECT s.key::int AS resource, sum(s.value::numeric)::text AS total
                 FROM onceward.archive_parts p, json_each_text(p.sums) AS s GROUP BY 1) AS t) AS sums
       FROM onceward.archive_parts`,
  );
  return rows[0] as { claims: number; entries: number; bytes: number; sums: string };
}

async function bytesOf(owner: pg.Client): Promise<number> {
  const { rows } = await owner.query(
    `SELECT sum(pg_total_relation_size(('onceward.' || name)::regclass))::float8 AS bytes
       FROM unnest(ARRAY['reward_claims', 'ledger_entries', 'archived_claims', 'archived_uses', 'archive_keys', 'checkpoints']) AS name`,
  );
  return rows[0].bytes;
}

/** Asks the kernel where claims are, reads them, and has the kernel name them, as the Worker does. */
async function wrongReplays(
  owner: pg.Client,
  files: string,
  replays: number,
  seed: string,
): Promise<string[]> {
  const random = new Random(seed);
  const store = openStore({ place: files });
  const { rows: players } = await owner.query(
    'SELECT no::int FROM onceward.actors WHERE kind = 1 ORDER BY no',
  );
  const wrong: string[] = [];
  for (let count = 0; count < replays; count++) {
    const { no } = random.pick(players) as { no: number };
    const number = random.int(1, CLAIMS_OF_PLAYER);
    const { rows } = await owner.query(
      `SELECT onceward.place_json(z) AS place FROM onceward.archived_claims z
        WHERE z.player = $1 AND z.key_digest = onceward.digest_of($2)`,
      [no, `key-of-the-proof-${number}`],
    );
    if (!rows[0]) {
      wrong.push(`claim ${number} of player ${no} is not in the index`);
      continue;
    }
    const { part, claimsSha256, entriesSha256, row, entryRow, entries, key } = rows[0].place as KernelPlace;
    const read = async (file: 'claims' | 'entries', sha256: string, from: number, to: number) => {
      const bytes = new Uint8Array(await store.read(archiveName(part, file, sha256)));
      const source = {
        byteLength: bytes.length,
        slice: (start: number, end?: number) => bytes.buffer.slice(start, end),
      };
      return await readArchiveRows(file, source, { from, to });
    };
    const [claim] = await read('claims', claimsSha256, row, row + 1);
    const moved = await read('entries', entriesSha256, entryRow, entryRow + entries);
    const { rows: answers } = await owner.query(`SELECT onceward.read_archived(10, $1, '{}') AS answer`, [
      JSON.stringify({ claim: await opened(claim, key), entries: moved }),
    ]);
    const changes = answers[0].answer?.granted.changes.map((change: { before: number; delta: number }) => [
      change.before,
      change.delta,
    ]);
    const expected = Array.from({ length: RESOURCES }, (_, index) => {
      const step = (no % 50) + index + 1;
      return [(number - 1) * step, step];
    });
    if (JSON.stringify(changes) !== JSON.stringify(expected))
      wrong.push(`claim ${number} of player ${no} is answered with ${JSON.stringify(changes)}`);
  }
  return wrong;
}

/** With another key it has no texts, and is not the claim of the index. */
async function opened(claim: StoredRow | undefined, key: string | null): Promise<StoredRow> {
  return await unsealed(claim as StoredRow, key === null ? null : await sealKeyOf(key)).catch(() => ({}));
}

/** Each player has the same number of claims, three years old and more. */
async function addHistory(owner: pg.Client, players: number): Promise<void> {
  await owner.query(NAMES);
  await owner.query(
    `INSERT INTO onceward.balance_configs (effective_from, published_at, sha256, publisher, document)
     VALUES ('2000-01-01', '2000-01-01', 'proof', onceward.register_actor('operator', 'proof'), '{}')`,
  );
  for (let first = 0; first < players; first += PLAYERS_AT_ONCE)
    await owner.query(HISTORY, [first, Math.min(first + PLAYERS_AT_ONCE, players) - 1, CLAIMS_OF_PLAYER]);
  await owner.query('VACUUM ANALYZE');
}

const NAMES = `
  INSERT INTO onceward.names (kind, no, name)
  SELECT kind, no, (ARRAY['resource', 'type', 'operation'])[kind] || '_' || no
    FROM (VALUES (1, ${RESOURCES}), (2, 12), (3, 3)) AS k (kind, most), generate_series(20101, 20100 + k.most) AS no`;

/** Balances only grow: what an entry begins with follows from its number. */
const HISTORY = `
  WITH players AS (
    INSERT INTO onceward.actors (kind, id, number, version, created_at, updated_at)
    SELECT 1, 'player-' || p, $3, $3, now() - interval '1600 days', now() - interval '1100 days'
      FROM generate_series($1::int, $2::int) AS p
    RETURNING no),
  claims AS (
    INSERT INTO onceward.reward_claims (player, actor, number, version, claimed_at, correlation_id, fingerprint,
      config_version, operation, claim_type, claim_key, idempotency_key, input, draws)
    SELECT p.no, p.no, n, n, date_trunc('milliseconds', now() - interval '1130 days'
             - interval '365 days' * (1 - n / $3::float8) + p.no % 10000 * interval '1 minute'),
           uuidv7(), gen_random_uuid(), (SELECT max(version) FROM onceward.balance_configs),
           20101 + (p.no + n) % 3, 20101 + (p.no * 7 + n) % 12, 'key-' || n, 'key-of-the-proof-' || n,
           json_build_object('type', 'type_' || 20101 + (p.no * 7 + n) % 12, 'key', 'key-' || n, 'facts', json_build_object('floor', n)),
           CASE WHEN n % 5 = 0 THEN json_build_array(json_build_object('table', 'chest', 'outcome',
             'outcome_' || (hashint8(p.no + n) & 7), 'roll', 1, 'of', 8, 'guaranteed', n % 10 = 0)) END
      FROM players AS p, generate_series(1, $3::int) AS n
    RETURNING player, number),
  entries AS (
    INSERT INTO onceward.ledger_entries (player, number, ordinal, resource, sequence, before, delta, cause)
    SELECT c.player, c.number, r, 20100 + r, c.number, (c.number - 1) * (c.player % 50 + r), c.player % 50 + r,
           CASE r WHEN 3 THEN 2 ELSE 1 END
      FROM claims AS c, generate_series(1, ${RESOURCES}) AS r
    RETURNING player)
  INSERT INTO onceward.balances (player, resource, amount, sequence)
  SELECT p.no, 20100 + r, $3::int * (p.no % 50 + r), $3 FROM players AS p, generate_series(1, ${RESOURCES}) AS r`;
