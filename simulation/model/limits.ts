/**
 * What operations use of limits: counters of a player, of the player who receives a transfer, of a game server, or of the whole game,
 * in a period that has a name. All days of the simulated game are days of UTC.
 */
/** How much an operation uses of a limit, and what it is rejected with where that is too much. */
export interface LimitUse {
  /** Whose counter it is. `call`: the bound is one of a single operation, and nothing is counted. */
  readonly subject: 'player' | 'recipient' | 'server' | 'game' | 'call';
  /** The counter. */
  readonly name: string;
  /** The name of the running period. */
  readonly period: string;
  readonly amount: number;
  readonly bound: number;
  readonly kind: string;
  /** What the limit is about; left out: units. */
  readonly resource?: string;
  readonly about: {
    readonly period?: 'DAY' | 'WEEK' | 'MONTH' | 'SEASON' | 'EVER';
    readonly season?: string;
    readonly sharedLimit?: string;
  };
}

/** Under which subject the counters of the whole game are kept. */
const GAME = '0';

/** Those whom an operation concerns. */
interface Subjects {
  readonly player: string;
  readonly recipient: string | null;
  readonly server: string;
}

/** Whose counter a limit uses. */
export function subjectOf({ subject }: LimitUse, { player, recipient, server }: Subjects): string {
  switch (subject) {
    case 'recipient':
      return recipient ?? '';
    case 'server':
      return server;
    case 'game':
      return GAME;
    default:
      return player;
  }
}

/** Whether operations for different players use the counter. */
export function isShared({ subject }: LimitUse): boolean {
  return subject === 'game' || subject === 'server';
}

const DAY = 86_400_000;

/** The name of the day, week or month at this time. */
export function periodAt(kind: 'DAY' | 'WEEK' | 'MONTH', at: number): string {
  const date = new Date(at).toISOString();
  if (kind === 'WEEK') return weekAt(at);
  return kind === 'DAY' ? date.slice(0, 10) : date.slice(0, 7);
}

/** ISO 8601: a week belongs to the year of its Thursday, and the first Thursday lies in week 1. */
function weekAt(at: number): string {
  const sinceMonday = (new Date(at).getUTCDay() + 6) % 7;
  const thursday = new Date(at + (3 - sinceMonday) * DAY);
  const year = thursday.getUTCFullYear();
  const days = Math.floor((thursday.getTime() - Date.UTC(year, 0, 1)) / DAY);
  return `${year}-W${String(Math.floor(days / 7) + 1).padStart(2, '0')}`;
}
