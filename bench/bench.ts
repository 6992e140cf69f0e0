/** `npm run bench`: the command line of the measurements. What is measured, and how to read it: docs/performance.md. */
import { readFile, writeFile } from 'node:fs/promises';
import { fail, parseCommandLine } from '../cli/command-line.ts';
import { FULL, type Plan, QUICK } from './plan.ts';
import { describeRun } from './report/machine.ts';
import { doneSaying, say } from './report/progress.ts';
import { partTables, targetsTable } from './report/report.ts';
import type { Results } from './report/results.ts';
import { judge } from './report/targets.ts';
import { writeDocs } from './report/write-docs.ts';
import { PARTS, type Part, run } from './run.ts';
import { withStack } from './stack/with-stack.ts';

const { values, positionals } = parseCommandLine({
  help: `npm run bench -- [options]

Measures Onceward beside bare Workers, Postgres alone, PostGraphile and Apollo Server on this machine, with a database
of its own. The whole run takes some 20 minutes; the peers are installed by its first.

  --quick             a short run of every part, under two minutes; status 1 where a figure is far off
  --only PART,…       of ${PARTS.join(', ')}
  --growth SIZE,…     ledger entries to compare, such as 10k,1m,10m (10m: some minutes and 5 GB of disk)
  --no-peers          without PostGraphile and Apollo Server
  --json FILE         also write every sample to FILE
  --write-docs        put the results into docs/performance.md, with charts
  --from FILE         measure nothing, take the results from a JSON file

Every answer is verified; the first that is wrong ends the run with status 1. How to read it: docs/performance.md.`,
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string' },
    growth: { type: 'string' },
    'no-peers': { type: 'boolean', default: false },
    json: { type: 'string' },
    'write-docs': { type: 'boolean', default: false },
    from: { type: 'string' },
  },
});
if (positionals.length > 0) fail(new Error(`What is "${positionals[0]}"? More with --help.`));

const parts = values.only === undefined ? PARTS : values.only.split(',').map(partOf);
const plan = withGrowth(values.quick ? QUICK : FULL, values.growth);

/** What decides about the figures, to be told beside them: not where they are written to. */
const measuring = process.argv
  .slice(2)
  .filter((word, index, words) => !/^--(json|write-docs)/.test(word) && words[index - 1] !== '--json');

if (values.from !== undefined) {
  await report(JSON.parse(await readFile(values.from, 'utf8')) as Results);
} else {
  const command = ['npm run bench', ...(measuring.length > 0 ? ['--', ...measuring] : [])].join(' ');
  await withStack(async (stack) => {
    const results = await run(stack, { plan, parts, peers: !values['no-peers'], command, say });
    doneSaying();
    await report(results);
  });
}

async function report(results: Results): Promise<void> {
  console.log(`${describeRun(results)}\n\n${targetsTable(results)}\n\n${partTables(results)}`);
  if (values.json) await writeFile(values.json, `${JSON.stringify(results, null, 2)}\n`);
  if (values['write-docs']) await writeDocs(results);
  if (!values.quick) return;
  const broken = judge(results).filter(({ broken }) => broken);
  for (const { target } of broken)
    console.error(
      `Far off: ${target.what}, which must be ${target.bound} ${target.guard}${target.unit} here.`,
    );
  if (broken.length > 0) process.exitCode = 1;
}

function partOf(name: string): Part {
  return PARTS.find((part) => part === name) ?? fail(new Error(`--only knows ${PARTS.join(', ')}`));
}

function withGrowth(plan: Plan, sizes: string | undefined): Plan {
  if (sizes === undefined) return plan;
  const entries = sizes.split(',').map((size) => {
    const [, digits, unit] = /^(\d+)([km]?)$/i.exec(size) ?? fail(new Error('--growth takes sizes: 10k,1m'));
    return Number(digits) * { '': 1, k: 1_000, m: 1_000_000 }[(unit ?? '').toLowerCase() as '' | 'k' | 'm'];
  });
  return { ...plan, growth: { ...plan.growth, entries } };
}
