/** The command that publishes a balance config. What publishing means is config-store.ts; here are words and flags. */
import { userInfo } from 'node:os';
import type { Problem } from '../src/config/problem.ts';
import { fail, ownerDatabaseUrl, parseCommandLine } from './command-line.ts';
import { type Change, changeText, diffDocuments } from './config-diff.ts';
import { readConfigFile } from './config-file.ts';
import { localKv, remoteKv } from './config-kv.ts';
import { changedRoles } from './config-roles.ts';
import { checkDocument, publishBalanceConfig, readCurrent } from './config-store.ts';

const HELP = `npm run config:publish -- FILE [options]

Validates a balance config, formulas included, and makes it the current one: a new version in Postgres, then KV.
Running Workers pick it up in about a minute; nothing is deployed. Publishing the current document again changes
nothing and writes KV anew. To go back, publish the old document: it becomes a new version.

  FILE                 the document, for example config/balance.example.json
  --reason TEXT        why, kept with the version
  --by NAME            who, kept with the version (default: your user name)
  --local              write to the local stack's KV (the default with the local stack's database)
  --remote             write to Cloudflare's KV, as wrangler.toml binds it; needs a database that you name
  --dry-run            only validate, and show what would change
  --database-url URL   the owner's connection string (default: OWNER_DATABASE_URL, or the local stack's)
  -h, --help           this text

Ends with 0 when published, unchanged or valid; 1 when refused or failed; 2 when the command line is wrong.`;

const LOCAL_PERSIST = '.onceward/wrangler';
const MAX_SHOWN = 50;

const OPTIONS = {
  reason: { type: 'string' },
  by: { type: 'string' },
  local: { type: 'boolean' },
  remote: { type: 'boolean' },
  'dry-run': { type: 'boolean' },
  'database-url': { type: 'string' },
} as const;

async function main(): Promise<void> {
  const { values, positionals } = parseCommandLine({ help: HELP, options: OPTIONS });
  const [file, ...rest] = positionals;
  if (file === undefined || rest.length > 0) usage('Name one file.');
  if (values.local && values.remote) usage('Choose --local or --remote, not both.');
  const document = await readConfigFile(file);
  if (values['dry-run']) return dryRun(file, document, values['database-url']);
  const namedDatabase = values['database-url'] ?? process.env.OWNER_DATABASE_URL;
  // A version in one database and its pointer in another's KV would confuse both.
  if (namedDatabase && !values.local && !values.remote)
    usage('Say --local or --remote: which KV belongs to this database?');
  if (values.remote && !namedDatabase) usage('--remote needs --database-url or OWNER_DATABASE_URL.');
  const result = await publishBalanceConfig({
    document,
    by: values.by ?? userInfo().username,
    reason: values.reason ?? null,
    ownerDatabaseUrl: await ownerDatabaseUrl(namedDatabase),
    writeKv: values.remote ? remoteKv : localKv(LOCAL_PERSIST),
  });
  if (result.kind === 'invalid') refuse(file, result.problems);
  printChanges(result.changes);
  const id = `version ${result.version}, sha256 ${result.sha256}`;
  console.log(
    result.kind === 'published' ? `Published ${id}.` : `Unchanged: ${id} is current. KV was written again.`,
  );
}

async function dryRun(file: string, document: unknown, databaseUrl: string | undefined): Promise<void> {
  const checked = await checkDocument(document);
  if (checked.kind === 'invalid') refuse(file, checked.problems);
  console.log(`${file} is valid, sha256 ${checked.sha256}.`);
  const url = await ownerDatabaseUrl(databaseUrl).catch(() => null);
  if (url === null) return console.log('No database to compare with.');
  const current = await readCurrent(url);
  if (current === null) return console.log('It would be the first version.');
  if (current.sha256 === checked.sha256) return console.log(`Version ${current.version} holds it already.`);
  const problems = changedRoles(current.document, document);
  if (problems.length > 0) refuse(file, problems);
  console.log(`Against version ${current.version}:`);
  printChanges(diffDocuments(current.document, document));
}

function printChanges(changes: readonly Change[]): void {
  for (const change of changes.slice(0, MAX_SHOWN)) console.log(`  ${changeText(change)}`);
  if (changes.length > MAX_SHOWN) console.log(`  … and ${changes.length - MAX_SHOWN} more`);
}

function refuse(file: string, problems: readonly Problem[]): never {
  const shown = problems
    .slice(0, MAX_SHOWN)
    .map(({ path, message }) => `  ${path || '(document)'}: ${message}`);
  const more = problems.length > MAX_SHOWN ? [`  … and ${problems.length - MAX_SHOWN} more`] : [];
  return fail(`${file} was not published, ${problems.length} problem(s):\n${[...shown, ...more].join('\n')}`);
}

function usage(message: string): never {
  console.error(`${message}\n\n${HELP}`);
  process.exit(2);
}

if (import.meta.main) await main().catch(fail);
