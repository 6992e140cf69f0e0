/** A database whose calls die at random. */
import { NeonDbError } from '@neondatabase/serverless';
import type pg from 'pg';
import type { Database } from '../../src/ledger/database.ts';
import type { Random } from '../random.ts';

/** A connection whose calls die before the commit, or after it without an answer. */
export function mortalDatabase(pool: pg.Pool, random: Random, onDeath: () => void): Database {
  const query = async (statement: string, parameters: unknown[]) => {
    const client = await pool.connect();
    try {
      await client.query('BEGIN');
      const { rows } = await client.query(statement, parameters);
      const fate = random.int(1, 6);
      await client.query(fate === 1 ? 'ROLLBACK' : 'COMMIT');
      if (fate > 2) return rows;
      onDeath();
      throw Object.assign(new NeonDbError('killed'), { code: '57P01' });
    } catch (error) {
      await client.query('ROLLBACK').catch(() => {});
      throw error;
    } finally {
      client.release();
    }
  };
  return { sql: { query } } as unknown as Database;
}
