/** `npm run config:publish`: the options and the output of the command. Publishing itself is in config-store.ts. */
import { userInfo } from 'node:os';
import type { Problem } from '../src/config/problem.ts';
import { fail, ownerDatabaseUrl, parseCommandLine } from './command-line.ts';
import { type Change, changedRoles, changeText, diffDocuments, readConfigFile } from './config-document.ts';
import { localKv, remoteKv } from './config-kv.ts';
import { checkDocument, publishBalanceConfig, readCurrent } from './config-store.ts';

const HELP = `npm run config:publish -- FILE [options]

Validates a balance config, including its formulas, and makes it the current one: it becomes a new version in Postgres
and is then written to KV. Running Workers load it within about a minute, without a deployment. Publishing the current
document again creates no version and only rewrites KV. To roll back, publish the old document; it becomes a new version.

  FILE                 the document, for example config/balance.example.json
  --reason TEXT        why you publish it; stored with the version
  --by NAME            who publishes it; stored with the version (default: your user name)
  --local              write to the KV of the local stack (the default with the local stack's database)
  --remote             write to the Cloudflare KV namespace of wrangler.toml; requires a database URL
  --dry-run            validate and show the changes, but write nothing
  --database-url URL   the owner's connection string (default: OWNER_DATABASE_URL, or the local stack's)
  -h, --help           show this text

Exit codes: 0 published, unchanged or valid; 1 rejected or failed; 2 wrong command line.`;

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
  if (file === undefined || rest.length > 0) usage('Pass one file.');
  if (values.local && values.remote) usage('Pass either --local or --remote, not both.');
  const document = await readConfigFile(file);
  if (values['dry-run']) return dryRun(file, document, values['database-url']);
  const namedDatabase = values['database-url'] ?? process.env.OWNER_DATABASE_URL;
  // Without this check, a version of one database could end up in the KV namespace of another.
  if (namedDatabase && !values.local && !values.remote)
    usage('Pass --local or --remote to choose the KV namespace that belongs to this database.');
  if (values.remote && !namedDatabase) usage('--remote requires --database-url or OWNER_DATABASE_URL.');
  const result = await publishBalanceConfig({
    document,
    by: values.by ?? userInfo().username,
    reason: values.reason ?? null,
    ownerDatabaseUrl: await ownerDatabaseUrl(namedDatabase),
    writeKv: values.remote ? remoteKv : localKv(LOCAL_PERSIST),
  });
  if (result.kind === 'invalid') failInvalid(file, result.problems);
  printChanges(result.changes);
  const id = `version ${result.version}, sha256 ${result.sha256}`;
  console.log(
    result.kind === 'published'
      ? `Published ${id}.`
      : `Unchanged: ${id} is already current. KV was rewritten.`,
  );
}

async function dryRun(file: string, document: unknown, databaseUrl: string | undefined): Promise<void> {
  const checked = await checkDocument(document);
  if (checked.kind === 'invalid') failInvalid(file, checked.problems);
  console.log(`${file} is valid, sha256 ${checked.sha256}.`);
  const url = await ownerDatabaseUrl(databaseUrl).catch(() => null);
  if (url === null) return console.log('There is no database to compare it with.');
  const current = await readCurrent(url);
  if (current === null) return console.log('It would become the first version.');
  if (current.sha256 === checked.sha256)
    return console.log(`It is already the current version ${current.version}.`);
  const problems = changedRoles(current.document, document);
  if (problems.length > 0) failInvalid(file, problems);
  console.log(`Changes since version ${current.version}:`);
  printChanges(diffDocuments(current.document, document));
}

function printChanges(changes: readonly Change[]): void {
  for (const change of changes.slice(0, MAX_SHOWN)) console.log(`  ${changeText(change)}`);
  if (changes.length > MAX_SHOWN) console.log(`  … and ${changes.length - MAX_SHOWN} more`);
}

function failInvalid(file: string, problems: readonly Problem[]): never {
  const shown = problems
    .slice(0, MAX_SHOWN)
    .map(({ path, message }) => `  ${path || '(document)'}: ${message}`);
  const more = problems.length > MAX_SHOWN ? [`  … and ${problems.length - MAX_SHOWN} more`] : [];
  return fail(
    `${file} was not published. It has ${problems.length} problem(s):\n${[...shown, ...more].join('\n')}`,
  );
}

function usage(message: string): never {
  console.error(`${message}\n\n${HELP}`);
  process.exit(2);
}

if (import.meta.main) await main().catch(fail);
