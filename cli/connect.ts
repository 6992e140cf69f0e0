/** One connection to Postgres for as long as some work takes: how every command talks to the database. */
import pg from 'pg';

/** A connection that is lost fails the statement under way or the next one, as any other error of the database does. */
export async function withClient<T>(
  config: string | pg.ClientConfig,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const client = new pg.Client(config);
  // Lost between two statements it would otherwise end the process, with a stack in place of a message.
  client.on('error', () => {});
  try {
    await client.connect();
    return await work(client);
  } finally {
    await client.end();
  }
}
