/** The database in which seeds of batches run. It is their own, because their configs are none that the Worker understands. */
import pg from 'pg';
import type { Tally } from '../invariants/tally.ts';
import type { DatabaseUrls } from '../stack/environment.ts';
import { runBatchSeed } from './run-batch-seed.ts';

const OWNER_CONNECTIONS = 6;
/** As many as there are players, so that they often wait for each other. */
const CALLERS = 6;

export interface BatchSizes {
  readonly seed: string;
  readonly operations: number;
  readonly count: (kind: string) => void;
  readonly signal: AbortSignal;
}

export class BatchDatabase {
  readonly #databaseUrl: string;
  readonly #owner: pg.Pool;

  constructor({ databaseUrl, ownerDatabaseUrl }: DatabaseUrls) {
    this.#databaseUrl = databaseUrl;
    this.#owner = new pg.Pool({ connectionString: ownerDatabaseUrl, max: OWNER_CONNECTIONS });
    // Killing the postmaster breaks connections, idle ones too. The next query on a broken connection fails.
    this.#owner.on('error', () => {});
    this.#owner.on('connect', (client) => client.on('error', () => {}));
  }

  run(sizes: BatchSizes): Promise<Tally> {
    return runBatchSeed({ ...sizes, callers: CALLERS, databaseUrl: this.#databaseUrl, owner: this.#owner });
  }

  async close(): Promise<void> {
    await this.#owner.end();
  }
}
