/**
 * `npm run check`: checks that are not tests. It runs all steps, two at a time, even if some of them fail, and reports them
 * in the order below.
 */
import { bundleSize } from './check/bundle-size.ts';
import { clientSize } from './check/client-size.ts';
import { migrationDrift, schemaDrift } from './check/drift.ts';
import { firstPage } from './check/first-page.ts';
import { type Step, type StepResult, toolStep } from './check/step.ts';
import { documentLength, voice } from './check/text.ts';

const TYPES = 'Fix the types. `npx tsc -p` with the same project shows the errors again.';
const STEPS: readonly Step[] = [
  toolStep('types of the Worker', TYPES, ['tsc', '-p', 'tsconfig.json']),
  toolStep('types of tools and tests', TYPES, ['tsc', '-p', 'tsconfig.node.json']),
  toolStep('types of the admin page', TYPES, ['tsc', '-p', 'admin']),
  toolStep('types of the client', TYPES, ['tsc', '-p', 'packages/client']),
  toolStep('types of the server package', TYPES, ['tsc', '-p', 'packages/server']),
  toolStep('types of the example game', TYPES, ['tsc', '-p', 'examples/tower']),
  toolStep('lint and format', '`npm run format` fixes the format and what is safe to fix.', [
    'biome',
    'ci',
    '--colors=off',
    '--error-on-warnings',
    '.',
  ]),
  toolStep('unused code', 'Remove unused code, or name it as an entry in knip.jsonc.', ['knip']),
  voice,
  documentLength,
  schemaDrift,
  migrationDrift,
  bundleSize,
  clientSize,
  firstPage,
];
/** The number of cores of the smallest machine on which this runs. */
const CONCURRENCY = 2;

interface FinishedStep extends StepResult {
  readonly seconds: number;
}

async function runTimed({ run }: Step): Promise<FinishedStep> {
  const startedAt = performance.now();
  const result = await run().catch((error: Error) => ({ ok: false, output: error.stack ?? error.message }));
  return { ...result, seconds: (performance.now() - startedAt) / 1_000 };
}

function report({ name }: Step, { ok, note, output, seconds }: FinishedStep): void {
  console.log(`${ok ? '✓' : '✗'} ${name} (${seconds.toFixed(1)} s)${note ? `: ${note}` : ''}`);
  if (!ok) console.log(`\n${output.trim().replace(/^/gm, '    ')}\n`);
}

/** A step starts when the step two places before it has ended, and is reported after all steps before it. */
async function runAll(): Promise<Step[]> {
  const results: Promise<FinishedStep>[] = [];
  for (const [index, step] of STEPS.entries()) {
    results.push(Promise.resolve(results[index - CONCURRENCY]).then(() => runTimed(step)));
  }
  const failed: Step[] = [];
  for (const [index, step] of STEPS.entries()) {
    const result = (await results[index]) as FinishedStep;
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
