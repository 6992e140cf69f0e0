/**
 * Asks drizzle-kit for a migration from a copy of drizzle/: where tables.ts and the migrations agree there is none to
 * write. It never touches drizzle/ itself.
 */
import { cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { ROOT, runTool, type Step, type StepResult } from './step.ts';

const TABLES = './src/ledger/*.ts';

export const migrationDrift: Step = {
  name: 'migrations make the tables of tables.ts',
  advice: '`npm run migrate:generate` writes the missing migration; read its SQL before you commit it.',
  async run() {
    const dir = await mkdtemp(join(tmpdir(), 'onceward-migrations-'));
    try {
      return await compareIn(dir);
    } finally {
      await rm(dir, { recursive: true, force: true });
    }
  },
};

async function compareIn(dir: string): Promise<StepResult> {
  await cp(join(ROOT, 'drizzle'), dir, { recursive: true });
  const before = await readdir(dir);
  // drizzle-kit takes a path from the project's root only.
  const out = `./${relative(ROOT, dir)}`;
  const checked = await runTool('drizzle-kit', ['check', '--dialect', 'postgresql', '--out', out]);
  if (!checked.ok) return checked;
  const generated = await runTool(
    'drizzle-kit',
    ['generate', '--dialect', 'postgresql', '--schema', TABLES, '--out', out].concat(['--name', 'drift']),
  );
  const added = (await readdir(dir)).filter((file) => !before.includes(file));
  if (added.length > 0) return { ok: false, output: await readFile(join(dir, added[0] as string), 'utf8') };
  // It ends with 0 even where it wanted to ask about a renamed column and could not: only this sentence is a yes.
  return { ok: generated.output.includes('No schema changes'), output: generated.output };
}
