/** What `npm run staff` does to roles and to members' own limits of resources, in a transaction that the caller audits. */
import type pg from 'pg';
import { STAFF_PERMISSION_NAMES } from '../src/domain/actor.ts';
import { PATTERNS } from '../src/domain/values.ts';

/** Makes the role, or sets what it permits. */
export async function setRole(client: pg.Client, name: string, permissions: readonly string[]) {
  const { expression, expected } = PATTERNS.roleName;
  if (!expression.test(name)) throw new Error(`The name of a role must be ${expected}.`);
  const known: readonly string[] = STAFF_PERMISSION_NAMES;
  const unknown = permissions.find((each) => !known.includes(each));
  if (unknown !== undefined)
    throw new Error(`There is no permission "${unknown}". There are: ${known.toSorted().join(', ')}.`);
  // What its members do now ends first.
  await client.query('SELECT FROM onceward.staff WHERE role = $1 ORDER BY actor FOR NO KEY UPDATE', [name]);
  await client.query('INSERT INTO onceward.roles (name) VALUES ($1) ON CONFLICT DO NOTHING', [name]);
  return client.query('SELECT onceward.set_permissions($1, $2)', [name, permissions]);
}

/** Fails where somebody has the role, or it is `admin`. */
export async function deleteRole(client: pg.Client, name: string) {
  if (name === 'admin') throw new Error('The role admin cannot be deleted.');
  const { rows } = await client.query('SELECT count(*)::int AS members FROM onceward.staff WHERE role = $1', [
    name,
  ]);
  if (rows[0].members > 0)
    throw new Error(`${rows[0].members} members have the role ${name}. Give them another one first.`);
  await client.query('DELETE FROM onceward.role_permissions WHERE role = $1', [name]);
  return client.query('DELETE FROM onceward.roles WHERE name = $1', [name]);
}

export interface OwnLimit {
  readonly resource: string;
  readonly takes: boolean;
  readonly perCall: number | null;
  readonly perDay: number | null;
}

/** Sets one member's own limits of resources, and leaves those of others. */
export async function setOwnLimits(client: pg.Client, id: string, limits: readonly OwnLimit[]) {
  for (const { resource, takes, perCall, perDay } of limits) {
    const { rowCount } = await client.query(
      `INSERT INTO onceward.staff_limits (actor, resource, takes, per_call, per_day)
       SELECT onceward.register_actor('staff', $1), n.no, $3, $4, $5 FROM onceward.names n WHERE (n.kind, n.name) = (1, $2)
       ON CONFLICT ON CONSTRAINT staff_limits_one_per_resource
         DO UPDATE SET per_call = excluded.per_call, per_day = excluded.per_day`,
      [id, resource, takes, perCall, perDay],
    );
    if (rowCount === 0) throw new Error(`No published config has a resource "${resource}".`);
  }
}

export interface ListedRole {
  readonly name: string;
  readonly permissions: readonly string[];
  readonly unknownPermissions: readonly string[];
  readonly members: number;
}

export async function listRoles(client: pg.Client): Promise<ListedRole[]> {
  const { rows } = await client.query(
    'SELECT onceward.role_json(name) AS role FROM onceward.roles ORDER BY name',
  );
  return rows.map(({ role }) => role);
}

/** `gems=10/100`: at most 10 in one call and 100 in one day. One of both may be left out. */
export function parseOwnLimit(flag: string, text: string, takes: boolean): OwnLimit {
  const [, resource = '', call = '', day = ''] = /^([a-z0-9_:]+)=(\d*)\/(\d*)$/.exec(text) ?? [];
  const amount = (digits: string) => (digits === '' ? null : Number(digits));
  const [perCall, perDay] = [amount(call), amount(day)];
  const isWrong = (value: number | null) => value !== null && !Number.isSafeInteger(value);
  if (resource === '' || (perCall === null && perDay === null) || isWrong(perCall) || isWrong(perDay))
    throw new Error(
      `${flag} must be RESOURCE=PER_CALL/PER_DAY, such as gems=10/100 or gems=/100, not "${text}".`,
    );
  return { resource, takes, perCall, perDay };
}
