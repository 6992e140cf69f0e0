/** Checks that generated files match their source: schema.graphql, the operations of the clients, and the migrations. */
import { cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { ROOT, runTool, type Step, type StepResult } from './step.ts';

/** As in drizzle.config.ts. */
const TABLES = './src/ledger/{columns,*tables}.ts';
const MAX_SHOWN_LINES = 12;

export const schemaDrift: Step = {
  name: 'schema.graphql and the clients match the code',
  advice: '`npm run schema` writes them again. Read the difference before you commit it.',
  async run() {
    // Imported here, so that a schema that does not build fails only this step.
    const { printed } = await import('../print-schema.ts');
    const differences: string[] = [];
    for (const [file, text] of printed()) {
      const difference = firstDifference(file, await readFile(file, 'utf8'), text);
      if (difference !== null) differences.push(difference);
    }
    return { ok: differences.length === 0, output: differences.join('\n\n') };
  },
};

/** The lines between the common beginning and the common end of both texts. */
function firstDifference(path: string, committed: string, printed: string): string | null {
  if (committed === printed) return null;
  const name = relative(ROOT, path);
  const [inFile, inCode] = [committed.split('\n'), printed.split('\n')];
  const shorter = Math.min(inFile.length, inCode.length);
  let start = 0;
  while (start < shorter && inFile[start] === inCode[start]) start += 1;
  let tail = 0;
  while (tail < shorter - start && inFile.at(-1 - tail) === inCode.at(-1 - tail)) tail += 1;
  const show = (lines: string[], mark: string) =>
    lines
      .slice(start, Math.min(lines.length - tail, start + MAX_SHOWN_LINES))
      .map((line) => `${mark} ${line}`);
  const title = `${name} differs from line ${start + 1} on (- ${name}, + the code):`;
  return [title, ...show(inFile, '-'), ...show(inCode, '+')].join('\n');
}

export const migrationDrift: Step = {
  name: 'the migrations create the tables of tables.ts',
  advice: '`npm run migrate:generate` writes the missing migration. Read its SQL before you commit it.',
  async run() {
    const dir = await mkdtemp(join(tmpdir(), 'onceward-migrations-'));
    try {
      return await generateMigration(dir);
    } finally {
      await rm(dir, { recursive: true, force: true });
    }
  },
};

/** Lets drizzle-kit generate a migration in a copy of drizzle/. If nothing is missing, it generates none. */
async function generateMigration(dir: string): Promise<StepResult> {
  await cp(join(ROOT, 'drizzle'), dir, { recursive: true });
  const before = await readdir(dir);
  // drizzle-kit only accepts paths relative to the project's root.
  const out = `./${relative(ROOT, dir)}`;
  const checked = await runTool('drizzle-kit', ['check', '--dialect', 'postgresql', '--out', out]);
  if (!checked.ok) return checked;
  const generated = await runTool(
    'drizzle-kit',
    ['generate', '--dialect', 'postgresql', '--schema', TABLES, '--out', out].concat(['--name', 'drift']),
  );
  const added = (await readdir(dir)).filter((file) => !before.includes(file));
  if (added.length > 0) return { ok: false, output: await readFile(join(dir, added[0] as string), 'utf8') };
  // It exits with 0 even if it could not ask about a renamed column, so the exit code is not enough.
  return { ok: generated.output.includes('No schema changes'), output: generated.output };
}
