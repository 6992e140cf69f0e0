/**
 * What the schedule asks the database to watch and verify (drizzle/kernel/75_watch.sql): a slice of players and days each night, with
 * time limits of its own, because a verification takes longer than an operation may.
 */
import { type Database, queryDatabase } from './database.ts';

/** As `watch_ledger` returns them. */
export interface LedgerGauges {
  readonly outboxLagSeconds: number;
  readonly refusalsOverdueDays: number;
  readonly rewardsOverdueSeconds: number;
  readonly verifiedDaysAgo: number;
  /** How many alarms are open, by kind. */
  readonly openAlarms: Readonly<Record<string, number>>;
}

export async function watchLedger({ sql: neon }: Database): Promise<LedgerGauges> {
  const rows = await queryDatabase(() => neon.query('SELECT onceward.watch_ledger() AS gauges', []));
  return (rows as { gauges: LedgerGauges }[])[0]?.gauges as LedgerGauges;
}

const STATEMENT_MS = 50_000;
const REQUEST_MS = 55_000;

/** One call of a function, which may take longer than the role's time limit. */
async function patiently<Done>(
  { sql: neon }: Database,
  statement: string,
  parameters: unknown[] = [],
): Promise<Done> {
  const results = await queryDatabase(() =>
    neon.transaction(
      [
        neon.query(`SELECT set_config('statement_timeout', $1, true)`, [String(STATEMENT_MS)]),
        neon.query(`SELECT ${statement} AS done`, parameters),
      ],
      { fetchOptions: { signal: AbortSignal.timeout(REQUEST_MS) } },
    ),
  );
  return (results as { done: Done }[][])[1]?.[0]?.done as Done;
}

interface Slice {
  /** When a run ends, however much is left. */
  readonly until: number;
  /** How many players of a call. */
  readonly players?: number;
}

const PLAYERS = 100;

/**
 * Verifies players where the last run ended, until the round or the time is over. It rests as long as each call took, so it takes at
 * most half of what one connection can. Returns how many it verified.
 */
export async function verifyPlayers(
  database: Database,
  { until, players = PLAYERS }: Slice,
): Promise<number> {
  let verified = 0;
  for (let more = true; more && Date.now() < until; ) {
    const began = Date.now();
    const count = await patiently<number>(database, 'onceward.verify_players($1::integer)', [players]);
    verified += count;
    more = count === players;
    if (more) await rest(Date.now() - began);
  }
  return verified;
}

/** Verifies the day that the alarm names, yesterday, and the next days until today or the time is over. Returns how many. */
export async function verifyEconomy(database: Database, { until }: Pick<Slice, 'until'>): Promise<number> {
  const verify = (which: string) =>
    patiently<string | null>(database, 'onceward.verify_day($1)::text', [which]);
  let verified = 0;
  for (const which of ['drifting', 'newest']) if ((await verify(which)) !== null) verified += 1;
  for (let before = ''; Date.now() < until; ) {
    const began = Date.now();
    const day = await verify('next');
    // The first day again: the others are for the next night.
    if (day === null || day <= before) break;
    verified += 1;
    before = day;
    await rest(Date.now() - began);
  }
  await patiently(database, 'onceward.verify_distribution()');
  return verified;
}

export async function verifyGame(database: Database): Promise<void> {
  await patiently(database, 'onceward.verify_game()');
}

const RECHECKED = 10;
const MAX_RECHECKS = 10;

/** Verifies again the players that an alarm lists: at most a hundred. */
export async function recheckDrift(database: Database): Promise<void> {
  for (let calls = 0; calls < MAX_RECHECKS; calls += 1) {
    const count = await patiently<number>(database, 'onceward.recheck_drift($1::integer)', [RECHECKED]);
    if (count < RECHECKED) return;
  }
}

const rest = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
