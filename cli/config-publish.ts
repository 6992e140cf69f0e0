/** `npm run config:publish`: the options and exit codes of the command. Publishing itself is in config-store.ts. */
import { userInfo } from 'node:os';
import {
  CommandEnded,
  localApiUrl,
  type Output,
  ownerDatabaseUrl,
  parseArguments,
  runAsProcess,
} from './command-line.ts';
import { cancelThroughApi, previewThroughApi, publishThroughApi } from './config-api.ts';
import { readConfigFile, readConfigText } from './config-document.ts';
import { checkDocument } from './config-judge.ts';
import { LOCAL_PERSIST, localKv, remoteKv, type WriteKv } from './config-kv.ts';
import { listText, printResult, type Result } from './config-report.ts';
import {
  API_PUBLISHING,
  cancelScheduled,
  listVersions,
  previewPublication,
  publishBalanceConfig,
  readVersion,
  setApiPublishing,
} from './config-store.ts';

const HELP = `npm run config:publish -- FILE [options]
npm run config:publish -- --rollback VERSION [options]
npm run config:publish -- --cancel VERSION
npm run config:publish -- --list
npm run config:publish -- --api off|staff|approved

Validates a balance config, including its formulas, shows what it changes, and makes it the current one: it becomes a new version
in Postgres and is then written to KV. Running Workers load it within about a minute, without a deployment. Publishing the current
document again creates no version and only rewrites KV.

  FILE                 the document, for example config/balance.example.json
  --rollback VERSION   publish the document of this version again, as a new version
  --at TIME            publish it for later, such as 2027-01-01T00:00Z; one version can be scheduled at a time
  --keep VERSION       the scheduled version stays scheduled, under a new number, and is compared with this document
  --cancel VERSION     the scheduled version is cancelled; without a document, nothing else happens
  --list               show the newest versions, which is current and which is scheduled
  --staff              through the API, under the name of the staff member whose token ONCEWARD_TOKEN holds
  --url URL            the same, at this address (default: ONCEWARD_URL, or the local stack's)
  --api SETTING        whether staff may: not at all (off), each alone (staff), or with the approval of another (approved)
  --reopens PATH       publish although this change pays something again; repeat it for each such change
  --reason TEXT        why you publish it; stored with the version
  --by NAME            who publishes it; stored with the version (default: your user name)
  --local              write to the KV of the local stack (the default with the local stack's database)
  --remote             write to the Cloudflare KV namespace of wrangler.toml, of the environment CLOUDFLARE_ENV if it is
                       set; requires a database URL
  --dry-run            validate and show the changes, but write nothing
  --json               print one JSON object: kind, version, sha256, changes, problems, scheduled
  --database-url URL   the owner's connection string (default: OWNER_DATABASE_URL, or the local stack's)
  -h, --help           show this text

Exit codes: 0 done, unchanged, or publishable (--dry-run); 1 failed; 2 wrong command line; 3 invalid document; 4 pays something
again that --reopens does not name; 5 another version is scheduled, or the named one is not.`;

const EXIT_CODES: Readonly<Record<Result['kind'], number>> = {
  published: 0,
  scheduled: 0,
  cancelled: 0,
  unchanged: 0,
  publishable: 0,
  proposed: 0,
  valid: 0,
  invalid: 3,
  refused: 4,
  conflict: 5,
};
const LISTED = 20;

const OPTIONS = {
  rollback: { type: 'string' },
  at: { type: 'string' },
  keep: { type: 'string' },
  cancel: { type: 'string' },
  list: { type: 'boolean' },
  staff: { type: 'boolean' },
  url: { type: 'string' },
  api: { type: 'string' },
  reopens: { type: 'string', multiple: true },
  reason: { type: 'string' },
  by: { type: 'string' },
  local: { type: 'boolean' },
  remote: { type: 'boolean' },
  'dry-run': { type: 'boolean' },
  json: { type: 'boolean' },
  'database-url': { type: 'string' },
} as const;

type Values = ReturnType<typeof parseArguments<typeof OPTIONS>>['values'];

/** The KV namespaces that --local and --remote name. */
interface Kvs {
  readonly local: WriteKv;
  readonly remote: WriteKv;
}

/** How a publication runs: where it writes, and where it prints. */
interface Means {
  readonly kvs: Kvs;
  readonly output: Output;
}

export async function configPublishCommand(
  args: readonly string[],
  output: Output,
  kvs: Kvs = { local: localKv(LOCAL_PERSIST), remote: remoteKv },
): Promise<number> {
  const { values, positionals } = parseArguments({ help: HELP, options: OPTIONS, args });
  const [file, ...rest] = positionals;
  if (values.api !== undefined) return setApi(values, output);
  checkCommandLine(values, { file, rest });
  if (values.staff || values.url !== undefined) {
    const published = await performThroughApi(values, file);
    return report(values, published, output);
  }
  const named = values['database-url'] ?? process.env.OWNER_DATABASE_URL;
  if (values.list) {
    const versions = await listVersions(await ownerDatabaseUrl(named), LISTED);
    output.log(values.json ? JSON.stringify(versions) : listText(versions));
    return 0;
  }
  if (!values['dry-run']) checkTarget(values, named);
  return report(values, await perform(values, { file, named }, { kvs, output }), output);
}

interface Performed {
  readonly source: string;
  readonly result: Result;
}

function report({ json }: Values, { source, result }: Performed, output: Output): number {
  if (json) output.log(JSON.stringify(result));
  else printResult(source, result, output);
  return EXIT_CODES[result.kind];
}

async function setApi({ api, by, 'database-url': named }: Values, output: Output): Promise<number> {
  const publishing = API_PUBLISHING.find((each) => each === api);
  if (publishing === undefined) usage(`--api must be one of ${API_PUBLISHING.join(', ')}, not "${api}".`);
  await setApiPublishing(await ownerDatabaseUrl(named), by ?? userInfo().username, publishing);
  output.log(`Publishing through the API is now: ${publishing}.`);
  return 0;
}

async function performThroughApi(values: Values, file: string | undefined): Promise<Performed> {
  const token = process.env.ONCEWARD_TOKEN;
  if (!token) throw new Error('Set ONCEWARD_TOKEN to the token of a staff member.');
  if (values.list) usage('--list needs the database.');
  const { rollback, reopens = [] } = values;
  const [keep, cancel] = [values.keep, values.cancel].map((version) => (version ? Number(version) : null));
  const api = { url: await localApiUrl(values.url), token };
  const source = file ?? `version ${rollback ?? cancel}`;
  if (file === undefined && rollback === undefined) {
    const reason = values.reason ?? `cancel version ${cancel}`;
    return { source, result: await cancelThroughApi({ ...api, version: cancel as number, reason }) };
  }
  if (values.reason === undefined && rollback === undefined && !values['dry-run'])
    usage('Staff say why: pass --reason.');
  const content =
    file === undefined ? { version: Number(rollback) } : { document: await readConfigText(file) };
  const request = {
    ...api,
    content,
    at: values.at === undefined ? null : timeOf(values.at),
    keep: keep ?? null,
    cancel: cancel ?? null,
    reopens,
    reason: values.reason ?? `rollback to version ${rollback}`,
  };
  const result = await (values['dry-run'] ? previewThroughApi : publishThroughApi)(request);
  return { source, result };
}

interface Given {
  readonly file: string | undefined;
  readonly rest: readonly string[];
}

function checkCommandLine(values: Values, { file, rest }: Given): void {
  const { rollback, keep, cancel, at, list } = values;
  const documents = [file, rollback].filter((source) => source !== undefined).length;
  const isCancelled = documents === 0 && cancel !== undefined && at === undefined && keep === undefined;
  if (rest.length > 0 || (list ? documents > 0 || cancel !== undefined : documents !== 1 && !isCancelled))
    usage('Pass one file, or --rollback with a version.');
  for (const [option, version] of Object.entries({ rollback, keep, cancel })) {
    if (version !== undefined && !/^[1-9]\d{0,8}$/.test(version))
      usage(`--${option} must name a version, such as 12, not "${version}".`);
  }
  if (at !== undefined && timeOf(at) === null)
    usage(`--at must be a time with its zone, such as 2027-01-01T00:00Z, not "${at}".`);
  if (keep !== undefined && cancel !== undefined) usage('Pass either --keep or --cancel, not both.');
  if (keep !== undefined && at !== undefined)
    usage('One version can be scheduled at a time: pass --at with --cancel.');
  if (isCancelled && values['dry-run']) usage('--dry-run needs a document.');
  if (values.local && values.remote) usage('Pass either --local or --remote, not both.');
}

/** Without this check, a version of one database could end up in the KV namespace of another. */
function checkTarget(values: Values, named: string | undefined): void {
  if (named && !values.local && !values.remote)
    usage('Pass --local or --remote to choose the KV namespace that belongs to this database.');
  if (values.remote && !named) usage('--remote requires --database-url or OWNER_DATABASE_URL.');
}

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)$/;

function timeOf(text: string): Date | null {
  const time = new Date(text);
  return TIME.test(text) && !Number.isNaN(time.getTime()) ? time : null;
}

async function perform(
  values: Values,
  { file, named }: { readonly file: string | undefined; readonly named: string | undefined },
  { kvs, output }: Means,
): Promise<Performed> {
  const { rollback, reopens = [] } = values;
  const [keep, cancel] = [values.keep, values.cancel].map((version) => (version ? Number(version) : null));
  const writing = async () => ({
    by: values.by ?? userInfo().username,
    reason: values.reason ?? (rollback === undefined ? null : `rollback to version ${rollback}`),
    ownerDatabaseUrl: await ownerDatabaseUrl(named),
    writeKv: values.remote ? kvs.remote : kvs.local,
    onRetry: output.error,
  });
  if (file === undefined && rollback === undefined) {
    const version = cancel as number;
    return {
      source: `version ${version}`,
      result: await cancelScheduled({ ...(await writing()), version }),
    };
  }
  const document =
    file === undefined ? await documentOf(Number(rollback), named) : await readConfigFile(file);
  const at = values.at === undefined ? null : timeOf(values.at);
  const request = { document, reopens, at, keep: keep ?? null, cancel: cancel ?? null };
  const result = values['dry-run']
    ? await preview(request, named)
    : await publishBalanceConfig({ ...request, ...(await writing()) });
  return { source: file ?? `version ${rollback}`, result };
}

async function documentOf(version: number, named: string | undefined): Promise<unknown> {
  const document = await readVersion(await ownerDatabaseUrl(named), version);
  if (document === null) throw new Error(`There is no version ${version}.`);
  return document;
}

/** Without a database the document is validated alone. */
async function preview(
  request: Omit<Parameters<typeof previewPublication>[0], 'ownerDatabaseUrl'>,
  named: string | undefined,
): Promise<Result> {
  const url = await ownerDatabaseUrl(named).catch(() => null);
  if (url !== null) return previewPublication({ ...request, ownerDatabaseUrl: url });
  const checked = await checkDocument(request.document);
  return checked.kind === 'invalid' ? checked : { kind: 'valid', sha256: checked.sha256 };
}

function usage(message: string): never {
  throw new CommandEnded(2, `${message}\n\n${HELP}`);
}

if (import.meta.main) await runAsProcess(configPublishCommand);
