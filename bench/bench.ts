/** `npm run bench`: the command line of the measurements. What is measured, and how to read it: docs/performance.md. */
import { writeFile } from 'node:fs/promises';
import { fail, parseCommandLine } from '../dev/command-line.ts';
import { FULL, measureThroughput, QUICK } from './measurements/throughput.ts';
import { describeMachine } from './report/machine.ts';
import { doneSaying, say } from './report/progress.ts';
import { ratiosOf } from './report/ratios.ts';
import { table } from './report/table.ts';
import { withStack } from './stack/with-stack.ts';
import { startSubjects } from './subjects/all.ts';

const { values, positionals } = parseCommandLine({
  help: `npm run bench -- [--quick] [--json FILE]

Measures Onceward beside bare Workers on this machine, with a database of its own: requests per second, latency, CPU
time of each process, requests to the database, memory. Takes two to four minutes.

  --quick       three short rounds, under a minute
  --json FILE   also write every sample to FILE

Every answer is verified; the first that is wrong ends the run with status 1. How to read it: docs/performance.md.`,
  options: { quick: { type: 'boolean', default: false }, json: { type: 'string' } },
});
if (positionals.length > 0) fail(new Error(`What is "${positionals[0]}"? More with --help.`));

const plan = values.quick ? QUICK : FULL;
await withStack(async (stack) => {
  const machine = describeMachine();
  say('building and starting the Workers');
  const subjects = await startSubjects(stack);
  const series = await measureThroughput(stack, { subjects, plan, say });
  doneSaying();
  const { cores, cpu, loadBefore, node, workerd } = machine;
  console.log(`${cores} × ${cpu}, load ${loadBefore.toFixed(1)} before, Node ${node}, workerd ${workerd}\n`);
  console.log(table(series));
  if (values.json) {
    const results = { measuredAt: new Date().toISOString(), machine, plan, series, ratios: ratiosOf(series) };
    await writeFile(values.json, `${JSON.stringify(results, null, 2)}\n`);
  }
});
