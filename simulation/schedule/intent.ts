/**
 * An intent is what a client wants, as plain data. It is drawn from the seed before the run, and the client sends it under one
 * idempotency key as often as it takes.
 */
import type { Random } from '../random.ts';

export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

export interface Actor {
  readonly kind: 'player' | 'server' | 'staff';
  readonly id: string;
}

/** Only `genuine` tokens may be accepted. */
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

/** What is wrong with a claim's ticket. */
export type TicketFlaw = 'forged' | 'other_player';

/** How a document asks for its mutation once more: under another response name, or in a fragment. */
export const SECOND_MUTATIONS = ['alias', 'fragment'] as const;
export type SecondMutation = (typeof SECOND_MUTATIONS)[number];

/** Errors that follow from the request alone, whatever the state of the ledger. */
export type ExpectedFault = 'UNAUTHENTICATED' | 'FORBIDDEN' | 'BAD_USER_INPUT';

export interface Draft<Input extends object = object> {
  readonly actor: Actor;
  /** The player whom the mutation is about. The idempotency key belongs to this player. */
  readonly player: string;
  /** Other players whose balances the mutation may move. */
  readonly others?: readonly string[];
  readonly input: Input;
  /** `seen`: the version that the client has seen; `stale`: the one before it. */
  readonly expectedVersion?: 'seen' | 'stale';
  /** `current`: the terms under the config that was published last; `stale`: those of another; else these very terms. */
  readonly terms?: string;
  readonly token?: Token;
  /** What the player's token says of their zone. */
  readonly zone?: string;
  readonly ticketFlaw?: TicketFlaw;
  /** The request must fail with this error. */
  readonly expectedFault?: ExpectedFault;
  /** Set if the key itself is the value under test. */
  readonly key?: string;
}

export interface Intent<Input extends object = object> extends Draft<Input> {
  readonly number: number;
  readonly operation: string;
  readonly key: string;
  /** A mutation that makes several claims; each is an intent of its own, too, which names its place. */
  readonly isCall?: boolean;
  /** Its server has a limit of an hour: beyond it nothing is recorded. */
  readonly isHourly?: boolean;
  readonly place?: number;
}

const KEY_ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.:-';
const SHORTEST_KEY = 16;
const LONGEST_KEY = 255;
/** The rest of a longer key is the same for all. */
const MAX_DRAWN = 128;

/** A valid idempotency key of any length. `name` makes it unique. */
export function drawKey(random: Random, name: string): string {
  const length = random.weighted([
    [8, 36],
    [1, SHORTEST_KEY],
    [1, LONGEST_KEY],
  ]);
  const drawn = random.text(KEY_ALPHABET, Math.max(Math.min(length, MAX_DRAWN) - name.length - 1, 1));
  return `${name}:${drawn}`.padEnd(length, '_');
}
