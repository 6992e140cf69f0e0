// What charts share: the width that they have, their head with a readout, and their numbers as a table for those who do not see them.
import { type ReactNode, useEffect, useId, useRef, useState } from 'react';
import { TableScroll } from '../ui/table-scroll.tsx';

/** 0 until the element is measured: a chart reserves its height meanwhile, so nothing moves. */
export function useWidth() {
  const ref = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const element = ref.current;
    if (!element) return;
    const observer = new ResizeObserver(([entry]) => setWidth(Math.floor(entry?.contentRect.width ?? 0)));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return [ref, width] as const;
}

export interface Column {
  readonly title: string;
  readonly isNumber?: boolean;
}

export interface ChartTable {
  readonly columns: readonly Column[];
  /** The first cell names its row. */
  readonly rows: readonly (readonly string[])[];
}

interface ChartFrameProps {
  readonly title: string;
  /** What is under the pointer, or the meaning of the colours. */
  readonly readout?: ReactNode;
  /** The same numbers, for screen readers and for reading off. */
  readonly table: ChartTable;
  readonly children: ReactNode;
}

/** The drawing itself is hidden from screen readers: they get the table. */
export function ChartFrame({ title, readout, table, children }: ChartFrameProps) {
  const id = useId();
  return (
    <section className="card chart" aria-labelledby={id}>
      <div className="chart-head">
        <h2 id={id}>{title}</h2>
        <p className="chart-readout muted" aria-hidden="true">
          {readout}
        </p>
      </div>
      <div aria-hidden="true">{children}</div>
      <details className="chart-table">
        <summary>Show as a table</summary>
        <TableScroll label={`${title}, as a table`}>
          <Table title={title} {...table} />
        </TableScroll>
      </details>
    </section>
  );
}

function Table({ title, columns, rows }: ChartTable & { readonly title: string }) {
  const styleOf = (column: number) => (columns[column]?.isNumber ? 'number' : undefined);
  return (
    <table className="changes-table">
      <caption className="visually-hidden">{title}</caption>
      <thead>
        <tr>
          {columns.map((column, index) => (
            <th key={column.title} scope="col" className={styleOf(index)}>
              {column.title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map(([name, ...cells]) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            {cells.map((cell, index) => (
              <td key={columns[index + 1]?.title} className={styleOf(index + 1)}>
                {cell}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
