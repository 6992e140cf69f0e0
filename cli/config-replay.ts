/** `npm run config:replay`: what the claims of the last days would have paid under a draft. */
import { compileForPublishing } from '../src/config/compile.ts';
import { ReplayReporter } from '../src/domain/replay-report.ts';
import type { BalanceRules } from '../src/domain/rules.ts';
import { RESERVED_CLAIM_TYPES } from '../src/resolvers/schema.ts';
import {
  CommandEnded,
  localApiUrl,
  type Output,
  ownerDatabaseUrl,
  parseArguments,
  runAsProcess,
} from './command-line.ts';
import { readConfigFile } from './config-document.ts';
import { problemsText } from './config-report.ts';
import { clearProgress } from './progress.ts';
import { pagesOfApi, pagesOfDatabase, type ReplayPages, type ReplayWindow } from './replay/pages.ts';
import { type ReplayResult, replayText } from './replay/text.ts';

const DEFAULT_DAYS = 7;
const DAY_MS = 86_400_000;

const HELP = `npm run config:replay -- FILE [options]

Computes what the claims of a window would have requested if this document had been the balance config, from what each claim
recorded: per resource, claim type and player. Claims whose amounts come from another config than the newest are shown apart, and
so are claims that cannot be replayed. Limits, ceilings and levels are not replayed. It changes nothing.

  FILE                the draft, for example config/balance.example.json
  --days N            claims of the last N days (default: ${DEFAULT_DAYS})
  --from TIME         instead: claims from this moment on, such as 2027-01-01T00:00Z
  --until TIME        before this moment (default: now)
  --url URL           read through the API, with the token of a staff member in ONCEWARD_TOKEN
  --token TOKEN       instead of ONCEWARD_TOKEN
  --database-url URL  read as the owner (default: OWNER_DATABASE_URL, or the local stack's)
  --json              print one JSON object
  -h, --help          show this text

Ctrl-C ends it and prints what was replayed so far, as partial.
Exit codes: 0 done; 1 failed; 2 wrong command line; 3 invalid document; 130 ended early.`;

const OPTIONS = {
  days: { type: 'string' },
  from: { type: 'string' },
  until: { type: 'string' },
  url: { type: 'string' },
  token: { type: 'string' },
  'database-url': { type: 'string' },
  json: { type: 'boolean' },
} as const;

type Values = ReturnType<typeof parseArguments<typeof OPTIONS>>['values'];

export async function configReplayCommand(
  args: readonly string[],
  output: Output,
  ended: AbortSignal = interrupted(),
): Promise<number> {
  const { values, positionals } = parseArguments({ help: HELP, options: OPTIONS, args });
  const [file, ...rest] = positionals;
  if (file === undefined || rest.length > 0) usage('Pass one file.');
  const window = windowOf(values);
  const draft = compileForPublishing(
    await readConfigFile(file),
    { version: 0, sha256: '' },
    { reservedNames: RESERVED_CLAIM_TYPES },
  );
  if (draft.kind === 'invalid') {
    output.error(`${file} has ${draft.problems.length} problem(s):\n${problemsText(draft.problems)}`);
    return 3;
  }
  const result = await replay(await pagesOf(values, window), draft.rules, { output, ended });
  output.log(values.json ? JSON.stringify(result) : replayText(result));
  return result.isComplete ? 0 : 130;
}

async function replay(
  pages: ReplayPages,
  rules: BalanceRules,
  { output, ended }: { readonly output: Output; readonly ended: AbortSignal },
): Promise<ReplayResult> {
  const reporter = new ReplayReporter(rules);
  const show = progressOf(output);
  let [until, progress, isComplete, claims] = ['', 0, false, 0];
  for await (const page of pages.read()) {
    ({ until, progress } = page);
    for (const claim of page.claims) reporter.add(claim);
    claims += page.claims.length;
    show(claims, progress);
    isComplete = page.isLast;
    if (ended.aborted) break;
  }
  clearProgress();
  return { from: pages.from, until, isComplete, progress, ...reporter.report() };
}

/** How many claims there are is not known before: the share is that of players. On a terminal each message replaces the last one. */
function progressOf({ progress: print }: Output): (claims: number, share: number) => void {
  const startedAt = Date.now();
  const steps = process.stderr.isTTY ? 1_000 : 10;
  let shown = -1;
  return (claims, share) => {
    const step = Math.floor(share * steps);
    if (step === shown) return;
    shown = step;
    const perSecond = Math.round((1_000 * claims) / Math.max(Date.now() - startedAt, 1));
    print(`replayed ${claims} claims, ${Math.floor(share * 100)} % of the players, ${perSecond}/s`);
  };
}

async function pagesOf(values: Values, window: ReplayWindow): Promise<ReplayPages> {
  const { url, token = process.env.ONCEWARD_TOKEN } = values;
  if (url === undefined && values.token === undefined)
    return pagesOfDatabase(await ownerDatabaseUrl(values['database-url']), window);
  if (!token) usage('--url requires --token or ONCEWARD_TOKEN.');
  return pagesOfApi({ url: await localApiUrl(url), token }, window);
}

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)$/;

function windowOf({ days, from, until, url, 'database-url': database }: Values): ReplayWindow {
  if (url !== undefined && database !== undefined) usage('Pass either --url or --database-url.');
  if (days !== undefined && from !== undefined) usage('Pass either --days or --from.');
  const count = days === undefined ? DEFAULT_DAYS : Number(days);
  if (!(count > 0 && count <= 3_650)) usage('--days must be a number of days, such as 7.');
  for (const [option, time] of Object.entries({ from, until }))
    if (time !== undefined && !(TIME.test(time) && !Number.isNaN(Date.parse(time))))
      usage(`--${option} must be a time with its zone, such as 2027-01-01T00:00Z.`);
  const iso = (time: string) => new Date(time).toISOString();
  return {
    from: from === undefined ? new Date(Date.now() - count * DAY_MS).toISOString() : iso(from),
    until: until === undefined ? null : iso(until),
  };
}

/** Aborted by the first Ctrl-C; the second ends the process as usual. */
function interrupted(): AbortSignal {
  const controller = new AbortController();
  process.once('SIGINT', () => controller.abort());
  return controller.signal;
}

function usage(message: string): never {
  throw new CommandEnded(2, `${message}\n\n${HELP}`);
}

if (import.meta.main) await runAsProcess(configReplayCommand);
