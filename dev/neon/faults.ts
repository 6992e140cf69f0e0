/** Rules that break chosen requests on purpose. This file selects the rule for a request; the endpoint executes it. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { NEON_FAILURE_NAMES, neonFailure } from './failures.ts';

const ruleFields = z.strictObject({
  id: z.string().min(1).max(100).optional(),
  /** A part of the request body. It is required, so that concurrent tests do not break each other's requests. */
  match: z.string().min(1).max(1_000),
  kind: z.enum([
    /** The connection is destroyed before the request reaches Postgres. */
    'drop_before',
    /** The request is executed and committed, then the connection is destroyed without a response. */
    'drop_after_commit',
    /** The request is only delayed by `delayMs`, as by the 0.5 to 5 s that a suspended compute takes to start. */
    'delay',
    /** The request is executed twice, one after the other, and the second response is returned. */
    'duplicate',
    /** The request is executed and committed, and only half of the response body is sent. */
    'reset_mid_body',
    /** The request is not executed and is answered with `errorCode`. */
    'error',
    /** The request is not executed and is answered with `failure`. */
    'neon',
  ]),
  /** The delay before anything else happens, for every kind. */
  delayMs: z.number().int().min(0).max(60_000).default(0),
  /** The SQLSTATE for `error`. Empty means that Neon lost its connection, so the outcome is unknown. */
  errorCode: z.string().max(5).default(''),
  /** The HTTP status for `error`. */
  status: z.number().int().min(400).max(599).default(400),
  /** For `neon`: one of Neon's own failures. */
  failure: z.enum(NEON_FAILURE_NAMES).optional(),
  /** The number of requests that the rule breaks. */
  times: z.number().int().min(1).max(1_000_000).default(1),
});

export const faultRule = ruleFields.refine(
  ({ kind, failure }) => (kind === 'neon') === (failure !== undefined),
  'the kind "neon", and no other, needs a failure',
);

export type FaultRule = z.input<typeof faultRule>;
export type Fault = z.output<typeof faultRule> & { id: string; pattern: Buffer };

/** Bounds the cost of rules that tests did not remove: each request is compared with every rule. */
const MAX_RULES = 1_000;

export class Faults {
  /** Called with each rule when it is used. */
  onTake: ((fault: Fault) => void) | undefined;
  readonly #rules = new Map<string, Fault>();
  /** The requests that are delayed now, with the IDs of their rules. */
  readonly #delayed = new Map<AbortController, string>();

  /** Returns the rule's ID. A rule with an existing ID replaces the existing rule. */
  add(rule: FaultRule): string {
    if (this.#rules.size >= MAX_RULES)
      throw new Error(`more than ${MAX_RULES} fault rules: remove some first`);
    const parsed = faultRule.parse(rule);
    const id = parsed.id ?? randomUUID();
    this.#rules.set(id, { ...parsed, id, pattern: Buffer.from(parsed.match) });
    return id;
  }

  /**
   * Ends the delays of the rule as well. Returns false if it neither exists nor delays a request. A rule is removed automatically
   * after its last use.
   */
  remove(id: string): boolean {
    const delayed = [...this.#delayed].filter(([, rule]) => rule === id);
    for (const [delay] of delayed) delay.abort();
    return this.#rules.delete(id) || delayed.length > 0;
  }

  /** Resolves after the delay, or earlier if the rule is removed or the request is aborted. */
  async delay({ id, delayMs, failure }: Fault, aborted: AbortSignal): Promise<void> {
    const milliseconds = delayMs + ((failure && neonFailure(failure).waitMs) ?? 0);
    if (milliseconds === 0) return;
    const lifted = new AbortController();
    this.#delayed.set(lifted, id);
    const signal = AbortSignal.any([aborted, lifted.signal]);
    await sleep(milliseconds, undefined, { signal }).catch(() => {});
    this.#delayed.delete(lifted);
  }

  clear(): void {
    this.#rules.clear();
  }

  /** The number of requests that the rule will still break. */
  remaining(id: string): number {
    return this.#rules.get(id)?.times ?? 0;
  }

  /** Returns the oldest rule that matches and counts this use. */
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
