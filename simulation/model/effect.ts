/**
 * How an operation describes what it does: postings under a claim, or a rejection by its own rules. Postings may name any
 * player. They may depend on the balances, on the time, and on the draws that the recorded claim contains.
 */
import type { Draft } from '../schedule/intent.ts';
import type { LimitUse } from './limits.ts';
import type { Balances, Bound, Conversion, Rules } from './rules.ts';

/** The name of its GraphQL type, and its fields except code, message and correlation ID. */
export interface Rejection {
  readonly kind: string;
  readonly details: Readonly<Record<string, unknown>>;
}

/** One requested movement of one balance. */
export interface Posting {
  /** Left out: the player of the operation. */
  readonly player?: string;
  readonly resource: string;
  /** 0: regeneration is recorded up to now, and nothing else. */
  readonly delta: number;
  readonly floor: number | null;
  readonly ceiling: Bound | null;
  readonly clamp: boolean;
  /** What does not fit is given as so many units of another resource, which has no ceiling. */
  readonly converts?: Conversion;
  /** The counter of a guarantee, or of progress. It does not count towards a staff limit. */
  readonly isCounter?: boolean;
  /** Of a progress counter that moves: it begins at 0 where its last change lies before this moment. */
  readonly countedFrom?: number;
  /** Of a progress counter that is taken back: what comes back of earlier changes, and the moment of the last one. */
  readonly restores?: { readonly amount: number; readonly changedAt: number } | undefined;
}

/** What a progress counter must have reached. */
export interface Requirement {
  readonly counter: string;
  readonly atLeast: number;
  readonly countedFrom: number;
}

/** How a progress counter changes without a claim. */
export interface CounterChange {
  readonly delta: number;
  /** Null: the claim did not make the last change that is left. */
  readonly restores: { readonly amount: number; readonly changedAt: number } | null;
}

/** What caused an entry, as the ledger records it. */
export type Cause = 'operation' | 'milestone' | 'regeneration' | 'opening' | 'reset' | 'conversion';

/** One applied movement, as the ledger must record it. */
export interface Entry {
  readonly player: string;
  readonly resource: string;
  readonly before: number;
  readonly after: number;
  readonly delta: number;
  readonly requested: number;
  readonly cause: Cause;
}

/** The claim key of an announcement: type and key, each after its length. */
export function announcementKey(type: string, key: string): string {
  return `${type.length}:${type}${key.length}:${key}`;
}

export interface SourceKey {
  /** Given once per player, or once in the whole game. */
  readonly scope: 'player' | 'game';
  readonly type: string;
  readonly key: string;
}

/** A recorded claim, of which the draws are read. */
export interface RecordedDraws {
  /** The database row. */
  readonly row: Readonly<Record<string, unknown>>;
}

/** An announced reward. What it gives does not depend on later balance configs. */
export interface PendingReward {
  readonly type: string;
  readonly key: string;
  readonly postings: readonly Posting[];
  readonly sourceKeys: readonly SourceKey[];
  /** What the claim that pays it draws, as that claim was recorded. */
  readonly loot?: (claim: RecordedDraws, ledger: LedgerView) => readonly Posting[] | Rejection;
  /** The numbers of the config that it was announced under: its levels follow from them. */
  readonly rules: Rules;
  /** From when on it cannot be paid, in milliseconds since 1970, and what it gives then; null: it does not expire. */
  readonly expiry: { readonly at: number; readonly postings: readonly Posting[] } | null;
  /** A breaker held it back, or its player was frozen: staff release it. */
  readonly isHeld?: true;
}

/** How much a staff member may take of a resource; `perCall` null: that of the day. */
export interface TakeBounds {
  readonly perCall: number | null;
  readonly perDay: number;
}

/** The name under which a staff member's takings of a resource are counted. */
export const takenOf = (resource: string): string => `take:${resource}`;

/** The claim that took another back whole, as an answer names it. */
export interface Reversal {
  readonly claimId: string;
  readonly reversedAt: string;
}

/** A claim that was granted before, and what was taken back of it. */
export interface EarlierClaim {
  readonly operation: string;
  readonly type: string;
  /** With the entries of every player. */
  readonly entries: readonly Entry[];
  readonly units: number;
  readonly isDrawn: boolean;
  /** How many units were taken back, in how many parts, and by which claim last. */
  readonly reversed: number;
  readonly parts: number;
  readonly reversedBy: string | null;
  readonly isReopened: boolean;
}

/** What the model knows of the ledger when it decides an operation. */
export interface LedgerView {
  /** Whether the player has a claim with this type and key. */
  isTaken(type: string, key: string): boolean;
  balances(player: string): Balances;
  acceptsGifts(player: string): boolean;
  isFrozen(player: string): boolean;
  /** The regeneration anchor, in milliseconds since 1970. */
  anchor(player: string, resource: string): number;
  /** A claim that was granted to this player before. */
  grantedClaim(id: string): EarlierClaim | null;
  pending(type: string, key: string): PendingReward | null;
  /** The reward that this claim announced, pending or settled. Null: there is none, or it was taken back. */
  announcedBy(claimId: string): Pick<PendingReward, 'type' | 'key'> | null;
  /** A guarantee's counter as it would be without this claim's draws. */
  countedWithout(claim: string, counter: string): number;
  /** When a progress counter changed last; null: never. */
  changedAt(player: string, counter: string): number | null;
  counterWithout(claim: string, counter: string): CounterChange;
}

/** Everything that an operation's effect may depend on. */
export interface EffectContext<Input extends object = object> {
  readonly intent: Draft<Input> & { readonly key: string };
  /** The mutation's input as it was sent: what `toInput` returned. */
  readonly sent: Readonly<Record<string, unknown>>;
  /** The numbers of the config version that the claim names. */
  readonly rules: Rules;
  /** The date of the game by the kernel's clock. */
  readonly day: string;
  /** The recorded claim. Keys that depend on the Worker's clock and stored draws are read from it. */
  readonly claim: {
    readonly type: string;
    readonly key: string;
    /** Milliseconds since 1970. */
    readonly claimedAt: number;
    /** The database row, for columns that only some operations use. */
    readonly row: Readonly<Record<string, unknown>>;
  };
}

export interface ClaimEffect {
  readonly kind: 'claim';
  readonly type: string;
  /** A function where the kernel numbers the key. */
  readonly key: string | ((ledger: LedgerView) => string);
  readonly sourceKeys?: readonly SourceKey[];
  /** The other player of a transfer, who must exist. */
  readonly counterparty?: string;
  /** In the order in which they are checked. */
  readonly limits?: readonly LimitUse[];
  /** What rejects a claim that is free, before anything else does; null: nothing. */
  readonly afterClaim?: Rejection | null;
  /** A counter of all players that has a rejection of its own, and is checked next. */
  readonly usedUp?: { readonly use: LimitUse; readonly rejection: Rejection };
  readonly announces?: PendingReward;
  /** True: it corrects health, which counts against no limit of staff. */
  readonly corrects?: true;
  /** Set: it is no award. What it takes of a resource counts against a limit of its own. */
  readonly takes?: { readonly resource: string; readonly amount: number } & TakeBounds;
  /** What it takes back. It does not count as one of a staff member's awards of the day. */
  readonly reverses?: {
    readonly claimId: string;
    /** Null: all units that are left. */
    readonly quantity: number | null;
    readonly reopen: boolean;
  };
  /** `only`: it pays the pending reward with this type and key; `first`: it does so where there is one, instead of `postings`. */
  readonly paysPending?: 'only' | 'first';
  /** Whether others can give the player something from now on. Left out: as before. */
  readonly acceptsGifts?: boolean;
  /** Whether the player is frozen from now on. Left out: as before. */
  readonly freezes?: boolean;
  /** The ID of the pending reward that it collects, which must have its type and key. */
  readonly collects?: string;
  /** Staff pay what was held back. */
  readonly releases?: true;
  /** It settles a reward that has expired. */
  readonly expires?: true;
  /** The rejection if `paysPending` finds nothing pending. Left out: NotAnnounced. */
  readonly unlessPending?: Rejection;
  /** A function is called where the kernel would decide: after the claim is known to be free. */
  readonly postings: readonly Posting[] | ((ledger: LedgerView) => readonly Posting[] | Rejection);
  /** Not asked of a reward that was announced. */
  readonly requires?: readonly Requirement[];
  /** Postings on progress counters, whatever else the claim gives. */
  readonly advances?: readonly Posting[];
  /** What follows from the balances after these postings. */
  readonly afterwards?: (balance: (resource: string) => number) => readonly Posting[];
  /**
   * `onGain` (default): experience that the operation gives triggers level-ups. Otherwise levels are always computed again, and
   * taking back a level's grants may lead to a debt or not.
   */
  readonly levels?: 'onGain' | { readonly allowDebt: boolean };
}

/** Rejected by the rules, before the ledger is read, or by the kernel. */
export interface Rejected {
  readonly kind: 'rejected';
  readonly rejection: Rejection;
}

export type Effect = ClaimEffect | Rejected;

export function reject(kind: string, details: Rejection['details']): Rejected {
  return { kind: 'rejected', rejection: { kind, details } };
}

/** Gives an amount, up to the resource's ceiling. */
export function give({ resources }: Rules, resource: string, amount: number, player?: string): Posting {
  const { ceiling = null, clamp = false, converts } = resources[resource] ?? {};
  return {
    ...(player !== undefined && { player }),
    resource,
    delta: amount,
    floor: null,
    ceiling,
    clamp,
    ...(converts && { converts }),
  };
}

/** Takes an amount, or rejects the whole operation if the balance is too low. */
export function take(resource: string, amount: number): Posting {
  return { resource, delta: -amount, floor: 0, ceiling: null, clamp: false };
}
