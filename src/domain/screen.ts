/**
 * What a screen (offers.ts, claimables.ts) asks the ledger about a player, and how it judges a plan by the answer: as the kernel
 * would judge the operation, so that a screen and a purchase cannot disagree. Nothing here decides what is bought.
 */
import type { LimitName, LimitUse } from './limits.ts';
import type { Limit, Posting } from './moves.ts';
import { NO_EFFECTS } from './operation.ts';
import type { Balances } from './outcome.ts';
import { type PlayerSnapshot, playerFacts } from './player-facts.ts';
import type { PlayerState } from './player-state.ts';
import { limitAmount } from './regeneration.ts';
import { type Rejection, rejectionMessage, type SourceKey } from './rejections.ts';
import { touchedResources } from './resources.ts';
import type { BalanceRules, Facts, PlayerRead } from './rules.ts';
import { MAX_AMOUNT } from './values.ts';
import { contains, type Interval } from './window.ts';

/** The most entries of one page, and the most IDs that a caller may name. */
export const MAX_PAGE = 200;
export const MAX_IDS = 50;

/** What the ledger is asked. The answer is true from `holdsFrom` until `holdsUntil` (ISO 8601, UTC; null: unbounded). */
export interface ScreenRequest {
  /** The resources whose balances the screen needs. */
  readonly resources: readonly string[];
  /** Each limit once, whatever the amount. */
  readonly limits: readonly LimitUse[];
  /** The claims that may have been made. */
  readonly claims: readonly ClaimName[];
  /** The claim types whose pending rewards are shown. */
  readonly pending: readonly string[];
  /** Source keys that formulas or conditions ask for. */
  readonly sourceKeys: readonly SourceKey[];
  readonly holdsFrom: string | null;
  readonly holdsUntil: string | null;
}

export interface ClaimName {
  readonly type: string;
  readonly key: string;
}

/** How much of a limit is used, and the bound that holds for this player: of a stock in stripes, that of the player's stripe. */
export interface LimitCount {
  readonly used: number;
  readonly bound: number;
}

export interface PendingOnScreen {
  readonly type: string;
  readonly key: string;
  /** ISO 8601, UTC. */
  readonly announcedAt: string;
  readonly gives: readonly { readonly resource: string; readonly amount: number }[];
}

/** What the ledger holds. */
export interface ScreenFacts {
  /** With regeneration up to `at`; the balances that were asked for alone. */
  readonly player: PlayerState;
  /** What formulas read. */
  readonly snapshot: PlayerSnapshot;
  /** The database's clock. */
  readonly at: Date;
  /** What the ledger holds of the player's zones; null: nothing was granted to them yet. */
  readonly zones: string | null;
  readonly counts: ReadonlyMap<string, LimitCount>;
  /** Those of the claims that were made and not reopened, by `claimName`. */
  readonly claimed: ReadonlySet<string>;
  /** Oldest first. */
  readonly pending: readonly PendingOnScreen[];
  /** What the player's own token says of them. Absent: nothing. */
  readonly attributes?: Readonly<Record<string, string>>;
}

export const limitName = ({ subject, name, period }: Pick<LimitUse, 'subject' | 'name' | 'period'>) =>
  `${subject}\n${name}\n${period.name}`;
export const claimName = ({ type, key }: ClaimName) => `${type}\n${key}`;

/** What one entry of a screen would do. */
export interface Effects {
  readonly postings: readonly Posting[];
  readonly limits: readonly LimitUse[];
}

/** What the entries need together. `reads`: further resources; `intervals`: in which the entries hold. */
export function screenRequest(
  entries: readonly Effects[],
  { reads, intervals = [], claims = [], pending = [], sourceKeys = [] }: ScreenParts,
  rules: BalanceRules,
): ScreenRequest {
  const postings = entries.flatMap((entry) => entry.postings);
  const touched = touchedResources({ ...NO_EFFECTS, postings }, rules);
  const limits = new Map(entries.flatMap((entry) => entry.limits).map((use) => [limitName(use), use]));
  const all = [...intervals, ...[...limits.values()].map(({ period }) => period)];
  // Times of one form compare as texts.
  const moments = (side: keyof Interval) => all.flatMap((interval) => interval[side] ?? []).toSorted();
  return {
    resources: [...new Set([...touched, ...reads])],
    limits: [...limits.values()],
    claims,
    pending,
    sourceKeys,
    holdsFrom: moments('begins').at(-1) ?? null,
    holdsUntil: moments('ends').at(0) ?? null,
  };
}

interface ScreenParts {
  readonly reads: readonly string[];
  readonly intervals?: readonly Interval[];
  readonly claims?: readonly ClaimName[];
  readonly pending?: readonly string[];
  readonly sourceKeys?: readonly SourceKey[];
}

/** Whether the answer is about the time for which it was asked. */
export function holdsAt({ holdsFrom, holdsUntil }: ScreenRequest, at: Date): boolean {
  return contains({ begins: holdsFrom, ends: holdsUntil }, at);
}

/** A limit as a screen shows it. */
export interface LimitState {
  readonly limit: LimitName;
  /** The name of the period. */
  readonly period: string;
  readonly sharedLimit: string | null;
  readonly bound: number;
  readonly used: number;
  readonly remaining: number;
  /** ISO 8601, UTC; null: it does not renew. */
  readonly resetsAt: string | null;
}

export function limitStates(limits: readonly LimitUse[], { counts }: ScreenFacts): LimitState[] {
  return limits.map((use) => {
    const { used, bound } = counts.get(limitName(use)) ?? { used: 0, bound: use.bound };
    const { limit, period, about, renewsAt: resetsAt } = use;
    const remaining = Math.max(bound - used, 0);
    const sharedLimit = about.sharedLimit ?? null;
    return { limit, period: period.name, sharedLimit, bound, used, remaining, resetsAt };
  });
}

/** Everything that the kernel would reject the effects for, in its order. Empty: it would grant them. */
export function rejectionsOf({ postings, limits }: Effects, facts: ScreenFacts): Rejection[] {
  const reached = reachedLimits(limits, limitStates(limits, facts), 1);
  const refused = refusedPosting(postings, facts.player.balances);
  return refused ? [...reached, refused] : reached;
}

/** The limits of which less is left than so many times what the operation uses once. */
export function reachedLimits(
  uses: readonly LimitUse[],
  states: readonly LimitState[],
  times: number,
): Rejection[] {
  return uses.flatMap(({ amount, about, resource }, index): Rejection[] => {
    const { limit, bound, remaining, used, resetsAt: renewsAt } = states[index] as LimitState;
    const requested = amount * times;
    if (used + requested <= bound) return [];
    return [{ kind: 'limit_exceeded', limit, resource, bound, remaining, requested, renewsAt, ...about }];
  });
}

/** The rejection of the first posting that does not fit, each applied after the ones before it (drizzle/kernel/03_postings.sql). */
export function refusedPosting(postings: readonly Posting[], balances: Balances): Rejection | null {
  const held: Record<string, number> = {};
  for (const { resource, delta, floor, ceiling, atLimit } of postings) {
    const before = held[resource] ?? balances[resource] ?? 0;
    const low = floor ?? -MAX_AMOUNT;
    const high = ceiling === null ? MAX_AMOUNT : limitAmount(ceiling, heldOf(ceiling, held, balances));
    let after = before + delta;
    // A bound that the rules do not set rejects.
    const clamps = atLimit === 'clamp' && (delta < 0 ? floor : ceiling) !== null;
    if (delta < 0 && after < low) {
      const available = Math.max(before - low, 0);
      if (!clamps) return { kind: 'insufficient_balance', resource, available, required: -delta };
      after = Math.min(before, low);
    } else if (delta > 0 && after > high) {
      const remaining = Math.max(high - before, 0);
      const exceeded = { kind: 'limit_exceeded', limit: 'resource_ceiling', resource } as const;
      if (!clamps) return { ...exceeded, bound: high, remaining, requested: delta, renewsAt: null };
      after = Math.max(before, high);
    }
    held[resource] = after;
  }
  return null;
}

/** The balance that a ceiling follows from, as the postings so far left it. */
function heldOf(ceiling: Limit, held: Balances, balances: Balances): Balances {
  if (typeof ceiling === 'number') return {};
  const { resource } = ceiling;
  return { [resource]: held[resource] ?? balances[resource] ?? 0 };
}

/** Why the player cannot have an entry now: the rejection that the mutation would answer. */
export interface Blocker {
  readonly code: Rejection['kind'];
  readonly message: string;
  /** When the reason ends by itself (ISO 8601, UTC); null: it does not, or that is not known. */
  readonly until: string | null;
}

export function blockerOf(rejection: Rejection): Blocker {
  return { code: rejection.kind, message: rejectionMessage(rejection), until: untilOf(rejection) };
}

function untilOf(rejection: Rejection): string | null {
  if (rejection.kind === 'limit_exceeded') return rejection.renewsAt;
  return rejection.kind === 'not_available' ? rejection.opensAt : null;
}

/** The largest whole number up to `most` that fits; 0: not even 1. What fits, fits with less, too. */
export function largestThatFits(most: number, fits: (quantity: number) => boolean): number {
  if (!fits(1)) return 0;
  if (fits(most)) return most;
  let low = 1;
  let high = most - 1;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if (fits(middle)) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** What these reads find of the player. */
export function valuesRead(
  reads: readonly PlayerRead[],
  { snapshot, attributes = {} }: ScreenFacts,
  rules: BalanceRules,
): Facts {
  return reads.length === 0 ? {} : playerFacts(reads, { snapshot, attributes }, rules).values;
}
