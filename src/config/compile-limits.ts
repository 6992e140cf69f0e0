/** Compiles limits: the bounds that a claim type, an exchange or a transfer has of its own, and those that it shares by name. */
import type { PeriodKind } from '../domain/calendar.ts';
import { counterOf } from '../domain/limits.ts';
import type { LimitRule } from '../domain/rules.ts';
import { sortedEntries } from './json.ts';
import type { BalanceDocument } from './schema.ts';

export type LimitBounds = Pick<
  BalanceDocument['limits'][string],
  'perDay' | 'perWeek' | 'perMonth' | 'perSeason' | 'ever'
> & { readonly total?: number | undefined };

/** Compiles the limits of a claim type or an exchange: its own, then those that it shares. */
export type CompileLimits = (
  counter: string,
  name: string,
  offer: LimitBounds & { readonly sharedLimits: readonly string[] },
) => LimitRule[];

export function limitCompiler(document: BalanceDocument): CompileLimits {
  const members = membersOf(document);
  return (counter, name, { sharedLimits, ...bounds }) => [
    ...limitRules(bounds, { counter, claimTypes: [name], sharedLimit: null }),
    ...sharedLimits.flatMap((shared) => {
      const named = Object.hasOwn(document.limits, shared) ? document.limits[shared] : undefined;
      // Missing only in a document that the checks have rejected.
      if (!named) return [];
      const claimTypes = members.get(shared) ?? [];
      return limitRules(named, { counter: counterOf('shared', shared), claimTypes, sharedLimit: shared });
    }),
  ];
}

/** The claim types and exchanges that share each limit, sorted. */
function membersOf({
  claimTypes,
  exchanges,
}: Pick<BalanceDocument, 'claimTypes' | 'exchanges'>): ReadonlyMap<string, readonly string[]> {
  const members = new Map<string, string[]>();
  for (const [name, { sharedLimits }] of sortedEntries({ ...claimTypes, ...exchanges })) {
    for (const shared of sharedLimits) members.set(shared, [...(members.get(shared) ?? []), name]);
  }
  return members;
}

export function limitRules(
  { perDay, perWeek, perMonth, perSeason, ever, total }: LimitBounds,
  counted: Pick<LimitRule, 'counter' | 'claimTypes' | 'sharedLimit'>,
): LimitRule[] {
  const rule = (
    period: PeriodKind,
    max: number | undefined,
    subject: LimitRule['subject'] = 'player',
  ): LimitRule[] => (max === undefined ? [] : [{ ...counted, subject, period, max }]);
  return [
    ...rule('day', perDay),
    ...rule('week', perWeek),
    ...rule('month', perMonth),
    ...sortedEntries(perSeason).flatMap(([season, max]) => rule({ season }, max)),
    ...rule('ever', ever),
    ...rule('ever', total, 'game'),
  ];
}
