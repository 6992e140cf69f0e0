/** Compares direct claims with claims through lanes at each load, and says from which load on lanes grant more. */
import { markdownTable, number, type Row, spreadOf } from './figures.ts';
import { type Read, type Results, ratioOf, samplesAt } from './results.ts';

const DIRECT = 'claim';
const LANES = 'claim-lanes';

type Table = (heads: Row, rows: readonly Row[]) => string;

const COLUMNS: readonly (readonly [head: string, subject: string, read: Read, digits: number])[] = [
  ['direct, claims/s', DIRECT, (sample) => sample.requestsPerSecond, 0],
  ['p50 ms', DIRECT, (sample) => sample.p50Ms, 1],
  ['p99 ms', DIRECT, (sample) => sample.p99Ms, 1],
  ['lanes, claims/s', LANES, (sample) => sample.requestsPerSecond, 0],
  ['p50 ms', LANES, (sample) => sample.p50Ms, 1],
  ['p99 ms', LANES, (sample) => sample.p99Ms, 1],
  ['claims per batch', LANES, ({ databaseRequests }) => (databaseRequests ? 1 / databaseRequests : null), 1],
];

/** Medians. Empty if the run did not measure both paths. */
export function crossover({ throughput, lanes }: Results, table: Table = markdownTable): string[] {
  const loads = [...new Set((throughput ?? []).map(({ connections }) => connections))]
    .filter((connections) =>
      [DIRECT, LANES].every((subject) => samplesAt(throughput, { subject, connections }).length > 0),
    )
    .sort((a, b) => a - b);
  if (loads.length === 0) return [];
  const rows = loads.map((connections) => [
    number(connections, 0),
    ...COLUMNS.map(([, subject, read, digits]) => {
      const found = spreadOf(samplesAt(throughput, { subject, connections }).map(read));
      return found ? number(found.median, digits) : '–';
    }),
  ]);
  const gains = loads.map((connections) => ({ connections, gain: gainAt(throughput, connections) }));
  return [
    `${sentence(gains)} (${lanes} lanes):`,
    table(['connections', ...COLUMNS.map(([head]) => head)], rows),
  ];
}

function gainAt(throughput: Results['throughput'], connections: number): number {
  const place = (subject: string) => ({ subject, connections });
  const read: Read = (sample) => sample.requestsPerSecond;
  return ratioOf(throughput, { of: place(LANES), to: place(DIRECT), read })?.median ?? Number.NaN;
}

/** From the load after the last one at which lanes grant less. */
function sentence(gains: readonly { connections: number; gain: number }[]): string {
  const lastLoss = gains.findLastIndex(({ gain }) => !(gain >= 1));
  const first = gains[lastLoss + 1];
  if (!first) return 'Lanes grant fewer claims per second than the direct path at the highest load';
  return `Lanes grant more claims per second than the direct path from ${number(first.connections, 0)} connection${first.connections === 1 ? '' : 's'} on`;
}
