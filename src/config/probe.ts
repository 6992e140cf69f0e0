/**
 * Publish-time trial of formulas: evaluates each at the corners of its facts (least, most, nearest to zero, each
 * text, both booleans) and along each number's range, and reports those that fail or go negative. A trial, no proof; the Worker
 * doesn't repeat it: at run time a failing formula refuses the one claim.
 */
import {
  type BalanceRules,
  type ClaimTypeRule,
  type FactRule,
  type Facts,
  type FactValue,
  FormulaError,
} from '../domain/rules.ts';
import { type CompileResult, type ConfigId, compileBalanceConfig } from './compile.ts';
import { type Problem, pathText } from './problem.ts';

/** Enough for twelve facts at their two ends; beyond it the later facts stay at their first value. */
const MAX_CORNERS = 2 ** 12;
/** Steps along one number's range, the other facts at their first and last values: all of it where it is that small. */
const MAX_STEPS = 1000;

/** As `compileBalanceConfig`, and tries the formulas too: what has to hold before a document may be published. */
export function compileForPublishing(document: unknown, id: ConfigId): CompileResult {
  const result = compileBalanceConfig(document, id);
  if (result.kind === 'invalid') return result;
  const problems = probeFormulas(result.rules);
  return problems.length > 0 ? { kind: 'invalid', problems } : result;
}

function probeFormulas(rules: BalanceRules): Problem[] {
  return [...rules.claimTypes.values()].flatMap(probeClaimType);
}

function probeClaimType(claimType: ClaimTypeRule): Problem[] {
  const trials = [...cornersOf(claimType.facts), ...sweepsOf(claimType.facts)];
  return claimType.rewards.flatMap(({ resource, amount }) => {
    for (const facts of trials) {
      try {
        amount(facts);
      } catch (error) {
        if (!(error instanceof FormulaError)) throw error;
        // One trial for each formula: the first says what is wrong, the next hundred only hide it.
        return [
          { path: pathText(['claimTypes', claimType.name, 'rewards', resource]), message: error.message },
        ];
      }
    }
    return [];
  });
}

/** Every combination of each fact's telling values, least first. */
function cornersOf(facts: ReadonlyMap<string, FactRule>): Facts[] {
  let corners: Facts[] = [{}];
  for (const [name, rule] of facts) {
    const values = tellingValues(rule);
    const taken = corners.length * values.length <= MAX_CORNERS ? values : values.slice(0, 1);
    corners = corners.flatMap((corner) => taken.map((value) => ({ ...corner, [name]: value })));
  }
  return corners;
}

/** Finds what corners miss, such as a division by zero halfway. */
function sweepsOf(facts: ReadonlyMap<string, FactRule>): Facts[] {
  const corners = cornersOf(facts);
  const bases = [corners[0], corners.at(-1)];
  return [...facts].flatMap(([name, rule]) =>
    rule.kind === 'int'
      ? stepsOf(rule).flatMap((value) => bases.map((base) => ({ ...base, [name]: value })))
      : [],
  );
}

function stepsOf({ min, max }: { min: number; max: number }): number[] {
  const steps = Math.min(MAX_STEPS, max - min);
  const stride = (max - min) / Math.max(1, steps);
  return Array.from({ length: steps + 1 }, (_, step) => Math.min(max, Math.round(min + step * stride)));
}

function tellingValues(rule: FactRule): readonly FactValue[] {
  if (rule.kind === 'bool') return [false, true];
  if (rule.kind === 'string') return rule.values;
  // No formula sees it.
  if (rule.kind === 'id') return ['any'];
  const nearestToZero = Math.min(Math.max(rule.min, 0), rule.max);
  return [...new Set([rule.min, nearestToZero, rule.max])];
}
