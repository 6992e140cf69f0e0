/** Formats the results of a run as Markdown: the key figures, the targets, and a table for each part. */
import type { KernelResults } from '../measurements/kernel.ts';
import type { KernelSeries } from '../measurements/kernel-cases.ts';
import type { Series } from '../measurements/rounds.ts';
import { distanceName } from '../measurements/throughput.ts';
import { markdownTable, number, plural, type Row, spread, spreadOf } from './figures.ts';
import { type Place, type Read, type Results, ratioOf, samplesAt } from './results.ts';
import { checkTargets } from './targets.ts';

const BUSY_MACHINE =
  '**Other programs used the machine during the run.** Latency and throughput depend on that. Counts and ratios of CPU time remain meaningful.';

/** When, where and how the run was made. */
export function describeRun({ measuredAt, command, machine }: Results): string {
  const { cores, cpu, loadBefore, node, workerd } = machine;
  const day = new Date(measuredAt).toLocaleDateString('en-GB', { dateStyle: 'long', timeZone: 'UTC' });
  const line = `${day}; ${cores} × ${cpu}, load ${loadBefore.toFixed(1)} before the run, Node ${node}, workerd ${workerd}; \`${command}\``;
  return loadBefore > cores / 2 ? `${line}\n\n${BUSY_MACHINE}` : line;
}

const KEY_SUBJECTS = [
  ['Onceward, new claim', 'claim'],
  ['Onceward, replay', 'replay'],
  ['bare Worker, same call', 'neon-call'],
  ['PostGraphile, minimal function', 'postgraphile'],
  ['Apollo Server, Drizzle', 'apollo'],
] as const;
const KEY_CONNECTIONS = 16;
const KEY_DISTANCE = distanceName(20);

/** The most important medians of a claim, with a column for each subject. */
export function keyFigures({ throughput, distance }: Results): string {
  const near = { connections: KEY_CONNECTIONS };
  const far = { condition: KEY_DISTANCE };
  const row = (
    label: string,
    series: readonly Series[] | undefined,
    place: Omit<Place, 'subject'>,
    [, read, digits]: Column,
  ) => [
    label,
    ...KEY_SUBJECTS.map(([, subject]) => {
      const found = spreadOf(samplesAt(series, { ...place, subject }).map(read));
      return found ? number(found.median, digits) : '–';
    }),
  ];
  return markdownTable(
    ['median', ...KEY_SUBJECTS.map(([title]) => title)],
    [
      row(`requests per second (${KEY_CONNECTIONS} connections)`, throughput, near, REQUESTS_PER_SECOND),
      row('API CPU per request, µs', throughput, near, API_CPU),
      row('Postgres CPU per request, µs', throughput, near, POSTGRES_CPU),
      row('round trips to the database', distance?.series, { ...far, connections: 1 }, ROUND_TRIPS),
      row(
        `p50 at ${KEY_DISTANCE} distance, ms (1 connection)`,
        distance?.series,
        { ...far, connections: 1 },
        P50,
      ),
      row(
        `requests per second at ${KEY_DISTANCE} distance (${KEY_CONNECTIONS} connections)`,
        distance?.series,
        { ...far, ...near },
        REQUESTS_PER_SECOND,
      ),
    ],
  );
}

export function targetsTable(results: Results): string {
  const rows = checkTargets(results).map(({ target, measured, met }) => {
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

/** Everything except the key figures and the targets. */
export function partTables(results: Results): string {
  const { kernel, throughput, distance, growth, memory, start, bundle } = results;
  return [
    ...(kernel ? kernelTables(kernel) : []),
    ...(throughput ? throughputTables(throughput) : []),
    ...(distance ? [distanceTable(distance.series, distance.measuredMs)] : []),
    ...(growth ? [growthTable(growth.series), fillTable(growth.databases)] : []),
    ...(memory ? [memoryTable(memory)] : []),
    ...(start
      ? [
          `CPU time to start, minus that of the static Worker: ${spread(spreadOf(start.beyondStaticMs), 0)} ms. The first claim of an isolate takes ${spread(spreadOf(start.firstClaimMs), 0)} ms of CPU time.`,
        ]
      : []),
    ...(bundle ? [`Bundle: ${number(bundle.rawKib, 0)} KiB, ${number(bundle.gzipKib, 1)} KiB gzip.`] : []),
  ].join('\n\n');
}

type Column = readonly [head: string, read: Read, digits: number];

const REQUESTS_PER_SECOND: Column = ['requests/s', (sample) => sample.requestsPerSecond, 0];
const P50: Column = ['p50 ms', (sample) => sample.p50Ms, 2];
const LATENCY: readonly Column[] = [REQUESTS_PER_SECOND, P50, ['p99 ms', (sample) => sample.p99Ms, 1]];
const API_CPU: Column = ['API CPU µs', (sample) => sample.apiCpuUs, 0];
const POSTGRES_CPU: Column = ['Postgres CPU µs', (sample) => sample.postgresCpuUs, 0];
const COST: readonly Column[] = [
  API_CPU,
  POSTGRES_CPU,
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
      `Ratio to the bare Worker with the same call, per round, ${plural(connections, 'connection')}:`,
      ratioTable(here, connections),
    ];
  });
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

function ratioTable(series: readonly Series[], connections: number): string {
  const to = { subject: 'neon-call', connections };
  const rows = series
    .filter(({ subject }) => subject !== 'neon-call' && subject !== 'static')
    .map(({ subject, title }) => [
      title,
      ...[REQUESTS_PER_SECOND, API_CPU, POSTGRES_CPU].map(([, read]) =>
        spread(ratioOf(series, { of: { subject, connections }, to, read }), 2),
      ),
    ]);
  return markdownTable(['subject', 'requests/s', 'API CPU', 'Postgres CPU'], rows);
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
