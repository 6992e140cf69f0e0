/**
 * `npm run simulate`: clients, a fault proxy on both hops, the built Worker, a real Postgres and a nemesis, judged by a
 * model. What is simulated, and how to read it: docs/proof.md.
 */
import { randomBytes } from 'node:crypto';
import { fail, parseCommandLine } from '../cli/command-line.ts';
import { runMutants } from './mutants/run-mutants.ts';
import { loadOperations } from './operation.ts';
import { type RunOptions, runSeeds, stories } from './run/run-seeds.ts';
import { Ground } from './stack/ground.ts';

const HELP = `npm run simulate -- [--seeds N|LIST] [--operations N] [--clients N] [--replay SEED] [--mutants [NAME]]

Runs seeded schedules of mutations and faults against the built Worker and a real Postgres, and judges every answer and
every row by a model. Ends with status 1 where an invariant is broken, or one was never looked at.

  --seeds N|LIST     the seeds 1 to N, or a list: 3,17,quiet (default 4)
  --random           N seeds that nobody has chosen, in place of 1 to N; they are shown, for --replay
  --operations N     of each seed (default 1,500)
  --clients N        that send at once (default 16)
  --replay SEED      that seed alone: the same schedule and faults, with the sizes given
  --mutants [NAME]   plants known bugs instead, one after the other, and shows what finds each
  --snapshots N      judges a snapshot of the database every N operations (default 1,000)

What is simulated: docs/proof.md.`;

const { values, positionals } = parseCommandLine({
  help: HELP,
  options: {
    seeds: { type: 'string', default: '4' },
    random: { type: 'boolean', default: false },
    operations: { type: 'string', default: '1500' },
    clients: { type: 'string', default: '16' },
    snapshots: { type: 'string', default: '1000' },
    replay: { type: 'string' },
    mutants: { type: 'boolean', default: false },
  },
});
if (positionals.length > 0 && !values.mutants)
  fail(new Error(`What is "${positionals[0]}"? More with --help.`));

function positive(name: 'operations' | 'clients' | 'snapshots'): number {
  const number = Number(values[name]);
  if (!Number.isSafeInteger(number) || number < 1)
    fail(new Error(`--${name} ${values[name]}: write a number from 1 on.`));
  return number;
}

function seedsOf(text: string): string[] {
  const count = /^\d+$/.test(text) ? Number(text) : 0;
  if (count === 0 && values.random)
    fail(new Error(`--random draws the seeds itself: --seeds wants a number with it.`));
  if (count === 0) return checked(text.split(','));
  return Array.from({ length: count }, (_, index) => (values.random ? randomSeed() : String(index + 1)));
}

/** Eight letters and digits: enough that two runs never meet. */
const randomSeed = () => randomBytes(5).toString('hex').slice(0, 8);

function checked(seeds: string[]): string[] {
  for (const seed of seeds)
    if (!/^[A-Za-z0-9]{1,12}$/.test(seed))
      fail(new Error(`seed "${seed}": write 1 to 12 letters or digits.`));
  // Players are named after their seed: twice the same would meet themselves.
  return [...new Set(seeds)];
}

const sizes = {
  operations: positive('operations'),
  clients: positive('clients'),
  snapshotEvery: positive('snapshots'),
};
const seeds = values.replay === undefined ? seedsOf(values.seeds) : checked([values.replay]);

/** Ctrl-C and its kin end what was started before this process goes. */
const stopping = new AbortController();
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => stopping.abort());

const again = (seed: string | undefined) =>
  `  npm run simulate -- --replay ${seed} --operations ${sizes.operations} --clients ${sizes.clients}`;

async function simulate(ground: Ground): Promise<void> {
  const operationKinds = await loadOperations();
  const bundle = await ground.build();
  // Before anything runs: a run that is ended from outside can be repeated as well.
  if (values.random) console.log(`Seeds: ${seeds.join(',')}`);
  const options: RunOptions = {
    ground,
    urls: ground.urls,
    bundle,
    operationKinds,
    seeds,
    ...sizes,
    stopAtFirst: false,
    title: '',
  };
  const result = await runSeeds(options);
  const { summary, tally, broken, failure } = result;
  console.log(summary.text(tally));
  for (const text of stories(result)) console.log(`\n${text}`);
  const unchecked = tally.unchecked();
  if (broken.length > 0) {
    const [first] = broken;
    console.log(
      `\n${tally.findings.length} violation(s) in seed(s) ${broken.map(({ seed }) => seed).join(', ')}. Again:\n` +
        again(first?.seed),
    );
  }
  if (failure)
    console.log(
      `\nSeed ${failure.seed} did not run to its end: ${failure.error.stack}\n\nAgain:\n${again(failure.seed)}`,
    );
  if (unchecked.length > 0)
    console.log(`\nNever looked at: ${unchecked.join(', ')}. The run was too short to prove anything.`);
  if (stopping.signal.aborted) {
    // The seed under way is not among them: it was not judged to its end.
    console.log(
      `\nStopped after ${summary.seeds.length} of ${seeds.length} seeds, ${broken.length} of them broken.`,
    );
    process.exitCode = 130;
  } else if (broken.length > 0 || unchecked.length > 0 || failure) process.exitCode = 1;
  else console.log(`\nNo violation. Seeds: ${summary.seeds.join(', ')}`);
}

try {
  const ground = await Ground.start(stopping.signal);
  try {
    if (values.mutants) process.exitCode = await runMutants(ground, { ...sizes, only: positionals });
    else await simulate(ground);
  } finally {
    await ground.stop();
  }
} catch (error) {
  console.error(stopping.signal.aborted ? '\nStopped.' : `\n${(error as Error).stack}`);
  process.exitCode = stopping.signal.aborted ? 130 : 1;
}
process.exit();
