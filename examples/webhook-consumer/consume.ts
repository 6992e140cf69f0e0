/**
 * Consumes each event exactly once: webhooks come at least once, so the event's ID is stored in the transaction that has its effect.
 * The effect here is a sum per player and resource. A gap in a player's numbers is stored until the missing event comes.
 */
import pg from 'pg';
import { verifyWebhook, WebhookRefused } from '../../packages/server/src/webhooks.ts';

export const TABLES = `
  CREATE TABLE IF NOT EXISTS seen (id text PRIMARY KEY);
  CREATE TABLE IF NOT EXISTS numbers (player text PRIMARY KEY, number integer NOT NULL);
  CREATE TABLE IF NOT EXISTS missing (player text, number integer, PRIMARY KEY (player, number));
  CREATE TABLE IF NOT EXISTS sums (player text, resource text, amount bigint NOT NULL, PRIMARY KEY (player, resource))`;

const SEEN = 'INSERT INTO seen VALUES ($1) ON CONFLICT DO NOTHING';
const SUM = `INSERT INTO sums AS s VALUES ($1, $2, $3)
  ON CONFLICT (player, resource) DO UPDATE SET amount = s.amount + excluded.amount`;
/** `old`: the number before (Postgres 18). The row stays locked, so that the next statement sees what others found missing. */
const GAP = `WITH last AS (
    INSERT INTO numbers AS n VALUES ($1, $2)
    ON CONFLICT (player) DO UPDATE SET number = greatest(n.number, excluded.number) RETURNING old.number)
  INSERT INTO missing SELECT $1, generate_series(number + 1, $2 - 1) FROM last`;
const ARRIVED = 'DELETE FROM missing WHERE player = $1 AND number = $2';

/** A connection that breaks fails the request that uses it, and not the process. */
export function openPool(connectionString: string): pg.Pool {
  const pool = new pg.Pool({ connectionString, max: 16 });
  pool.on('error', () => {});
  pool.on('connect', (session) => session.on('error', () => {}));
  return pool;
}

/** Answers a webhook. Whatever fails before the commit answers 500, and Onceward sends the event again. */
export async function consume(
  pool: pg.Pool,
  secrets: readonly string[],
  request: Request,
): Promise<Response> {
  const received = { headers: request.headers, body: await request.text() };
  const event = await verifyWebhook(received, { secrets }).catch((error: unknown) => {
    if (error instanceof WebhookRefused) return null;
    throw error;
  });
  if (!event) return new Response('not a webhook of ours', { status: 400 });
  const { id, player, number, counterparty, counterpartyNumber, changes } = event;
  const session = await pool.connect();
  try {
    await session.query('BEGIN');
    if ((await session.query(SEEN, [id])).rowCount === 1) {
      // In one order everywhere, so that two events of the same two players do not wait for each other.
      const named = [[player, number], ...(counterparty ? [[counterparty, counterpartyNumber]] : [])];
      for (const its of named.toSorted()) {
        await session.query(GAP, its);
        await session.query(ARRIVED, its);
      }
      for (const { player: who, resource, delta } of changes)
        await session.query(SUM, [who, resource, delta]);
    }
    await session.query('COMMIT');
    session.release();
    return new Response(null, { status: 204 });
  } catch {
    // Closed, so that Postgres undoes what was not committed.
    session.release(true);
    return new Response(null, { status: 500 });
  }
}
