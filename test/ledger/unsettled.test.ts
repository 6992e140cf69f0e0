// What a page of the unsettled claims costs: read through the Worker's own statement, counted by Postgres.
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Database } from '../../src/ledger/database.ts';
import { readUnsettled, type UnsettledFilter } from '../../src/ledger/read-unsettled.ts';
import { startOwnDatabase } from '../support/ledger/own-database.ts';

const SERVER = { kind: 'server', id: 'arena-1' } as const;
const ANNOUNCED = 30_000;
let database: Awaited<ReturnType<typeof startOwnDatabase>>;
let owner: pg.Client;

beforeAll(async () => {
  // Nobody else's statistics, and nobody who refreshes them between two looks.
  database = await startOwnDatabase({ autovacuum: 'off' });
  const connect = async () => {
    owner = new pg.Client({ connectionString: database.ownerDatabaseUrl });
    await owner.connect();
  };
  await connect();
  // A second apart, for three hundred players and thirty types; two of three are settled, the oldest all of them.
  await owner.query(
    `INSERT INTO onceward.reward_claims (id, player_id, operation, claim_type, claim_key, idempotency_key, fingerprint, input,
       outcome, actor_kind, actor_id, config_version, correlation_id, player_version, balances_after, claimed_at)
     SELECT uuidv7(make_interval(secs => n - $1::int)), 'player-' || n % 300, 'announceReward', 'announcement', 'slip/' || n,
            'key-of-announcement-' || n, '', '{}', 'granted', 'server', 'arena-1', 1, 'correlation-' || n, n, '{}',
            now() + make_interval(secs => n - $1::int)
       FROM generate_series(1, $1::int) AS n`,
    [ANNOUNCED],
  );
  await owner.query(
    `INSERT INTO onceward.owed_claims (player_id, claim_type, claim_key, announced_by, announced_at, plan)
     SELECT player_id, 'slip_' || player_version / 10 % 30, claim_key, id, claimed_at,
            '{"postings": [{"resource": "gold", "delta": 5}], "configVersion": 1}'
       FROM onceward.reward_claims`,
  );
  await owner.query(
    `DELETE FROM onceward.owed_claims WHERE announced_at < now() - interval '20000 seconds' OR split_part(claim_key, '/', 2)::int % 2 = 0`,
  );
  await owner.query('VACUUM ANALYZE');
  // What this session has read itself is reported when it ends.
  await owner.end();
  await connect();
}, 120_000);
afterAll(async () => {
  await owner?.end();
  await database?.stop();
});

const cost = async () => {
  await sleep(300);
  const { rows } = await owner.query(
    `SELECT seq_scan::int AS scans, idx_tup_fetch::int AS fetched FROM pg_stat_user_tables WHERE relname = 'owed_claims'`,
  );
  return rows[0] as { scans: number; fetched: number };
};
const NONE: UnsettledFilter = { playerId: null, type: null, before: null };
const ago = (seconds: number) => new Date(Date.now() - seconds * 1_000);

test.each<[string, Partial<UnsettledFilter>, number]>([
  ['of everything', {}, 20],
  ['of one player', { playerId: 'player-7' }, 20],
  ['of one type', { type: 'slip_3' }, 20],
  ['of one player and type', { playerId: 'player-7', type: 'slip_0' }, 20],
  ['older than a moment', { before: ago(100) }, 20],
  ['older than a moment before which nothing is owed', { before: ago(25_000) }, 0],
])('a page %s reads little more than it shows, wherever it begins', async (_, over, shown) => {
  const filter = { ...NONE, ...over };
  const read = async (page: object) => {
    // A session of its own: one that lives on reports what it read up to ten seconds later.
    const session = new pg.Client({ connectionString: database.databaseUrl });
    await session.connect();
    const query = async (text: string, values: unknown[]) => (await session.query(text, values)).rows;
    const result = await readUnsettled({ sql: { query } } as unknown as Database, SERVER, {
      filter,
      page: { limit: 20, inverted: false, ...page },
    });
    await session.end();
    if (result.kind !== 'read') throw new Error(result.kind);
    return result.rows;
  };
  const before = await cost();
  const first = await read({});
  const last = await read({ inverted: true });
  expect([first.length, last.length]).toEqual([shown, shown]);
  const after = await cost();
  expect(after.scans).toBe(before.scans);
  // Both pages together; what was settled since the last vacuum, and a minute beyond the moment, may lie in between.
  expect(after.fetched - before.fetched).toBeLessThan(200);
  if (shown > 0) expect(after.fetched - before.fetched).toBeGreaterThanOrEqual(2 * shown);
});
