/** Puts the tables of bench/sql into the database beside Onceward's, with a role of their own that may use them freely. */
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { withClient } from '../../cli/connect.ts';

const SQL = join(import.meta.dirname, '../sql');
const SCHEMAS = ['minimal', 'interactive'];
const ROLE = 'bench_peer';

/** Returns the role's connection string. */
export async function createPeerSchemas(ownerDatabaseUrl: string): Promise<string> {
  const password = randomBytes(18).toString('base64url');
  await withClient(ownerDatabaseUrl, async (client) => {
    await client.query(`CREATE ROLE ${ROLE} LOGIN PASSWORD '${password}'`);
    for (const schema of SCHEMAS) {
      await client.query(await readFile(join(SQL, `${schema}.sql`), 'utf8'));
      await client.query(`GRANT USAGE ON SCHEMA ${schema} TO ${ROLE}`);
      await client.query(`GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA ${schema} TO ${ROLE}`);
    }
  });
  const url = new URL(ownerDatabaseUrl);
  url.username = ROLE;
  url.password = password;
  return url.href;
}
