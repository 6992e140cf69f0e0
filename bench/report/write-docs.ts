/**
 * Puts a run into the documentation: what stands between the marks in docs/performance.md, and the charts beside it. The prose
 * around the marks is people's.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describeRun } from './machine.ts';
import { plotsOf } from './plots.ts';
import { partTables, targetsTable } from './report.ts';
import type { Results } from './results.ts';

const DOCS = join(import.meta.dirname, '../../docs');
const PAGE = join(DOCS, 'performance.md');

export async function writeDocs(results: Results): Promise<void> {
  const plots = plotsOf(results);
  const images = plots.map(({ alt, file }) => `![${alt}](${file})`);
  let page = await readFile(PAGE, 'utf8');
  page = between(page, 'targets', `${describeRun(results)}\n\n${targetsTable(results)}`);
  page = between(page, 'charts', images.join('\n\n'));
  page = between(page, 'tables', partTables(results));
  await writeFile(PAGE, page);
  for (const { file, svg } of plots) await writeFile(join(DOCS, file), svg);
}

function between(page: string, name: string, content: string): string {
  const [begin, end] = [`<!-- bench: ${name} -->`, `<!-- bench: end of ${name} -->`];
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`docs/performance.md has no marks for the ${name}`);
  return `${page.slice(0, from + begin.length)}\n\n${content}\n\n${page.slice(to)}`;
}
