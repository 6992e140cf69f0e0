/** Locks rows from another session, as a slow operation would, and terminates sessions that wait for them. */
import { vi } from 'vitest';
import { owner } from './ledger-state.ts';
import { fresh } from './service.ts';

export interface Held {
  /** Resolves when the rows are unlocked. */
  readonly released: Promise<unknown>;
  /** Resolves when another session waits for the rows. */
  waitedFor(): Promise<void>;
  /** Waits until another session waits for the rows, and terminates it in the middle of its transaction. */
  killWaiting(): Promise<void>;
  /** Unlocks the rows now, and rolls back what was written to lock them. */
  letGo(): Promise<void>;
}

/** Resolves when the player is locked. */
export function holdPlayer(playerId: string, seconds: number): Promise<Held> {
  return holdRows('SELECT FROM onceward.actors WHERE id = $1 AND kind = 1 FOR UPDATE', [playerId], seconds);
}

/** `statement` is a SELECT FOR UPDATE, or an INSERT … RETURNING that `letGo` rolls back. Resolves when the rows are locked. */
export async function holdRows(statement: string, values: unknown[], seconds: number): Promise<Held> {
  const mark = fresh('holds');
  const sleep = `SELECT pg_sleep($${values.length + 1}::float8) FROM held /* ${mark} */`;
  // The driver sends nothing before its promise is awaited.
  const released = owner
    .query(`WITH held AS MATERIALIZED (${statement}) ${sleep}`, [...values, seconds])
    .then(
      () => {},
      // letGo has cancelled it.
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
  const waiting = async (terminate: boolean) => {
    await vi.waitFor(
      async () => {
        const found = await owner`
          SELECT CASE WHEN ${terminate}::boolean THEN pg_terminate_backend(waiting.pid) END
            FROM pg_stat_activity holder, pg_stat_activity waiting
           WHERE holder.wait_event = 'PgSleep' AND position(${mark} IN holder.query) > 0
             AND holder.pid = ANY (pg_blocking_pids(waiting.pid))`;
        if (found.length === 0) throw new Error('nobody waits for the lock yet');
      },
      { timeout: 15_000, interval: 20 },
    );
  };
  return {
    released,
    waitedFor: () => waiting(false),
    killWaiting: () => waiting(true),
    letGo: async () => {
      await owner`
        SELECT pg_cancel_backend(pid) FROM pg_stat_activity
         WHERE wait_event = 'PgSleep' AND position(${mark} IN query) > 0`;
      await released;
    },
  };
}
