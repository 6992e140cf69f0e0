/** Opens one Postgres connection for the duration of some work. All commands connect this way. */
import pg from 'pg';

/** The SQLSTATE of a statement that waited for a lock longer than lock_timeout. */
export const LOCK_NOT_AVAILABLE = '55P03';

/** If the connection is lost, the current or the next statement fails, like with any other database error. */
export async function withClient<T>(
  config: string | pg.ClientConfig,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const client = new pg.Client(config);
  // Without a listener, a connection that is lost between two statements would end the process with a stack trace.
  client.on('error', () => {});
  try {
    await client.connect();
    return await work(client);
  } finally {
    await client.end();
  }
}
