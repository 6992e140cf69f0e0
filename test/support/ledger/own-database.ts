/**
 * A Postgres with Onceward's schema for one test file that would disturb other files: migrations, published configs, the
 * password of the app role, statistics.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startDatabase } from '../../../dev/database.ts';

/** Faster, because no test needs this data after a crash. */
const NOT_DURABLE = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };

export async function startOwnDatabase(settings: Record<string, string> = {}) {
  const dir = await mkdtemp(join(tmpdir(), 'onceward-test-'));
  const database = await startDatabase({ dir, settings: { ...NOT_DURABLE, ...settings } });
  return {
    ...database,
    passwordFile: join(dir, 'postgres', 'password'),
    stop: async () => {
      await database.stop();
      await database.postgres.remove();
      await rm(dir, { recursive: true, force: true });
    },
  };
}
