/**
 * Computes medians with their ranges, and formats numbers and Markdown tables for the terminal and the documents. Medians are
 * used because one disturbed round would distort a mean.
 */

export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** Returns null if there is no value or one is missing. */
export function spreadOf(values: readonly (number | null | undefined)[]): Spread | null {
  const known = values.filter((value) => typeof value === 'number').sort((a, b) => a - b);
  if (known.length === 0 || known.length < values.length) return null;
  return { median: percentile(known, 50), min: known[0] as number, max: known.at(-1) as number };
}

/** The nearest-rank percentile of ascending values. */
export function percentile(sorted: readonly number[], percent: number): number {
  const rank = Math.ceil((percent / 100) * sorted.length);
  return sorted[Math.max(rank - 1, 0)] ?? Number.NaN;
}

export function number(value: number, digits: number): string {
  return value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

export function plural(count: number, noun: string): string {
  return `${number(count, 0)} ${noun}${count === 1 ? '' : 's'}`;
}

/** `818 (704–873)`, or a dash for null. */
export function spread(value: Spread | null, digits: number): string {
  if (!value) return '–';
  const { median, min, max } = value;
  const range = max - min < 10 ** -digits / 2 ? '' : ` (${number(min, digits)}–${number(max, digits)})`;
  return `${number(median, digits)}${range}`;
}

export type Row = readonly string[];

/** For documents whose words are limited: a pipe between spaces counts as one. */
export function compactTable(heads: Row, rows: readonly Row[]): string {
  const line = (row: Row) => `|${row.join('|')}|`;
  return [
    line(heads),
    line(heads.map((_, column) => (column === 0 ? '---' : '--:'))),
    ...rows.map(line),
  ].join('\n');
}

/** Pads the cells, so that the table is readable as text. All columns except the first are right-aligned. */
export function markdownTable(heads: Row, rows: readonly Row[]): string {
  const widths = heads.map((head, column) =>
    Math.max(3, ...[head, ...rows.map((row) => row[column] ?? '')].map((cell) => cell.length)),
  );
  const line = (row: Row) =>
    `| ${widths.map((width, column) => (column === 0 ? (row[0] ?? '').padEnd(width) : (row[column] ?? '').padStart(width))).join(' | ')} |`;
  const rule = widths.map((width, column) =>
    column === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`,
  );
  return [line(heads), `| ${rule.join(' | ')} |`, ...rows.map(line)].join('\n');
}
