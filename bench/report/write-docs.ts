/**
 * Writes a run into the documentation: the key figures into docs/performance.md, the full record into
 * docs/notes/performance.md, and the charts into docs. Only the text between the comments that mark a section is replaced.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { chartsOf } from './charts.ts';
import { crossover } from './crossover.ts';
import { compactTable } from './figures.ts';
import { LANE_TARGETS } from './lane-targets.ts';
import { partTables } from './part-tables.ts';
import { describeRun, keyFigures, shortTargetsTable, targetsTable } from './report.ts';
import type { Results } from './results.ts';

const DOCS = join(import.meta.dirname, '../../docs');
const SUMMARY = join(DOCS, 'performance.md');
const RECORD = join(DOCS, 'notes/performance.md');

export async function writeDocs(results: Results): Promise<void> {
  const charts = chartsOf(results);
  const run = describeRun(results);
  await writeSections(SUMMARY, {
    'key figures': `${keyFigures(results)}\n\n${run}`,
    'lane targets': shortTargetsTable(results, LANE_TARGETS),
    crossover: crossover(results, compactTable).join('\n\n'),
  });
  await writeSections(RECORD, {
    targets: `${run}\n\n${targetsTable(results)}`,
    charts: charts.map(({ alt, file }) => `![${alt}](../${file})`).join('\n\n'),
    tables: partTables(results),
  });
  for (const { file, svg } of charts) await writeFile(join(DOCS, file), svg);
}

async function writeSections(file: string, sections: Readonly<Record<string, string>>): Promise<void> {
  let page = await readFile(file, 'utf8');
  for (const [name, content] of Object.entries(sections)) {
    const [begin, end] = [`<!-- bench: ${name} -->`, `<!-- bench: end of ${name} -->`];
    const [from, to] = [page.indexOf(begin), page.indexOf(end)];
    if (from < 0 || to < from) throw new Error(`${file} has no section "${name}"`);
    page = `${page.slice(0, from + begin.length)}\n\n${content}\n\n${page.slice(to)}`;
  }
  await writeFile(file, page);
}
