/**
 * Rolls the ledger up into the sums of the economy, and walks through the balances for the highest and lowest
 * (drizzle/kernel/50_economy.sql, 51_economy_ranks.sql). Each call is a transaction: what is left, the next run of the schedule does.
 */
import { type Database, queryDatabase } from './database.ts';

/** Claims of one call: some hundred milliseconds of the database. */
const CLAIMS = 5_000;
/** How long a run goes on while there is more. At this pace a million claims are rolled up within minutes. */
const ROLL_UP_MS = 40_000;

const PLAYERS = 5_000;
/** Of one run, so that the walk costs the database at most some seconds of a minute. */
const MAX_VISITS = 20;

/** Returns how many claims it rolled up. */
export async function rollUpEconomy(
  database: Database,
  { claims = CLAIMS, until = Date.now() + ROLL_UP_MS }: { claims?: number; until?: number } = {},
): Promise<number> {
  let done = 0;
  for (let more = true; more && Date.now() < until; ) {
    const count = await call(database, 'SELECT onceward.roll_up_economy($1) AS done', claims);
    done += count;
    more = count === claims;
  }
  await rankBalances(database);
  return done;
}

/** Ends with the round, or after so many visits. */
async function rankBalances(database: Database): Promise<void> {
  for (let visits = 0; visits < MAX_VISITS; visits += 1) {
    if ((await call(database, 'SELECT onceward.rank_balances($1) AS done', PLAYERS)) === 0) return;
  }
}

async function call({ sql: neon }: Database, statement: string, atMost: number): Promise<number> {
  const rows = await queryDatabase(() => neon.query(statement, [atMost]));
  return Number((rows as { done: unknown }[])[0]?.done ?? 0);
}
