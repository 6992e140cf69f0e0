/**
 * The words in which an operation says what it does: moves of balances under a business claim, or a "no" of its own.
 * Moves may name any player; they may depend on the balances found, on the moment, and on what the answer tells of a draw.
 */
import type { Draft } from '../schedule/intent.ts';
import type { Accrual, Limit } from './accrual.ts';
import type { Rules } from './rules.ts';

export type Balances = Readonly<Record<string, number>>;

/** A business "no": the name of its GraphQL type, and all that it says but for its words. */
export interface Rejection {
  readonly kind: string;
  readonly details: Readonly<Record<string, unknown>>;
}

export interface Move {
  /** Left out: the player of the operation. */
  readonly player?: string;
  readonly resource: string;
  /** 0: what has grown is written down, and nothing else. */
  readonly delta: number;
  readonly floor: number | null;
  readonly ceiling: Limit | null;
  readonly clamp: boolean;
  /** Null: it does not grow by itself. */
  readonly accrual: Accrual | null;
  /** Of draws that are counted anew: nothing that anybody gives. */
  readonly isCounter?: boolean;
}

/** What moved it, as the ledger says it. */
export type Cause = 'operation' | 'milestone' | 'regeneration' | 'opening';

/** One balance moved, as the ledger must show it. */
export interface Change {
  readonly player: string;
  readonly resource: string;
  readonly before: number;
  readonly after: number;
  readonly delta: number;
  readonly requested: number;
  readonly cause: Cause;
}

export interface FurtherKey {
  readonly type: string;
  readonly key: string;
}

/** A reward that was announced, with what it gives whatever the numbers are by then. */
export interface Owed {
  readonly type: string;
  readonly key: string;
  readonly moves: readonly Move[];
  readonly furtherKeys: readonly FurtherKey[];
}

/** How much of a limited thing this is, of which a player may do so much in a day. */
export interface Quota {
  readonly name: string;
  readonly limit: string;
  readonly amount: number;
  readonly bound: number;
}

/** What the model knows of the ledger at the moment at which an operation is judged. */
export interface LedgerView {
  balances(player: string): Balances;
  /** From where the next unit of what regenerates grows, in milliseconds since 1970. */
  anchor(player: string, resource: string): number;
  /** A claim that was granted to this player before; `moved` is what it moved, of whomever. */
  grantedClaim(id: string): { readonly operation: string; readonly moved: readonly Change[] } | null;
  owed(type: string, key: string): Owed | null;
  /** What the draws that still stand, but for this claim's, have counted since the last of them that began again. */
  countedWithout(claim: string, counter: string): number;
}

/** Everything that decides what an operation does. */
export interface Step<Input extends object = object> {
  readonly intent: Draft<Input> & { readonly key: string };
  /** The mutation's input as it was sent: what `variables` gave. */
  readonly sent: Readonly<Record<string, unknown>>;
  /** The numbers of the config version that the claim names. */
  readonly rules: Rules;
  /** Those of every version that was ever published. */
  readonly published: readonly Rules[];
  /** Which day it may have been by the Worker's clock. */
  readonly days: readonly string[];
  /** The claim as it was recorded: keys that follow from the Worker's clock, and draws that were stored, stand here. */
  readonly claim: {
    readonly type: string;
    readonly key: string;
    /** Milliseconds since 1970. */
    readonly claimedAt: number;
    /** The recorded row, for what later operations store besides. */
    readonly row: Readonly<Record<string, unknown>>;
  };
}

export type Effect =
  /** Refused by the rules, before the ledger is asked. */
  | { readonly kind: 'refuse'; readonly rejection: Rejection }
  | {
      readonly kind: 'claim';
      readonly type: string;
      readonly key: string;
      readonly furtherKeys?: readonly FurtherKey[];
      /** The other player of a transfer, who must exist. */
      readonly counterparty?: string;
      readonly quota?: Quota | null;
      /** Announces this. */
      readonly owes?: Owed;
      /** By staff, it is none of the day's awards: it takes back. */
      readonly takesBack?: boolean;
      /** Gives what was announced under its type and key; `moves` then counts for nothing. */
      readonly paysOwed?: boolean;
      /** Worked out where the kernel would: after the business claim is known to be free. */
      readonly moves: readonly Move[] | ((ledger: LedgerView) => readonly Move[] | Rejection);
      /**
       * `gained` (left out): experience that it gives sets off level-ups. Otherwise levels are judged anew in any case, and
       * what is taken back may go into debt or not.
       */
      readonly levels?: 'gained' | { readonly anew: true; readonly intoDebt: boolean };
    };

/** Gives what the rules let a balance hold. */
export function give({ resources }: Rules, resource: string, amount: number, player?: string): Move {
  const { ceiling = null, clamp = false, accrual = null } = resources[resource] ?? {};
  return {
    ...(player !== undefined && { player }),
    resource,
    delta: amount,
    floor: null,
    ceiling,
    clamp,
    accrual,
  };
}

/** Takes, or refuses the whole operation where the balance would fall below 0. */
export function take({ resources }: Rules, resource: string, amount: number): Move {
  const { accrual = null } = resources[resource] ?? {};
  return { resource, delta: -amount, floor: 0, ceiling: null, clamp: false, accrual };
}
