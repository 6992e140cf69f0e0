/**
 * What was used of limits over time. A player's numbers put the uses of their counters in order. Those of a counter that operations
 * for different players use have the order of their times, because it is locked. Reopening a claim gives back what it used.
 */
import { isShared, type LimitUse } from './limits.ts';

interface Use {
  readonly use: LimitUse;
  /** Whose counter it is: a player, a game server or the game. */
  readonly subject: string;
  /** The player's number that used it. */
  readonly number: number;
  /** In milliseconds since 1970. */
  readonly at: number;
  /** The claim that used it. What an announcement used is used by the claim that pays the reward. */
  claim: string;
  /** The number that gave it back, and its time; Infinity while it is used. */
  until: number;
  freedAt: number;
}

/** What may have been used at a time. */
interface Window {
  readonly least: number;
  readonly most: number;
}

/** Giving back what a server used takes no lock of the server: it counts from about its time on. */
const SLACK_MS = 10_000;

export class LimitBook {
  /** By counter, subject and period. */
  readonly #uses = new Map<string, Use[]>();

  add(use: LimitUse, made: Pick<Use, 'claim' | 'subject' | 'number' | 'at'>): void {
    const never = Number.POSITIVE_INFINITY;
    const uses = this.#of(made.subject, use);
    uses.push({ ...made, use, until: never, freedAt: never });
    this.#uses.set(placeOf(made.subject, use), uses);
  }

  /** What the subject had used when the player was at this number. */
  used(subject: string, number: number, counter: Counter): number {
    return amountOf(this.#of(subject, counter).filter((one) => one.number <= number && one.until > number));
  }

  /** What all players may have used of a shared counter: times are whole milliseconds. */
  usedAt(subject: string, counter: LimitUse, at: number): Window {
    const slack = counter.subject === 'server' ? SLACK_MS : 0;
    const uses = this.#of(subject, counter);
    return {
      least: amountOf(uses.filter((one) => one.at < at && one.freedAt > at + slack)),
      most: amountOf(uses.filter((one) => one.at <= at && one.freedAt >= at - slack)),
    };
  }

  /** The claims that used more of a shared counter than there was, whatever the order within a millisecond. */
  overused(): { readonly use: LimitUse; readonly claim: string; readonly total: number }[] {
    return this.#all()
      .filter(({ use }) => isShared(use))
      .map(({ use, subject, claim, at }) => ({
        ...{ use, claim },
        total: this.usedAt(subject, use, at).least + use.amount,
      }))
      .filter(({ use, total }) => total > use.bound);
  }

  payBy(claim: string, announcement: string): void {
    for (const one of this.#all()) if (one.claim === announcement) one.claim = claim;
  }

  /** `numbers`: those that the reversal made, by player. */
  giveBack(claim: string, numbers: ReadonlyMap<string, number>, at: number): void {
    for (const one of this.#all()) {
      if (one.claim !== claim) continue;
      one.until = Math.min(one.until, numbers.get(one.subject) ?? 0);
      one.freedAt = Math.min(one.freedAt, at);
    }
  }

  /** What is used of each counter. */
  *totals(): Generator<{ subject: string; name: string; period: string; total: number }> {
    for (const uses of this.#uses.values()) {
      const { subject, use } = uses[0] as Use;
      const kept = uses.filter(({ freedAt }) => freedAt === Number.POSITIVE_INFINITY);
      yield { subject, name: use.name, period: use.period, total: amountOf(kept) };
    }
  }

  #of(subject: string, counter: Counter): Use[] {
    return this.#uses.get(placeOf(subject, counter)) ?? [];
  }

  #all(): Use[] {
    return [...this.#uses.values()].flat();
  }
}

type Counter = Pick<LimitUse, 'name' | 'period'>;

function placeOf(subject: string, { name, period }: Counter): string {
  return `${name}\n${subject}\n${period}`;
}

function amountOf(uses: readonly Use[]): number {
  return uses.reduce((total, { use }) => total + use.amount, 0);
}
