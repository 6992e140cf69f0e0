/** What is looked for, what was found, and how often anybody looked. A check that never ran proves nothing. */

export const INVARIANTS = {
  I0: 'every answer is one that the contract gives to such a request',
  I1: 'the sum of deltas is the balance',
  I2: 'each before is the previous after; sequences are gapless from 1',
  I3: 'after is before and delta; floors and ceilings hold',
  I4: 'a granted claim moves exactly what its config version gives; nothing moves without a claim',
  I5: 'no two granted claims share player, type and key; no two claims share player and idempotency key',
  I6: 'what was acknowledged is there, with exactly those numbers',
  I7: 'one key, one outcome',
  I8: 'a definite no moved nothing, and was right',
  I9: 'stat points: unspent and allocated are what levels gave',
  I10: 'staff actions, audit and log are one to one; only who may acts, in their own name',
  I11: 'no award above its limit, no day above its budget',
  I12: 'an operation that starts after an acknowledgement observes it',
} as const;
export type Invariant = keyof typeof INVARIANTS;

export interface Finding {
  readonly invariant: Invariant;
  readonly what: string;
  /** Whose history shows it. */
  readonly player: string;
  /** Idempotency keys and claim IDs that it is about: the attempts that belong to them tell the story. */
  readonly keys?: readonly string[];
  readonly claims?: readonly string[];
}

export class Tally {
  readonly checks = new Map<Invariant, number>();
  readonly findings: Finding[] = [];

  /** Counts the check, and keeps the finding where it failed. */
  check(invariant: Invariant, holds: boolean, finding: () => Omit<Finding, 'invariant'>): void {
    this.checks.set(invariant, (this.checks.get(invariant) ?? 0) + 1);
    if (!holds) this.findings.push({ invariant, ...finding() });
  }

  /** Those that nobody looked for. */
  unchecked(): Invariant[] {
    return (Object.keys(INVARIANTS) as Invariant[]).filter((invariant) => !this.checks.get(invariant));
  }

  add({ checks, findings }: Tally): void {
    for (const [invariant, count] of checks)
      this.checks.set(invariant, (this.checks.get(invariant) ?? 0) + count);
    this.findings.push(...findings);
  }
}

export function same(one: unknown, other: unknown): boolean {
  return text(one) === text(other);
}

/** With members in order of name, so that order is no difference. */
export function text(value: unknown): string {
  return JSON.stringify(value, (_, part) =>
    part !== null && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
