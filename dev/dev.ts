/** `npm run dev`: the local stack, and on the terminal what a newcomer needs to play with it. */
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { fail, LOCAL_STACK_FILE, parseCommandLine } from '../cli/command-line.ts';
import { type RunningStack, startLocalStack } from './local-stack.ts';
import { whenParentEnds } from './parent.ts';
import { removeCluster } from './postgres/cluster.ts';

const DIR = join(import.meta.dirname, '../.onceward');
const DAY_SECONDS = 24 * 3_600;

const HELP = `npm run dev [-- --reset]

Starts Onceward on this machine: Postgres 18, Neon's HTTP endpoint, and the Worker on http://127.0.0.1:8787.

  --reset    begin anew: forget players, ledger, published configs, staff and keys
  PORT       environment variable: another port

Ctrl-C stops everything; the data stays under .onceward/.`;

const { values } = parseCommandLine({ help: HELP, options: { reset: { type: 'boolean' } } });
const port = Number(process.env.PORT ?? 8787);

try {
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    throw new Error(`PORT must be 1 to 65535, not "${process.env.PORT}".`);
  if (values.reset) {
    removeCluster(join(DIR, 'postgres'));
    await rm(DIR, { recursive: true, force: true });
  }
  await mkdir(DIR, { recursive: true });
  const stack = await startLocalStack({ dir: DIR, port, log: (line) => console.log(line), onLine: showLine });
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
  // Whoever starts this file without npm may leave it running on purpose.
  if (process.env.npm_lifecycle_event) whenParentEnds(stop);
  stack.worker.ended.then(async () => {
    if (stopping) return;
    console.error('The Worker has ended by itself.');
    await stack.stop();
    process.exit(1);
  });
  console.log(await welcome(stack));
} catch (error) {
  fail(error);
}

/** The Worker's own log lines, without wrangler's frame round a warning, and wrangler's troubles. */
function showLine(line: string): void {
  const text = stripVTControlCharacters(line).replace(/^.*?\[WARNING\] \s*(?=\{)/, '');
  if (text.startsWith('{') || /error|warn/i.test(text)) console.log(text);
}

async function welcome({ url, adminUrl, signer }: RunningStack): Promise<string> {
  const token = (kind: 'player' | 'server' | 'staff', id: string) =>
    signer.signToken({ kind, id, expiresInSeconds: DAY_SECONDS });
  const player = await token('player', 'player-1');
  const body = JSON.stringify({
    query: `mutation($input: ClaimRewardInput!) { claimReward(input: $input) { __typename
      ... on Receipt { replayed levelAfter correlationId changes { resource before after delta } }
      ... on Rejection { code message correlationId } } }`.replace(/\s+/g, ' '),
    variables: { input: { idempotencyKey: `quest-${crypto.randomUUID()}`, type: 'daily_quest' } },
  });
  return `
Onceward is running.

  GraphiQL   ${adminUrl}
  GraphQL    ${url}

Tokens for a day (paste one into GraphiQL; more with: npm run --silent token -- --help)

  player player-1
${player}
  game server arena-1
${await token('server', 'arena-1')}
  support support-1 (1,000 in one award, 5,000 in a day)
${await token('staff', 'support-1')}
  admin admin-1
${await token('staff', 'admin-1')}

Claim today's quest. Run it twice: the second answer is the first one again, with "replayed": true.

curl -s ${url} -H 'content-type: application/json' \\
  -H 'authorization: Bearer ${player}' \\
  -d '${body}'

Ctrl-C stops everything. The Worker's log follows.
`;
}
