// Rules for breaking chosen requests on purpose, so that tests can see what a player would see. It only picks the rule;
// the endpoint carries it out.

import { randomUUID } from 'node:crypto';
import { z } from 'zod';

export const faultRule = z.strictObject({
  id: z.string().min(1).max(100).optional(),
  /** A part of the request's body. Required, so that tests that run side by side never break each other's requests. */
  match: z.string().min(1).max(1_000),
  kind: z.enum([
    /** The connection is destroyed before Postgres hears of the request. */
    'drop_before',
    /** The request is executed and committed, then the connection is destroyed without a word. */
    'drop_after_commit',
    /** Nothing but the wait. */
    'delay',
    /** The same request is executed twice, one after the other; the second answer is returned. */
    'duplicate',
    /** Executed and committed; half of the answer's body arrives. */
    'reset_mid_body',
    /** Not executed; answered with `errorCode`. */
    'error',
  ]),
  /** Waited before anything else, with every kind. */
  delayMs: z.number().int().min(0).max(60_000).default(0),
  /** SQLSTATE for `error`; empty means that Neon lost its connection, so the outcome is unknown. */
  errorCode: z.string().max(5).default(''),
  /** HTTP status for `error`. */
  status: z.number().int().min(400).max(599).default(400),
  /** How many requests it breaks. */
  times: z.number().int().min(1).max(1_000_000).default(1),
});

export type FaultRule = z.input<typeof faultRule>;
export type Fault = z.output<typeof faultRule> & { id: string; pattern: Buffer };

/** A test that forgets to clean up must not slow every later request down for ever. */
const maxRules = 1_000;

export class Faults {
  /** Told of each rule that is used, as it is used. */
  onTake: ((fault: Fault) => void) | undefined;
  readonly #rules = new Map<string, Fault>();

  /** Returns the rule's ID. A rule with an ID already in use replaces that one. */
  add(rule: FaultRule): string {
    if (this.#rules.size >= maxRules) throw new Error(`more than ${maxRules} fault rules: remove some first`);
    const parsed = faultRule.parse(rule);
    const id = parsed.id ?? randomUUID();
    this.#rules.set(id, { ...parsed, id, pattern: Buffer.from(parsed.match) });
    return id;
  }

  /** False when there is no such rule; a rule goes by itself once its times are used up. */
  remove(id: string): boolean {
    return this.#rules.delete(id);
  }

  clear(): void {
    this.#rules.clear();
  }

  /** How many more requests the rule will break. */
  remaining(id: string): number {
    return this.#rules.get(id)?.times ?? 0;
  }

  /** The first rule added that matches, one for each request; using it counts. */
  take(body: Buffer): Fault | undefined {
    for (const rule of this.#rules.values()) {
      if (!body.includes(rule.pattern)) continue;
      rule.times--;
      if (rule.times === 0) this.#rules.delete(rule.id);
      this.onTake?.(rule);
      return rule;
    }
    return undefined;
  }
}
