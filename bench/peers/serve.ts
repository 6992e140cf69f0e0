/** What both peers share: they are handed the database by the environment, and tell their parent where they listen. */

/** As many as Neon's endpoint keeps for the Worker. */
const POOL_SIZE = 64;

export function poolSettings() {
  return { connectionString: process.env.DATABASE_URL, max: POOL_SIZE, idleTimeoutMillis: 600_000 };
}

/** Ends with the parent, however that ends. */
export function listening(port: number): void {
  process.once('disconnect', () => process.exit());
  process.send?.({ port });
}
