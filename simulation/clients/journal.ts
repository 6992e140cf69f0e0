/**
 * The journal of all clients: what was sent, when it began, when it ended, and the answer. One process keeps it, so the order of
 * beginnings and ends is exact. All checks that look from outside the system use it.
 */
import { numberIn } from '../model/claim-id.ts';
import type { Rejection } from '../model/effect.ts';
import type { Intent, SecondMutation } from '../schedule/intent.ts';
import type { Category } from '../schedule/mix.ts';

// The parts of GraphQL answers that are checked by name. Replays are compared in full.

export interface RewardClaim {
  readonly id: string;
  readonly type: string;
  readonly key: string;
  readonly playerId: string;
  /** Null: a player may not see it. */
  readonly idempotencyKey: string | null;
  readonly operation: string;
  readonly actorKind: string;
  readonly actorId: string;
  readonly configVersion: number;
  /** Null: a player may not see it. */
  readonly correlationId: string | null;
  readonly playerVersion: number;
  readonly claimedAt: string;
  readonly reason: string | null;
  /** The other player of a transfer, or of its reversal. */
  readonly counterpartyId: string | null;
  readonly draws: readonly object[];
  /** What it gives was held back, or did not fit. */
  readonly becamePending: boolean;
}

export interface BalanceChange {
  readonly resource: string;
  readonly before: number;
  readonly after: number;
  readonly delta: number;
  readonly requested: number;
  readonly sequence: number;
  /** OPERATION, MILESTONE, REGENERATION or OPENING. */
  readonly cause: string;
}

export interface Receipt {
  readonly replayed: boolean;
  readonly correlationId: string;
  readonly levelBefore: number;
  readonly levelAfter: number;
  readonly tierBefore: string | null;
  readonly tierAfter: string | null;
  readonly claim: RewardClaim;
  readonly changes: readonly BalanceChange[];
  /** Null for players, who do not see the other player's balances. */
  readonly counterpartyChanges: readonly BalanceChange[] | null;
  readonly player: {
    readonly version: number;
    readonly level: number;
    readonly unspentStatPoints: number;
    readonly balances: readonly { readonly resource: string; readonly amount: number }[];
    readonly stats: readonly { readonly name: string; readonly points: number; readonly maximum: number }[];
    readonly tier: { readonly name: string | null };
  };
}

export type Answer =
  | { readonly kind: 'receipt'; readonly receipt: Receipt }
  | {
      readonly kind: 'rejected';
      readonly rejection: Rejection;
      readonly correlationId: string;
      /** For AlreadyClaimed: the earlier claim and what it gave. */
      readonly original: { readonly claim: RewardClaim; readonly changes: readonly BalanceChange[] } | null;
    }
  /** Of a mutation that makes several claims. Each item is also an attempt of its own. */
  | { readonly kind: 'call'; readonly replayed: boolean; readonly items: readonly AnsweredItem[] }
  | {
      readonly kind: 'fault';
      readonly code: string;
      readonly retryable: boolean;
      /** The answer says that nothing was done, as that of a full lane. */
      readonly nothingDone: boolean;
    }
  /** No answer, or half of one. The operation may have been committed or not. */
  | { readonly kind: 'lost'; readonly why: string };

export interface AnsweredItem {
  /** What identifies it in its call. */
  readonly id: string;
  readonly answer: Answer;
}

export interface Attempt {
  readonly correlationId: string;
  readonly category: Category | 'settle';
  readonly intent: Intent;
  /** The mutation's input as it was sent. */
  readonly sent: Readonly<Record<string, unknown>>;
  /** What the ticket contained; null: there was none. */
  readonly ticket: object | null;
  readonly expiredTicket: boolean;
  /** How the document asked for the mutation twice; null: it did not. */
  readonly secondMutation: SecondMutation | null;
  /** The kind of fault that was injected on each hop. */
  readonly injected: {
    readonly client: string | null;
    readonly database: string | null;
    readonly lane: string | null;
  };
  readonly began: number;
  /** The highest version of the player that any answer had shown when it began, and the highest number. */
  readonly acknowledgedVersion: number;
  readonly acknowledgedNumber: number;
  /** The highest numbers of the other players of the intent. */
  readonly acknowledgedOthers: readonly number[];
  /** The newest config version whose publication had been acknowledged when it began. */
  readonly acknowledgedConfig: number;
  /** Infinity while the attempt is running. */
  ended: number;
  answer: Answer | null;
}

export interface Read {
  readonly player: string;
  readonly began: number;
  readonly acknowledgedVersion: number;
  readonly acknowledgedNumber: number;
  readonly acknowledgedConfig: number;
  readonly ended: number;
  readonly seen:
    | {
        readonly kind: 'player';
        readonly version: number;
        readonly balances: Readonly<Record<string, number>>;
      }
    | { readonly kind: 'missing' }
    /** A shop or a daily screen. */
    | { readonly kind: 'screen'; readonly version: number; readonly configVersion: number }
    | {
        readonly kind: 'ledger';
        readonly entries: readonly (BalanceChange & {
          readonly playerVersion: number;
          readonly claimId: string;
        })[];
      };
}

/** A business outcome, or a fault that a retry would not change. */
export function isDefinite(answer: Answer | null): boolean {
  if (!answer || answer.kind === 'lost') return false;
  if (answer.kind === 'call') return answer.items.every((item) => isDefinite(item.answer));
  return answer.kind !== 'fault' || !answer.retryable;
}

/** Whether the outcome of the key is known. After an unexpected fault the key is still free and may be used later. */
export function isSettled({ intent, answer }: Attempt): boolean {
  // Nothing is recorded for a player who tried too many codes.
  if (intent.operation === 'redeemCode' && answer?.kind === 'fault' && answer.code === 'RATE_LIMITED')
    return true;
  return answer?.kind === 'fault'
    ? intent.expectedFault !== undefined && isDefinite(answer)
    : isDefinite(answer);
}

/**
 * Whether the answer says that a reward had expired when it was announced, and so that nothing was recorded until then. Another attempt
 * without an answer may have been recorded since.
 */
export function isTooLate({ sent, secondMutation, answer }: Attempt): boolean {
  return (
    answer?.kind === 'fault' &&
    answer.code === 'BAD_USER_INPUT' &&
    sent.expiresAt !== undefined &&
    !secondMutation
  );
}

/** Whether its server has made all claims of the hour: nothing was recorded until then. Another copy of the request may have been. */
export function isBeyondHour({ intent, answer }: Attempt): boolean {
  return intent.isHourly === true && answer?.kind === 'fault' && answer.code === 'RATE_LIMITED';
}

/** Keys belong to a player, and those of calls to the caller. */
export function keyOf({ intent: { player, actor, key, isCall = false } }: Attempt): string {
  return `${isCall ? actor.id : player}\n${key}`;
}

type FilledByJournal =
  | 'began'
  | 'acknowledgedVersion'
  | 'acknowledgedNumber'
  | 'acknowledgedOthers'
  | 'acknowledgedConfig'
  | 'ended'
  | 'answer'
  | 'correlationId';

interface Known {
  readonly version: number;
  /** Counts every granted operation that names the player. A claim's ID contains it. */
  readonly number: number;
}

export class Journal {
  readonly attempts: Attempt[] = [];
  readonly reads: Read[] = [];
  /** The newest config version whose publication was acknowledged. */
  config = 0;
  /** Which of the seed's configs that is. */
  variant = 0;
  readonly #known = new Map<string, Known>();
  #clock = 0;

  tick(): number {
    this.#clock += 1;
    return this.#clock;
  }

  /** The highest version and number of this player that any answer has shown. */
  known(player: string): Known {
    return this.#known.get(player) ?? { version: 0, number: 0 };
  }

  begin(attempt: Omit<Attempt, FilledByJournal>): Attempt {
    const { player, others = [] } = attempt.intent;
    const known = this.known(player);
    const begun: Attempt = {
      ...attempt,
      correlationId: `${player}.${this.attempts.length}`,
      began: this.tick(),
      acknowledgedVersion: known.version,
      acknowledgedNumber: known.number,
      acknowledgedOthers: others.map((other) => this.known(other).number),
      acknowledgedConfig: this.config,
      ended: Number.POSITIVE_INFINITY,
      answer: null,
    };
    this.attempts.push(begun);
    return begun;
  }

  end(attempt: Attempt, answer: Answer): void {
    attempt.ended = this.tick();
    attempt.answer = answer;
    if (answer.kind === 'receipt') this.#learnFrom(answer.receipt);
  }

  /** An item of a call, as if it had been sent under a key of its own. */
  endItem(call: Attempt, item: Pick<Attempt, 'intent' | 'sent' | 'answer'>): Attempt {
    const attempt = { ...call, ...item };
    this.attempts.push(attempt);
    if (item.answer?.kind === 'receipt') this.#learnFrom(item.answer.receipt);
    return attempt;
  }

  #learnFrom(receipt: Receipt): void {
    const { claim, player } = receipt;
    this.learn(claim.playerId, { version: player.version, number: numberIn(claim.id) });
  }

  learn(
    player: string,
    { version, number = 0 }: { readonly version: number; readonly number?: number },
  ): void {
    const known = this.known(player);
    this.#known.set(player, {
      version: Math.max(known.version, version),
      number: Math.max(known.number, number),
    });
  }
}
