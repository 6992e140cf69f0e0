/** Checks the facts of a claim against what its claim type declares: every one of them, and nothing else. */
import { badInput, type Fault } from './fault.ts';
import type { ClaimTypeRule, FactRule, Facts, FactValue } from './rules.ts';
import { PATTERNS } from './values.ts';

/** The first fault found, or null. `path` is where the facts stand in the input (`facts`, `ticket.facts`). */
export function checkFacts(facts: Facts, claimType: ClaimTypeRule, path: string): Fault | null {
  for (const name of Object.keys(facts)) {
    if (!claimType.facts.has(name)) {
      const known = [...claimType.facts.keys()].join(', ') || 'none';
      return badInput(
        `${path}.${name}`,
        `claim type ${claimType.name} knows no such fact (it knows: ${known})`,
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
