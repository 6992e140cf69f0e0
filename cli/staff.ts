/**
 * `npm run staff`: what the owner does to staff and roles, each change with its audit row in the same transaction. Members with
 * `staff:manage` do it in the console, where the kernel's rules hold (drizzle/kernel/61_staff_changes.sql); the owner is above them.
 */
import { userInfo } from 'node:os';
import type pg from 'pg';
import { PATTERNS } from '../src/domain/values.ts';
import { fail, ownerDatabaseUrl, parseCommandLine } from './command-line.ts';
import { withClient } from './connect.ts';
import { deleteRole, listRoles, type OwnLimit, parseOwnLimit, setOwnLimits, setRole } from './staff-roles.ts';

export interface StaffMember {
  readonly id: string;
  readonly role: string;
  /** The most in one award and in one day, in value. Null: the default of the balance config applies. */
  readonly rewardLimit: number | null;
  readonly dailyBudget: number | null;
}

/** Adds a member. An existing member gets this role and the limits that are not null, and is enabled again. */
export async function addStaff(
  ownerDatabaseUrl: string,
  { id, role, rewardLimit, dailyBudget }: StaffMember,
  limits: readonly OwnLimit[] = [],
): Promise<void> {
  const detail = { id, role, rewardLimit, dailyBudget, ...(limits.length > 0 && { limits }) };
  await withAudit(ownerDatabaseUrl, 'staff.add', detail, async (client) => {
    const added = await client.query(
      `INSERT INTO onceward.staff (actor, role, reward_limit, daily_budget)
       VALUES (onceward.register_actor('staff', $1), $2, $3, $4)
       ON CONFLICT (actor) DO UPDATE SET role = excluded.role, reward_limit = coalesce(excluded.reward_limit, staff.reward_limit),
         daily_budget = coalesce(excluded.daily_budget, staff.daily_budget), disabled_at = NULL`,
      [id, role, rewardLimit, dailyBudget],
    );
    await setOwnLimits(client, id, limits);
    return added;
  });
}

/** Returns false if there is no such member. */
export async function disableStaff(ownerDatabaseUrl: string, id: string): Promise<boolean> {
  const { rowCount } = await withAudit(ownerDatabaseUrl, 'staff.disable', { id }, (client) =>
    client.query(
      `UPDATE onceward.staff SET disabled_at = coalesce(disabled_at, now())
        WHERE actor = (SELECT no FROM onceward.actors WHERE (kind, id) = (3, $1))`,
      [id],
    ),
  );
  return rowCount === 1;
}

export async function listStaff(
  ownerDatabaseUrl: string,
): Promise<(StaffMember & { disabledAt: Date | null })[]> {
  return withClient(ownerDatabaseUrl, async (client) => {
    const { rows } = await client.query(
      'SELECT id, role, reward_limit, daily_budget, disabled_at FROM onceward.staff_by_name ORDER BY id',
    );
    return rows.map((row) => ({
      id: row.id,
      role: row.role,
      rewardLimit: row.reward_limit === null ? null : Number(row.reward_limit),
      dailyBudget: row.daily_budget === null ? null : Number(row.daily_budget),
      disabledAt: row.disabled_at,
    }));
  });
}

/** Commits the change together with its audit row. A change that affects no row is not audited. */
function withAudit(
  ownerDatabaseUrl: string,
  action: string,
  detail: object,
  change: (client: pg.Client) => Promise<pg.QueryResult>,
): Promise<pg.QueryResult> {
  return withClient(ownerDatabaseUrl, async (client) => {
    await client.query('BEGIN');
    // As the kernel does: changes of staff and roles wait for each other.
    await client.query('LOCK TABLE onceward.roles IN SHARE ROW EXCLUSIVE MODE');
    const result = await change(client);
    if (result.rowCount) {
      await client.query(
        `INSERT INTO onceward.audit_events (actor, action, outcome, detail)
         VALUES (onceward.register_actor('operator', $1), $2, 'done', $3)`,
        [userInfo().username, action, JSON.stringify(detail)],
      );
    }
    await client.query('COMMIT');
    return result;
  });
}

const HELP = `npm run staff -- add ID --role ROLE [--limit N] [--budget N] [--give LIMIT]… [--take LIMIT]…
npm run staff -- disable ID
npm run staff -- list
npm run staff -- role NAME --permissions LIST
npm run staff -- delete-role NAME
npm run staff -- roles

  ID                   the subject ("sub") of the member's token
  --role ROLE          support, economist, auditor, admin, or a role that was made here or in the console
  --limit N            the most in one award, in the value that the balance config gives each resource (default: set
                       by the config)
  --budget N           the most in one day, in value (default: set by the config)
  --give, --take       RESOURCE=PER_CALL/PER_DAY, such as gems=10/100: the member's own limits of a resource that the
                       config limits in units
  --permissions LIST   all that the role permits, such as ledger:read,reward:manual
  --database-url URL   the owner's connection string (default: OWNER_DATABASE_URL, or the local stack's)

"add" with an existing ID changes the role and the given limits, and enables the member again. A change applies from
the member's next request on. An admin can do the same in the console.`;

const OPTIONS = {
  role: { type: 'string' },
  limit: { type: 'string' },
  budget: { type: 'string' },
  give: { type: 'string', multiple: true },
  take: { type: 'string', multiple: true },
  permissions: { type: 'string' },
  'database-url': { type: 'string' },
} as const;

async function main(): Promise<void> {
  const { values, positionals } = parseCommandLine({ help: HELP, options: OPTIONS });
  const [action, name] = positionals;
  const url = () => ownerDatabaseUrl(values['database-url']);
  switch (action) {
    case 'add':
      return add(await url(), name, values);
    case 'disable': {
      const known = await disableStaff(await url(), parseId(name));
      if (!known)
        throw new Error(`There is no staff member "${name}". \`npm run staff -- list\` shows all members.`);
      console.log(`${name} is disabled from the next request on.`);
      return;
    }
    case 'list':
      return printStaff(await listStaff(await url()));
    case 'role': {
      const permissions = (values.permissions ?? '').split(',').filter(Boolean);
      const detail = { role: name, permissions };
      await withAudit(await url(), 'staff.role', detail, (client) =>
        setRole(client, name ?? '', permissions),
      );
      console.log(`${name} permits: ${permissions.join(', ') || 'nothing'}.`);
      return;
    }
    case 'delete-role': {
      const { rowCount } = await withAudit(await url(), 'staff.delete_role', { role: name }, (client) =>
        deleteRole(client, name ?? ''),
      );
      if (!rowCount)
        throw new Error(`There is no role "${name}". \`npm run staff -- roles\` shows all roles.`);
      console.log(`The role ${name} is deleted.`);
      return;
    }
    case 'roles': {
      for (const role of await withClient(await url(), listRoles))
        console.log(
          `${role.name} (${role.members} members): ${[...role.permissions, ...role.unknownPermissions.map((each) => `${each}, which this version does not know`)].join(', ')}`,
        );
      return;
    }
    default:
      throw new Error(`Pass an action: add, disable, list, role, delete-role or roles.\n\n${HELP}`);
  }
}

interface AddOptions {
  readonly role?: string | undefined;
  readonly limit?: string | undefined;
  readonly budget?: string | undefined;
  readonly give?: readonly string[] | undefined;
  readonly take?: readonly string[] | undefined;
}

async function add(url: string, name: string | undefined, options: AddOptions): Promise<void> {
  const { role, limit, budget, give = [], take = [] } = options;
  const member = {
    id: parseId(name),
    role: parseRole(role),
    rewardLimit: parseAmount('--limit', limit),
    dailyBudget: parseAmount('--budget', budget),
  };
  const limits = [
    ...give.map((text) => parseOwnLimit('--give', text, false)),
    ...take.map((text) => parseOwnLimit('--take', text, true)),
  ];
  await addStaff(url, member, limits).catch((error: pg.DatabaseError) => {
    if (error.constraint !== 'staff_role_is_known') throw error;
    throw new Error(`There is no role "${role}". \`npm run staff -- roles\` shows all roles.`);
  });
  console.log(
    `${member.id} has the role ${member.role}. Limit of one award: ${member.rewardLimit ?? 'set by the config'}. Limit of one day: ${member.dailyBudget ?? 'set by the config'}.`,
  );
}

function printStaff(members: Awaited<ReturnType<typeof listStaff>>): void {
  if (members.length === 0) {
    console.log('There are no staff members. Add one with: npm run staff -- add ID --role support');
    return;
  }
  console.table(
    members.map(({ id, role, rewardLimit, dailyBudget, disabledAt }) => ({
      id,
      role,
      limit: rewardLimit ?? 'config',
      budget: dailyBudget ?? 'config',
      disabled: disabledAt?.toISOString() ?? '',
    })),
  );
}

function parseId(id: string | undefined): string {
  if (!id || !PATTERNS.playerId.expression.test(id))
    throw new Error(`The member's ID must be ${PATTERNS.playerId.expected}.`);
  return id;
}

function parseRole(role: string | undefined): string {
  if (!role) throw new Error('Pass --role. `npm run staff -- roles` shows all roles.');
  return role;
}

function parseAmount(flag: string, text: string | undefined): number | null {
  if (text === undefined) return null;
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!Number.isSafeInteger(value))
    throw new Error(`${flag} must be an integer from 0 to ${Number.MAX_SAFE_INTEGER}, not "${text}".`);
  return value;
}

if (import.meta.main) await main().catch(fail);
