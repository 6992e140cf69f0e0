/** `npm run staff`: adds, disables and lists staff members, each change with its audit row in the same transaction. */
import { userInfo } from 'node:os';
import type pg from 'pg';
import { STAFF_ROLES, type StaffRole } from '../src/domain/actor.ts';
import { PATTERNS } from '../src/domain/values.ts';
import { fail, ownerDatabaseUrl, parseCommandLine } from './command-line.ts';
import { withClient } from './connect.ts';

export interface StaffMember {
  readonly id: string;
  readonly role: StaffRole;
  /** The most in one award and in one day, in value. Null: the default of the balance config applies. */
  readonly rewardLimit: number | null;
  readonly dailyBudget: number | null;
}

/** Adds a member. An existing member gets this role and the limits that are not null, and is enabled again. */
export async function addStaff(
  ownerDatabaseUrl: string,
  { id, role, rewardLimit, dailyBudget }: StaffMember,
): Promise<void> {
  await withAudit(ownerDatabaseUrl, 'staff.add', { id, role, rewardLimit, dailyBudget }, (client) =>
    client.query(
      `INSERT INTO onceward.staff (actor, role, reward_limit, daily_budget)
       VALUES (onceward.register_actor('staff', $1), $2, $3, $4)
       ON CONFLICT (actor) DO UPDATE SET role = excluded.role, reward_limit = coalesce(excluded.reward_limit, staff.reward_limit),
         daily_budget = coalesce(excluded.daily_budget, staff.daily_budget), disabled_at = NULL`,
      [id, role, rewardLimit, dailyBudget],
    ),
  );
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
  detail: { readonly id: string } & Partial<StaffMember>,
  change: (client: pg.Client) => Promise<pg.QueryResult>,
): Promise<pg.QueryResult> {
  return withClient(ownerDatabaseUrl, async (client) => {
    await client.query('BEGIN');
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

const HELP = `npm run staff -- add ID --role ROLE [--limit N] [--budget N]
npm run staff -- disable ID
npm run staff -- list

  ID                   the subject ("sub") of the member's token
  --role ROLE          ${STAFF_ROLES.join(', ')}
                       (support and admin may give rewards; every role may read)
  --limit N            the most in one award, in the value that the balance config gives each resource (default: set
                       by the config)
  --budget N           the most in one day, in value (default: set by the config)
  --database-url URL   the owner's connection string (default: OWNER_DATABASE_URL, or the local stack's)

"add" with an existing ID changes the role and the given limits, and enables the member again. A change applies from
the member's next request on.`;

const OPTIONS = {
  role: { type: 'string' },
  limit: { type: 'string' },
  budget: { type: 'string' },
  'database-url': { type: 'string' },
} as const;

async function main(): Promise<void> {
  const { values, positionals } = parseCommandLine({ help: HELP, options: OPTIONS });
  const [action, id] = positionals;
  const url = () => ownerDatabaseUrl(values['database-url']);
  switch (action) {
    case 'add': {
      const member = {
        id: parseId(id),
        role: parseRole(values.role),
        rewardLimit: parseAmount('--limit', values.limit),
        dailyBudget: parseAmount('--budget', values.budget),
      };
      await addStaff(await url(), member);
      console.log(
        `${member.id} has the role ${member.role}. Limit of one award: ${member.rewardLimit ?? 'set by the config'}. Limit of one day: ${member.dailyBudget ?? 'set by the config'}.`,
      );
      return;
    }
    case 'disable': {
      const known = await disableStaff(await url(), parseId(id));
      if (!known)
        throw new Error(`There is no staff member "${id}". \`npm run staff -- list\` shows all members.`);
      console.log(`${id} is disabled from the next request on.`);
      return;
    }
    case 'list':
      printStaff(await listStaff(await url()));
      return;
    default:
      throw new Error(`Pass an action: add, disable or list.\n\n${HELP}`);
  }
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

function parseRole(role: string | undefined): StaffRole {
  const known = STAFF_ROLES.find((each) => each === role);
  if (!known) throw new Error(`--role must be one of ${STAFF_ROLES.join(', ')}.`);
  return known;
}

function parseAmount(flag: string, text: string | undefined): number | null {
  if (text === undefined) return null;
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!Number.isSafeInteger(value))
    throw new Error(`${flag} must be an integer from 0 to ${Number.MAX_SAFE_INTEGER}, not "${text}".`);
  return value;
}

if (import.meta.main) await main().catch(fail);
