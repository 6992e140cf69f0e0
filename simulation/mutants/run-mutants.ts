/** The harness proves itself: each planted bug gets a database and a Worker of its own, and must be found. */
import { cp, mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { withClient } from '../../cli/connect.ts';
import { INVARIANTS, type Invariant } from '../invariants/finding.ts';
import { loadOperations } from '../operation.ts';
import { runSeeds, stories } from '../run/run-seeds.ts';
import type { Ground } from '../stack/ground.ts';
import { loadMutants, type Mutant, type PatchedFile, patched } from './mutant.ts';

const ROOT = join(import.meta.dirname, '../..');
/** Short seeds, as the model judges the whole of one at its end. A bug that lives longer than these is not found. */
const SEEDS = Array.from({ length: 20 }, (_, index) => `m${index + 1}`);
const OPERATIONS = 1_000;
const SNAPSHOT_EVERY = 200;

interface Options {
  readonly clients: number;
  /** Names; empty: all. */
  readonly only: readonly string[];
}

/** The exit status. */
export async function runMutants(ground: Ground, { clients, only }: Options): Promise<number> {
  const all = await loadMutants();
  const unknown = only.filter((name) => !all.some((mutant) => mutant.name === name));
  if (unknown.length > 0)
    throw new Error(
      `no such mutant: ${unknown.join(', ')}; there are ${all.map(({ name }) => name).join(', ')}`,
    );
  const mutants = only.length === 0 ? all : all.filter(({ name }) => only.includes(name));
  const texts = await Promise.all(mutants.map(patched));
  const stale = texts.flatMap((text) => (text.kind === 'stale' ? text.why : []));
  if (stale.length > 0) {
    console.error(
      `${stale.length} patch(es) no longer fit the code and must be anchored anew:\n\n${stale.join('\n\n')}`,
    );
    return 1;
  }

  const sound = await ground.build();
  const operationKinds = await loadOperations();
  console.log(`${'mutant'.padEnd(26)}${'found by'.padEnd(12)}${'attempts'.padStart(9)}   bug`);
  let survivors = 0;
  for (const [index, mutant] of mutants.entries()) {
    if (ground.signal.aborted) break;
    const text = texts[index] as Extract<(typeof texts)[0], { kind: 'patched' }>;
    const urls = await ground.createDatabase(`mutant_${index}`);
    const kernel = (url: string) => applyToKernel(url, mutant, text.files);
    await kernel(urls.ownerDatabaseUrl);
    const bundle = await applyToWorker(ground, text.files);
    const result = await runSeeds({
      ground,
      urls,
      bundle: bundle ?? sound,
      kernel,
      operationKinds,
      seeds: SEEDS,
      operations: OPERATIONS,
      clients,
      snapshotEvery: SNAPSHOT_EVERY,
      stopAtFirst: true,
      title: `${mutant.name}: `,
    });
    // Broken off, it says nothing.
    ground.signal.throwIfAborted();
    if (result.failure) throw result.failure.error;
    const found = [...new Set(result.tally.findings.map(({ invariant }) => invariant))].sort(byNumber);
    if (found.length === 0) survivors += 1;
    const needed = result.attemptsNeeded?.toLocaleString('en') ?? '–';
    console.log(
      `${mutant.name.padEnd(26)}${(found.join(' ') || 'NOT FOUND').padEnd(12)}${needed.padStart(9)}   ${mutant.bug}`,
    );
    if (only.length > 0) for (const story of stories(result)) console.log(`\n${story}`);
  }
  console.log(
    survivors === 0
      ? `\nAll ${mutants.length} were found.`
      : `\n${survivors} of ${mutants.length} were NOT found.`,
  );
  return survivors === 0 ? 0 : 1;
}

function byNumber(a: Invariant, b: Invariant): number {
  const names = Object.keys(INVARIANTS);
  return names.indexOf(a) - names.indexOf(b);
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

/** A copy of the sources, patched and bundled; undefined: the mutant leaves the Worker alone. */
async function applyToWorker(ground: Ground, files: readonly PatchedFile[]): Promise<string | undefined> {
  const own = files.filter(({ path }) => path.endsWith('.ts'));
  if (own.length === 0) return undefined;
  const copy = ground.newPlace();
  await cp(join(ROOT, 'src'), join(copy, 'src'), { recursive: true });
  await symlink(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
  for (const { path, text } of own) {
    await mkdir(dirname(join(copy, path)), { recursive: true });
    await writeFile(join(copy, path), text);
  }
  return ground.build(copy);
}
