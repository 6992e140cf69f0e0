// CSV by the parser of the command line, in a chunk that loads with the first CSV file. A wrong record is a problem of its line; the
// next one is read.
import { parse } from 'csv-parse/browser/esm';
import { givenOfRecord } from '../../../cli/campaign/list-rows.ts';
import type { Collected, RowReader } from './file-rows.ts';

interface Parsed {
  readonly record: Readonly<Record<string, string>>;
  readonly info: { readonly lines: number };
}

export function csvRows(found: Collected): RowReader {
  /** Not before the names of the columns are known to be right. */
  let isReadable = true;
  const parser = parse({
    columns: (names: string[]) => {
      const problem = found.columns(names);
      if (problem !== null) {
        isReadable = false;
        found.problem(1, problem);
      }
      return names;
    },
    info: true,
    skip_empty_lines: true,
    trim: true,
    bom: true,
    skip_records_with_error: true,
    on_skip: (error) => {
      if (isReadable && error) found.problem(Number(error.lines ?? 0), error.message);
    },
  });
  const ended = new Promise<void>((resolve, reject) => {
    parser.on('end', () => resolve());
    parser.on('error', reject);
  });
  // A failure is reported by `end`.
  ended.catch(() => {});
  parser.on('data', ({ record, info }: Parsed) => {
    if (isReadable) found.add(givenOfRecord(record, info.lines));
  });
  return {
    push: (text) => {
      parser.write(text);
    },
    end() {
      parser.end();
      return ended;
    },
  };
}
