/**
 * A schema migration under load, with table changes like those of a next release. Each change locks its table for a moment and
 * makes every session plan its queries again.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { withClient } from '../../cli/connect.ts';
import { migrate } from '../../cli/migrate.ts';

const COLUMN = 'simulated_upgrade';
const TABLES = ['actors', 'balances', 'reward_claims', 'ledger_entries'];
const TRIES = 10;

/** `kernel` installs the kernel of this database again. Throws if the connection is lost. */
export async function upgrade(
  ownerDatabaseUrl: string,
  kernel: (ownerDatabaseUrl: string) => Promise<unknown> = (databaseUrl) => migrate({ databaseUrl }),
): Promise<void> {
  await withClient(ownerDatabaseUrl, async (client) => {
    for (let left = TRIES; !(await changeTables(client)); left -= 1) {
      if (left === 0) throw new Error('The tables stayed locked for ten lock timeouts.');
      await sleep(50);
    }
  });
  await kernel(ownerDatabaseUrl);
}

/**
 * Adds a column, or changes its default if it exists. Dropping it would leave a trace in the table's description each time, and all
 * seeds share a database. False: a lock timeout or a deadlock. Like a migration it gives up early, because every player's
 * request queues behind a waiting ALTER TABLE.
 */
async function changeTables(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ default: string | null }>(
    `SELECT column_default AS "default" FROM information_schema.columns
      WHERE table_schema = 'onceward' AND table_name = 'actors' AND column_name = $1`,
    [COLUMN],
  );
  const [found] = rows;
  const changed = found?.default === null ? `SET DEFAULT ''` : 'DROP DEFAULT';
  const change = found ? `ALTER COLUMN ${COLUMN} ${changed}` : `ADD COLUMN ${COLUMN} text`;
  try {
    await client.query('BEGIN');
    await client.query(`SET LOCAL lock_timeout = '1s'`);
    for (const table of TABLES) await client.query(`ALTER TABLE onceward.${table} ${change}`);
    await client.query('COMMIT');
    return true;
  } catch (error) {
    await client.query('ROLLBACK').catch(() => {});
    const LOCK_NOT_AVAILABLE = '55P03';
    const DEADLOCK_DETECTED = '40P01';
    const { code = '' } = error as pg.DatabaseError;
    if (code === LOCK_NOT_AVAILABLE || code === DEADLOCK_DETECTED) return false;
    throw error;
  }
}
