/** Shared by the peers: the database pool, and the message that reports their port to the parent process. */

/** As many sessions as the Neon endpoint keeps for the Worker. */
const POOL_SIZE = 64;

export function poolSettings() {
  return { connectionString: process.env.DATABASE_URL, max: POOL_SIZE, idleTimeoutMillis: 600_000 };
}

/** Also ends this process when the parent exits. */
export function reportPort(port: number): void {
  process.once('disconnect', () => process.exit());
  process.send?.({ port });
}
