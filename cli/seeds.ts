/** What the code defines and the database holds as rows: names of operations, claim types and limits, and permissions. */
import type pg from 'pg';
import { STAFF_PERMISSIONS } from '../src/domain/actor.ts';
import { RUN_CAMPAIGN } from '../src/domain/campaign-grant.ts';
import { IMPORT } from '../src/domain/import.ts';
import { NAME_KINDS } from '../src/ledger/columns.ts';
import { OPERATIONS, RESERVED_CLAIM_TYPES } from '../src/resolvers/schema.ts';

const NAMES: Partial<Record<(typeof NAME_KINDS)[number], readonly string[]>> = {
  operation: [...OPERATIONS.map(({ name }) => name), IMPORT],
  claim_type: RESERVED_CLAIM_TYPES,
  limit: ['staff:budget', 'staff:awards', 'codes'],
};

/** Runs in the transaction of the migration. A name that is gone from the code keeps its number. */
export async function seedFromCode(client: pg.Client): Promise<void> {
  for (const [index, kind] of NAME_KINDS.entries()) {
    await client.query('SELECT onceward.register_names($1::smallint, $2)', [index + 1, NAMES[kind] ?? []]);
  }
  const held = permissions();
  const columns = [held.map(({ permission }) => permission), held.map(({ role }) => role)];
  await client.query(
    `DELETE FROM onceward.role_permissions WHERE (permission, role) NOT IN (SELECT * FROM unnest($1::text[], $2::text[]))`,
    columns,
  );
  await client.query(
    `INSERT INTO onceward.role_permissions (permission, role) SELECT * FROM unnest($1::text[], $2::text[])
     ON CONFLICT DO NOTHING`,
    columns,
  );
}

/** Staff roles as STAFF_PERMISSIONS lists them; every game server has the role `server`. */
function permissions(): { permission: string; role: string }[] {
  const ofStaff = Object.entries(STAFF_PERMISSIONS).flatMap(([permission, roles]) =>
    roles.map((role) => ({ permission, role })),
  );
  const ofServers = [
    ...OPERATIONS.flatMap((operation) =>
      'permission' in operation && operation.root !== 'query' && operation.actors.includes('server')
        ? [operation.permission]
        : [],
    ),
    RUN_CAMPAIGN.permission,
  ];
  return [...ofStaff, ...[...new Set(ofServers)].map((permission) => ({ permission, role: 'server' }))];
}
