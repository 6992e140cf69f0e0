/** The charts of a run, as SVG: which charts there are, and how a bar chart is drawn. */
import type { Series } from '../measurements/rounds.ts';
import { number, type Spread, spreadOf } from './figures.ts';
import type { Read, Results } from './results.ts';

export interface Chart {
  readonly file: string;
  readonly alt: string;
  readonly svg: string;
}

const CONNECTIONS = 16;
/** The static Worker, and variants of other subjects. */
const NOT_DRAWN = /^(static$|page-|neon-call-)/;

export function chartsOf({ throughput, distance, growth }: Results): Chart[] {
  const charts: Chart[] = [];
  // The bar of the static Worker would make all others too short to compare.
  const near = throughput?.filter(
    ({ connections, subject }) => connections === CONNECTIONS && !NOT_DRAWN.test(subject),
  );
  if (near?.length) {
    charts.push(
      chart('throughput', `Requests per second, ${CONNECTIONS} connections`, '1/s', {
        legend: ['requests/s'],
        groups: near.map((one) => ({
          label: one.title,
          bars: [read(one, (sample) => sample.requestsPerSecond)],
        })),
      }),
      chart('cpu', `CPU time per request, ${CONNECTIONS} connections`, 'µs', {
        legend: ['API', 'Postgres', 'Neon endpoint'],
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
    charts.push(
      byCondition('distance', 'p50 at a distance from the database, 1 connection', distance.series),
    );
  if (growth) charts.push(byCondition('growth', 'p50 by ledger size, 1 connection', growth.series));
  return charts;
}

function byCondition(name: string, title: string, all: readonly Series[]): Chart {
  const series = all.filter(({ connections }) => connections === 1);
  const conditions = [...new Set(series.map(({ condition }) => condition))];
  const subjects = [...new Set(series.map(({ title: subject }) => subject))];
  // A chart with one condition has no legend, so its title names it.
  const fullTitle = conditions.length === 1 ? `${title}, ${conditions[0]}` : title;
  return chart(name, fullTitle, 'ms', {
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

function chart(name: string, title: string, unit: string, bars: Pick<BarChart, 'legend' | 'groups'>): Chart {
  return { file: `performance-${name}.svg`, alt: title, svg: barChart({ title, unit, ...bars }) };
}

function read({ samples }: Series, of: Read): Spread | null {
  return spreadOf(samples.map(of));
}

/** Groups of horizontal bars, each with a range from minimum to maximum. */
interface BarChart {
  readonly title: string;
  readonly unit: string;
  /** Names the bars of each group, in order. */
  readonly legend: readonly string[];
  readonly groups: readonly { readonly label: string; readonly bars: readonly (Spread | null)[] }[];
}

const COLOURS = ['#2563ab', '#d97b29', '#4f9d69', '#8c6bb1'];
const WIDTH = 860;
const LEFT = 250;
const RIGHT = 120;
const BAR = 16;
const GAP = 12;
const TOP = 64;

function barChart({ title, unit, legend, groups }: BarChart): string {
  const bars = groups.flatMap((group) => group.bars);
  const scale = (WIDTH - LEFT - RIGHT) / Math.max(...bars.map((bar) => bar?.max ?? 0), 1e-9);
  const digits = bars.every((bar) => !bar || bar.median >= 20) ? 0 : 1;
  let y = TOP;
  const body = groups.flatMap(({ label, bars }) => {
    const from = y;
    const drawn = bars.map((bar, index) => {
      const line = drawBar(bar, { y, scale, digits, colour: COLOURS[index % COLOURS.length] as string });
      y += BAR;
      return line;
    });
    const middle = from + (y - from) / 2 + 4;
    y += GAP;
    return [text(LEFT - 10, middle, label, 'end'), ...drawn];
  });
  const key = legend.length > 1 ? legend.map(drawKey) : [];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${y + 8}" font-family="system-ui, sans-serif" font-size="13" fill="#1f2933" role="img" aria-label="${escaped(title)}">`,
    `<rect width="100%" height="100%" rx="6" fill="#fff"/>`,
    `<text x="16" y="26" font-size="16" font-weight="600">${escaped(title)}</text>`,
    text(WIDTH - 16, 26, unit, 'end'),
    ...key,
    ...body,
    '</svg>\n',
  ].join('\n');
}

function drawBar(
  bar: Spread | null,
  { y, scale, digits, colour }: { y: number; scale: number; digits: number; colour: string },
): string {
  if (!bar) return text(LEFT + 4, y + 12, '–', 'start');
  const { median, min, max } = bar;
  const [end, from, to] = [median, min, max].map((value) => (LEFT + value * scale).toFixed(1));
  const middle = y + BAR / 2 - 1;
  return [
    `<rect x="${LEFT}" y="${y}" width="${(median * scale).toFixed(1)}" height="${BAR - 2}" fill="${colour}"/>`,
    `<path d="M${from} ${middle}H${to}M${from} ${middle - 4}v8M${to} ${middle - 4}v8" stroke="#1f2933" fill="none"/>`,
    text(Math.max(Number(end), Number(to)) + 6, y + 12, number(median, digits), 'start'),
  ].join('');
}

function drawKey(name: string, index: number): string {
  const x = LEFT + index * 150;
  return `<rect x="${x}" y="40" width="12" height="12" fill="${COLOURS[index % COLOURS.length]}"/>${text(x + 18, 51, name, 'start')}`;
}

function text(x: number, y: number, content: string, anchor: 'start' | 'end'): string {
  return `<text x="${x}" y="${y}" text-anchor="${anchor}">${escaped(content)}</text>`;
}

function escaped(content: string): string {
  return content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
