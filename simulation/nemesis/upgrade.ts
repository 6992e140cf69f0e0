/**
 * A schema migration under load: what `npm run migrate` does, with tables that change as the next release's would. Each needs its
 * table for itself for a moment, and every session plans anew. A column comes once; later it changes its type and back, since
 * what is dropped stays in the table's description for ever, and a thousand seeds share one database.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { withClient } from '../../cli/connect.ts';
import { migrate } from '../../cli/migrate.ts';

const COLUMN = 'simulated_upgrade';
const TABLES = ['players', 'balances', 'reward_claims', 'ledger_entries'];
const TRIES = 10;

/** `kernel`: what puts this database's kernel there once more. Throws where the database went away meanwhile. */
export async function upgrade(
  ownerDatabaseUrl: string,
  kernel: (ownerDatabaseUrl: string) => Promise<unknown> = (databaseUrl) => migrate({ databaseUrl }),
): Promise<void> {
  await withClient(ownerDatabaseUrl, async (client) => {
    for (let left = TRIES; !(await changeTables(client)); left -= 1) {
      if (left === 0) throw new Error('the tables were never free for a second');
      await sleep(50);
    }
  });
  await kernel(ownerDatabaseUrl);
}

/** As migrate.ts: whoever waits for a table makes every player behind it wait, so it gives up soon and comes again. */
async function changeTables(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ type: string }>(
    `SELECT data_type AS type FROM information_schema.columns
      WHERE table_schema = 'onceward' AND table_name = 'players' AND column_name = $1`,
    [COLUMN],
  );
  const [found] = rows;
  // Between these two no row has to be written again.
  const to = found?.type === 'text' ? 'character varying' : 'text';
  const change = found ? `ALTER COLUMN ${COLUMN} TYPE ${to}` : `ADD COLUMN ${COLUMN} text`;
  try {
    await client.query('BEGIN');
    await client.query(`SET LOCAL lock_timeout = '1s'`);
    for (const table of TABLES) await client.query(`ALTER TABLE onceward.${table} ${change}`);
    await client.query('COMMIT');
    return true;
  } catch (error) {
    await client.query('ROLLBACK').catch(() => {});
    // Too long a wait, or a lock that a player held and who waited for ours.
    if (['55P03', '40P01'].includes((error as pg.DatabaseError).code ?? '')) return false;
    throw error;
  }
}
