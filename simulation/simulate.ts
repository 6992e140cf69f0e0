/**
 * `npm run simulate`: runs seeded schedules of mutations and faults against the built Worker and a real Postgres, and checks every
 * answer and every row with an independent model. docs/proof.md explains it.
 */
import { randomBytes } from 'node:crypto';
import { fail, parseCommandLine } from '../cli/command-line.ts';
import { runMutants } from './mutants/run-mutants.ts';
import { loadOperations } from './operation.ts';
import { counted } from './report/summary.ts';
import { runBatches } from './run/run-batches.ts';
import { runLiveOps } from './run/run-live-ops.ts';
import { type RunResult, runSeeds, stories } from './run/run-seeds.ts';
import type { CommitPath } from './schedule/lane-faults.ts';
import { Environment } from './stack/environment.ts';

const HELP = `npm run simulate -- [options]

Runs seeded schedules of mutations and faults against the built Worker and a real Postgres, and checks every
answer and every row with an independent model. Exits with status 1 if an invariant is violated or was never
checked.

  --seeds N|LIST     run the seeds 1 to N, or a list such as 3,17,quiet (default 4)
  --random           run N random seeds instead of 1 to N; their names are printed first
  --operations N     operations per seed (default 1500)
  --clients N        clients that send at the same time (default 16)
  --snapshots N      check a snapshot of the database every N operations (default 1000)
  --through PATH     how operations reach the kernel: direct, lanes, or both in turn (default both)
  --live-ops         run only campaigns, rankings, undos, erasures and merges under kills
  --batches          run only the batches: operations sent to the kernel itself, many in one call
  --replay SEED      run one seed again: the same schedule and the same faults, if the other options are the same
  --mutants [NAME]   plant known bugs instead, one at a time, and show which invariant finds each

docs/proof.md explains what is simulated and checked.`;

const { values, positionals } = parseCommandLine({
  help: HELP,
  options: {
    seeds: { type: 'string', default: '4' },
    random: { type: 'boolean', default: false },
    operations: { type: 'string', default: '1500' },
    clients: { type: 'string', default: '16' },
    snapshots: { type: 'string', default: '1000' },
    through: { type: 'string', default: 'both' },
    replay: { type: 'string' },
    batches: { type: 'boolean', default: false },
    'live-ops': { type: 'boolean', default: false },
    mutants: { type: 'boolean', default: false },
  },
});
if (positionals.length > 0 && !values.mutants)
  fail(new Error(`Unexpected argument "${positionals[0]}". Use --help to see the options.`));

const sizes = {
  operations: positive('operations'),
  clients: positive('clients'),
  snapshotEvery: positive('snapshots'),
};
const paths = parsePaths();
const seeds = values.replay === undefined ? parseSeeds(values.seeds) : validSeeds([values.replay]);

function positive(name: 'operations' | 'clients' | 'snapshots'): number {
  const number = Number(values[name]);
  if (!Number.isSafeInteger(number) || number < 1)
    fail(new Error(`--${name} must be a positive integer, not "${values[name]}".`));
  return number;
}

function parsePaths(): CommitPath[] {
  const { through } = values;
  if (through === 'both') return ['direct', 'lanes'];
  if (through !== 'direct' && through !== 'lanes')
    fail(new Error(`--through must be direct, lanes or both, not "${through}".`));
  return [through];
}

function parseSeeds(text: string): string[] {
  const count = /^\d+$/.test(text) ? Number(text) : 0;
  if (count === 0 && values.random)
    fail(new Error('--random chooses the seeds: give --seeds a number, not a list.'));
  if (count === 0) return validSeeds(text.split(','));
  return Array.from({ length: count }, (_, index) => (values.random ? randomSeed() : String(index + 1)));
}

/** Long enough that two runs never have a seed in common. */
function randomSeed(): string {
  return randomBytes(4).toString('hex');
}

/** Without repeats: a seed's players are named after it, so running it twice on one database would mix them up. */
function validSeeds(names: string[]): string[] {
  for (const seed of names)
    if (!/^[A-Za-z0-9]{1,12}$/.test(seed))
      fail(new Error(`Invalid seed "${seed}": use 1 to 12 letters or digits.`));
  return [...new Set(names)];
}

/** The database of the batches. */
const BATCHES = 'batches';

async function simulate(environment: Environment): Promise<number> {
  const operationKinds = await loadOperations();
  const bundle = await environment.build();
  // Printed first, so that a run that is killed can be repeated as well.
  if (values.random) console.log(`Seeds: ${seeds.join(',')}\n`);
  const result = await runSeeds({
    environment,
    urls: environment.urls,
    batchUrls: await environment.createDatabase(BATCHES),
    bundle,
    operationKinds,
    seeds,
    paths,
    ...sizes,
    stopAtFirst: false,
    title: '',
  });
  console.log(result.summary.text(result.tally));
  for (const text of stories(result)) console.log(`\n${text}`);
  return report(result, environment.signal.aborted);
}

/** Prints the conclusion and returns the exit status. */
function report({ summary, tally, violated, failure }: RunResult, stopped: boolean): number {
  const lines: string[] = [];
  const names = violated.map(({ seed }) => seed).join(', ');
  if (violated.length > 0)
    lines.push(
      `FAILED: ${counted(tally.findings.length, 'violation')} in ${counted(violated.length, 'seed')} (${names}). ` +
        `To repeat the first:\n${replayCommand(violated[0])}`,
    );
  if (failure)
    lines.push(
      `Seed ${failure.seed} ended early with an error of the simulation: ${failure.error.stack}\n` +
        `To repeat it:\n${replayCommand(failure)}`,
    );
  const unchecked = tally.unchecked();
  if (unchecked.length > 0)
    lines.push(
      `Never checked: ${unchecked.join(', ')}. The run was too short to prove anything: use more --operations.`,
    );
  if (stopped)
    lines.push(
      `Stopped after ${summary.seeds.length} of ${counted(seeds.length, 'seed')}, ${violated.length} with violations.`,
    );
  else if (lines.length === 0) lines.push(`PASSED: no violations. Seeds: ${summary.seeds.join(', ')}`);
  console.log(`\n${lines.join('\n\n')}`);
  if (stopped) return 130;
  return violated.length > 0 || unchecked.length > 0 || failure ? 1 : 0;
}

function replayCommand({ seed, path }: { seed?: string; path?: CommitPath } = {}): string {
  const { operations, clients, snapshotEvery } = sizes;
  return (
    `  npm run simulate -- --replay ${seed} --through ${path} --operations ${operations} --clients ${clients} ` +
    `--snapshots ${snapshotEvery}\n` +
    '  Concurrency differs from run to run, so it may take a few repetitions.'
  );
}

/** Ctrl-C and other signals stop what was started before this process exits. */
const stopping = new AbortController();
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => stopping.abort());

try {
  const environment = await Environment.start(stopping.signal);
  try {
    if (values.mutants) {
      process.exitCode = await runMutants(environment, { clients: sizes.clients, only: positionals });
    } else if (values['live-ops']) {
      process.exitCode = await runLiveOps(environment, seeds);
    } else if (values.batches) {
      const urls = await environment.createDatabase(BATCHES);
      const { deadlocks, signal } = environment;
      process.exitCode = await runBatches({ urls, seeds, operations: sizes.operations, deadlocks, signal });
    } else {
      process.exitCode = await simulate(environment);
    }
  } finally {
    await environment.stop();
  }
} catch (error) {
  console.error(stopping.signal.aborted ? '\nStopped.' : `\n${(error as Error).stack}`);
  process.exitCode = stopping.signal.aborted ? 130 : 1;
}
process.exit();
