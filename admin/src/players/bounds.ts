// "Why this number", after the formulas: the ceilings that cut an amount off, and the levels that were reached, with what each gave.
import type { BalanceChange } from '@onceward/client';
import { fill, objectOf } from './explain.ts';

export interface Ceiling {
  readonly resource: string;
  /** In words, with its formula: "100, and 10 for each stat:energy". */
  readonly ceiling: string;
  /** What becomes of the rest. */
  readonly rest: string;
}

const RESTS: Readonly<Record<string, string>> = {
  clamp: 'the rest is cut off',
  convert: 'the rest is converted',
  reject: 'more is rejected',
};

/** Of the resources that a claim moved up. A claim that would exceed one is rejected where the config says so. */
export function ceilingsOf(changes: readonly BalanceChange[], document: unknown): Ceiling[] {
  const { resources, statPoints } = objectOf(document);
  const raised = [
    ...new Set(changes.filter(({ requested }) => requested > 0).map(({ resource }) => resource)),
  ];
  return raised.flatMap((resource) => {
    const { ceiling, atCeiling, convertTo } = objectOf(objectOf(resources)[resource]);
    const text = ceilingText(ceiling, objectOf(objectOf(statPoints).stats));
    if (text === null) return [];
    const { resource: into, rate } = objectOf(convertTo);
    const rest = into ? `the rest becomes ${into}, ${rate} for each` : RESTS[String(atCeiling ?? 'reject')];
    return [{ resource, ceiling: text, rest: rest ?? String(atCeiling) }];
  });
}

function ceilingText(ceiling: unknown, stats: Readonly<Record<string, unknown>>): string | null {
  if (typeof ceiling === 'number') return String(ceiling);
  const { stat } = objectOf(ceiling);
  if (typeof stat !== 'string') return null;
  const { resource, base, perPoint } = objectOf(stats[stat]);
  return `${base}, and ${perPoint} for each ${resource}`;
}

export interface LevelUp {
  readonly level: number;
  /** The experience at which it begins, and what it gives, each with the level filled in. */
  readonly begins: FilledFormula;
  readonly grants: readonly (FilledFormula & { readonly resource: string })[];
}

export interface FilledFormula {
  readonly formula: string;
  readonly filled: string;
}

/** Counted by the resource of the levels that were paid: level 2 is the first. */
export function levelUpsOf(changes: readonly BalanceChange[], document: unknown): LevelUp[] {
  const { paidResource, experienceForLevel, grants } = objectOf(objectOf(document).levels);
  const paid = changes.find(({ resource, delta }) => resource === paidResource && delta > 0);
  if (!paid) return [];
  const at = (source: unknown, level: number): FilledFormula => ({
    formula: String(source),
    filled: fill(String(source), { level }),
  });
  return Array.from({ length: paid.delta }, (_, index) => {
    const level = paid.before + index + 2;
    return {
      level,
      begins: at(experienceForLevel, level),
      grants: Object.entries(objectOf(grants)).map(([resource, source]) => ({
        resource,
        ...at(source, level),
      })),
    };
  });
}
