import pg from 'pg';
import { expect, inject, test } from 'vitest';
import { withClient } from '../../cli/connect.ts';

const ownerDatabaseUrl = inject('ownerDatabaseUrl');

async function terminate(pid: number): Promise<void> {
  const killer = new pg.Client({ connectionString: ownerDatabaseUrl });
  await killer.connect();
  await killer.query('SELECT pg_terminate_backend($1, 5000)', [pid]);
  await killer.end();
}

test('a connection that is lost between two statements fails the next one, and the process goes on', async () => {
  let reached = false;
  const work = withClient(ownerDatabaseUrl, async (client) => {
    const { rows } = await client.query('SELECT pg_backend_pid() AS pid');
    const ended = new Promise((resolve) => client.once('end', resolve));
    await terminate(rows[0].pid);
    await ended;
    reached = true;
    await client.query('SELECT 1');
  });
  await expect(work).rejects.toThrow(/not queryable|terminated|closed/i);
  expect(reached).toBe(true);
});

test('a connection that is lost during a statement fails that statement', async () => {
  const work = withClient(ownerDatabaseUrl, async (client) => {
    const { rows } = await client.query('SELECT pg_backend_pid() AS pid');
    await Promise.all([client.query('SELECT pg_sleep(30)'), terminate(rows[0].pid)]);
  });
  await expect(work).rejects.toMatchObject({ code: '57P01' });
});
