/**
 * The facts of a ticket: few, flat, and of values that survive JSON and Postgres unchanged. Which facts a claim type
 * wants, and within which bounds, is checked against the config, not here.
 */

import type { Facts, FactValue } from '../domain/rules.ts';
import { isStorableText, PATTERNS } from '../domain/values.ts';

const MAX_FACTS = 32;
const MAX_STRING_LENGTH = 256;
const FACT_VALUES = `an integer within ±${Number.MAX_SAFE_INTEGER}, true or false, or a text of at most ${MAX_STRING_LENGTH} characters without NUL and lone surrogates`;

function isFactValue(value: unknown): value is FactValue {
  if (typeof value === 'boolean') return true;
  if (typeof value === 'number') return Number.isSafeInteger(value);
  return typeof value === 'string' && value.length <= MAX_STRING_LENGTH && isStorableText(value);
}

export function readFacts(
  value: unknown,
): { readonly kind: 'facts'; readonly facts: Facts } | { readonly kind: 'invalid'; readonly why: string } {
  if (value === undefined) return { kind: 'facts', facts: {} };
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { kind: 'invalid', why: 'its facts are not an object' };
  }
  const entries = Object.entries(value);
  if (entries.length > MAX_FACTS) return { kind: 'invalid', why: `it has more than ${MAX_FACTS} facts` };
  for (const [name, fact] of entries) {
    if (!PATTERNS.factName.expression.test(name))
      return { kind: 'invalid', why: `the name of a fact is not valid (${PATTERNS.factName.expected})` };
    if (!isFactValue(fact))
      return { kind: 'invalid', why: `the value of fact "${name}" is not valid (${FACT_VALUES})` };
  }
  return { kind: 'facts', facts: value as Facts };
}
