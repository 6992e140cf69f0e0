/**
 * The facts of a claim. `parseFacts` accepts what JSON and Postgres store unchanged; `checkFacts` compares parsed facts
 * with what their claim type declares: all of them, and no others.
 */
import { badInput, type Fault } from './fault.ts';
import type { ClaimTypeRule, FactRule, Facts, FactValue } from './rules.ts';
import { isStorableText, PATTERNS } from './values.ts';

const MAX_FACTS = 32;
const MAX_STRING_LENGTH = 256;
const FACT_VALUES = `an integer within ±${Number.MAX_SAFE_INTEGER}, true or false, or a text of at most ${MAX_STRING_LENGTH} characters without NUL and lone surrogates`;

export type ParsedFacts =
  | { readonly kind: 'facts'; readonly facts: Facts }
  | { readonly kind: 'invalid'; readonly why: string };

/** Missing facts are an empty object. */
export function parseFacts(value: unknown): ParsedFacts {
  const invalid = (why: string): ParsedFacts => ({ kind: 'invalid', why });
  if (value === undefined) return { kind: 'facts', facts: {} };
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return invalid('its facts are not an object');
  }
  const entries = Object.entries(value);
  if (entries.length > MAX_FACTS) return invalid(`it has more than ${MAX_FACTS} facts`);
  for (const [name, fact] of entries) {
    if (!PATTERNS.factName.expression.test(name))
      return invalid(`the name of a fact is not valid (${PATTERNS.factName.expected})`);
    if (!isFactValue(fact)) return invalid(`the value of fact "${name}" is not valid (${FACT_VALUES})`);
  }
  return { kind: 'facts', facts: value as Facts };
}

function isFactValue(value: unknown): value is FactValue {
  if (typeof value === 'boolean') return true;
  if (typeof value === 'number') return Number.isSafeInteger(value);
  return typeof value === 'string' && value.length <= MAX_STRING_LENGTH && isStorableText(value);
}

/** Returns the first fault, or null. `path` is where the facts are in the input (`facts`, `ticket.facts`). */
export function checkFacts(facts: Facts, claimType: ClaimTypeRule, path: string): Fault | null {
  for (const name of Object.keys(facts)) {
    if (!claimType.facts.has(name)) {
      const known = [...claimType.facts.keys()].join(', ') || 'none';
      return badInput(
        `${path}.${name}`,
        `claim type ${claimType.name} has no such fact; its facts: ${known}`,
      );
    }
  }
  for (const [name, rule] of claimType.facts) {
    const value = Object.hasOwn(facts, name) ? facts[name] : undefined;
    const problem = problemWith(value, rule);
    if (problem) return badInput(`${path}.${name}`, problem);
  }
  return null;
}

function problemWith(value: FactValue | undefined, rule: FactRule): string | null {
  switch (rule.kind) {
    case 'int': {
      const expected = `an integer from ${rule.min} to ${rule.max}`;
      if (value === undefined) return `required: ${expected}`;
      const fits =
        typeof value === 'number' && Number.isSafeInteger(value) && value >= rule.min && value <= rule.max;
      return fits ? null : `must be ${expected}`;
    }
    case 'id': {
      const { expression, expected } = PATTERNS.claimKey;
      if (value === undefined) return `required: ${expected}`;
      return typeof value === 'string' && expression.test(value) ? null : `must be ${expected}`;
    }
    case 'bool':
      if (value === undefined) return 'required: true or false';
      return typeof value === 'boolean' ? null : 'must be true or false';
    case 'string': {
      const expected = `one of ${rule.values.join(', ')}`;
      if (value === undefined) return `required: ${expected}`;
      return typeof value === 'string' && rule.values.includes(value) ? null : `must be ${expected}`;
    }
  }
}
