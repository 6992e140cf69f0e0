/** What the code defines and the database holds as rows: names of operations, claim types and limits, and permissions. */
import type pg from 'pg';
import { STAFF_PERMISSION_NAMES, STAFF_PERMISSIONS, STAFF_ROLES } from '../src/domain/actor.ts';
import { RUN_CAMPAIGN } from '../src/domain/campaign-grant.ts';
import { IMPORT } from '../src/domain/import.ts';
import { NAME_KINDS } from '../src/ledger/columns.ts';
import { OPERATIONS, RESERVED_CLAIM_TYPES } from '../src/resolvers/schema.ts';

const NAMES: Partial<Record<(typeof NAME_KINDS)[number], readonly string[]>> = {
  operation: [...OPERATIONS.map(({ name }) => name), IMPORT],
  claim_type: RESERVED_CLAIM_TYPES,
  limit: ['staff:budget', 'staff:awards', 'codes', 'server:claims', 'server:value'],
};

/** Runs in the transaction of the migration. A name that is gone from the code keeps its number. */
export async function seedFromCode(client: pg.Client): Promise<void> {
  for (const [index, kind] of NAME_KINDS.entries()) {
    await client.query('SELECT onceward.register_names($1::smallint, $2)', [index + 1, NAMES[kind] ?? []]);
  }
  await seedRoles(client);
  const held = permissionsOfServers();
  await client.query(
    `DELETE FROM onceward.role_permissions WHERE role = 'server' AND permission <> ALL ($1::text[])`,
    [held],
  );
  await client.query(
    `INSERT INTO onceward.role_permissions (permission, role) SELECT unnest($1::text[]), 'server' ON CONFLICT DO NOTHING`,
    [held],
  );
}

/**
 * The first migration makes the roles of the code. Later ones give a permission that is new in the code to those of them that still
 * exist, and change nothing else: what a role permits belongs to those who manage staff.
 */
async function seedRoles(client: pg.Client): Promise<void> {
  // As the kernel does: no role changes meanwhile.
  await client.query('LOCK TABLE onceward.roles IN SHARE ROW EXCLUSIVE MODE');
  await client.query(
    `INSERT INTO onceward.roles (name) SELECT unnest($1::text[]) WHERE NOT EXISTS (SELECT FROM onceward.roles)`,
    [STAFF_ROLES],
  );
  await client.query('DELETE FROM onceward.permissions WHERE name <> ALL ($1::text[])', [
    STAFF_PERMISSION_NAMES,
  ]);
  for (const name of STAFF_PERMISSION_NAMES)
    await client.query(
      `WITH added AS (INSERT INTO onceward.permissions (name) VALUES ($1) ON CONFLICT DO NOTHING RETURNING name)
       INSERT INTO onceward.role_permissions (permission, role)
       SELECT a.name, r.name FROM added AS a, onceward.roles r WHERE r.name = ANY ($2::text[]) ON CONFLICT DO NOTHING`,
      [name, STAFF_PERMISSIONS[name]],
    );
}

/** Every game server has the role `server`. */
function permissionsOfServers(): readonly string[] {
  const names = OPERATIONS.flatMap((operation) =>
    'permission' in operation && operation.root !== 'query' && operation.actors.includes('server')
      ? [operation.permission]
      : [],
  );
  return [...new Set([...names, RUN_CAMPAIGN.permission])];
}
