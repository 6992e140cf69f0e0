/**
 * Compiled rules as comparable text. Formulas are represented by their values over their facts, so two documents that
 * differ in any effective number have different fingerprints.
 */
import type { BalanceRules, ClaimTypeRule, FactRule, Facts, FactValue } from '../../src/domain/rules.ts';

export function fingerprint(rules: BalanceRules): string {
  const { resources, claimTypes, exchanges, payouts, breakers, ...rest } = rules;
  return JSON.stringify({
    ...rest,
    resources: [...resources],
    exchanges: [...exchanges],
    payouts: [...payouts],
    breakers: [...breakers],
    claimTypes: [...claimTypes.values()].map(claimText),
  });
}

function claimText({ facts, rewards, ...rest }: ClaimTypeRule) {
  const trials = trialsOf([...facts]);
  return {
    ...rest,
    facts: [...facts],
    rewards: rewards.map(({ resource, cap, amount }) => [
      resource,
      cap,
      trials.map((trial) => amount(trial)),
    ]),
  };
}

function trialsOf([first, ...rest]: readonly [string, FactRule][]): Facts[] {
  if (first === undefined) return [{}];
  const [name, rule] = first;
  return trialsOf(rest).flatMap((trial) =>
    valuesOf(rule, rest.length > 0).map((value) => ({ ...trial, [name]: value })),
  );
}

/** Evenly spaced values and every small number, so that a formula's comparison with a small number has an effect. */
function valuesOf(rule: FactRule, sparse: boolean): readonly FactValue[] {
  if (rule.kind === 'bool') return [false, true];
  if (rule.kind === 'string') return rule.values;
  if (rule.kind === 'id') return ['any'];
  const spaced = Array.from({ length: 9 }, (_, i) => Math.round(rule.min + (i * (rule.max - rule.min)) / 8));
  const small = Array.from({ length: sparse ? 8 : 256 }, (_, i) => i).filter(
    (i) => i >= rule.min && i <= rule.max,
  );
  return [...new Set([...spaced, ...small])];
}
