/** Formats what a run says in short as Markdown: when and where it was made, the key figures, and the targets. */
import type { Series } from '../measurements/rounds.ts';
import { distanceName } from '../measurements/throughput.ts';
import { API_CPU, type Column, P50, POSTGRES_CPU, REQUESTS_PER_SECOND, ROUND_TRIPS } from './columns.ts';
import { compactTable, markdownTable, number, spread, spreadOf } from './figures.ts';
import { type Place, type Results, samplesAt } from './results.ts';
import type { Target } from './target.ts';
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
  ['Onceward', 'claim'],
  ['lanes', 'claim-lanes'],
  ['replay', 'replay'],
  ['bare Worker', 'neon-call'],
  ['PostGraphile', 'postgraphile'],
  ['Apollo Server', 'apollo'],
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
  return compactTable(
    ['median', ...KEY_SUBJECTS.map(([title]) => title)],
    [
      row(`requests/s, ${KEY_CONNECTIONS} connections`, throughput, near, REQUESTS_PER_SECOND),
      row('API CPU, µs', throughput, near, API_CPU),
      row('Postgres CPU, µs', throughput, near, POSTGRES_CPU),
      row('round trips to the database', distance?.series, { ...far, connections: 1 }, ROUND_TRIPS),
      row(`p50 ms at ${KEY_DISTANCE} distance`, distance?.series, { ...far, connections: 1 }, P50),
      row(
        `requests/s at ${KEY_DISTANCE}, ${KEY_CONNECTIONS} connections`,
        distance?.series,
        { ...far, ...near },
        REQUESTS_PER_SECOND,
      ),
    ],
  );
}

export function targetsTable(results: Results): string {
  const rows = checkTargets(results).map(({ target, measured, met }) => [
    target.what,
    boundOf(target),
    measured ? `${spread(measured, target.digits)}${target.unit}` : '–',
    met === null ? 'not measured' : met ? 'yes' : '**no**',
  ]);
  return markdownTable(['target', 'bound', 'measured', 'met'], rows);
}

/** Medians in few words. What nobody measured and nothing guards is left out. */
export function shortTargetsTable(results: Results, targets: readonly Target[]): string {
  const rows = checkTargets(results, targets)
    .filter(({ target, measured }) => measured || target.guard !== null)
    .map(({ target, measured, met }) => [
      target.what,
      boundOf(target),
      measured ? `${number(measured.median, target.digits)}${target.unit}` : '–',
      met === null ? 'not measured' : met ? 'yes' : '**no**',
    ]);
  return compactTable(['target', 'bound', 'median', 'met'], rows);
}

const boundOf = ({ bound, limit, unit }: Target) =>
  `${bound === 'at most' ? '≤' : '≥'}${number(limit, decimals(limit))}${unit}`;

/** 0.85 is not 0.9. */
function decimals(limit: number): number {
  return String(limit).split('.')[1]?.length ?? 0;
}
