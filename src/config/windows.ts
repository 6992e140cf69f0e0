/**
 * Windows of claim types, exchanges and draw tables in a document: compiled, checked, and compared with those of the current one.
 * What draws from a table is available in the table's window only.
 */
import { commonWindow, type Window, windowState } from '../domain/window.ts';
import type { ReportChange } from './changes.ts';
import type { Report } from './problem.ts';
import type { BalanceDocument } from './schema.ts';

type Windowed = { readonly from?: string | undefined; readonly until?: string | undefined };
type Drawing = Windowed & { readonly draws: Readonly<Record<string, unknown>> };

function windowOf({ from, until }: Windowed): Window | null {
  return from === undefined && until === undefined ? null : { from: from ?? null, until: until ?? null };
}

/** The window of something and of all tables that it may draw from, also those that outcomes lead to. */
export function drawingWindow(drawing: Drawing, drawTables: BalanceDocument['drawTables']): Window | null {
  const names = new Set(Object.keys(drawing.draws));
  const windows = [windowOf(drawing)];
  // The set grows while it is walked.
  for (const name of names) {
    const table = own(drawTables, name);
    if (!table) continue;
    windows.push(windowOf(table));
    for (const { table: inner } of Object.values(table.outcomes)) if (inner !== undefined) names.add(inner);
  }
  return commonWindow(windows);
}

type ClaimType = BalanceDocument['claimTypes'][string];

/** The window of a claim type: what is claimed for a season is claimed in it. */
export function claimWindow(
  claimType: ClaimType,
  { drawTables, seasons }: Pick<BalanceDocument, 'drawTables' | 'seasons'>,
): Window | null {
  const { period } = claimType;
  // Missing only in a document that the checks have rejected.
  const season = typeof period === 'object' ? own(seasons, period.season) : undefined;
  return commonWindow([drawingWindow(claimType, drawTables), season ? windowOf(season) : null]);
}

const SECTIONS = ['claimTypes', 'exchanges', 'drawTables'] as const;

export function checkWindows(document: BalanceDocument, report: Report): void {
  for (const section of SECTIONS) {
    for (const [name, windowed] of Object.entries<Windowed>(document[section])) {
      if (isEmpty(windowOf(windowed)))
        report(
          [section, name, 'until'],
          `must be after from (${windowed.from}), not ${windowed.until}: the window would never open`,
        );
    }
  }
  for (const [section, what] of [
    ['exchanges', 'the exchange'],
    ['claimTypes', 'the claim type'],
  ] as const) {
    for (const [name, drawing] of Object.entries<Drawing>(document[section])) {
      const all = drawingWindow(drawing, document.drawTables);
      if (!isEmpty(windowOf(drawing)) && isEmpty(all))
        report(
          [section, name, 'draws'],
          `must name tables whose windows are open at the same time as ${what}: from ${all?.from} until ${all?.until} is never`,
        );
    }
  }
  for (const [name, claimType] of Object.entries(document.claimTypes)) {
    const all = claimWindow(claimType, document);
    if (!isEmpty(drawingWindow(claimType, document.drawTables)) && isEmpty(all))
      report(
        ['claimTypes', name, 'period', 'season'],
        `must name a season that is open at the same time as the claim type: from ${all?.from} until ${all?.until} is never`,
      );
  }
}

/** Times of one form compare as texts. */
function isEmpty(window: Window | null): boolean {
  return window !== null && window.from !== null && window.until !== null && window.until <= window.from;
}

interface Compared {
  readonly before: BalanceDocument;
  readonly after: BalanceDocument;
  readonly now: Date;
}

/** Reports windows that are open under one of the documents at this moment. Other changes are listed as values. */
export function compareWindows({ before, after, now }: Compared, report: ReportChange): void {
  for (const section of SECTIONS) {
    for (const [name, windowed] of Object.entries<Windowed>(after[section])) {
      const known = own<Windowed>(before[section], name);
      if (!known || (known.from === windowed.from && known.until === windowed.until)) continue;
      const text = changeText(name, { was: windowOf(known), is: windowOf(windowed), now });
      if (text === null) continue;
      report('running', [section, name, known.until === windowed.until ? 'from' : 'until'], text);
    }
  }
}

interface Change {
  readonly was: Window | null;
  readonly is: Window | null;
  readonly now: Date;
}

function changeText(name: string, { was, is, now }: Change): string | null {
  const [old, next] = [windowState(was, now), windowState(is, now)];
  if (old.state !== 'open' && next.state !== 'open') return null;
  const ends = `${name} ${next.changesAt === null ? 'has no end any more' : `ends at ${next.changesAt}`}`;
  if (old.state === 'open' && next.state === 'open')
    return old.changesAt === next.changesAt
      ? null
      : `${ends}. ${old.changesAt === null ? 'It had no end' : `It was to end at ${old.changesAt}`}.`;
  if (next.state === 'open')
    return `${name} is open at once${next.changesAt === null ? '' : `, until ${next.changesAt}`}. It was ${old.state === 'ended' ? `closed since ${was?.until}` : `to open at ${old.changesAt}`}.`;
  const until = old.changesAt === null ? 'It had no end' : `It was open until ${old.changesAt}`;
  return next.state === 'ended'
    ? `${name} is closed at once, because it ended at ${is?.until}. ${until}.`
    : `${name} is closed until it opens at ${next.changesAt}. ${until}.`;
}

function own<T>(record: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}
