/** The command `npm run bench`: measures, prints the report, and writes it to files. See docs/performance.md. */
import { readFile, rename, writeFile } from 'node:fs/promises';
import { fail, parseCommandLine } from '../cli/command-line.ts';
import { clearProgress } from '../cli/progress.ts';
import { FULL, PARTS, type Part, type Plan, QUICK } from './plans.ts';
import { partTables } from './report/part-tables.ts';
import { describeRun, targetsTable } from './report/report.ts';
import type { Results } from './report/results.ts';
import { checkTargets } from './report/targets.ts';
import { writeDocs } from './report/write-docs.ts';
import { run } from './run.ts';
import { findCommit } from './stack/checkout.ts';
import { withStack } from './stack/stack.ts';
import { parseNakamaUrl } from './subjects/nakama.ts';

/** The last commit without lanes. */
const BASE = 'f7b6fa0d52b7';
const LANES = 2;

const { values, positionals } = parseCommandLine({
  help: `npm run bench -- [options]

Compares Onceward with bare Workers, Postgres without an API, PostGraphile and Apollo Server on this machine, with a
database of its own. A full run takes about 25 minutes. The first run installs the peers (PostGraphile, Apollo Server).

  --quick             run every part briefly (about two minutes on an idle machine); exit with status 1 if a guard is broken
  --only PART,…       run some parts: ${PARTS.join(', ')}
  --growth SIZE,…     ledger sizes to compare, such as 10k,1m,10m (10m takes a few minutes more and 5 GB of disk)
  --lanes COUNT       how many lanes the claims through lanes use; default: ${LANES}
  --base COMMIT       the commit whose start is compared; default: ${BASE}, the last one without lanes
  --no-peers          run without PostGraphile and Apollo Server
  --nakama URL        also measure a running Nakama, such as http://127.0.0.1:7350?http_key=…, that has the module of
                      bench/peers/nakama
  --json FILE         write every sample to FILE, after each part
  --write-docs        write the results and charts into docs/performance.md and docs/notes/performance.md
  --from FILE         measure nothing and read the results from a JSON file

Every response is verified. The first wrong one ends the run with status 1.`,
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string' },
    growth: { type: 'string' },
    lanes: { type: 'string', default: String(LANES) },
    base: { type: 'string', default: BASE },
    'no-peers': { type: 'boolean', default: false },
    nakama: { type: 'string' },
    json: { type: 'string' },
    'write-docs': { type: 'boolean', default: false },
    from: { type: 'string' },
  },
});
if (positionals.length > 0) fail(new Error(`Unknown argument "${positionals[0]}". See --help.`));

const parts = values.only === undefined ? PARTS : values.only.split(',').map(parsePart);
const plan = withGrowth(values.quick ? QUICK : FULL, values.growth);

const lanes = Number(values.lanes);
if (!(Number.isInteger(lanes) && lanes > 0)) fail(new Error('--lanes must be a positive number.'));

/** The options that affect the figures. The report names them, and neither where results are written nor Nakama's key. */
const measuringOptions = process.argv
  .slice(2)
  .filter((word, index, words) => !/^--(json|write-docs)/.test(word) && words[index - 1] !== '--json')
  .map((word) => word.replace(/http_key=[^&]*/, 'http_key=KEY'));

if (values.from !== undefined) {
  await report(JSON.parse(await readFile(values.from, 'utf8')) as Results);
} else {
  const nakama = values.nakama === undefined ? null : parseUrl(values.nakama);
  const base = await findCommit(values.base);
  if (base === null)
    console.error(`Commit ${values.base} is not here, so the start is not compared with it.`);
  const command = ['npm run bench', ...(measuringOptions.length > 0 ? ['--', ...measuringOptions] : [])];
  await withStack(async (stack) => {
    const peers = !values['no-peers'];
    const options = { plan, parts, peers, lanes, nakama, base, command: command.join(' '), save };
    const results = await run(stack, options);
    clearProgress();
    await report(results);
  });
}

function parseUrl(text: string) {
  try {
    return parseNakamaUrl(text);
  } catch (error) {
    return fail(error);
  }
}

/** Never leaves half a file: an interrupted run keeps the parts that it has. */
async function save(results: Results): Promise<void> {
  if (!values.json) return;
  const unfinished = `${values.json}.part`;
  await writeFile(unfinished, `${JSON.stringify(results, null, 2)}\n`);
  await rename(unfinished, values.json);
}

async function report(results: Results): Promise<void> {
  console.log(`${describeRun(results)}\n\n${targetsTable(results)}\n\n${partTables(results)}`);
  await save(results);
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
