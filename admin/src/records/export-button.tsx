// A button that reads all pages of a list and saves them as CSV.
import { useState } from 'react';
import { csvOf, saveCsv } from '../ui/csv.ts';
import { whole } from '../ui/format.tsx';
import { announce } from '../ui/toasts.tsx';
import { type Page, readAll } from './pages.ts';

interface ExportButtonProps<Row> {
  readonly file: string;
  readonly columns: readonly string[];
  readonly cellsOf: (row: Row) => readonly (string | number | null)[];
  readonly read: (request: { readonly first: number; readonly after: string | null }) => Promise<Page<Row>>;
}

export function ExportButton<Row>({ file, columns, cellsOf, read }: ExportButtonProps<Row>) {
  /** Null: nothing is being read. */
  const [count, setCount] = useState<number | null>(null);
  const save = async () => {
    setCount(0);
    try {
      const { rows, isWhole } = await readAll(read, setCount);
      saveCsv(file, csvOf(columns, rows.map(cellsOf)));
      announce(`${whole(rows.length)} rows exported`, isWhole ? undefined : 'There are more than that.');
    } catch (error) {
      announce('The export failed', error instanceof Error ? error.message : undefined);
    } finally {
      setCount(null);
    }
  };
  return (
    <button type="button" className="button" onClick={save} disabled={count !== null}>
      {count === null ? 'Export CSV' : `Reading… ${whole(count)}`}
    </button>
  );
}
