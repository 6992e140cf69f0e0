// A real Postgres with Neon's endpoint in front, for one test file. Each gets its own, so that a file may restart or
// fill it as it likes. No schema: a file that needs one brings it.

import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type NeonEndpointOptions, startNeonEndpoint } from '../../dev/neon-endpoint.ts';
import { startPostgres } from '../../dev/postgres.ts';

/** Tests throw their data away, so it need not survive a power cut. */
const forgetful = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };

export const temporaryFolder = () => mkdtemp(path.join(tmpdir(), 'onceward-test-'));

export async function startDatabase(options: NeonEndpointOptions = {}) {
  const postgres = await startPostgres({ dataDir: await temporaryFolder(), settings: forgetful });
  const neon = await startNeonEndpoint(options);
  return {
    postgres,
    neon,
    url: postgres.superuserUrl(),
    stop: async () => {
      await neon.stop();
      await postgres.remove();
    },
  };
}
