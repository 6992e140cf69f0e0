/** Holds rows from another session, as a slow operation would, and kills what waits for them. */
import { vi } from 'vitest';
import { owner } from './ledger-state.ts';
import { fresh } from './service.ts';

export interface Held {
  /** Resolves when the rows are free again. */
  readonly released: Promise<unknown>;
  /** Waits until somebody waits for the rows, and terminates their session: in the middle of their transaction. */
  killWaiting(): Promise<void>;
  /** Gives the rows free now, and takes back what was written to hold them. */
  letGo(): Promise<void>;
}

/** Resolves once the player's lock is held. */
export function holdPlayer(playerId: string, seconds: number): Promise<Held> {
  return holdRows('SELECT FROM onceward.players WHERE id = $1 FOR UPDATE', [playerId], seconds);
}

/** `statement`: a SELECT FOR UPDATE, or an INSERT … RETURNING that is taken back by `letGo`. Resolves once it is held. */
export async function holdRows(statement: string, values: unknown[], seconds: number): Promise<Held> {
  const mark = fresh('holds');
  const sleep = `SELECT pg_sleep($${values.length + 1}::float8) FROM held /* ${mark} */`;
  // The driver asks nothing before somebody waits for the answer.
  const released = owner
    .query(`WITH held AS MATERIALIZED (${statement}) ${sleep}`, [...values, seconds])
    .then(
      () => {},
      // It was let go.
      () => {},
    );
  await vi.waitFor(
    async () => {
      const [held] = await owner`
        SELECT 1 FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND position(${mark} IN query) > 0`;
      if (!held) throw new Error('the lock is not held yet');
    },
    { timeout: 15_000, interval: 20 },
  );
  return {
    released,
    killWaiting: async () => {
      await vi.waitFor(
        async () => {
          const killed = await owner`
            SELECT pg_terminate_backend(waiting.pid) FROM pg_stat_activity holder, pg_stat_activity waiting
             WHERE holder.wait_event = 'PgSleep' AND position(${mark} IN holder.query) > 0
               AND holder.pid = ANY (pg_blocking_pids(waiting.pid))`;
          if (killed.length === 0) throw new Error('nobody waits for the lock yet');
        },
        { timeout: 15_000, interval: 20 },
      );
    },
    letGo: async () => {
      await owner`
        SELECT pg_cancel_backend(pid) FROM pg_stat_activity
         WHERE wait_event = 'PgSleep' AND position(${mark} IN query) > 0`;
      await released;
    },
  };
}
