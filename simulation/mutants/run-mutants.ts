/** `npm run simulate -- --mutants`: plants each known bug in a database and a Worker of its own. The simulation must find it. */
import { cp, mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { withClient } from '../../cli/connect.ts';
import { BatchDatabase } from '../batches/batch-database.ts';
import { proveCampaignsIn, proveRankingsIn } from '../campaign/findings.ts';
import { proveErasureIn } from '../erasure/findings.ts';
import { checkDeadlocks, INVARIANT_NAMES, Tally } from '../invariants/tally.ts';
import { proveMergesIn } from '../merge/findings.ts';
import { loadOperations, type Operation } from '../operation.ts';
import { type RunResult, runSeeds, stories } from '../run/run-seeds.ts';
import type { DatabaseUrls, Environment } from '../stack/environment.ts';
import { proveUndoIn } from '../undo/findings.ts';
import { loadMutants, type Mutant, type Patched, type PatchedFile, patched } from './mutant.ts';

const ROOT = join(import.meta.dirname, '../..');
const MOST_FINDINGS = 5;
/** Short seeds, because the model checks a whole seed at its end. A bug that survives all of them is not found. */
const SEEDS = Array.from({ length: 20 }, (_, index) => `m${index + 1}`);
const OPERATIONS = 1_000;
const BATCH_OPERATIONS = 400;
const LIVE_OPS_SEEDS = 5;
const SNAPSHOT_EVERY = 200;

interface Options {
  readonly clients: number;
  /** Names; empty: all. */
  readonly only: readonly string[];
}

interface Planted {
  readonly mutant: Mutant;
  readonly files: readonly PatchedFile[];
  readonly database: string;
}

/** Returns the exit status. */
export async function runMutants(environment: Environment, { clients, only }: Options): Promise<number> {
  const mutants = await chosenMutants(only);
  const texts = await Promise.all(mutants.map(patched));
  const stale = texts.flatMap((text) => (text.kind === 'stale' ? text.why : []));
  if (stale.length > 0) {
    console.error(`${stale.length} patches do not match the code any more:\n\n${stale.join('\n\n')}`);
    return 1;
  }
  const bundle = await environment.build();
  const operationKinds = await loadOperations();
  console.log(`${'mutant'.padEnd(26)}${'found by'.padEnd(12)}${'attempts'.padStart(9)}   bug`);
  let missed = 0;
  for (const [index, mutant] of mutants.entries()) {
    if (environment.signal.aborted) break;
    const { files } = texts[index] as Extract<Patched, { kind: 'patched' }>;
    const planted = { mutant, files, database: `mutant_${index}` };
    const result = await runPlanted(environment, planted, { clients, bundle, operationKinds });
    const found = INVARIANT_NAMES.filter((name) =>
      result.tally.findings.some(({ invariant }) => invariant === name),
    );
    if (found.length === 0) missed += 1;
    const needed = result.attemptsNeeded?.toLocaleString('en') ?? '–';
    const foundBy = found.join(' ') || 'NOT FOUND';
    console.log(`${mutant.name.padEnd(26)}${foundBy.padEnd(12)}${needed.padStart(9)}   ${mutant.bug}`);
    if (only.length > 0) for (const story of storiesOf(result)) console.log(`\n${story}`);
  }
  const { length } = mutants;
  console.log(
    `\n${missed === 0 ? `PASSED: found all ${length}.` : `FAILED: missed ${missed} of ${length}.`}`,
  );
  return missed === 0 ? 0 : 1;
}

function storiesOf({ violated, tally }: Found): string[] {
  if (violated.length > 0) return stories({ violated });
  return tally.findings
    .slice(0, MOST_FINDINGS)
    .map(({ invariant, player, what, evidence = [] }) =>
      [`${invariant} violated: ${player}: ${what}`, ...evidence].join('\n  '),
    );
}

async function chosenMutants(only: readonly string[]): Promise<Mutant[]> {
  const all = await loadMutants();
  const names = all.map(({ name }) => name);
  const unknown = only.filter((name) => !names.includes(name));
  if (unknown.length > 0)
    throw new Error(`There is no mutant ${unknown.join(', ')}. The mutants are ${names.join(', ')}.`);
  return only.length === 0 ? all : all.filter(({ name }) => only.includes(name));
}

type Found = Pick<RunResult, 'tally' | 'attemptsNeeded' | 'violated'>;

/** Runs seeds until one finds the bug. */
async function runPlanted(
  environment: Environment,
  { mutant, files, database }: Planted,
  {
    clients,
    bundle,
    operationKinds,
  }: { clients: number; bundle: string; operationKinds: ReadonlyMap<string, Operation> },
): Promise<Found> {
  const kernel = (ownerDatabaseUrl: string) => applyToKernel(ownerDatabaseUrl, mutant, files);
  const { reach } = mutant;
  if (reach !== undefined && reach !== 'batches' && reach !== 'lanes')
    return runPlantedLiveOps(environment, { prove: LIVE_OPS[reach], database, kernel });
  const batchUrls = await environment.createDatabase(`${database}_batches`);
  await kernel(batchUrls.ownerDatabaseUrl);
  // Those of the mutant before it.
  await environment.deadlocks.take();
  if (reach === 'batches') return runPlantedBatches(environment, batchUrls);
  const urls = await environment.createDatabase(database);
  await kernel(urls.ownerDatabaseUrl);
  const result = await runSeeds({
    environment,
    urls,
    batchUrls,
    bundle: (await applyToWorker(environment, files)) ?? bundle,
    kernel,
    operationKinds,
    seeds: SEEDS,
    paths: [reach === 'lanes' ? 'lanes' : 'direct'],
    operations: OPERATIONS,
    clients,
    snapshotEvery: SNAPSHOT_EVERY,
    stopAtFirst: true,
    title: `${mutant.name}: `,
  });
  // A run that was stopped has found nothing and missed nothing.
  environment.signal.throwIfAborted();
  if (result.failure) throw result.failure.error;
  return result;
}

const LIVE_OPS = {
  ...{ campaign: proveCampaignsIn, ranking: proveRankingsIn, undo: proveUndoIn },
  erasure: ((_, options) => proveErasureIn(options)) satisfies typeof proveCampaignsIn,
  merge: ((_, options) => proveMergesIn(options)) satisfies typeof proveCampaignsIn,
};

/** Runs campaigns, rankings, undos, erasures or merges until one finds the bug. */
async function runPlantedLiveOps(
  environment: Environment,
  {
    prove,
    database,
    kernel,
  }: {
    readonly prove: typeof proveCampaignsIn;
    readonly database: string;
    readonly kernel: (ownerDatabaseUrl: string) => Promise<void>;
  },
): Promise<Found> {
  const tally = new Tally();
  let operations = 0;
  for (const seed of SEEDS.slice(0, LIVE_OPS_SEEDS)) {
    environment.signal.throwIfAborted();
    operations += await prove(environment, { seed, database: `${database}_${seed}`, kernel, tally });
    if (tally.findings.length > 0) break;
  }
  const isFound = tally.findings.length > 0;
  return { tally, attemptsNeeded: isFound ? operations : null, violated: [] };
}

/** Runs seeds of batches until one finds the bug. */
async function runPlantedBatches({ signal, deadlocks }: Environment, urls: DatabaseUrls): Promise<Found> {
  const batches = new BatchDatabase(urls);
  const tally = new Tally();
  let operations = 0;
  const count = (kind: string) => {
    if (kind.startsWith('operation ')) operations += 1;
  };
  try {
    for (const seed of SEEDS) {
      signal.throwIfAborted();
      tally.add(await batches.run({ seed, operations: BATCH_OPERATIONS, count, signal }));
      checkDeadlocks(tally, await deadlocks.take());
      if (tally.findings.length > 0) break;
    }
  } finally {
    await batches.close();
  }
  const isFound = tally.findings.length > 0;
  return { tally, attemptsNeeded: isFound ? operations : null, violated: [] };
}

async function applyToKernel(
  ownerDatabaseUrl: string,
  { sql }: Mutant,
  files: readonly PatchedFile[],
): Promise<void> {
  await withClient(ownerDatabaseUrl, async (client) => {
    for (const { path, text } of files) if (path.endsWith('.sql')) await client.query(text);
    if (sql) await client.query(sql);
  });
}

/** Bundles a patched copy of the sources; undefined: the mutant does not change the Worker. */
async function applyToWorker(
  environment: Environment,
  files: readonly PatchedFile[],
): Promise<string | undefined> {
  const sources = files.filter(({ path }) => path.endsWith('.ts'));
  if (sources.length === 0) return undefined;
  const copy = environment.newFolder();
  for (const folder of ['src', 'simulation'])
    await cp(join(ROOT, folder), join(copy, folder), { recursive: true });
  await symlink(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
  for (const { path, text } of sources) {
    await mkdir(dirname(join(copy, path)), { recursive: true });
    await writeFile(join(copy, path), text);
  }
  return environment.build(copy);
}
