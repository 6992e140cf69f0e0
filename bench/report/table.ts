/** The results as a person reads them: a table for each load, medians above their spread, then the ratios. */
import type { Sample } from '../measurements/sample.ts';
import type { Series } from '../measurements/throughput.ts';
import { ratiosOf } from './ratios.ts';
import { type Spread, spreadOf } from './statistics.ts';

interface Column {
  readonly head: readonly [string, string];
  readonly read: (sample: Sample) => number | null;
  readonly digits: number;
}

const COLUMNS: readonly Column[] = [
  { head: ['requests', '/s'], read: (sample) => sample.requestsPerSecond, digits: 0 },
  { head: ['p50', 'ms'], read: (sample) => sample.p50Ms, digits: 2 },
  { head: ['p99', 'ms'], read: (sample) => sample.p99Ms, digits: 1 },
  { head: ['Worker', 'CPU µs'], read: (sample) => sample.workerCpuUs, digits: 0 },
  { head: ['Postgres', 'CPU µs'], read: (sample) => sample.postgresCpuUs, digits: 0 },
  { head: ['endpoint', 'CPU µs'], read: (sample) => sample.endpointCpuUs, digits: 0 },
  { head: ['database', 'requests'], read: (sample) => sample.databaseRequests, digits: 3 },
  { head: ['Worker', 'MB'], read: (sample) => sample.workerMb, digits: 0 },
];
const TITLE_WIDTH = 34;
const WIDTH = 15;

export function table(series: readonly Series[]): string {
  const loads = [...new Set(series.map(({ connections }) => connections))];
  return [...loads.flatMap((connections) => loadTable(series, connections)), ...ratioTable(series)].join(
    '\n',
  );
}

function loadTable(all: readonly Series[], connections: number): string[] {
  const series = all.filter((one) => one.connections === connections);
  const rounds = series[0]?.samples.length ?? 0;
  const requests = Math.min(...series.map((one) => one.requests));
  const title = `${plural(connections, 'connection')}, ${rounds} rounds of ${number(requests, 0)} requests or more: median, (min–max)`;
  const lines = series.flatMap((one) => {
    const spreads = COLUMNS.map(({ read, digits }) => ({ spread: spreadOf(one.samples.map(read)), digits }));
    return [
      row(
        one.title,
        spreads.map(({ spread, digits }) => (spread ? number(spread.median, digits) : '–')),
      ),
      row(
        '',
        spreads.map(({ spread, digits }) => (spread ? range(spread, digits) : '')),
      ),
    ];
  });
  const heads = [0, 1].map((line) =>
    row(
      '',
      COLUMNS.map(({ head }) => head[line as 0 | 1]),
    ),
  );
  return [title, ...heads, ...lines, ''];
}

function ratioTable(series: readonly Series[]): string[] {
  const cell = (spread: Spread | null) => (spread ? `${number(spread.median, 2)} ${range(spread, 2)}` : '–');
  const wide = (cells: readonly string[]) => cells.map((text) => text.padStart(WIDTH + 9)).join('');
  const lines = ratiosOf(series).map(
    ({ title, connections, workerCpu, postgresCpu, requestsPerSecond }) =>
      `${title} (${connections})`.padEnd(TITLE_WIDTH + 6) +
      wide([cell(workerCpu), cell(postgresCpu), cell(requestsPerSecond)]),
  );
  const head = 'times the bare Worker, (connections)'.padEnd(TITLE_WIDTH + 6);
  return [head + wide(['Worker CPU', 'Postgres CPU', 'requests/s']), ...lines];
}

const row = (title: string, cells: readonly string[]) =>
  (title.padEnd(TITLE_WIDTH) + cells.map((cell) => cell.padStart(WIDTH)).join('')).trimEnd();
const range = ({ min, max }: Spread, digits: number) => `(${number(min, digits)}–${number(max, digits)})`;
const number = (value: number, digits: number) =>
  value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
const plural = (count: number, noun: string) => `${count} ${noun}${count === 1 ? '' : 's'}`;
