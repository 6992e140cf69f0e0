/** The calendar of a document: how it cuts time into days and weeks, and its seasons. */
import type { Calendar } from '../domain/calendar.ts';
import { sortedEntries } from './json.ts';
import type { BalanceDocument } from './schema.ts';

/** `timeZoneBefore` names what changes: the rest was as it is. */
export function calendarOf(document: BalanceDocument): Calendar {
  const { timeZone, resetHour, weekStart, timeZoneBefore: before } = document;
  const rule = { timeZone, resetHour, weekStart };
  return {
    ...rule,
    before: before
      ? {
          timeZone: before.timeZone,
          resetHour: before.resetHour ?? resetHour,
          weekStart: before.weekStart ?? weekStart,
          until: before.until,
        }
      : null,
    seasons: new Map(
      sortedEntries(document.seasons).map(([name, { from, until }]) => [name, { from, until }]),
    ),
    player: null,
  };
}
