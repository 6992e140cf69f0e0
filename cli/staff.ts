/** The command that says who may act by hand, and up to which amounts. */
import { PATTERNS } from '../src/domain/values.ts';
import { fail, ownerDatabaseUrl, parseCommandLine } from './command-line.ts';
import { addStaff, disableStaff, listStaff, STAFF_ROLES } from './staff-store.ts';

const HELP = `npm run staff -- add ID --role ROLE [--limit N] [--budget N]
npm run staff -- disable ID
npm run staff -- list

  ID                   the subject of the member's token
  --role ROLE          ${STAFF_ROLES.join(', ')}
                       (support and admin may give rewards; every role may read)
  --limit N            the most that one award may hand out in all (default: the balance config's)
  --budget N           the most that a day's awards may hand out in all (default: the balance config's)
  --database-url URL   the owner's connection string (default: OWNER_DATABASE_URL, or the local stack's)

"add" with a known ID changes role and the limits that are given, and enables that member again. Changes count from the member's next request.`;

const { values, positionals } = parseCommandLine({
  help: HELP,
  options: {
    role: { type: 'string' },
    limit: { type: 'string' },
    budget: { type: 'string' },
    'database-url': { type: 'string' },
  },
});

function staffId(id: string | undefined): string {
  if (!id || !PATTERNS.playerId.expression.test(id))
    throw new Error(`Give the member's ID: ${PATTERNS.playerId.expected}.`);
  return id;
}

function amount(flag: string, text: string | undefined): number | null {
  if (text === undefined) return null;
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!Number.isSafeInteger(value))
    throw new Error(`${flag} must be an integer from 0 to ${Number.MAX_SAFE_INTEGER}, not "${text}".`);
  return value;
}

async function run(): Promise<void> {
  const [action, given] = positionals;
  const url = () => ownerDatabaseUrl(values['database-url']);
  switch (action) {
    case 'add': {
      const role = STAFF_ROLES.find((known) => known === values.role);
      if (!role) throw new Error(`--role must be one of ${STAFF_ROLES.join(', ')}.`);
      const id = staffId(given);
      const limits = {
        rewardLimit: amount('--limit', values.limit),
        dailyBudget: amount('--budget', values.budget),
      };
      await addStaff(await url(), { id, role, ...limits });
      console.log(
        `${id} is ${role}; one award up to ${limits.rewardLimit ?? 'the config’s limit'}, a day up to ${limits.dailyBudget ?? 'the config’s budget'}.`,
      );
      return;
    }
    case 'disable': {
      const id = staffId(given);
      if (!(await disableStaff(await url(), id)))
        throw new Error(`There is no staff member ${id}. "list" shows them all.`);
      console.log(`${id} is disabled, from the next request on.`);
      return;
    }
    case 'list': {
      const members = await listStaff(await url());
      if (members.length === 0)
        return console.log('No staff yet. Add some: npm run staff -- add ID --role support');
      console.table(
        members.map(({ id, role, rewardLimit, dailyBudget, disabledAt }) => ({
          id,
          role,
          limit: rewardLimit ?? 'config',
          budget: dailyBudget ?? 'config',
          disabled: disabledAt?.toISOString() ?? '',
        })),
      );
      return;
    }
    default:
      throw new Error(`Say what to do: add, disable or list.\n\n${HELP}`);
  }
}

await run().catch(fail);
