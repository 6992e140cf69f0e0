// What the benchmark computes from the samples of a run: targets, the load from which lanes pay, and the cost of a million claims.
import { describe, expect, test } from 'vitest';
import type { KernelResults } from '../../bench/measurements/kernel.ts';
import type { Sample, Series } from '../../bench/measurements/rounds.ts';
import { costTables } from '../../bench/report/cost.ts';
import { crossover } from '../../bench/report/crossover.ts';
import { LANE_TARGETS } from '../../bench/report/lane-targets.ts';
import type { Results } from '../../bench/report/results.ts';
import { checkTargets } from '../../bench/report/targets.ts';

const SAMPLE: Sample = {
  requestsPerSecond: 1_000,
  p50Ms: 10,
  p99Ms: 20,
  apiCpuUs: 400,
  postgresCpuUs: 600,
  endpointCpuUs: 100,
  databaseRequests: 1,
  roundTrips: 1,
  apiMb: 100,
};

function series(subject: string, connections: number, sample: Partial<Sample>, condition = ''): Series {
  const samples = [1, 1, 1].map(() => ({ ...SAMPLE, ...sample }));
  return { subject, title: subject, condition, connections, requests: 1, samples };
}

function results(parts: Partial<Results>): Results {
  const machine = { cpu: '', cores: 2, platform: '', loadBefore: 0, node: '', workerd: '' };
  return { measuredAt: '2026-11-29T00:00:00Z', command: 'test', lanes: 4, machine, ...parts };
}

/** The target whose name begins like this, checked. */
function target(start: string, parts: Partial<Results>) {
  const found = checkTargets(results(parts), LANE_TARGETS).filter(({ target: { what } }) =>
    what.startsWith(start),
  );
  expect(found).toHaveLength(1);
  const [{ measured, met, guardBroken }] = found as [(typeof found)[number]];
  return { measured: measured?.median, met, guardBroken };
}

describe('targets of lanes', () => {
  const throughput = (lanes: Partial<Sample>, peer: Partial<Sample> = {}) => [
    series('claim-lanes', 64, lanes),
    // It connects to Postgres itself: work that the endpoint does meanwhile is not its own.
    series('postgraphile', 64, { databaseRequests: null, ...peer }),
  ];

  test('total CPU includes the endpoint for the subject that uses it and not for the other', () => {
    const parts = { throughput: throughput({}, {}) };
    expect(target('total CPU', parts)).toEqual({ measured: 1.1, met: true, guardBroken: false });
  });

  test('a ratio beyond its bound is missed, and one beyond its guard breaks that, too', () => {
    const measured = (requestsPerSecond: number) =>
      target('claims per second, lanes to PostGraphile, 64', {
        throughput: throughput({ requestsPerSecond }),
      });
    expect(measured(840)).toEqual({ measured: 0.84, met: false, guardBroken: false });
    expect(measured(690)).toEqual({ measured: 0.69, met: false, guardBroken: true });
  });

  test('what was not measured is neither met nor broken', () =>
    expect(target('claims per second, lanes to Nakama', { throughput: throughput({}) })).toEqual({
      measured: undefined,
      met: null,
      guardBroken: false,
    }));

  test('latency beyond the bare Worker is the difference at the same distance', () => {
    const far = [
      series('neon-call', 1, { p50Ms: 21 }, '20 ms'),
      series('claim', 1, { p50Ms: 21.5 }, '20 ms'),
      series('claim-lanes', 1, { p50Ms: 30 }, '20 ms'),
      series('claim-lanes', 1, { p50Ms: 90 }, '80 ms'),
    ];
    const parts = { distance: { series: far, measuredMs: { '20 ms': 20 } } };
    expect(target('p50 beyond the bare Worker, 20 ms distance, direct', parts).measured).toBe(0.5);
    expect(target('p50 beyond the bare Worker, 20 ms distance, lanes', parts)).toMatchObject({
      measured: 9,
      guardBroken: true,
    });
  });

  test('start and first claim are compared together with the other commit, and only if it was measured', () => {
    const own = { beyondStaticMs: [40, 60], firstClaimMs: [20, 30] };
    const base = { commit: 'abc', beyondStaticMs: [80, 60], firstClaimMs: [20, 30] };
    expect(target('CPU of start', { start: { ...own, base } }).measured).toBe(0.6);
    expect(target('CPU of start', { start: own }).measured).toBeUndefined();
  });

  test('the wait of other players is compared with the wait before the row was held', () => {
    const sample = { usualP99Ms: 50, heldP99Ms: 200, claims: 1, heldClaims: 1, retries: 1 };
    const held = [{ subject: 'claim-lanes', title: '', samples: [sample] }];
    const name = 'p99 of other players while one row is held, to usual, lanes';
    expect(target(name, { held })).toEqual({ measured: 4, met: false, guardBroken: true });
  });
});

describe('the load from which lanes pay', () => {
  const at = (connections: number, direct: number, lanes: number) => [
    series('claim', connections, { requestsPerSecond: direct }),
    series('claim-lanes', connections, { requestsPerSecond: lanes, databaseRequests: 0.125 }),
  ];

  test.each([
    [
      'is the first after which they never lose',
      [...at(1, 9, 10), ...at(4, 10, 9), ...at(64, 10, 30)],
      'from 64 connections on',
    ],
    ['may be a single connection', at(1, 9, 10), 'from 1 connection on'],
    ['may not exist', [...at(1, 9, 10), ...at(64, 10, 9)], 'fewer claims per second than the direct path'],
  ])('%s', (_, throughput, sentence) => expect(crossover(results({ throughput }))[0]).toContain(sentence));

  test('is shown with the claims of a request, by ascending load', () => {
    const [, table = ''] = crossover(results({ throughput: [...at(128, 10, 30), ...at(1, 10, 9)] }));
    const rows = table.split('\n').slice(2);
    expect(rows.map((row) => row.split('|').map((cell) => cell.trim()))).toEqual([
      ['', '1', '10', '10.0', '20.0', '9', '10.0', '20.0', '8.0', ''],
      ['', '128', '10', '10.0', '20.0', '30', '10.0', '20.0', '8.0', ''],
    ]);
  });

  test('is left out if one of the paths was not measured', () =>
    expect(crossover(results({ throughput: at(1, 1, 1).slice(1) }))).toEqual([]));
});

describe('a million claims', () => {
  const kernel = { size: { bytesPerClaim: 1_200 } } as KernelResults;
  const throughput = [
    series('claim', 16, {}),
    series('claim-lanes', 64, { requestsPerSecond: 2_000, databaseRequests: 0.05 }),
    series('neon-call-10', 16, { databaseRequests: 0.1 }),
  ];
  /** The cells of a row without its head, by the head. */
  const rowsOf = (table = '') =>
    new Map(
      table
        .split('\n')
        .map((row) => row.split('|').map((cell) => cell.trim()))
        .map(([, head = '', ...cells]) => [head, cells.slice(0, -1)]),
    );

  test('need what was measured for one, times a million', () => {
    const needs = rowsOf(costTables(results({ kernel, throughput }))[1]);
    expect(needs.get('')).toEqual(['direct, 16', 'lanes, 64', 'bare, calls of 10, 16']);
    expect(needs.get('Postgres: CPU s')).toEqual(['600', '600', '600']);
    expect(needs.get('stored, three entries a claim: GB')).toEqual(['1.20', '1.20', '1.20']);
    expect(needs.get('requests to the Worker')).toEqual(['1,000,000', '1,000,000', '100,000']);
    expect(needs.get('HTTP requests to Neon')).toEqual(['1,000,000', '50,000', '100,000']);
    expect(needs.get('requests to Durable Objects')).toEqual(['0', '1,000,000', '0']);
    // 500 seconds in which 4 lanes have 0.128 GB each.
    expect(needs.get('Durable Objects, at most: GB-s')).toEqual(['0', '256', '0']);
  });

  test('cost what the prices say', () => {
    const dollars = rowsOf(costTables(results({ kernel, throughput }))[3]);
    expect(dollars.get('')?.slice(1)).toEqual(['direct, 16', 'lanes, 64']);
    expect(dollars.get('Workers Paid, requests')?.slice(1)).toEqual(['0.300', '0.300']);
    // 400,000 ms.
    expect(dollars.get('Workers Paid, CPU time')?.slice(1)).toEqual(['0.008', '0.008']);
    expect(dollars.get('Durable Objects, requests')?.slice(1)).toEqual(['0.000', '0.150']);
    // 600 s of a compute that is half in use are 1,200 s.
    expect(dollars.get('Neon Launch, compute')?.slice(1)).toEqual(['0.035', '0.035']);
    expect(dollars.get('Neon Launch, storage')?.slice(1)).toEqual(['0.420', '0.420']);
    expect(dollars.get('sum, with the first month of storage')?.slice(1)).toEqual(['0.763', '0.917']);
  });

  test('have no sum without the measured size of a claim', () => {
    const dollars = rowsOf(costTables(results({ throughput }))[3]);
    expect(dollars.get('sum, with the first month of storage')?.slice(1)).toEqual(['–', '–']);
  });
});
