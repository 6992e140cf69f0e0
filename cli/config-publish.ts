/** `npm run config:publish`: the options, the output and the exit codes of the command. Publishing itself is in config-store.ts. */
import { userInfo } from 'node:os';
import { fail, ownerDatabaseUrl, parseCommandLine } from './command-line.ts';
import { readConfigFile } from './config-document.ts';
import { LOCAL_PERSIST, localKv, remoteKv } from './config-kv.ts';
import { changesText, painter, problemsText } from './config-report.ts';
import {
  checkDocument,
  type Previewed,
  type Published,
  previewPublication,
  publishBalanceConfig,
  readVersion,
} from './config-store.ts';

const HELP = `npm run config:publish -- FILE [options]
npm run config:publish -- --rollback VERSION [options]

Validates a balance config, including its formulas, shows what it changes, and makes it the current one: it becomes a new version
in Postgres and is then written to KV. Running Workers load it within about a minute, without a deployment. Publishing the current
document again creates no version and only rewrites KV.

  FILE                 the document, for example config/balance.example.json
  --rollback VERSION   publish the document of this version again, as a new version
  --reopens PATH       publish although this change pays something again; repeat it for each such change
  --reason TEXT        why you publish it; stored with the version
  --by NAME            who publishes it; stored with the version (default: your user name)
  --local              write to the KV of the local stack (the default with the local stack's database)
  --remote             write to the Cloudflare KV namespace of wrangler.toml; requires a database URL
  --dry-run            validate and show the changes, but write nothing
  --json               print one JSON object: kind, version, sha256, changes, problems
  --database-url URL   the owner's connection string (default: OWNER_DATABASE_URL, or the local stack's)
  -h, --help           show this text

Exit codes: 0 published, unchanged, or publishable (--dry-run); 1 failed; 2 wrong command line; 3 invalid document; 4 pays something
again that --reopens does not name.`;

const EXIT_CODES = { published: 0, unchanged: 0, publishable: 0, valid: 0, invalid: 3, refused: 4 } as const;

const OPTIONS = {
  rollback: { type: 'string' },
  reopens: { type: 'string', multiple: true },
  reason: { type: 'string' },
  by: { type: 'string' },
  local: { type: 'boolean' },
  remote: { type: 'boolean' },
  'dry-run': { type: 'boolean' },
  json: { type: 'boolean' },
  'database-url': { type: 'string' },
} as const;

type Result = Published | Previewed | { readonly kind: 'valid'; readonly sha256: string };

async function main(): Promise<void> {
  const { values, positionals } = parseCommandLine({ help: HELP, options: OPTIONS });
  const { rollback, reopens = [] } = values;
  const [file, ...rest] = positionals;
  if ((file === undefined) === (rollback === undefined) || rest.length > 0)
    usage('Pass one file, or --rollback with a version.');
  if (rollback !== undefined && !/^[1-9]\d{0,8}$/.test(rollback))
    usage(`--rollback must name a version, such as 12, not "${rollback}".`);
  if (values.local && values.remote) usage('Pass either --local or --remote, not both.');
  const named = values['database-url'] ?? process.env.OWNER_DATABASE_URL;
  if (!values['dry-run']) {
    // Without this check, a version of one database could end up in the KV namespace of another.
    if (named && !values.local && !values.remote)
      usage('Pass --local or --remote to choose the KV namespace that belongs to this database.');
    if (values.remote && !named) usage('--remote requires --database-url or OWNER_DATABASE_URL.');
  }
  const source = file ?? `version ${rollback}`;
  const document =
    file === undefined ? await documentOf(Number(rollback), named) : await readConfigFile(file);
  const result = values['dry-run']
    ? await preview({ document, named, reopens })
    : await publishBalanceConfig({
        document,
        by: values.by ?? userInfo().username,
        reason: values.reason ?? (rollback === undefined ? null : `rollback to version ${rollback}`),
        reopens,
        ownerDatabaseUrl: await ownerDatabaseUrl(named),
        writeKv: values.remote ? remoteKv : localKv(LOCAL_PERSIST),
        onRetry: (message) => console.error(message),
      });
  if (values.json) console.log(JSON.stringify(result));
  else print(source, result);
  process.exitCode = EXIT_CODES[result.kind];
}

async function documentOf(version: number, named: string | undefined): Promise<unknown> {
  const document = await readVersion(await ownerDatabaseUrl(named), version);
  if (document === null) throw new Error(`There is no version ${version}.`);
  return document;
}

/** Without a database the document is validated alone. */
async function preview({
  document,
  named,
  reopens,
}: {
  readonly document: unknown;
  readonly named: string | undefined;
  readonly reopens: readonly string[];
}): Promise<Result> {
  const url = await ownerDatabaseUrl(named).catch(() => null);
  if (url !== null) return previewPublication({ document, ownerDatabaseUrl: url, reopens });
  const checked = await checkDocument(document);
  return checked.kind === 'invalid' ? checked : { kind: 'valid', sha256: checked.sha256 };
}

function print(source: string, result: Result): void {
  if ('changes' in result && result.changes.length > 0)
    console.log(changesText(result.changes, painter(process.stdout)));
  if ('problems' in result) console.error(refusalText(source, result));
  else console.log(successText(source, result));
}

function refusalText(source: string, result: Extract<Result, { problems: unknown }>): string {
  if (result.kind === 'invalid')
    return `${source} was not published. It has ${result.problems.length} problem(s):\n${problemsText(result.problems)}`;
  return `${source} was not published. Change the document, or confirm what is paid again:\n${confirmText(result)}`;
}

function successText(source: string, result: Exclude<Result, { problems: unknown }>): string {
  const digest = `sha256 ${result.sha256}`;
  switch (result.kind) {
    case 'published':
      return `Published version ${result.version}, ${digest}.`;
    case 'unchanged':
      return `Unchanged: version ${result.version}, ${digest}, is current.`;
    case 'publishable':
      return result.current === null
        ? `${source} is valid and would become the first version, ${digest}.`
        : `${source} is valid and would replace version ${result.current}, ${digest}.`;
    case 'valid':
      return `${source} is valid, ${digest}. There is no database to compare it with.`;
  }
}

function confirmText({ problems, changes }: Extract<Result, { kind: 'refused' }>): string {
  const again = new Set(changes.flatMap(({ severity, path }) => (severity === 'reopens' ? [path] : [])));
  return [...new Set(problems.map(({ path }) => path))]
    .map((path) =>
      again.has(path) ? `  --reopens ${path}` : `  (without --reopens ${path}, which pays nothing again)`,
    )
    .join('\n');
}

function usage(message: string): never {
  console.error(`${message}\n\n${HELP}`);
  process.exit(2);
}

if (import.meta.main) await main().catch(fail);
