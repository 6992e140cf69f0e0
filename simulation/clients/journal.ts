/**
 * What the clients saw, and when: invoked, then an answer or none. The order of beginnings and ends is exact, as one
 * process keeps the journal. Everything that is judged from outside is judged from here.
 */
import type { Rejection } from '../model/effect.ts';
import type { Intent } from '../schedule/intent.ts';
import type { Category } from '../schedule/mix.ts';

export interface ClaimSeen {
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
  /** The other player of a transfer, or of its reversal. */
  readonly counterpartyId: string | null;
  readonly draws: readonly object[];
}

export interface ChangeSeen {
  readonly resource: string;
  readonly before: number;
  readonly after: number;
  readonly delta: number;
  readonly requested: number;
  readonly sequence: number;
  /** OPERATION, MILESTONE, REGENERATION or OPENING. */
  readonly cause: string;
}

export interface ReceiptSeen {
  readonly replayed: boolean;
  readonly correlationId: string;
  readonly levelBefore: number;
  readonly levelAfter: number;
  readonly tierBefore: string | null;
  readonly tierAfter: string | null;
  readonly claim: ClaimSeen;
  readonly changes: readonly ChangeSeen[];
  /** Null for players, whose business it is not. */
  readonly counterpartyChanges: readonly ChangeSeen[] | null;
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
  | { readonly kind: 'receipt'; readonly receipt: ReceiptSeen }
  | {
      readonly kind: 'rejected';
      readonly rejection: Rejection;
      readonly correlationId: string;
      /** Of AlreadyClaimed: what was paid then. */
      readonly original: { readonly claim: ClaimSeen; readonly changes: readonly ChangeSeen[] } | null;
    }
  | { readonly kind: 'fault'; readonly code: string; readonly retryable: boolean }
  /** No answer, or half of one: it may have been done, and it may not. */
  | { readonly kind: 'lost'; readonly why: string };

export interface Attempt {
  readonly correlationId: string;
  readonly category: Category | 'settle';
  readonly intent: Intent;
  /** The mutation's input as it was sent. */
  readonly sent: Readonly<Record<string, unknown>>;
  /** What its ticket said; null: it had none. */
  readonly ticket: object | null;
  readonly expiredTicket: boolean;
  /** The fault that was planned for it on each hop, by name; null: none. */
  readonly faults: { readonly front: string | null; readonly database: string | null };
  readonly began: number;
  /** The highest version of the player that anybody had been told of when it began. */
  readonly floorVersion: number;
  /** The same of the other players in it. */
  readonly floorsOfOthers: readonly number[];
  /** By the machine's clock, in milliseconds since 1970. */
  readonly beganAt: number;
  /** Infinity while it is under way. */
  ended: number;
  answer: Answer | null;
}

export interface ReadSeen {
  readonly player: string;
  readonly began: number;
  readonly floorVersion: number;
  readonly ended: number;
  readonly seen:
    | {
        readonly kind: 'player';
        readonly version: number;
        readonly balances: Readonly<Record<string, number>>;
      }
    | { readonly kind: 'nobody' }
    | {
        readonly kind: 'ledger';
        readonly entries: readonly (ChangeSeen & {
          readonly playerVersion: number;
          readonly claimId: string;
        })[];
      };
}

/** A business outcome or a fault that another try would not change. */
export function isDefinite(answer: Answer | null): boolean {
  if (!answer || answer.kind === 'lost') return false;
  return answer.kind !== 'fault' || !answer.retryable;
}

/** Whether the key has its outcome, or will never have one: a fault leaves a key free that may yet be used. */
export function isSettled({ intent, answer }: Attempt): boolean {
  return answer?.kind === 'fault' ? intent.refusal !== undefined && isDefinite(answer) : isDefinite(answer);
}

type Begun = 'began' | 'floorVersion' | 'floorsOfOthers' | 'beganAt' | 'ended' | 'answer' | 'correlationId';

export class Journal {
  readonly attempts: Attempt[] = [];
  readonly reads: ReadSeen[] = [];
  readonly #versions = new Map<string, number>();
  #clock = 0;

  tick(): number {
    this.#clock += 1;
    return this.#clock;
  }

  /** The highest version of this player that any client has been told of. */
  versionOf(player: string): number {
    return this.#versions.get(player) ?? 0;
  }

  begin(attempt: Omit<Attempt, Begun>): Attempt {
    const begun: Attempt = {
      ...attempt,
      correlationId: `${attempt.intent.player}.${this.attempts.length}`,
      began: this.tick(),
      floorVersion: this.versionOf(attempt.intent.player),
      floorsOfOthers: (attempt.intent.others ?? []).map((other) => this.versionOf(other)),
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
