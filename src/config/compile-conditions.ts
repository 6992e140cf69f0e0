/** Compiles the conditions (`requires`) of claim types and exchanges, and what formulas may read of players under a document. */
import type { PlayerCondition } from '../domain/rules.ts';
import type { FormulaCompiler } from './formulas.ts';
import type { PlayerScope } from './player-reads.ts';
import { type Problem, pathText } from './problem.ts';
import type { BalanceDocument } from './schema.ts';

export function playerScope({ levels, tiers, resources, attributes }: BalanceDocument): PlayerScope {
  return {
    levels: Boolean(levels),
    tiers: tiers ? tiers.list.map(({ name }) => name) : null,
    resources: new Set(Object.keys(resources)),
    attributes: new Map(Object.entries(attributes).map(([name, { values }]) => [name, values])),
  };
}

interface Place {
  /** Of the claim type or exchange. */
  readonly name: string;
  readonly at: readonly PropertyKey[];
}

export function compileConditions(
  requires: BalanceDocument['claimTypes'][string]['requires'],
  { formulas, problems }: { readonly formulas: FormulaCompiler; readonly problems: Problem[] },
  { name, at }: Place,
): readonly PlayerCondition[] {
  return requires.flatMap(({ when, text }, index) => {
    const compiled = formulas.condition(when, { claimType: name, resource: text });
    if (compiled.kind === 'condition')
      return [{ when: compiled.condition, text, usesFacts: compiled.usesFacts }];
    problems.push({ path: pathText([...at, 'requires', index, 'when']), message: compiled.message });
    return [];
  });
}
