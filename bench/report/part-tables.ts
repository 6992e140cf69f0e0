/** Formats each part of a run as Markdown tables, except the key figures and the targets. */
import type { HeldRowSample, HeldRowSeries } from '../measurements/held-row.ts';
import type { KernelResults } from '../measurements/kernel.ts';
import type { KernelSeries } from '../measurements/kernel-cases.ts';
import type { Series } from '../measurements/rounds.ts';
import type { StartCost } from '../measurements/start.ts';
import {
  API_CPU,
  COST,
  type Column,
  LATENCY,
  POSTGRES_CPU,
  REQUESTS_PER_SECOND,
  ROUND_TRIPS,
  TOTAL_CPU,
} from './columns.ts';
import { costTables } from './cost.ts';
import { crossover } from './crossover.ts';
import { markdownTable, number, plural, type Row, spread, spreadOf } from './figures.ts';
import { type Place, type Results, ratioOf } from './results.ts';

export function partTables(results: Results): string {
  const { kernel, throughput, bulks, breakers, held, distance, growth, memory, start, bundle } = results;
  return [
    ...(kernel ? kernelTables(kernel) : []),
    ...(throughput ? throughputTables(throughput) : []),
    ...crossover(results),
    ...costTables(results),
    ...(bulks ? [bulksTable(bulks)] : []),
    ...(breakers ? [breakersTable(breakers)] : []),
    ...(held ? [heldRowTable(held)] : []),
    ...(distance ? [distanceTable(distance.series, distance.measuredMs)] : []),
    ...(growth ? [growthTable(growth.series), fillTable(growth.databases)] : []),
    ...(memory ? [memoryTable(memory)] : []),
    ...(start ? [startText(start)] : []),
    ...(bundle ? [`Bundle: ${number(bundle.rawKib, 0)} KiB, ${number(bundle.gzipKib, 1)} KiB gzip.`] : []),
  ].join('\n\n');
}

function throughputTables(series: readonly Series[]): string[] {
  return [...new Set(series.map(({ connections }) => connections))].flatMap((connections) => {
    const here = series.filter((one) => one.connections === connections);
    const to = RATIO_TO.find(({ subject }) => here.some((one) => one.subject === subject));
    return [
      `${plural(connections, 'connection')}, ${rounds(here)}:`,
      seriesTable(here, ['subject'], ({ title }) => [title], [...LATENCY, ...COST]),
      ...(to
        ? [
            `Ratio to ${to.name}, per round, ${plural(connections, 'connection')}:`,
            ratioTable(here, { subject: to.subject, connections }),
          ]
        : []),
    ];
  });
}

/** The first of them that is measured at a load. */
const RATIO_TO = [
  { subject: 'neon-call', name: 'the bare Worker with the same call' },
  { subject: 'postgraphile', name: 'PostGraphile' },
];

function startText({ beyondStaticMs, firstClaimMs, base }: StartCost): string {
  const own = `CPU time to start, minus that of the static Worker: ${spread(spreadOf(beyondStaticMs), 0)} ms. The first claim of an isolate takes ${spread(spreadOf(firstClaimMs), 0)} ms of CPU time.`;
  if (!base) return own;
  return `${own} At commit ${base.commit.slice(0, 12)}: ${spread(spreadOf(base.beyondStaticMs), 0)} ms and ${spread(spreadOf(base.firstClaimMs), 0)} ms.`;
}

function heldRowTable(series: readonly HeldRowSeries[]): string {
  const rows = series.map(({ title, samples }) => {
    const read = (of: (sample: HeldRowSample) => number, digits: number) =>
      spread(spreadOf(samples.map(of)), digits);
    return [
      title,
      read(({ usualP99Ms }) => usualP99Ms, 1),
      read(({ heldP99Ms }) => heldP99Ms, 1),
      read(({ claims }) => claims, 0),
      read(({ heldClaims }) => heldClaims, 0),
      read(({ retries }) => retries, 0),
    ];
  });
  return [
    `While the row of one player is held, ${plural(series[0]?.samples.length ?? 0, 'round')}, median (min–max):`,
    markdownTable(
      ['subject', 'p99 ms before', 'p99 ms of others', 'claims of others', 'its claims', 'its retries'],
      rows,
    ),
  ].join('\n\n');
}

function kernelTables({ cpu, firstCall, collectors, size }: KernelResults): string[] {
  const minimal = cpu[0]?.samples ?? [];
  const rows = cpu.map(({ title, samples }) => [
    title,
    spread(spreadOf(samples), 0),
    spread(
      spreadOf(samples.map((us, round) => (us === null ? null : us / (minimal[round] ?? Number.NaN)))),
      2,
    ),
  ]);
  const alone = ({ title, samples }: KernelSeries) => [title, spread(spreadOf(samples), 1)];
  return [
    `The kernel alone, CPU of one Postgres backend, ${plural(minimal.length, 'round')}, median (min–max):`,
    markdownTable(['case', 'µs per operation', 'to the minimal function'], rows),
    'First call of a new session, and a claim of a player with 900 resources:',
    markdownTable(['case', 'CPU ms'], firstCall.map(alone)),
    markdownTable(['case', 'CPU µs'], collectors.cpu.map(alone)),
    `Bytes on disk per claim with three entries, after ${plural(size.claims, 'claim')}: ${number(size.bytesPerClaim, 0)}.`,
    markdownTable(
      ['table', 'rows', 'indexes'],
      size.tables.map(({ table, heap, indexes }) => [table, number(heap, 0), number(indexes, 0)]),
    ),
  ];
}

function rounds(series: readonly Series[]): string {
  const [first] = series;
  const requests = Math.min(...series.map((one) => one.requests));
  return `${plural(first?.samples.length ?? 0, 'round')} of ${plural(requests, 'request')}, median (min–max)`;
}

function ratioTable(series: readonly Series[], to: Place): string {
  const rows = series
    .filter(({ subject }) => subject !== to.subject && subject !== 'static')
    .map(({ subject, title }) => [
      title,
      ...[REQUESTS_PER_SECOND, API_CPU, POSTGRES_CPU, TOTAL_CPU].map(([, read]) =>
        spread(ratioOf(series, { of: { ...to, subject }, to, read }), 2),
      ),
    ]);
  return markdownTable(['subject', 'requests/s', 'API CPU', 'Postgres CPU', 'total CPU'], rows);
}

function distanceTable(series: readonly Series[], measuredMs: Readonly<Record<string, number>>): string {
  const distances = Object.entries(measuredMs).map(([name, ms]) => `${name} (${number(ms, 1)} measured)`);
  return [
    `At a distance of ${distances.join(', ')}; ${rounds(series)}, or fewer if the time limit of a turn ends it:`,
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
    `By ledger size, ${rounds(series)}:`,
    seriesTable(
      series,
      ['subject', 'ledger', 'connections'],
      ({ title, condition, connections }) => [title, condition, String(connections)],
      [...LATENCY, ...COST.slice(0, 2)],
    ),
  ].join('\n\n');
}

function bulksTable(series: readonly Series[]): string {
  return [
    `Grants by a game server, per grant, ${plural(series[0]?.samples.length ?? 0, 'round')}, median (min–max):`,
    seriesTable(series, ['subject'], ({ title }) => [title], COST),
  ].join('\n\n');
}

function breakersTable(series: readonly Series[]): string {
  return [
    `Claims with a breaker on what they give, and without, ${series[0]?.connections ?? 0} connections, ${plural(series[0]?.samples.length ?? 0, 'round')}, median (min–max):`,
    seriesTable(series, ['subject'], ({ title }) => [title], [...LATENCY, ...COST]),
  ].join('\n\n');
}

function fillTable(databases: NonNullable<Results['growth']>['databases']): string {
  const rows = databases.map(({ condition, entries, players, fillSeconds, diskMb, buffersPerClaim }) => [
    condition,
    number(entries, 0),
    number(players + 1, 0),
    number(fillSeconds, 0),
    number(diskMb, 0),
    spread(spreadOf(buffersPerClaim), 0),
  ]);
  return markdownTable(['ledger', 'entries', 'players', 'fill time s', 'disk MB', 'pages per claim'], rows);
}

function memoryTable(samples: NonNullable<Results['memory']>): string {
  const rows = samples.map(({ requests, heapMb, residentMb }) => [
    number(requests, 0),
    number(heapMb, 1),
    residentMb === null ? '–' : number(residentMb, 0),
  ]);
  return markdownTable(['claims so far', 'heap MB after collection', 'process MB'], rows);
}

function seriesTable(
  series: readonly Series[],
  heads: Row,
  namesOf: (series: Series) => Row,
  columns: readonly Column[],
): string {
  const rows = series.map((one) => [
    ...namesOf(one),
    ...columns.map(([, read, digits]) => spread(spreadOf(one.samples.map(read)), digits)),
  ]);
  return markdownTable([...heads, ...columns.map(([head]) => head)], rows);
}
