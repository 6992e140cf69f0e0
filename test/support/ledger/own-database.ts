/**
 * A Postgres with Onceward's schema for one test file alone, for what would disturb the others: migrations, published
 * configs, the app role's password, statistics.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startDatabase } from '../../../dev/database.ts';

const FORGETFUL = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };

export async function startOwnDatabase(settings: Record<string, string> = {}) {
  const dir = await mkdtemp(join(tmpdir(), 'onceward-test-'));
  const database = await startDatabase({ dir, settings: { ...FORGETFUL, ...settings } });
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
