/**
 * What a million claims need, for a team to multiply with the prices of its providers, and the same with public list prices.
 * Microseconds per claim are seconds per million claims.
 */
import type { Sample } from '../measurements/rounds.ts';
import { markdownTable, number, type Row, spreadOf } from './figures.ts';
import { COMPUTE_IN_USE, OBJECT_GB, PRICES, type Price, READ_ON } from './prices.ts';
import { type Place, type Results, samplesAt } from './results.ts';

const MILLION = 1_000_000;
const GB = 1_000_000_000;
const SECONDS_PER_HOUR = 3_600;
const MS_PER_SECOND = 1_000;

/** What a million claims need. Null: not measured. */
interface Needs {
  readonly workerCpuSeconds: number | null;
  readonly endpointCpuSeconds: number | null;
  readonly postgresCpuSeconds: number | null;
  readonly storedGb: number | null;
  readonly workerRequests: number;
  readonly neonRequests: number | null;
  readonly objectRequests: number;
  readonly objectGbSeconds: number | null;
}

interface Column extends Place {
  readonly head: string;
  readonly claimsPerRequest: number;
  /** Whether a provider would run it as it is measured. */
  readonly deployable: boolean;
}

const column = (head: string, subject: string, connections: number, claimsPerRequest = 1): Column => ({
  head: `${head}, ${connections}`,
  subject,
  connections,
  claimsPerRequest,
  deployable: claimsPerRequest === 1,
});

const COLUMNS = [
  column('direct', 'claim', 16),
  column('direct', 'claim', 64),
  column('lanes', 'claim-lanes', 16),
  column('lanes', 'claim-lanes', 64),
  column('lanes', 'claim-lanes', 128),
  column('bare, calls of 10', 'neon-call-10', 16, 10),
  column('bare, calls of 50', 'neon-call-50', 16, 50),
];

/** Empty if the run did not measure claims. */
export function costTables(results: Results): string[] {
  const measured = COLUMNS.filter((place) => samplesAt(results.throughput, place).length > 0);
  if (measured.length === 0) return [];
  const priced = measured.filter(({ deployable }) => deployable);
  const heads = (columns: readonly Column[]) => columns.map(({ head }) => head);
  return [
    `A million claims need, by path and number of connections (${results.lanes} lanes):`,
    markdownTable(['', ...heads(measured)], needRows(measured.map((place) => needsOf(results, place)))),
    `The same in US dollars, by list prices read on ${READ_ON}, without included amounts, with a database compute that is ${number(100 * COMPUTE_IN_USE, 0)} % in use:`,
    markdownTable(
      ['', 'price', ...heads(priced)],
      dollarRows(priced.map((place) => needsOf(results, place))),
    ),
    priceList(),
  ];
}

function needsOf(results: Results, { subject, connections, claimsPerRequest }: Column): Needs {
  const samples = samplesAt(results.throughput, { subject, connections });
  const median = (read: (sample: Sample) => number | null) => spreadOf(samples.map(read))?.median ?? null;
  const isLane = subject === 'claim-lanes';
  const bytes = results.kernel?.size.bytesPerClaim;
  return {
    workerCpuSeconds: median(({ apiCpuUs }) => apiCpuUs),
    endpointCpuSeconds: median(({ endpointCpuUs }) => endpointCpuUs),
    postgresCpuSeconds: median(({ postgresCpuUs }) => postgresCpuUs),
    storedGb: bytes === undefined ? null : (bytes * MILLION) / GB,
    workerRequests: MILLION / claimsPerRequest,
    neonRequests: scaled(
      median(({ databaseRequests }) => databaseRequests),
      MILLION,
    ),
    objectRequests: isLane ? MILLION : 0,
    // As if every lane were active all the time, which is the most that it can be.
    objectGbSeconds: isLane
      ? scaled(
          median((sample) => 1 / sample.requestsPerSecond),
          results.lanes * OBJECT_GB * MILLION,
        )
      : 0,
  };
}

function scaled(value: number | null, by: number): number | null {
  return value === null ? null : value * by;
}

function needRows(needs: readonly Needs[]): Row[] {
  const row = (head: string, read: (needs: Needs) => number | null, digits: number) => [
    head,
    ...needs.map((one) => shown(read(one), digits)),
  ];
  return [
    row('Worker, with its lanes: CPU s', ({ workerCpuSeconds }) => workerCpuSeconds, 0),
    row('Neon endpoint: CPU s', ({ endpointCpuSeconds }) => endpointCpuSeconds, 0),
    row('Postgres: CPU s', ({ postgresCpuSeconds }) => postgresCpuSeconds, 0),
    row('stored, three entries a claim: GB', ({ storedGb }) => storedGb, 2),
    row('requests to the Worker', ({ workerRequests }) => workerRequests, 0),
    row('HTTP requests to Neon', ({ neonRequests }) => neonRequests, 0),
    row('requests to Durable Objects', ({ objectRequests }) => objectRequests, 0),
    row('Durable Objects, at most: GB-s', ({ objectGbSeconds }) => objectGbSeconds, 0),
  ];
}

function dollarRows(needs: readonly Needs[]): Row[] {
  const items: readonly [Price, (needs: Needs) => number | null][] = [
    [PRICES.workerRequests, ({ workerRequests }) => workerRequests / MILLION],
    [PRICES.workerCpu, ({ workerCpuSeconds }) => scaled(workerCpuSeconds, MS_PER_SECOND / MILLION)],
    [PRICES.objectRequests, ({ objectRequests }) => objectRequests / MILLION],
    [PRICES.objectDuration, ({ objectGbSeconds }) => scaled(objectGbSeconds, 1 / MILLION)],
    [
      PRICES.neonCompute,
      ({ postgresCpuSeconds }) => scaled(postgresCpuSeconds, 1 / (SECONDS_PER_HOUR * COMPUTE_IN_USE)),
    ],
    [PRICES.neonStorage, ({ storedGb }) => storedGb],
  ];
  const dollars = items.map(([{ usd }, amount]) => needs.map((one) => scaled(amount(one), usd)));
  const sums = needs.map((_, index) =>
    dollars.reduce<number | null>((sum, row) => {
      const one = row[index] ?? null;
      return sum === null || one === null ? null : sum + one;
    }, 0),
  );
  return [
    ...items.map(([{ what, usd, per }], index) => [
      what,
      `${usd} / ${per}`,
      ...(dollars[index] ?? []).map((one) => shown(one, 3)),
    ]),
    ['sum, with the first month of storage', '', ...sums.map((one) => shown(one, 3))],
  ];
}

function shown(value: number | null, digits: number): string {
  return value === null ? '–' : number(value, digits);
}

function priceList(): string {
  const sources = [...new Set(Object.values(PRICES).map(({ source }) => source))];
  return `Prices: ${sources.join(', ')}.`;
}
