/** Compiles claim types: facts as they are declared, rewards as callable formulas. Collects problems, never throws. */
import type { ClaimTypeRule, RewardRule } from '../domain/rules.ts';
import { formulaCompiler } from './formulas.ts';
import { type Problem, pathText } from './problem.ts';
import type { BalanceDocument } from './schema.ts';
import { sortedEntries } from './sorted-entries.ts';

type ClaimType = BalanceDocument['claimTypes'][string];
type Reward = ClaimType['rewards'][string];

export function compileClaimTypes(
  claimTypes: BalanceDocument['claimTypes'],
  problems: Problem[],
): ReadonlyMap<string, ClaimTypeRule> {
  return new Map(
    Object.entries(claimTypes).map(([name, claimType]) => [
      name,
      compileClaimType(name, claimType, problems),
    ]),
  );
}

function compileClaimType(name: string, claimType: ClaimType, problems: Problem[]): ClaimTypeRule {
  const facts = new Map(
    Object.entries(claimType.facts).map(([fact, { description: _, ...rule }]) => [fact, rule]),
  );
  // A name from outside is worth nothing to a formula.
  const kinds = [...facts].flatMap(([fact, { kind }]) => (kind === 'id' ? [] : [[fact, kind] as const]));
  const formulas = formulaCompiler(new Map(kinds));
  for (const fact of facts.keys()) {
    const message = formulas.fault(fact);
    if (message !== null) problems.push({ path: pathText(['claimTypes', name, 'facts', fact]), message });
  }
  const rewards: RewardRule[] = [];
  for (const [resource, reward] of sortedEntries(claimType.rewards)) {
    const { amount, cap, onceFor, field } = normalise(reward);
    const compiled = formulas.compile(amount, { claimType: name, resource });
    if (compiled.kind === 'formula') rewards.push({ resource, amount: compiled.formula, cap, onceFor });
    else {
      const path = pathText(['claimTypes', name, 'rewards', resource, ...field]);
      problems.push({ path, message: compiled.message });
    }
  }
  const { proof, period = null, perDay = null } = claimType;
  return { name, proof, period, facts, rewards, perDay };
}

/** A reward may be written short, as its amount alone. `field`: where in the reward the amount stands. */
function normalise(reward: Reward): {
  amount: string | number;
  cap: number | null;
  onceFor: readonly string[] | null;
  field: string[];
} {
  if (typeof reward !== 'object') return { amount: reward, cap: null, onceFor: null, field: [] };
  const { amount, cap = null, onceFor = null } = reward;
  return { amount, cap, onceFor, field: ['amount'] };
}
