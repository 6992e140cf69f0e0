/**
 * Compiles the parts of a document with formulas: claim types, and the level curve with its grants. The curve becomes
 * one number for each level, so that neither the domain nor the ledger evaluates it. Collects problems, never throws.
 */
import { counterOf } from '../domain/limits.ts';
import {
  type ClaimTypeRule,
  type DrawTable,
  type Formula,
  FormulaError,
  type LevelRules,
  type RewardRule,
} from '../domain/rules.ts';
import { compileConditions, playerScope } from './compile-conditions.ts';
import { compileDraws } from './compile-draws.ts';
import { type CompileLimits, limitCompiler } from './compile-limits.ts';
import { compileProgress } from './compile-progress.ts';
import { formulaCompiler, formulaCompilers } from './formulas.ts';
import { sortedEntries } from './json.ts';
import { type Problem, pathText } from './problem.ts';
import type { BalanceDocument } from './schema.ts';
import { claimWindow } from './windows.ts';

type ClaimType = BalanceDocument['claimTypes'][string];
type Reward = ClaimType['rewards'][string];
type Levels = NonNullable<BalanceDocument['levels']>;

export function compileClaimTypes(
  document: BalanceDocument,
  tables: ReadonlyMap<string, DrawTable>,
  problems: Problem[],
): ReadonlyMap<string, ClaimTypeRule> {
  const compilers = {
    compilerOf: formulaCompilers(playerScope(document)),
    limitsOf: limitCompiler(document),
  };
  return new Map(
    sortedEntries(document.claimTypes).map(([name, claimType]) => [
      name,
      {
        ...compileClaimType(name, claimType, { ...compilers, problems }),
        draws: compileDraws(claimType.draws, tables),
        window: claimWindow(claimType, document),
      },
    ]),
  );
}

function compileClaimType(
  name: string,
  claimType: ClaimType,
  {
    compilerOf,
    limitsOf,
    problems,
  }: {
    compilerOf: ReturnType<typeof formulaCompilers>;
    limitsOf: CompileLimits;
    problems: Problem[];
  },
): Omit<ClaimTypeRule, 'draws' | 'window'> {
  const facts = new Map(
    Object.entries(claimType.facts).map(([fact, { description: _, ...rule }]) => [fact, rule]),
  );
  // An `id` fact names a source and has no value that a formula could use.
  const kinds = [...facts].flatMap(([fact, { kind }]) => (kind === 'id' ? [] : [[fact, kind] as const]));
  const formulas = compilerOf(new Map(kinds));
  for (const fact of facts.keys()) {
    const message = formulas.nameProblem(fact);
    if (message !== null) problems.push({ path: pathText(['claimTypes', name, 'facts', fact]), message });
  }
  const rewards: RewardRule[] = [];
  for (const [resource, reward] of sortedEntries(claimType.rewards)) {
    const { amount, cap, onceFor, scope, field } = normalise(reward);
    const at = ['claimTypes', name, 'rewards', resource];
    const compiled = formulas.compile(amount, { claimType: name, resource });
    const most = typeof cap === 'string' ? formulas.compile(cap, { claimType: name, resource }) : null;
    if (compiled.kind === 'invalid')
      problems.push({ path: pathText([...at, ...field]), message: compiled.message });
    if (most?.kind === 'invalid') problems.push({ path: pathText([...at, 'cap']), message: most.message });
    if (compiled.kind === 'invalid' || most?.kind === 'invalid') continue;
    const capped = typeof cap === 'string' ? (most?.formula ?? null) : cap;
    rewards.push({ resource, amount: compiled.formula, cap: capped, onceFor, scope });
  }
  const conditions = compileConditions(
    claimType.requires,
    { formulas, problems },
    { name, at: ['claimTypes', name] },
  );
  const { proof, period = null, reversibleBy } = claimType;
  const given = sortedEntries(claimType.onExpiry?.gives ?? {});
  const onExpiry = given.map(([resource, amount]) => ({ resource, amount }));
  const limits = limitsOf(counterOf('claims', name), name, claimType);
  return {
    ...{ name, proof, period, facts, rewards, conditions, limits, onExpiry, reversibleBy },
    ...compileProgress(claimType),
  };
}

/** Expands the short form of a reward, which is its amount alone. `field` is the path of the amount in the reward. */
function normalise(reward: Reward): Omit<RewardRule, 'resource' | 'amount' | 'cap'> & {
  amount: string | number;
  cap: string | number | null;
  field: string[];
} {
  if (typeof reward !== 'object')
    return { amount: reward, cap: null, onceFor: null, scope: 'player', field: [] };
  const { amount, cap = null, onceFor = null, scope = 'player' } = reward;
  return { amount, cap, onceFor, scope, field: ['amount'] };
}

export function compileLevels(levels: Levels, problems: Problem[]): LevelRules {
  const { resource, paidResource, maxLevel, experienceForLevel } = levels;
  const formulas = formulaCompiler({ facts: new Map([['level', 'int']]), player: null });
  /** The formula's value for each level from 2 to maxLevel. Empty if it cannot be computed. */
  const unroll = (source: string | number, of: string, path: string): number[] => {
    const compiled = formulas.compile(source, { claimType: null, resource: of });
    if (compiled.kind === 'invalid') {
      problems.push({ path, message: compiled.message });
      return [];
    }
    try {
      return valuesByLevel(compiled.formula, maxLevel);
    } catch (error) {
      if (!(error instanceof FormulaError)) throw error;
      problems.push({ path, message: error.message });
      return [];
    }
  };
  const path = pathText(['levels', 'experienceForLevel']);
  const thresholds = unroll(experienceForLevel, resource, path);
  checkAscending(thresholds, path, problems);
  const grants = sortedEntries(levels.grants).map(([granted, source]) => ({
    resource: granted,
    amounts: unroll(source, granted, pathText(['levels', 'grants', granted])),
  }));
  return { resource, paidResource, thresholds, grants };
}

function valuesByLevel(formula: Formula, maxLevel: number): number[] {
  return Array.from({ length: Math.max(0, maxLevel - 1) }, (_, i) => formula({ level: i + 2 }));
}

function checkAscending(thresholds: readonly number[], path: string, problems: Problem[]): void {
  const i = thresholds.findIndex((threshold, at) => threshold <= (thresholds[at - 1] ?? 0));
  if (i < 0) return;
  problems.push({
    path,
    message: `must increase with each level: level ${i + 1} starts at ${thresholds[i - 1] ?? 0}, level ${i + 2} at ${thresholds[i]}`,
  });
}
