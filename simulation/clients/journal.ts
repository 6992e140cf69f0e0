/**
 * The journal of all clients: what was sent, when it began, when it ended, and the answer. One process keeps it, so the order of
 * beginnings and ends is exact. All checks that look from outside the system use it.
 */
import type { Rejection } from '../model/effect.ts';
import type { Intent } from '../schedule/intent.ts';
import type { Category } from '../schedule/mix.ts';

// The parts of GraphQL answers that are checked by name. Replays are compared in full.

export interface RewardClaim {
  readonly id: string;
  readonly type: string;
  readonly key: string;
  readonly playerId: string;
  readonly idempotencyKey: string;
  readonly operation: string;
  readonly actorKind: string;
  readonly actorId: string;
  readonly configVersion: number;
  readonly correlationId: string;
  readonly playerVersion: number;
  readonly claimedAt: string;
  readonly reason: string | null;
  /** The other player of a transfer, or of its reversal. */
  readonly counterpartyId: string | null;
  readonly draws: readonly object[];
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
  | { readonly kind: 'fault'; readonly code: string; readonly retryable: boolean }
  /** No answer, or half of one. The operation may have been committed or not. */
  | { readonly kind: 'lost'; readonly why: string };

export interface Attempt {
  readonly correlationId: string;
  readonly category: Category | 'settle';
  readonly intent: Intent;
  /** The mutation's input as it was sent. */
  readonly sent: Readonly<Record<string, unknown>>;
  /** What the ticket contained; null: there was none. */
  readonly ticket: object | null;
  readonly expiredTicket: boolean;
  /** The kind of fault that was injected on each hop. */
  readonly injected: { readonly client: string | null; readonly database: string | null };
  readonly began: number;
  /** The highest version of the player that any answer had shown when it began. */
  readonly acknowledgedVersion: number;
  /** The same for the other players of the intent. */
  readonly acknowledgedOthers: readonly number[];
  /** By the machine's clock, in milliseconds since 1970. */
  readonly beganAt: number;
  /** Infinity while the attempt is running. */
  ended: number;
  answer: Answer | null;
}

export interface Read {
  readonly player: string;
  readonly began: number;
  readonly acknowledgedVersion: number;
  readonly ended: number;
  readonly seen:
    | {
        readonly kind: 'player';
        readonly version: number;
        readonly balances: Readonly<Record<string, number>>;
      }
    | { readonly kind: 'missing' }
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
  return answer.kind !== 'fault' || !answer.retryable;
}

/** Whether the outcome of the key is known. After an unexpected fault the key is still free and may be used later. */
export function isSettled({ intent, answer }: Attempt): boolean {
  return answer?.kind === 'fault'
    ? intent.expectedFault !== undefined && isDefinite(answer)
    : isDefinite(answer);
}

/** Keys belong to a player. */
export function keyOf({ intent: { player, key } }: Attempt): string {
  return `${player}\n${key}`;
}

type FilledByJournal =
  | 'began'
  | 'acknowledgedVersion'
  | 'acknowledgedOthers'
  | 'beganAt'
  | 'ended'
  | 'answer'
  | 'correlationId';

export class Journal {
  readonly attempts: Attempt[] = [];
  readonly reads: Read[] = [];
  readonly #versions = new Map<string, number>();
  #clock = 0;

  tick(): number {
    this.#clock += 1;
    return this.#clock;
  }

  /** The highest version of this player that any answer has shown. */
  versionOf(player: string): number {
    return this.#versions.get(player) ?? 0;
  }

  begin(attempt: Omit<Attempt, FilledByJournal>): Attempt {
    const begun: Attempt = {
      ...attempt,
      correlationId: `${attempt.intent.player}.${this.attempts.length}`,
      began: this.tick(),
      acknowledgedVersion: this.versionOf(attempt.intent.player),
      acknowledgedOthers: (attempt.intent.others ?? []).map((other) => this.versionOf(other)),
      beganAt: Date.now(),
      ended: Number.POSITIVE_INFINITY,
      answer: null,
    };
    this.attempts.push(begun);
    return begun;
  }

  end(attempt: Attempt, answer: Answer): void {
    attempt.ended = this.tick();
    attempt.answer = answer;
    if (answer.kind === 'receipt') this.learn(answer.receipt.claim.playerId, answer.receipt.player.version);
  }

  learn(player: string, version: number): void {
    if (version > this.versionOf(player)) this.#versions.set(player, version);
  }
}
