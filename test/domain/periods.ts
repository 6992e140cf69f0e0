/** Calendars, periods and daily limits for tests. */
import { type Calendar, type Period, UTC } from '../../src/domain/calendar.ts';
import type { LimitRule } from '../../src/domain/rules.ts';

/** Days from midnight and weeks from Monday in a zone. */
export const calendarIn = (timeZone: string): Calendar => ({ ...UTC, timeZone });

/** A limit of a claim type, an exchange or a transfer per day. */
export const perDay = (counter: string, claimType: string, max: number): LimitRule => ({
  counter,
  subject: 'player',
  period: 'day',
  max,
  claimTypes: [claimType],
  sharedLimit: null,
});

/** The day of NOW in Berlin. */
export const BERLIN_DAY: Period = {
  name: '2026-11-02',
  begins: '2026-11-01T23:00:00.000Z',
  ends: '2026-11-02T23:00:00.000Z',
  isRunning: true,
};
