/** The command `npm run bench`: measures, prints the report, and writes it to files. See docs/performance.md. */
import { readFile, writeFile } from 'node:fs/promises';
import { fail, parseCommandLine } from '../cli/command-line.ts';
import { clearProgress } from '../cli/progress.ts';
import { describeRun, partTables, targetsTable } from './report/report.ts';
import type { Results } from './report/results.ts';
import { checkTargets } from './report/targets.ts';
import { writeDocs } from './report/write-docs.ts';
import { FULL, PARTS, type Part, type Plan, QUICK, run } from './run.ts';
import { withStack } from './stack/stack.ts';

const { values, positionals } = parseCommandLine({
  help: `npm run bench -- [options]

Compares Onceward with bare Workers, Postgres without an API, PostGraphile and Apollo Server on this machine, with a
database of its own. A full run takes about 20 minutes. The first run installs the peers (PostGraphile, Apollo Server).

  --quick             run every part briefly (under two minutes on an idle machine); exit with status 1 if a guard is broken
  --only PART,…       run some parts: ${PARTS.join(', ')}
  --growth SIZE,…     ledger sizes to compare, such as 10k,1m,10m (10m takes a few minutes more and 5 GB of disk)
  --no-peers          run without PostGraphile and Apollo Server
  --json FILE         write every sample to FILE
  --write-docs        write the results and charts into docs/performance.md and docs/notes/performance.md
  --from FILE         measure nothing and read the results from a JSON file

Every response is verified. The first wrong one ends the run with status 1.`,
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
if (positionals.length > 0) fail(new Error(`Unknown argument "${positionals[0]}". See --help.`));

const parts = values.only === undefined ? PARTS : values.only.split(',').map(parsePart);
const plan = withGrowth(values.quick ? QUICK : FULL, values.growth);

/** The options that affect the figures. The report names them, and not where the results are written. */
const measuringOptions = process.argv
  .slice(2)
  .filter((word, index, words) => !/^--(json|write-docs)/.test(word) && words[index - 1] !== '--json');

if (values.from !== undefined) {
  await report(JSON.parse(await readFile(values.from, 'utf8')) as Results);
} else {
  const command = ['npm run bench', ...(measuringOptions.length > 0 ? ['--', ...measuringOptions] : [])];
  await withStack(async (stack) => {
    const results = await run(stack, { plan, parts, peers: !values['no-peers'], command: command.join(' ') });
    clearProgress();
    await report(results);
  });
}

async function report(results: Results): Promise<void> {
  console.log(`${describeRun(results)}\n\n${targetsTable(results)}\n\n${partTables(results)}`);
  if (values.json) await writeFile(values.json, `${JSON.stringify(results, null, 2)}\n`);
  if (values['write-docs']) await writeDocs(results);
  if (!values.quick) return;
  const broken = checkTargets(results).filter(({ guardBroken }) => guardBroken);
  for (const { target } of broken)
    console.error(`Guard broken: ${target.what} must be ${target.bound} ${target.guard}${target.unit}.`);
  if (broken.length > 0) process.exitCode = 1;
}

function parsePart(name: string): Part {
  return PARTS.find((part) => part === name) ?? fail(new Error(`--only accepts ${PARTS.join(', ')}.`));
}

function withGrowth(plan: Plan, sizes: string | undefined): Plan {
  if (sizes === undefined) return plan;
  const entries = sizes.split(',').map((size) => {
    const [, digits, unit] =
      /^(\d+)([km]?)$/i.exec(size) ?? fail(new Error('--growth accepts sizes such as 10k,1m.'));
    return Number(digits) * { '': 1, k: 1_000, m: 1_000_000 }[(unit ?? '').toLowerCase() as '' | 'k' | 'm'];
  });
  return { ...plan, growth: { ...plan.growth, entries } };
}
