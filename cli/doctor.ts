/** `npm run doctor`: the options of the command, and how it prints. The checks are in cli/doctor. */
import { readFile } from 'node:fs/promises';
import {
  CommandEnded,
  LOCAL_STACK_FILE,
  type LocalStack,
  type Output,
  parseArguments,
  runAsProcess,
} from './command-line.ts';
import { LOCAL_PERSIST, type ReadKv, readLocalKv, readRemoteKv } from './config-kv.ts';
import type { Check, CheckResult, Deployment } from './doctor/check.ts';
import { configIsInKv } from './doctor/check-config.ts';
import {
  appRoleIsWeak,
  databaseUrlIsSafe,
  serverIsNewEnough,
  sessionSettings,
} from './doctor/check-database.ts';
import {
  guardsAreOn,
  kernelIsCurrent,
  migrationsAreApplied,
  somebodyManages,
} from './doctor/check-kernel.ts';
import { keysAreServed } from './doctor/check-keys.ts';
import { optionalBindings, wranglerSettings } from './doctor/check-settings.ts';
import { schemaIsClosed, workerAnswers, workerClock, workerIsReady } from './doctor/check-worker.ts';
import { readSettings } from './doctor/read-settings.ts';

const HELP = `npm run doctor [-- options]

Checks a deployment from end to end and says what to fix. It changes nothing. Without options it checks the running local stack.

  --url URL                 the address of the Worker (default: ONCEWARD_URL)
  --database-url URL        the app role's connection string, as in the secret DATABASE_URL (default: DATABASE_URL)
  --owner-database-url URL  the owner's (default: OWNER_DATABASE_URL)
  --env NAME                the environment of wrangler.toml that is deployed (default: CLOUDFLARE_ENV, or the top level)
  --local, --remote         read the balance config in the KV of the local stack, or of Cloudflare
  --json                    print one JSON object: an array of checks with name, kind and findings
  -h, --help                show this text

What is not given is not checked, and listed as skipped. Exit codes: 0 nothing is wrong; 1 something is; 2 wrong command line.`;

const OPTIONS = {
  url: { type: 'string' },
  'database-url': { type: 'string' },
  'owner-database-url': { type: 'string' },
  env: { type: 'string' },
  local: { type: 'boolean' },
  remote: { type: 'boolean' },
  json: { type: 'boolean' },
} as const;

/** In the order in which one would look. */
export const CHECKS: readonly Check[] = [
  wranglerSettings,
  optionalBindings,
  keysAreServed,
  workerAnswers,
  workerIsReady,
  workerClock,
  schemaIsClosed,
  databaseUrlIsSafe,
  serverIsNewEnough,
  sessionSettings,
  appRoleIsWeak,
  migrationsAreApplied,
  kernelIsCurrent,
  guardsAreOn,
  configIsInKv,
  somebodyManages,
];

export type Examined = CheckResult & { readonly name: string };

/** Runs every check. One that cannot run is wrong too: what it needs does not answer. */
export async function examine(deployment: Deployment): Promise<readonly Examined[]> {
  const examined: Examined[] = [];
  for (const { name, run } of CHECKS) {
    const result = await run(deployment).catch((error: Error): CheckResult => failed(error));
    examined.push({ name, ...result });
  }
  return examined;
}

/** A driver's message names no password. */
function failed(error: Error & { readonly code?: string }): CheckResult {
  const cause = error.cause instanceof Error ? `: ${error.cause.message}` : '';
  const problem = `the check could not run: ${error.message || error.code}${cause}`;
  return { kind: 'wrong', findings: [{ problem, fix: 'Check the address, the password and the network.' }] };
}

export async function doctorCommand(args: readonly string[], output: Output): Promise<number> {
  const { values, positionals } = parseArguments({ help: HELP, options: OPTIONS, args });
  if (positionals.length > 0) throw new CommandEnded(2, `Unknown argument "${positionals[0]}".\n\n${HELP}`);
  if (values.local && values.remote) throw new CommandEnded(2, 'Pass either --local or --remote, not both.');
  const examined = await examine(await deploymentOf(values));
  if (values.json) output.log(JSON.stringify(examined));
  else print(examined, output);
  return examined.some(({ kind }) => kind === 'wrong') ? 1 : 0;
}

type Values = ReturnType<typeof parseArguments<typeof OPTIONS>>['values'];

async function deploymentOf(values: Values): Promise<Deployment> {
  const given = {
    url: values.url ?? process.env.ONCEWARD_URL,
    databaseUrl: values['database-url'] ?? process.env.DATABASE_URL,
    ownerDatabaseUrl: values['owner-database-url'] ?? process.env.OWNER_DATABASE_URL,
  };
  const isGiven = Object.values(given).some(Boolean);
  const local = isGiven ? null : await localStack();
  const urls = { ...local, ...(isGiven && given) };
  const isLocal = local !== null || isLoopback(urls.url ?? urls.databaseUrl);
  return {
    origin: urls.url ? new URL(urls.url).origin : null,
    isLocal,
    databaseUrl: urls.databaseUrl ?? null,
    ownerDatabaseUrl: urls.ownerDatabaseUrl ?? null,
    settings: await readSettings(values.env ?? process.env.CLOUDFLARE_ENV),
    readKv: kvOf(values, local !== null),
  };
}

const kvOf = ({ local, remote }: Values, usesStack: boolean): ReadKv | null => {
  if (remote) return readRemoteKv;
  return local || usesStack ? readLocalKv(LOCAL_PERSIST) : null;
};

async function localStack(): Promise<LocalStack> {
  const text = await readFile(LOCAL_STACK_FILE, 'utf8').catch(() => null);
  if (text === null)
    throw new Error(
      'Nothing to check. Pass --url, --database-url or --owner-database-url, or start a local stack with `npm run dev`.',
    );
  return JSON.parse(text) as LocalStack;
}

const isLoopback = (url: string | undefined) =>
  url !== undefined && /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(new URL(url).hostname);

const MARKS = { sound: '✓', wrong: '✗', skipped: '–' } as const;
const COLOURS = { sound: 32, wrong: 31, skipped: 90 } as const;

function print(examined: readonly Examined[], { log, colours }: Output): void {
  for (const result of examined) {
    const mark = colours
      ? `\u001b[${COLOURS[result.kind]}m${MARKS[result.kind]}\u001b[0m`
      : MARKS[result.kind];
    log(`${mark} ${result.name}${detail(result)}`);
    if (result.kind === 'sound') for (const notice of result.notices ?? []) log(`    ${notice}`);
    if (result.kind !== 'wrong') continue;
    for (const { problem, fix } of result.findings) log(`    ${problem}\n    → ${fix}`);
  }
  const count = (kind: Examined['kind']) => examined.filter((each) => each.kind === kind).length;
  log(`\n${count('sound')} sound, ${count('wrong')} wrong, ${count('skipped')} skipped`);
}

const detail = (result: CheckResult) => {
  if (result.kind === 'sound') return `: ${result.note}`;
  return result.kind === 'skipped' ? `: skipped, ${result.why}` : '';
};

if (import.meta.main) await runAsProcess(doctorCommand);
