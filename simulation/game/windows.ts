/**
 * Windows of claim types, exchanges and the table of draws: seconds around the beginning of a seed, so that some open and some end
 * while it runs. Isolates whose clock is hours off decide about them as well.
 */
import { type Rejected, reject } from '../model/effect.ts';
import type { Rules, Window } from '../model/rules.ts';
import type { Random } from '../random.ts';
import { reachableTables } from './draw-tables.ts';

const SECTIONS = ['claimTypes', 'exchanges', 'drawTables'] as const;
const WINDOWED_SHARE = 0.25;

type Document = Readonly<Record<string, unknown>>;
type Section = Readonly<Record<string, object>>;

/** What is claimed for a season has the window of the season, and no other. By name. `began`: the beginning of the seed, in milliseconds since 1970. */
export function drawWindows(random: Random, document: Document, began: number): Record<string, Window> {
  const seasonal = Object.keys(seasonalWindows(document));
  const all = SECTIONS.flatMap((section) => Object.keys((document[section] ?? {}) as Section));
  const names = all.filter((name) => !seasonal.includes(name));
  return Object.fromEntries(
    names.toSorted().flatMap((name) => {
      const from = began + random.int(-30_000, 20_000);
      const until = from + random.int(3_000, 40_000);
      const [isWindowed, hasFrom, hasUntil] = [WINDOWED_SHARE, 0.7, 0.7].map((share) => random.chance(share));
      if (!isWindowed || !(hasFrom || hasUntil)) return [];
      return [[name, { from: hasFrom ? from : null, until: hasUntil ? until : null }]];
    }),
  );
}

/** The document with these windows. A table whose window would leave an exchange none has no window. */
export function withWindows(
  document: Document,
  drawn: Record<string, Window>,
): { readonly document: Document; readonly windows: Readonly<Record<string, Window>> } {
  const windows = { ...drawn };
  const drawing = [document.exchanges, document.claimTypes].flatMap((section) =>
    Object.entries((section ?? {}) as Readonly<Record<string, { draws?: object }>>),
  );
  const isNever = (names: readonly string[]) => {
    const { from, until } = commonOf(names.map((name) => windows[name]));
    return from !== null && until !== null && until <= from;
  };
  for (const [name, { draws = {} }] of drawing) {
    for (const tables of Object.keys(draws).map(reachableTables))
      if (isNever([name, ...tables])) for (const table of tables) delete windows[table];
  }
  const iso = (moment: number) => new Date(moment).toISOString();
  const windowed = SECTIONS.map((section) => [
    section,
    Object.fromEntries(
      Object.entries((document[section] ?? {}) as Section).map(([name, one]) => {
        const { from = null, until = null } = windows[name] ?? {};
        const shown = {
          ...(from !== null && { from: iso(from) }),
          ...(until !== null && { until: iso(until) }),
        };
        return [name, { ...one, ...shown }];
      }),
    ),
  ]);
  return {
    document: { ...document, ...Object.fromEntries(windowed) },
    windows: { ...windows, ...seasonalWindows(document) },
  };
}

/** Of claim types with one claim for each season. */
function seasonalWindows({ claimTypes = {}, seasons = {} }: Document): Record<string, Window> {
  const dates = seasons as Readonly<Record<string, { readonly from: string; readonly until: string }>>;
  return Object.fromEntries(
    Object.entries(claimTypes as Readonly<Record<string, { readonly period?: unknown }>>).flatMap(
      ([name, { period }]) => {
        const { from, until } =
          (typeof period === 'object' && dates[(period as { readonly season: string }).season]) || {};
        return from && until ? [[name, { from: Date.parse(from), until: Date.parse(until) }]] : [];
      },
    ),
  );
}

function commonOf(windows: readonly (Window | undefined)[]): Window {
  const moments = (side: keyof Window) => windows.flatMap((window) => window?.[side] ?? []);
  const [from, until] = [moments('from'), moments('until')];
  return {
    from: from.length > 0 ? Math.max(...from) : null,
    until: until.length > 0 ? Math.min(...until) : null,
  };
}

/** The rejection outside the windows of the claim type or exchange and of what it draws from; null: inside. */
export function notAvailable(
  name: string,
  tables: readonly string[],
  { windows }: Rules,
  at: number,
): Rejected | null {
  const { from, until } = commonOf([name, ...tables].map((one) => windows[one]));
  const iso = (moment: number) => new Date(moment).toISOString();
  if (from !== null && at < from)
    return reject('NotAvailable', { claimType: name, opensAt: iso(from), closedAt: null });
  if (until !== null && at >= until)
    return reject('NotAvailable', { claimType: name, opensAt: null, closedAt: iso(until) });
  return null;
}
