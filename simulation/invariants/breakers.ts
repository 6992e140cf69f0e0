/**
 * I11 on breakers: what the claims of an hour gave is what is counted, and never exceeds a bound. Nothing is held back that fits: a
 * bound is full where what was paid leaves no room, whatever else is in flight.
 */
import { type Breaker, emission, type Moved } from '../model/breakers.ts';
import type { Rules } from '../model/rules.ts';
import type { ClaimRow, Rows } from './rows.ts';
import type { Tally } from './tally.ts';

interface Paid {
  readonly claim: ClaimRow;
  readonly amount: number;
  readonly bound: number;
}

interface Withheld {
  readonly claim: ClaimRow;
  readonly breakers: readonly { readonly counter: string; readonly amount: number; readonly bound: number }[];
}

/** A transaction that began before another may count after it. */
const SLACK_MS = 10_000;

export class Emissions {
  /** By counter. */
  readonly #paid = new Map<string, Paid[]>();
  readonly #withheld: Withheld[] = [];

  pay(claim: ClaimRow, moved: readonly Moved[], rules: Rules): void {
    for (const { counter, amount, bound } of countedBy(rules.breakers, claim, moved))
      this.#paid.set(counter, [...(this.#paid.get(counter) ?? []), { claim, amount, bound }]);
  }

  /** What the claim would have given: it was held, or refused. */
  withhold(claim: ClaimRow, moved: readonly Moved[], rules: Rules): void {
    this.#withheld.push({ claim, breakers: countedBy(rules.breakers, claim, moved) });
  }

  check(tally: Tally, { emissions }: Rows): void {
    const counted = new Map(emissions.map(({ counter, used }) => [counter, used]));
    for (const counter of new Set([...counted.keys(), ...this.#paid.keys()])) {
      const given = sum(this.#paid.get(counter) ?? []);
      const used = counted.get(counter) ?? 0;
      tally.check('I11', used === given, () => ({
        what: `the breaker ${counter} counted ${used}, the claims gave ${given}`,
        player: this.#paid.get(counter)?.[0]?.claim.player ?? '',
      }));
    }
    for (const [counter, paid] of this.#paid) this.#checkBound(tally, counter, paid);
    for (const one of this.#withheld) this.#checkFull(tally, one);
  }

  /** Whatever the order: each bound holds for what was paid long before, and the highest for all. */
  #checkBound(tally: Tally, counter: string, paid: readonly Paid[]): void {
    const highest = Math.max(...paid.map(({ bound }) => bound));
    const last = paid.at(-1) as Paid;
    tally.check('I11', sum(paid) <= highest, () => ({
      what: `${sum(paid)} were given of ${counter}, the bound is ${highest}`,
      player: last.claim.player,
      claims: [last.claim.id],
    }));
    for (const { claim, amount, bound } of paid) {
      if (bound === highest) continue;
      const before = sum(paid.filter((one) => one.claim.claimedAt < claim.claimedAt - SLACK_MS));
      tally.check('I11', before + amount <= bound, () => ({
        what: `${before} were given of ${counter}, and ${amount} more with the bound ${bound}`,
        player: claim.player,
        claims: [claim.id],
      }));
    }
  }

  #checkFull(tally: Tally, { claim, breakers }: Withheld): void {
    const rooms = breakers.map(({ counter, amount, bound }) => {
      const paid = this.#paid.get(counter) ?? [];
      const before = sum(paid.filter((one) => one.claim.claimedAt <= claim.claimedAt + SLACK_MS));
      return { counter, before, amount, bound };
    });
    tally.check(
      'I11',
      rooms.some(({ before, amount, bound }) => before + amount > bound),
      () => ({
        what: `it was held back or refused, and there was room: ${JSON.stringify(rooms)}`,
        player: claim.player,
        keys: [claim.idempotencyKey],
        claims: [claim.id],
      }),
    );
  }
}

function countedBy(
  breakers: readonly Breaker[],
  claim: ClaimRow,
  moved: readonly Moved[],
): Withheld['breakers'] {
  return breakers.flatMap((breaker) => {
    const counted = emission(breaker, claim, moved);
    return counted ? [{ ...counted, bound: breaker.perHour }] : [];
  });
}

function sum(paid: readonly Paid[]): number {
  return paid.reduce((total, { amount }) => total + amount, 0);
}
