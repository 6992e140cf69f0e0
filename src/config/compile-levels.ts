/**
 * Unrolls the level curve: one threshold and one set of grants for each level from 2 up, so that neither the domain nor
 * the ledger knows formulas of levels. Collects problems, never throws.
 */
import { type Formula, FormulaError, type LevelRules } from '../domain/rules.ts';
import { formulaCompiler } from './formulas.ts';
import { type Problem, pathText } from './problem.ts';
import type { BalanceDocument } from './schema.ts';
import { sortedEntries } from './sorted-entries.ts';

type Compiler = ReturnType<typeof formulaCompiler>;
type Path = readonly PropertyKey[];

export function compileLevels(levels: BalanceDocument['levels'], problems: Problem[]): LevelRules {
  const compiler = formulaCompiler(new Map([['level', 'int']]));
  const { resource, paidResource, maxLevel } = levels;
  const path = ['levels', 'experienceForLevel'];
  const thresholds = unroll({
    compiler,
    source: levels.experienceForLevel,
    resource,
    maxLevel,
    path,
    problems,
  });
  checkAscending(thresholds, path, problems);
  const grants = sortedEntries(levels.grants).map(([granted, source]) => ({
    resource: granted,
    amounts: unroll({
      compiler,
      source,
      resource: granted,
      maxLevel,
      path: ['levels', 'grants', granted],
      problems,
    }),
  }));
  return { resource, paidResource, thresholds, grants };
}

/** The formula's value for each level from 2 to maxLevel; empty where it cannot be computed. */
function unroll(curve: {
  compiler: Compiler;
  source: string | number;
  resource: string;
  maxLevel: number;
  path: Path;
  problems: Problem[];
}): number[] {
  const path = pathText(curve.path);
  const compiled = curve.compiler.compile(curve.source, { claimType: null, resource: curve.resource });
  if (compiled.kind === 'fault') {
    curve.problems.push({ path, message: compiled.message });
    return [];
  }
  try {
    return valuesByLevel(compiled.formula, curve.maxLevel);
  } catch (error) {
    if (!(error instanceof FormulaError)) throw error;
    curve.problems.push({ path, message: error.message });
    return [];
  }
}

function valuesByLevel(formula: Formula, maxLevel: number): number[] {
  return Array.from({ length: Math.max(0, maxLevel - 1) }, (_, i) => formula({ level: i + 2 }));
}

function checkAscending(thresholds: readonly number[], path: Path, problems: Problem[]): void {
  const i = thresholds.findIndex((threshold, at) => threshold <= (thresholds[at - 1] ?? 0));
  if (i < 0) return;
  problems.push({
    path: pathText(path),
    message: `must give each level more than the one before: level ${i + 1} begins at ${thresholds[i - 1] ?? 0}, level ${i + 2} at ${thresholds[i]}`,
  });
}
