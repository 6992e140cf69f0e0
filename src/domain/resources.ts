/**
 * Which resources an operation concerns. The kernel reads the balances of these and of no others: a player may hold a thousand
 * resources.
 */
import type { Accrual, Limit, Posting } from './moves.ts';
import type { Operation } from './operation.ts';
import type { BalanceRules } from './rules.ts';

/** The resources from which level, tier and stats follow: an answer shows them, moved or not. */
export function shownResources({ levels, tiers, statPoints }: BalanceRules): string[] {
  const stats = [...(statPoints?.stats.values() ?? [])];
  const shown = [levels, tiers, statPoints, ...stats].flatMap((part) => part?.resource ?? []);
  return [...new Set(shown)];
}

type Moving = Pick<
  Operation,
  'source' | 'requires' | 'postings' | 'advances' | 'choices' | 'counterparty' | 'milestones'
>;

/** Every resource that the operation may move, and every resource that decides how far one of these may move. */
export function touchedResources(operation: Moving, rules: BalanceRules): string[] {
  const { requires, postings, advances, choices, counterparty, source } = operation;
  const alternatives = choices.flatMap(({ oneOf }) => oneOf);
  const moved = [
    ...[...postings, ...advances, ...(counterparty?.postings ?? [])].flatMap(resourcesOfPosting),
    ...requires.map(({ counter }) => counter),
    ...alternatives.flatMap((one) => one.postings.flatMap(resourcesOfPosting)),
    ...alternatives.flatMap(({ when }) => when.map(({ resource }) => resource)),
    ...(operation.milestones ? resourcesOfLevels(rules) : []),
    ...(source.kind === 'reversal' ? source.counters : []),
    ...(source.kind === 'merge' ? source.counters.map(({ resource }) => resource) : []),
  ];
  // What a pending reward, a code, a reversal or a merge moves is in the ledger: it may be any resource.
  const fromLedger = ['pending', 'code', 'reversal', 'merge'].includes(source.kind);
  const regenerating = fromLedger ? rules.resources.keys() : moved;
  return [...new Set([...moved, ...regenerationResources(regenerating, rules)])];
}

/** The resources that opening balances and regeneration limits of these resources follow from. */
export function regenerationResources(names: Iterable<string>, { resources }: BalanceRules): string[] {
  return [...new Set(names)].flatMap((name) => resourcesOfAccrual(resources.get(name)?.accrual ?? null));
}

/** Whether the operation can raise the player's level: whether it gives experience, or may. */
export function givesExperience(
  { postings, choices }: Pick<Operation, 'postings' | 'choices'>,
  { levels }: BalanceRules,
): boolean {
  const gives = ({ resource, delta }: Posting) => resource === levels?.resource && delta > 0;
  return postings.some(gives) || choices.some(({ oneOf }) => oneOf.some((one) => one.postings.some(gives)));
}

function resourcesOfLevels({ levels, resources }: BalanceRules): string[] {
  if (!levels) return [];
  const granted = levels.grants.flatMap(({ resource }) => [
    resource,
    ...resourceOfLimit(resources.get(resource)?.ceiling ?? null),
  ]);
  return [levels.resource, levels.paidResource, ...granted];
}

function resourcesOfPosting({ resource, ceiling, converts }: Posting): string[] {
  const converted = converts ? [converts.resource, ...resourceOfLimit(converts.ceiling)] : [];
  return [resource, ...resourceOfLimit(ceiling), ...converted];
}

function resourcesOfAccrual(accrual: Accrual | null): string[] {
  if (accrual === null) return [];
  return [...resourceOfLimit(accrual.initial), ...resourceOfLimit(accrual.regenerates?.upTo ?? null)];
}

function resourceOfLimit(limit: Limit | null): string[] {
  return typeof limit === 'object' && limit !== null ? [limit.resource] : [];
}
