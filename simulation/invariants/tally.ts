/** The invariants, how often each was checked, and every violation. A check that never ran proves nothing. */

export const INVARIANTS = {
  I0: 'every answer is one that the contract allows for the request',
  I1: 'the sum of deltas is the balance',
  I2: 'each before is the previous after; sequences are gapless from 1',
  I3: 'after is before plus delta; floors and ceilings hold',
  I4: 'a granted claim moves exactly what its config version gives; nothing moves without a claim',
  I5: 'no two granted claims share player, type and key; no two claims share player and idempotency key',
  I6: 'everything acknowledged is in the ledger, with exactly those numbers',
  I7: 'one key has one outcome',
  I8: 'a rejected request moved nothing, and the rejection was right',
  I9: 'stat points: unspent and allocated are what levels gave',
  I10: 'staff actions, audit and log are one to one; only permitted actors act, in their own name',
  I11: 'no award above its limit, no day above its budget',
  I12: 'an operation that starts after an acknowledgement or a publication observes it',
  I13: 'each granted claim has one outbox row, and one event in the order of its player',
  I15: 'what was reversed of a claim is never more than the claim',
  I16: 'operations do not deadlock each other',
  I17: 'the sums of the economy contain every claim once',
} as const;
export type Invariant = keyof typeof INVARIANTS;
export const INVARIANT_NAMES = Object.keys(INVARIANTS) as Invariant[];

export interface Finding {
  readonly invariant: Invariant;
  readonly what: string;
  /** The player whose history shows it. */
  readonly player: string;
  /** The idempotency keys and claim IDs that are involved. Their attempts are shown with the finding. */
  readonly keys?: readonly string[];
  readonly claims?: readonly string[];
  /** Further lines of the story, where attempts cannot tell it. */
  readonly evidence?: readonly string[];
}

export class Tally {
  readonly checks = new Map<Invariant, number>();
  readonly findings: Finding[] = [];

  /** Counts the check, and records the finding if it failed. */
  check(invariant: Invariant, holds: boolean, finding: () => Omit<Finding, 'invariant'>): void {
    this.checks.set(invariant, (this.checks.get(invariant) ?? 0) + 1);
    if (!holds) this.findings.push({ invariant, ...finding() });
  }

  /** The invariants that were never checked. */
  unchecked(): Invariant[] {
    return INVARIANT_NAMES.filter((invariant) => !this.checks.get(invariant));
  }

  add({ checks, findings }: Tally): void {
    for (const [invariant, count] of checks)
      this.checks.set(invariant, (this.checks.get(invariant) ?? 0) + count);
    this.findings.push(...findings);
  }
}

/** `deadlocks`: the lines of each, from Postgres's log. */
export function checkDeadlocks(tally: Tally, deadlocks: readonly (readonly string[])[]): void {
  tally.check('I16', deadlocks.length === 0, () => ({
    what: `${deadlocks.length} deadlocks of operations. The first:`,
    player: '',
    evidence: deadlocks[0] ?? [],
  }));
}

/** Compares two values as JSON. The order of members does not matter. */
export function same(one: unknown, other: unknown): boolean {
  return canonicalJson(one) === canonicalJson(other);
}

export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, part) =>
    part !== null && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
