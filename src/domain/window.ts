/**
 * Windows: from when until when a claim type, an exchange or a draw table is available. Pure: the moment is passed in. The kernel's
 * clock decides, because an operation names the interval in which the state of the window holds.
 */

/** Moments (ISO 8601, UTC) of one form, which compare as texts. `from` is inside, `until` is not; null: unbounded. */
export interface Window {
  readonly from: string | null;
  readonly until: string | null;
}

/** A part of time: it has begun at `begins` and is over at `ends` (ISO 8601, UTC); null: unbounded. */
export interface Interval {
  readonly begins: string | null;
  readonly ends: string | null;
}

export interface WindowState {
  readonly state: 'upcoming' | 'open' | 'ended';
  /** When the state changes next (ISO 8601, UTC); null: never. */
  readonly changesAt: string | null;
}

export function contains({ begins, ends }: Interval, at: Date): boolean {
  const moment = at.toISOString();
  return (begins === null || begins <= moment) && (ends === null || moment < ends);
}

/** Null: always open. */
export function windowState(window: Window | null, now: Date): WindowState {
  const { from = null, until = null } = window ?? {};
  const at = now.toISOString();
  if (from !== null && at < from) return { state: 'upcoming', changesAt: from };
  if (until !== null && at >= until) return { state: 'ended', changesAt: null };
  return { state: 'open', changesAt: until };
}

/** The interval in which the window has the state that it has now. */
export function stateInterval(window: Window | null, now: Date): Interval {
  const { from = null, until = null } = window ?? {};
  switch (windowState(window, now).state) {
    case 'upcoming':
      return { begins: null, ends: from };
    case 'open':
      return { begins: from, ends: until };
    case 'ended':
      return { begins: until, ends: null };
  }
}

/** The window in which all of these are open; null: always. */
export function commonWindow(windows: readonly (Window | null)[]): Window | null {
  const moments = (side: keyof Window) => windows.flatMap((window) => window?.[side] ?? []).toSorted();
  const window = { from: moments('from').at(-1) ?? null, until: moments('until').at(0) ?? null };
  return window.from === null && window.until === null ? null : window;
}

/** As in the catalogue of rejections. */
interface NotAvailable {
  readonly kind: 'not_available';
  /** The claim type or exchange. */
  readonly claimType: string;
  readonly opensAt: string | null;
  readonly closedAt: string | null;
}

/** The rejection of a claim type or exchange whose window is not open; null: it is. */
export function notAvailable(claimType: string, window: Window | null, now: Date): NotAvailable | null {
  const { state, changesAt } = windowState(window, now);
  if (state === 'open') return null;
  const closedAt = state === 'ended' ? (window?.until ?? null) : null;
  return { kind: 'not_available', claimType, opensAt: changesAt, closedAt };
}
