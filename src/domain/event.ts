/** Events: what other systems hear of each granted operation of a player. Their order, and the form in which they are sent. */
import type { ActorKind } from './actor.ts';
import { encodeClaimId } from './claim-id.ts';
import type { ChangeRecord } from './outcome.ts';

/** One movement of a balance: its amounts as in a receipt. */
export interface EventChange extends Pick<ChangeRecord, 'resource' | 'cause' | 'before' | 'delta' | 'after'> {
  readonly player: string;
}

/**
 * A granted operation. Of each player, numbers have no gaps: they follow `number` where an event names them as `player`, and
 * `counterpartyNumber` where it names them as `counterparty`.
 */
export interface GrantEvent {
  /** The same however often the event is sent: by it a consumer recognises what it has. */
  readonly id: string;
  readonly type: 'claim.granted';
  readonly player: string;
  readonly number: number;
  /** The other player of a transfer, or of its reversal. */
  readonly counterparty: string | null;
  readonly counterpartyNumber: number | null;
  /** Of `player`. */
  readonly claimId: string;
  readonly operation: string;
  readonly claimType: string;
  readonly claimKey: string;
  readonly actor: { readonly kind: ActorKind | 'operator'; readonly id: string };
  /** ISO 8601, UTC. Of one player it never decreases. */
  readonly claimedAt: string;
  readonly configVersion: number;
  readonly correlationId: string;
  /** The ID of the claim that this one takes back. */
  readonly reverses: string | null;
  /** Whether what its receiver should get did not fit, and became a pending reward. */
  readonly becamePending: boolean;
  /** In order; those of `player` first. */
  readonly changes: readonly EventChange[];
}

/** A place in the order of all events: the last event that was read. Both are decimal digits. */
export interface EventCursor {
  readonly transaction: string;
  readonly no: string;
}

type Moved = Omit<EventChange, 'player'>;

/** What the ledger holds of an event. */
export interface EventRecord
  extends Omit<GrantEvent, 'id' | 'type' | 'claimId' | 'reverses' | 'changes' | 'actor'> {
  readonly at: EventCursor;
  /** The ID of the request (a UUID). */
  readonly requestId: string;
  /** Of the player: 20 hex digits. */
  readonly handle: string;
  readonly actor: GrantEvent['actor'];
  readonly changes: readonly Moved[];
  /** Null: there is no other player. */
  readonly counterpartyChanges: readonly Moved[] | null;
}

export function grantEvent(record: EventRecord): GrantEvent {
  const { at, requestId, handle, counterpartyChanges, changes, ...facts } = record;
  const { player, counterparty, claimType, claimKey } = facts;
  const of = (subject: string, moved: readonly Moved[]) =>
    moved.map((change) => ({ player: subject, ...change }));
  return {
    // A database that was restored to an earlier moment gives numbers again, but no request has the ID of another.
    id: `evt_${requestId.replaceAll('-', '')}_${at.no}`,
    type: 'claim.granted',
    ...facts,
    claimId: encodeClaimId(handle, facts.number),
    // The key of a reversal is the ID of the claim, and of a later part its number.
    reverses: claimType === 'reversal' ? (claimKey.split('/')[0] ?? null) : null,
    changes: [
      ...of(player, changes),
      ...(counterparty === null ? [] : of(counterparty, counterpartyChanges ?? [])),
    ],
  };
}

/** As consumers and settings hold it: `transaction-no`. */
export function formatEventCursor({ transaction, no }: EventCursor): string {
  return `${transaction}-${no}`;
}

export function isSamePlace(one: EventCursor | null, other: EventCursor): boolean {
  return one !== null && formatEventCursor(one) === formatEventCursor(other);
}

const MAX_TRANSACTION = 2n ** 64n - 1n;
const MAX_NO = 2n ** 63n - 1n;

/** Null: not a cursor. */
export function parseEventCursor(text: string): EventCursor | null {
  const [, transaction, no] = /^(0|[1-9]\d{0,19})-(0|[1-9]\d{0,18})$/.exec(text) ?? [];
  if (transaction === undefined || no === undefined) return null;
  return BigInt(transaction) <= MAX_TRANSACTION && BigInt(no) <= MAX_NO ? { transaction, no } : null;
}
