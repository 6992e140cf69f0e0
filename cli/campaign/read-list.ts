/** Reads a file of players, CSV or JSON lines, as the rows of a list. */
import { readFile } from 'node:fs/promises';
import { parse } from 'csv-parse/sync';
import { type Given, givenOfJson, givenOfRecord, type Row, rowChecker } from './list-rows.ts';

export interface ReadList {
  readonly rows: readonly Row[];
  /** Each begins with its line in the file. */
  readonly problems: readonly string[];
}

const MAX_PROBLEMS = 20;

export async function readList(file: string): Promise<ReadList> {
  const text = await readFile(file, 'utf8');
  const problems: string[] = [];
  const given = /\.(jsonl|ndjson|json)$/.test(file) ? fromJsonLines(text, problems) : fromCsv(text, problems);
  const check = rowChecker();
  const rows = given.flatMap((row) => {
    const found = check(row);
    if (typeof found !== 'string') return [found];
    problems.push(`line ${row.line}: ${found}`);
    return [];
  });
  return { rows, problems: problems.slice(0, MAX_PROBLEMS) };
}

function fromCsv(text: string, problems: string[]): Given[] {
  try {
    const records = parse(text, {
      columns: true,
      info: true,
      skip_empty_lines: true,
      trim: true,
      bom: true,
    }) as {
      readonly record: Readonly<Record<string, string>>;
      readonly info: { readonly lines: number };
    }[];
    return records.map(({ record, info: { lines } }) => givenOfRecord(record, lines));
  } catch (error) {
    problems.push((error as Error).message);
    return [];
  }
}

function fromJsonLines(text: string, problems: string[]): Given[] {
  return text.split('\n').flatMap((content, index) => {
    if (content.trim() === '') return [];
    const given = givenOfJson(content, index + 1);
    if (!given) problems.push(`line ${index + 1}: is not a JSON object`);
    return given ? [given] : [];
  });
}
