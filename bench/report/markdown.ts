/** Numbers and tables as the terminal and the documentation show them: the same Markdown for both. */
import type { Spread } from './statistics.ts';

export type Row = readonly string[];

/** Padded, so that it can be read before it is rendered. All columns but the first are to the right. */
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

/** `818 (704–873)`; a dash where there is nothing. */
export function spread(value: Spread | null, digits: number): string {
  if (!value) return '–';
  const { median, min, max } = value;
  const range = max - min < 10 ** -digits / 2 ? '' : ` (${number(min, digits)}–${number(max, digits)})`;
  return `${number(median, digits)}${range}`;
}

export function number(value: number, digits: number): string {
  return value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

export function plural(count: number, noun: string): string {
  return `${number(count, 0)} ${noun}${count === 1 ? '' : 's'}`;
}
