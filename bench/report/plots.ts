/** Which charts a run makes, each under the name of its file. */
import type { Series } from '../measurements/rounds.ts';
import type { Sample } from '../measurements/sample.ts';
import { barChart } from './bar-chart.ts';
import type { Results } from './results.ts';
import { type Spread, spreadOf } from './statistics.ts';

export interface Plot {
  readonly file: string;
  readonly alt: string;
  readonly svg: string;
}

const CONNECTIONS = 16;
type Read = (sample: Sample) => number | null;

export function plotsOf({ throughput, distance, growth }: Results): Plot[] {
  const plots: Plot[] = [];
  // The static answer would dwarf all others.
  const near = throughput?.filter(
    ({ connections, subject }) => connections === CONNECTIONS && subject !== 'static',
  );
  if (near?.length) {
    plots.push(
      plot('throughput', `Requests per second, ${CONNECTIONS} connections`, '1/s', {
        legend: ['requests/s'],
        groups: near.map((one) => ({
          label: one.title,
          bars: [read(one, (sample) => sample.requestsPerSecond)],
        })),
      }),
      plot('cpu', `CPU time of a request, ${CONNECTIONS} connections`, 'µs', {
        legend: ['API', 'Postgres', 'Neon’s endpoint'],
        groups: near.map((one) => ({
          label: one.title,
          bars: [
            read(one, (sample) => sample.apiCpuUs),
            read(one, (sample) => sample.postgresCpuUs),
            ...(one.samples.every(({ databaseRequests }) => databaseRequests !== null)
              ? [read(one, (sample) => sample.endpointCpuUs)]
              : []),
          ],
        })),
      }),
    );
  }
  if (distance)
    plots.push(byCondition('distance', 'p50 at a distance from the database, 1 connection', distance.series));
  if (growth)
    plots.push(byCondition('growth', 'p50 over ledgers of different sizes, 1 connection', growth.series));
  return plots;
}

function byCondition(name: string, title: string, all: readonly Series[]): Plot {
  const series = all.filter(({ connections }) => connections === 1);
  const conditions = [...new Set(series.map(({ condition }) => condition))];
  const subjects = [...new Set(series.map(({ title: subject }) => subject))];
  // One alone has no legend.
  const where = conditions.length === 1 ? `${title}, ${conditions[0]}` : title;
  return plot(name, where, 'ms', {
    legend: conditions,
    groups: subjects.map((subject) => ({
      label: subject,
      bars: conditions.map((condition) => {
        const one = series.find((other) => other.title === subject && other.condition === condition);
        return one ? read(one, (sample) => sample.p50Ms) : null;
      }),
    })),
  });
}

function plot(
  name: string,
  title: string,
  unit: string,
  chart: { legend: readonly string[]; groups: readonly { label: string; bars: (Spread | null)[] }[] },
): Plot {
  return { file: `performance-${name}.svg`, alt: title, svg: barChart({ title, unit, ...chart }) };
}

function read({ samples }: Series, of: Read): Spread | null {
  return spreadOf(samples.map(of));
}
