/**
 * The words in which an operation says what it does: moves of balances under a business claim, or a "no" of its own.
 * Moves may name any player; they may depend on the balances found, on the moment, and on what the answer tells of a draw.
 */
import type { Draft } from '../schedule/intent.ts';
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
  readonly delta: number;
  readonly floor: number | null;
  readonly ceiling: number | null;
  readonly clamp: boolean;
}

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

/** What moved it, as the ledger says it. */
export type Cause = 'operation' | 'milestone' | 'regeneration' | 'opening';

export interface FurtherKey {
  readonly type: string;
  readonly key: string;
}

/** What the model knows of the ledger at the moment at which an operation is judged. */
export interface LedgerView {
  balances(player: string): Balances;
  /** When this balance was last moved, in milliseconds since 1970; null: never. For what comes back with time. */
  movedAt(player: string, resource: string): number | null;
  /** A claim that was granted to this player before; `moved` is what its entries came to, by player and resource. */
  grantedClaim(id: string): { readonly operation: string; readonly moved: readonly Change[] } | null;
}

/** Everything that decides what an operation does. */
export interface Step<Input extends object = object> {
  readonly intent: Draft<Input> & { readonly key: string };
  /** The mutation's input as it was sent: what `variables` gave. */
  readonly sent: Readonly<Record<string, unknown>>;
  /** The numbers of the config version that the claim names. */
  readonly rules: Rules;
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
      /** Worked out where the kernel would: after the business claim is known to be free. */
      readonly moves: readonly Move[] | ((ledger: LedgerView) => readonly Move[] | Rejection);
      /**
       * `gained` (left out): experience that it gives sets off level-ups. Otherwise levels are judged anew in any case, and
       * what is taken back may go into debt or not.
       */
      readonly levels?: 'gained' | { readonly anew: true; readonly intoDebt: boolean };
    };

/** Gives what the rules let a balance hold. */
export function give(rules: Rules, resource: string, amount: number, player?: string): Move {
  const limit = rules.ceilings[resource];
  return {
    ...(player !== undefined && { player }),
    resource,
    delta: amount,
    floor: null,
    ceiling: limit?.ceiling ?? null,
    clamp: limit?.clamp ?? false,
  };
}

/** Takes, or refuses the whole operation where the balance would fall below 0. */
export function take(resource: string, amount: number, player?: string): Move {
  return {
    ...(player !== undefined && { player }),
    resource,
    delta: -amount,
    floor: 0,
    ceiling: null,
    clamp: false,
  };
}
