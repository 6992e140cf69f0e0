/** Opens one Postgres connection for the duration of some work. All commands connect this way. */
import pg from 'pg';

/** The SQLSTATE of a statement that waited for a lock longer than lock_timeout. */
export const LOCK_NOT_AVAILABLE = '55P03';

/** A command does not wait for ever for an operation that somebody left open. */
const LOCK_TIMEOUT = '60s';

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
    await client.query(`SET lock_timeout = '${LOCK_TIMEOUT}'`);
    return await work(client);
  } catch (error) {
    throw (error as pg.DatabaseError).code === LOCK_NOT_AVAILABLE ? new LockedError() : error;
  } finally {
    await client.end();
  }
}

/** Somebody else has held a lock for longer than a command waits. */
class LockedError extends Error {
  constructor() {
    super(
      'Another session holds a lock that this command needs, for example a transaction that was left open. What was not committed yet was undone. End that session and run the command again.',
    );
  }
}
