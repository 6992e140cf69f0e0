/** `npm run dev`: starts the local stack and prints what you need to try it out. */
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { fail, LOCAL_STACK_FILE, parseCommandLine } from '../cli/command-line.ts';
import { OlderLayoutError } from '../cli/migrate.ts';
import { type RunningStack, startLocalStack } from './local-stack.ts';
import { removeCluster } from './postgres/cluster.ts';
import { whenParentEnds } from './system.ts';

const DIR = join(import.meta.dirname, '../.onceward');
const DAY_SECONDS = 24 * 3_600;
const SCHEDULE_MS = 60_000;

const HELP = `npm run dev [-- --reset] [--lanes] [--config FILE]

Starts Onceward on this machine: Postgres 18, a local Neon endpoint, and the Worker on http://127.0.0.1:8787.

  --reset    first delete all players, ledger entries, published configs, staff and keys of the local stack
  --lanes    commit through lanes (COMMIT_THROUGH in wrangler.toml) instead of directly
  --config   the balance config to begin with, such as config/puzzle.example.json; later ones: npm run config:publish
  PORT       environment variable: another port

Press Ctrl-C to stop everything. The data is kept in .onceward/.`;

async function main(): Promise<void> {
  const { values } = parseCommandLine({
    help: HELP,
    options: { reset: { type: 'boolean' }, lanes: { type: 'boolean' }, config: { type: 'string' } },
  });
  const port = Number(process.env.PORT ?? 8787);
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    throw new Error(`PORT must be a number from 1 to 65535, not "${process.env.PORT}".`);
  if (values.reset) {
    removeCluster(join(DIR, 'postgres'));
    await rm(DIR, { recursive: true, force: true });
  }
  await mkdir(DIR, { recursive: true });
  const stack = await startLocalStack({
    dir: DIR,
    port,
    commitThrough: values.lanes ? 'lanes' : 'direct',
    play: true,
    ...(values.config !== undefined && { configFile: values.config }),
    log: (line) => console.log(line),
    onLine: printLine,
  });
  stopOnSignal(stack);
  goOnWithCampaigns(stack);
  console.log(await welcome(stack));
}

function stopOnSignal(stack: RunningStack): void {
  let stopping = false;
  const stop = async () => {
    if (stopping) return;
    stopping = true;
    console.log('\nStopping…');
    await stack.stop();
    await rm(LOCAL_STACK_FILE, { force: true });
    process.exit(0);
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  // Started without npm, it may be meant to outlive its parent.
  if (process.env.npm_lifecycle_event) whenParentEnds(stop);
  stack.worker.ended.then(async () => {
    if (stopping) return;
    console.error('The Worker has ended unexpectedly.');
    await stack.stop();
    process.exit(1);
  });
}

/** What cron does in production: a local Workflow does not go on by itself after a restart. */
function goOnWithCampaigns({ worker }: RunningStack): void {
  const run = () => fetch(`${worker.url}/cdn-cgi/handler/scheduled`).catch(() => {});
  setInterval(run, SCHEDULE_MS).unref();
}

/** Prints the Worker's log lines, without the frame that wrangler puts around a warning, and wrangler's own errors. */
function printLine(line: string): void {
  const text = stripVTControlCharacters(line).replace(/^.*?\[WARNING\] \s*(?=\{)/, '');
  if (text.startsWith('{') || /error|warn/i.test(text)) console.log(text);
}

/** A claim that the clock alone proves, so that a player can make it at once. */
function calendarClaim(config: unknown): string | undefined {
  const { claimTypes } = config as {
    claimTypes: Record<string, { proof: string; requiresProgress?: object }>;
  };
  const names = Object.keys(claimTypes).filter((name) => {
    const { proof, requiresProgress = {} } = claimTypes[name] ?? {};
    return proof === 'calendar' && Object.keys(requiresProgress).length === 0;
  });
  return names.toSorted()[0];
}

async function welcome({ url, adminUrl, signer, config }: RunningStack): Promise<string> {
  const token = (kind: 'player' | 'server' | 'staff', id: string) =>
    signer.signToken({ kind, id, expiresInSeconds: DAY_SECONDS });
  const player = await token('player', 'player-1');
  const body = JSON.stringify({
    query: `mutation($input: ClaimRewardInput!) { claimReward(input: $input) { __typename
      ... on Receipt { replayed levelAfter correlationId changes { resource before after delta } }
      ... on Rejection { code message correlationId } } }`.replace(/\s+/g, ' '),
    variables: { input: { idempotencyKey: `quest-${crypto.randomUUID()}`, type: calendarClaim(config) } },
  });
  return `
Onceward is running.

  Console    ${adminUrl} (sign in as a staff member, or paste a token)
  A game     ${new URL('/play', adminUrl)}
  GraphQL    ${url}

Tokens, valid for one day. GraphiQL in the console takes any. More tokens: npm run --silent token -- --help

  player player-1
${player}
  game server arena-1
${await token('server', 'arena-1')}
  support support-1 (at most 1,000 in one award and 5,000 in one day)
${await token('staff', 'support-1')}
  admin admin-1
${await token('staff', 'admin-1')}

Make a claim. Run this twice: the second answer repeats the first one, with "replayed": true.

curl -s ${url} -H 'content-type: application/json' \\
  -H 'authorization: Bearer ${player}' \\
  -d '${body}'

Press Ctrl-C to stop everything. The log of the Worker follows.
`;
}

await main().catch((error) =>
  fail(
    error instanceof OlderLayoutError
      ? 'The database in .onceward/ has the layout of an older version of Onceward. Delete it and start again with: npm run dev -- --reset'
      : error,
  ),
);
