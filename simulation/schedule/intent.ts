/** What clients mean to do, as plain data: drawn from the seed before the run, sent under one key however often. */

export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

export interface Actor {
  readonly kind: 'player' | 'server' | 'staff';
  readonly id: string;
}

/** A token that must not be accepted; `genuine` is one that must. */
export const TOKENS = [
  'genuine',
  'none',
  'expired',
  'forged',
  'unsigned',
  'symmetric',
  'other_audience',
  'other_issuer',
  'other_type',
  'unknown_key',
] as const;
export type Token = (typeof TOKENS)[number];

/** How the ticket of a claim is spoilt. */
export type TicketFlaw = 'forged' | 'other_player';

/** Faults that follow from the request itself, whatever the state of the ledger. */
export type Refusal = 'UNAUTHENTICATED' | 'FORBIDDEN' | 'BAD_USER_INPUT';

export interface Draft<Input extends object = object> {
  readonly actor: Actor;
  /** Whose key it is: the player whom the mutation is about. */
  readonly player: string;
  /** Others whose balances it may move. */
  readonly others?: readonly string[];
  readonly input: Input;
  /** `seen`: the version that the client has seen; `stale`: the one before it. */
  readonly expectedVersion?: 'seen' | 'stale';
  readonly token?: Token;
  readonly ticketFlaw?: TicketFlaw;
  readonly refusal?: Refusal;
  /** Where the key itself is at the bounds. */
  readonly key?: string;
}

export interface Intent<Input extends object = object> extends Draft<Input> {
  readonly number: number;
  readonly operation: string;
  readonly key: string;
}
