/**
 * The proof of the roll-up: a history of many claims is rolled up by overlapping runs of the schedule whose backends are killed at
 * random. The rows have the form that the kernel gives them: it would take an hour to commit a million claims.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { withClient } from '../../cli/connect.ts';
import { openDatabase } from '../../src/ledger/database.ts';
import { rollUpEconomy } from '../../src/ledger/roll-up.ts';
import { Random } from '../random.ts';

export interface ProofOptions {
  readonly claims: number;
  /** How often a backend is killed. */
  readonly kills: number;
  readonly seed: string;
}

export interface Place {
  readonly databaseUrl: string;
  readonly ownerDatabaseUrl: string;
  readonly neonEndpoint: string;
}

export interface Proof {
  readonly claims: number;
  readonly entries: number;
  readonly killed: number;
  /** Of the roll-up. */
  readonly seconds: number;
  /** In which the sums differ from the ledger. */
  readonly faults: readonly string[];
}

const CLAIMS_OF_PLAYER = 20;
const DAYS = 30;
/** Of one insertion. */
const PLAYERS_AT_ONCE = 2_500;
const RUNS_AT_ONCE = 2;

/** The database must be new. */
export async function proveRollUp(place: Place, { claims, kills, seed }: ProofOptions): Promise<Proof> {
  return await withClient(place.ownerDatabaseUrl, async (owner) => {
    await addClaims(owner, Math.ceil(claims / CLAIMS_OF_PLAYER));
    const began = performance.now();
    let rolling = true;
    const killing = killAtRandom(place, { kills, seed, isRolling: () => rolling });
    while (await isBehind(owner)) await Promise.all(Array.from({ length: RUNS_AT_ONCE }, () => run(place)));
    const seconds = (performance.now() - began) / 1_000;
    rolling = false;
    const { rows } = await owner.query(
      `SELECT (SELECT sum(claims) FROM onceward.economy_claims)::int AS claims,
              (SELECT sum(entries) FROM onceward.economy_flows)::int AS entries`,
    );
    return { ...rows[0], killed: await killing, seconds, faults: await faultsOf(owner) };
  });
}

async function run({ databaseUrl, neonEndpoint }: Place): Promise<void> {
  // A backend that was killed ends the run; the next one goes on.
  await rollUpEconomy(openDatabase({ databaseUrl, endpoint: neonEndpoint })).catch(() => {});
}

async function isBehind(owner: pg.Client): Promise<boolean> {
  const { rows } = await owner.query(
    `SELECT EXISTS (SELECT FROM onceward.outbox o, onceward.economy_roll_up r
                     WHERE (o.transaction, o.no) > (r.transaction, r.event)) AS more`,
  );
  return rows[0].more;
}

interface Killing extends Pick<ProofOptions, 'kills' | 'seed'> {
  readonly isRolling: () => boolean;
}

async function killAtRandom(
  { ownerDatabaseUrl }: Place,
  { kills, seed, isRolling }: Killing,
): Promise<number> {
  const random = new Random(`${seed}/kills`);
  let killed = 0;
  await withClient(ownerDatabaseUrl, async (client) => {
    while (killed < kills && isRolling()) {
      await sleep(random.int(20, 400));
      const { rows } = await client.query(
        `SELECT count(pg_terminate_backend(pid))::int AS killed FROM pg_stat_activity
          WHERE query LIKE '%roll_up_economy%' AND state = 'active' AND pid <> pg_backend_pid()`,
      );
      killed += rows[0].killed;
    }
  });
  return killed;
}

async function faultsOf(owner: pg.Client): Promise<string[]> {
  const { rows } = await owner.query(
    `SELECT f.detail FROM onceward.days_of_economy() AS day, onceward.integrity_of_economy(day) AS f
     UNION ALL SELECT detail FROM onceward.integrity_of_buckets()`,
  );
  return rows.map(({ detail }) => detail);
}

/** Each player has the same number of claims, of two or three entries, some with a draw. */
async function addClaims(owner: pg.Client, players: number): Promise<void> {
  await owner.query(NAMES);
  for (let first = 0; first < players; first += PLAYERS_AT_ONCE)
    await owner.query(HISTORY, [
      first,
      Math.min(first + PLAYERS_AT_ONCE, players) - 1,
      CLAIMS_OF_PLAYER,
      DAYS,
    ]);
  await owner.query('ANALYZE');
}

/** Their numbers are beyond those of the code's own names. */
const NAMES = `
  INSERT INTO onceward.names (kind, no, name)
  SELECT kind, no, (ARRAY['resource', 'type', 'operation'])[kind] || '_' || no
    FROM (VALUES (1, 4), (2, 12), (3, 3)) AS k (kind, most), generate_series(1001, 1000 + k.most) AS no`;

/** Balances only grow: what an entry begins with follows from its number. */
const HISTORY = `
  WITH players AS (
    INSERT INTO onceward.actors (kind, id, number, version, created_at, updated_at)
    SELECT 1, 'player-' || p, $3, $3, now(), now() FROM generate_series($1::int, $2::int) AS p
    RETURNING no),
  claims AS (
    INSERT INTO onceward.reward_claims (player, actor, number, version, claimed_at, correlation_id, fingerprint,
      config_version, operation, claim_type, claim_key, idempotency_key, input, draws)
    SELECT p.no, p.no, n, n, now() - $4::int * interval '1 day' * (1 - n / $3::float8), gen_random_uuid(), gen_random_uuid(), 1,
           1001 + (p.no + n) % 3, 1001 + (p.no * 7 + n) % 12, 'key-' || n, 'key-of-the-proof-' || n, '{}',
           CASE WHEN n % 5 = 0 THEN json_build_array(json_build_object('table', 'chest', 'outcome',
             'outcome_' || (hashint8(p.no + n) & 7), 'roll', 1, 'of', 8, 'guaranteed', n % 10 = 0)) END
      FROM players AS p, generate_series(1, $3::int) AS n
    RETURNING player, number),
  entries AS (
    INSERT INTO onceward.ledger_entries (player, number, ordinal, resource, sequence, before, delta, cause)
    SELECT c.player, c.number, r, 1000 + r, c.number, (c.number - 1) * (c.player % 50 + r), c.player % 50 + r,
           CASE r WHEN 3 THEN 2 ELSE 1 END
      FROM claims AS c, generate_series(1, 3) AS r
    RETURNING player),
  balances AS (
    INSERT INTO onceward.balances (player, resource, amount, sequence)
    SELECT p.no, 1000 + r, $3::int * (p.no % 50 + r), $3 FROM players AS p, generate_series(1, 3) AS r)
  INSERT INTO onceward.outbox (player, number, slot)
  SELECT c.player, c.number, c.player % 3 FROM claims AS c`;
