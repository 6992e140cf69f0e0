/**
 * `npm run check`: everything that can be wrong without a test failing. Runs all steps whatever they find, two at a
 * time, and reports in the order below.
 */
import { bundleSize } from './check/bundle-size.ts';
import { migrationDrift } from './check/migration-drift.ts';
import { schemaDrift } from './check/schema-drift.ts';
import { schemaTypesDrift } from './check/schema-types-drift.ts';
import { type Step, type StepResult, toolStep } from './check/step.ts';

const TYPES = 'Mend the types; `npx tsc -p` with the same project shows them again.';
const STEPS: readonly Step[] = [
  toolStep('types of the Worker', TYPES, ['tsc', '-p', 'tsconfig.json']),
  toolStep('types of tools and tests', TYPES, ['tsc', '-p', 'tsconfig.node.json']),
  toolStep('types of the admin page', TYPES, ['tsc', '-p', 'admin']),
  toolStep('lint and format', '`npm run format` mends the format and what is safe to mend.', [
    'biome',
    'ci',
    '--colors=off',
    '--error-on-warnings',
    '.',
  ]),
  toolStep('unused code', 'Remove what nobody uses, or name it as an entry in knip.jsonc.', ['knip']),
  schemaDrift,
  schemaTypesDrift,
  migrationDrift,
  bundleSize,
];
/** As many as the smallest machine that this runs on has cores. */
const AT_ONCE = 2;

interface Finished extends StepResult {
  readonly seconds: number;
}

async function runTimed({ run }: Step): Promise<Finished> {
  const from = performance.now();
  const result = await run().catch((error: Error) => ({ ok: false, output: error.stack ?? error.message }));
  return { ...result, seconds: (performance.now() - from) / 1_000 };
}

function report({ name }: Step, { ok, note, output, seconds }: Finished): void {
  console.log(`${ok ? '✓' : '✗'} ${name} (${seconds.toFixed(1)} s)${note ? `: ${note}` : ''}`);
  if (!ok) console.log(`\n${output.trim().replace(/^/gm, '    ')}\n`);
}

/** Each step starts when the one two places before it has ended, and is reported once all before it have been. */
async function runAll(): Promise<Step[]> {
  const results: Promise<Finished>[] = [];
  for (const [index, step] of STEPS.entries()) {
    results.push(Promise.resolve(results[index - AT_ONCE]).then(() => runTimed(step)));
  }
  const failed: Step[] = [];
  for (const [index, step] of STEPS.entries()) {
    const result = (await results[index]) as Finished;
    report(step, result);
    if (!result.ok) failed.push(step);
  }
  return failed;
}

const failed = await runAll();
if (failed.length === 0) {
  console.log(`\nAll ${STEPS.length} checks passed.`);
} else {
  console.log(`\n${failed.length} of ${STEPS.length} checks failed:`);
  for (const { name, advice } of failed) console.log(`  ✗ ${name}: ${advice}`);
  process.exitCode = 1;
}
