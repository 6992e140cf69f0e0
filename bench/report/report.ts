/** A run as a person reads it: the targets first, then a table for each part. */
import type { Series } from '../measurements/rounds.ts';
import type { Sample } from '../measurements/sample.ts';
import { markdownTable, number, plural, type Row, spread } from './markdown.ts';
import { type Results, ratioOf } from './results.ts';
import { spreadOf } from './statistics.ts';
import { judge } from './targets.ts';

export function targetsTable(results: Results): string {
  const rows = judge(results).map(({ target, measured, met }) => {
    const { what, bound, limit, unit, digits } = target;
    const figure = measured ? `${spread(measured, digits)}${unit}` : '–';
    return [
      what,
      `${bound === 'at most' ? '≤' : '≥'} ${number(limit, Number.isInteger(limit) ? 0 : 1)}${unit}`,
      figure,
      met === null ? 'not measured' : met ? 'yes' : '**no**',
    ];
  });
  return markdownTable(['target', 'bound', 'measured', 'met'], rows);
}

/** All but the targets. */
export function partTables(results: Results): string {
  const { throughput, distance, growth, memory, start, bundle } = results;
  return [
    ...(throughput ? throughputTables(throughput) : []),
    ...(distance ? [distanceTable(distance.series, distance.measuredMs)] : []),
    ...(growth ? [growthTable(growth.series), fillTable(growth.databases)] : []),
    ...(memory ? [memoryTable(memory)] : []),
    ...(start
      ? [
          `Start, CPU time beyond the static Worker’s: ${spread(spreadOf(start.beyondStaticMs), 0)} ms. The first claim of an isolate takes ${spread(spreadOf(start.firstClaimMs), 0)} ms of CPU time.`,
        ]
      : []),
    ...(bundle ? [`Bundle: ${number(bundle.rawKib, 0)} KiB, ${number(bundle.gzipKib, 1)} KiB gzip.`] : []),
  ].join('\n\n');
}

type Column = readonly [head: string, read: (sample: Sample) => number | null, digits: number];

const LATENCY: readonly Column[] = [
  ['requests/s', (sample) => sample.requestsPerSecond, 0],
  ['p50 ms', (sample) => sample.p50Ms, 2],
  ['p99 ms', (sample) => sample.p99Ms, 1],
];
const COST: readonly Column[] = [
  ['API CPU µs', (sample) => sample.apiCpuUs, 0],
  ['Postgres CPU µs', (sample) => sample.postgresCpuUs, 0],
  ['endpoint CPU µs', (sample) => sample.endpointCpuUs, 0],
  ['database requests', (sample) => sample.databaseRequests, 3],
  ['API MB', (sample) => sample.apiMb, 0],
];
const ROUND_TRIPS: Column = ['round trips', (sample) => sample.roundTrips, 2];

function throughputTables(series: readonly Series[]): string[] {
  return [...new Set(series.map(({ connections }) => connections))].flatMap((connections) => {
    const here = series.filter((one) => one.connections === connections);
    return [
      `${plural(connections, 'connection')}, ${rounds(here)}:`,
      seriesTable(here, ['subject'], ({ title }) => [title], [...LATENCY, ...COST]),
      `Times the bare Worker with the same call, round by round, ${plural(connections, 'connection')}:`,
      ratioTable(here, connections),
    ];
  });
}

function rounds(series: readonly Series[]): string {
  const [first] = series;
  const requests = Math.min(...series.map((one) => one.requests));
  return `${plural(first?.samples.length ?? 0, 'round')} of ${plural(requests, 'request')}, median (min–max)`;
}

function ratioTable(series: readonly Series[], connections: number): string {
  const to = { subject: 'neon-call', connections };
  const rows = series
    .filter(({ subject }) => subject !== 'neon-call' && subject !== 'static')
    .map(({ subject, title }) => [
      title,
      ...[LATENCY[0], COST[0], COST[1]].map((column) => {
        const read = (column as Column)[1];
        return spread(ratioOf(series, { of: { subject, connections }, to, read }), 2);
      }),
    ]);
  return markdownTable(['subject', 'requests/s', 'API CPU', 'Postgres CPU'], rows);
}

function distanceTable(series: readonly Series[], measuredMs: Readonly<Record<string, number>>): string {
  const ways = Object.entries(measuredMs).map(([name, ms]) => `${name} (${number(ms, 1)} as measured)`);
  return [
    `At a distance of ${ways.join(', ')}; ${rounds(series)}, or as many as fit into the time of a turn:`,
    seriesTable(
      series,
      ['subject', 'distance', 'connections'],
      ({ title, condition, connections }) => [title, condition, String(connections)],
      [...LATENCY, ROUND_TRIPS],
    ),
  ].join('\n\n');
}

function growthTable(series: readonly Series[]): string {
  return [
    `Over ledgers of different sizes, ${rounds(series)}:`,
    seriesTable(
      series,
      ['subject', 'ledger', 'connections'],
      ({ title, condition, connections }) => [title, condition, String(connections)],
      [...LATENCY, ...COST.slice(0, 2)],
    ),
  ].join('\n\n');
}

function fillTable(databases: NonNullable<Results['growth']>['databases']): string {
  const rows = databases.map(({ condition, entries, players, fillSeconds, diskMb }) => [
    condition,
    number(entries, 0),
    number(players + 1, 0),
    number(fillSeconds, 0),
    number(diskMb, 0),
  ]);
  return markdownTable(['ledger', 'entries', 'players', 'filled in s', 'on disk MB'], rows);
}

function memoryTable(looks: NonNullable<Results['memory']>): string {
  const rows = looks.map((look) => [
    number(look.requests, 0),
    number(look.heapMb, 1),
    look.residentMb === null ? '–' : number(look.residentMb, 0),
  ]);
  return markdownTable(['claims so far', 'heap MB, collected', 'process MB'], rows);
}

function seriesTable(
  series: readonly Series[],
  heads: Row,
  names: (series: Series) => Row,
  columns: readonly Column[],
): string {
  const rows = series.map((one) => [
    ...names(one),
    ...columns.map(([, read, digits]) => spread(spreadOf(one.samples.map(read)), digits)),
  ]);
  return markdownTable([...heads, ...columns.map(([head]) => head)], rows);
}
