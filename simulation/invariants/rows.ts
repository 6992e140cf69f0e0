/** The database rows of a seed's players and staff, as plain data. */
import type { Cause } from '../model/effect.ts';

/** A granted claim, or a recorded refusal. */
export interface ClaimRow {
  /** The public ID; of a refusal, which has none, a name that no claim has. */
  readonly id: string;
  readonly player: string;
  readonly operation: string;
  readonly type: string;
  readonly key: string;
  readonly idempotencyKey: string;
  readonly outcome: 'granted' | 'rejected';
  readonly actorKind: string;
  readonly actorId: string;
  readonly configVersion: number;
  /** The config that an announced reward was announced under; null: the amounts come from `configVersion`. */
  readonly amountsVersion: number | null;
  readonly correlationId: string;
  readonly sentCorrelationId: string;
  /** The player's number that the claim made; null: it was refused. */
  readonly number: number | null;
  /** The player's version after the claim, or when it was refused. */
  readonly version: number;
  readonly draws: readonly object[];
  readonly units: number;
  readonly generation: number;
  /** The other player of a transfer, with the number and version that the claim made. */
  readonly counterparty: {
    readonly player: string;
    readonly number: number;
    readonly version: number;
  } | null;
  readonly claimedAt: number;
  /** Whether what it gives was held back, or did not fit, and became a pending reward. */
  readonly becamePending: boolean;
  /** The whole row, for columns that only some operations use. */
  readonly row: Readonly<Record<string, unknown>>;
}

export interface EntryRow {
  readonly player: string;
  readonly resource: string;
  readonly sequence: number;
  /** The player's number that the entry belongs to. */
  readonly number: number;
  readonly ordinal: number;
  readonly delta: number;
  readonly before: number;
  readonly after: number;
  readonly requested: number;
  readonly cause: Cause;
  /** The regeneration anchor after the entry, in milliseconds since 1970; null: the resource does not regenerate. */
  readonly anchoredAt: number | null;
}

export interface AuditRow {
  readonly actorId: string;
  readonly action: string;
  readonly outcome: string;
  readonly player: string | null;
  readonly number: number | null;
  readonly amount: number;
  /** What the kernel found used of the day's budget. */
  readonly spentBefore: number;
  readonly correlationId: string | null;
}

export interface Rows {
  readonly players: readonly {
    readonly id: string;
    readonly number: number;
    readonly version: number;
    readonly createdAt: number;
  }[];
  readonly claims: readonly ClaimRow[];
  readonly entries: readonly EntryRow[];
  readonly balances: readonly {
    readonly player: string;
    readonly resource: string;
    readonly amount: number;
    readonly lastSequence: number;
    readonly anchoredAt: number | null;
  }[];
  readonly sourceKeys: readonly {
    readonly player: string;
    readonly type: string;
    readonly key: string;
    readonly number: number;
  }[];
  readonly audit: readonly AuditRow[];
  readonly forbidden: readonly AuditRow[];
  /** What game servers gave. */
  readonly serverAudit: readonly AuditRow[];
  /** What each player or staff member, or all players together, used of a limit in a period. */
  readonly limitCounters: readonly {
    readonly kind: 'player' | 'staff' | 'game';
    readonly subject: string;
    readonly name: string;
    readonly day: string;
    readonly used: number;
  }[];
  readonly pendingRewards: readonly {
    readonly player: string;
    readonly type: string;
    readonly key: string;
    /** The number of the announcement. */
    readonly number: number;
    readonly configVersion: number;
    /** In milliseconds since 1970; null: it does not expire. */
    readonly expiresAt: number | null;
    readonly isHeld: boolean;
  }[];
  /** What calls of staff released or dropped of what was held. */
  readonly settlements: readonly {
    readonly kind: 'held.release' | 'held.drop';
    readonly idempotencyKey: string;
    readonly settled: number;
    /** Could not be paid. */
    readonly waiting: number;
  }[];
  /** What was counted of breakers, by breaker, server or config version, and hour. */
  readonly emissions: readonly { readonly counter: string; readonly used: number }[];
  readonly reversed: readonly {
    readonly player: string;
    readonly number: number;
    readonly units: number;
    readonly reversed: number;
    readonly reversedBy: number;
    readonly reopened: boolean;
  }[];
  /** One row per granted claim, as it will be sent to other systems. */
  readonly outbox: readonly {
    readonly player: string;
    readonly number: number;
    /** Its place in the order of events: a transaction, and a number in it. */
    readonly at: string;
    /** The transaction that wrote the row, in 32 bits. */
    readonly writtenBy: string;
  }[];
  /** Mutations that make several claims, by caller. */
  readonly calls: readonly { readonly actor: string; readonly idempotencyKey: string }[];
  /** Every published version that was not cancelled, with its beginning in milliseconds since 1970. */
  readonly configs: readonly {
    readonly version: number;
    readonly sha256: string;
    readonly effectiveFrom: number;
    /** It was published for later. */
    readonly scheduled: boolean;
    /** In milliseconds since 1970. */
    readonly publishedAt: number;
    readonly publishedBy: string;
  }[];
}

/** Whether what the claim gives is held: by a breaker, or because its player was frozen. What did not fit for the receiver of a transfer is not held. */
export function isHeld({ becamePending, counterparty }: ClaimRow): boolean {
  return becamePending && counterparty === null;
}

/** The player's number that a row belongs to. */
export function placeOf({
  player,
  number,
}: {
  readonly player: string;
  readonly number: number | null;
}): string {
  return `${player}\n${number}`;
}
