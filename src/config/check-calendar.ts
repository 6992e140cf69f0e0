/** Checks the calendar: a change of its rule cuts no day in two, and each season ends after it begins. */
import { dayIn } from '../domain/calendar.ts';
import { calendarOf } from './calendar.ts';
import type { Report } from './problem.ts';
import type { BalanceDocument } from './schema.ts';

export function checkCalendar(document: BalanceDocument, report: Report): void {
  checkChange(document, report);
  for (const [name, { from, until }] of Object.entries(document.seasons)) {
    // Times of one form compare as texts.
    if (until <= from) report(['seasons', name, 'until'], `must be after from (${from}), not ${until}`);
  }
}

function checkChange(document: BalanceDocument, report: Report) {
  const { before, seasons } = calendarOf(document);
  if (!before) return;
  const { name, begins } = dayIn(new Date(before.until), { ...before, before: null, seasons, player: null });
  if (begins !== before.until)
    report(
      ['timeZoneBefore', 'until'],
      `must be the beginning of a day in ${before.timeZone}, such as that of ${name}: ${begins}`,
    );
}
