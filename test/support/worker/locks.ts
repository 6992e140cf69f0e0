/** Holds a player's lock from another session, as a slow operation of the same player would. */
import { vi } from 'vitest';
import { owner } from './ledger-state.ts';
import { fresh } from './service.ts';

/** Resolves once the lock is held; `released` resolves when it is free again. */
export async function holdPlayer(playerId: string, seconds: number): Promise<{ released: Promise<unknown> }> {
  const mark = fresh('holds');
  // The driver asks nothing before somebody waits for the answer.
  const released = owner
    .query(
      `SELECT pg_sleep($2::float8) FROM (SELECT FROM onceward.players WHERE id = $1 FOR UPDATE) AS held /* ${mark} */`,
      [playerId, seconds],
    )
    .then(() => {});
  await vi.waitFor(
    async () => {
      const [held] = await owner`
        SELECT 1 FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND position(${mark} IN query) > 0`;
      if (!held) throw new Error('the lock is not held yet');
    },
    { timeout: 5_000, interval: 20 },
  );
  return { released };
}
