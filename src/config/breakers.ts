/** Emission breakers: what must hold between them and the rest of a document, their compiled form, and how they differ. */
import { BREAKER_PREFIX, BREAKER_SCOPES, type BreakerRule, breakerText } from '../domain/breakers.ts';
import type { ReportChange } from './changes.ts';
import { rolesOf } from './check-roles.ts';
import { sortedEntries } from './json.ts';
import type { Report } from './problem.ts';
import type { BalanceDocument } from './schema.ts';

type Breaker = BalanceDocument['breakers'][string];

export function checkBreakers(document: BalanceDocument, report: Report): void {
  const moved = movedOtherwise(document);
  for (const [name, { resource, claimTypes }] of Object.entries(document.breakers)) {
    const at = ['breakers', name];
    if (resource === undefined && claimTypes === undefined)
      report(at, 'must name a resource, or the claim types whose claims it counts');
    if (resource !== undefined && !Object.hasOwn(document.resources, resource))
      report(
        [...at, 'resource'],
        `names the resource "${resource}", which is not listed in resources; add it there`,
      );
    const why = resource === undefined ? undefined : moved.get(resource);
    if (why !== undefined) report([...at, 'resource'], `choose another resource: "${resource}" ${why}`);
    for (const [place, type] of (claimTypes ?? []).entries()) {
      if (!Object.hasOwn(document.claimTypes, type) && !Object.hasOwn(document.exchanges, type))
        report(
          [...at, 'claimTypes', place],
          `names "${type}", which is neither a claim type nor an exchange`,
        );
      if (claimTypes?.indexOf(type) !== place)
        report([...at, 'claimTypes', place], `must not name "${type}" twice`);
    }
  }
}

/** What nobody is paid with: holding it back would stop play, or a count. */
function movedOtherwise(document: BalanceDocument): ReadonlyMap<string, string> {
  const counters = Object.values(document.drawTables)
    .flatMap(({ guarantees }) => guarantees)
    .map(({ counter }) => [counter, 'counts draws'] as const);
  const roles = [...rolesOf(document)]
    .filter(([, { forbids }]) => forbids.includes('reward'))
    .map(([name, { path, why }]) => [name, `(${path}) ${why}`] as const);
  const health = document.combat
    ? [[document.combat.health, '(combat.health) is moved by combat'] as const]
    : [];
  return new Map([...counters, ...roles, ...health]);
}

export function compileBreakers({ breakers }: BalanceDocument): ReadonlyMap<string, BreakerRule> {
  return new Map(
    sortedEntries(breakers).map(([name, { resource = null, claimTypes = null, per, perHour }]) => [
      name,
      { name, resource, claimTypes: claimTypes?.toSorted() ?? null, per, perHour },
    ]),
  );
}

/** What publishing writes for the kernel. */
export interface KernelBreaker {
  readonly limit: string;
  readonly bound: number;
  readonly resource: string | null;
  readonly claim_types: readonly string[] | null;
  /** The place in `BREAKER_SCOPES`, from 1. */
  readonly per: number;
}

export function kernelBreakers(breakers: ReadonlyMap<string, BreakerRule>): KernelBreaker[] {
  return [...breakers.values()].map(({ name, resource, claimTypes, per, perHour }) => ({
    limit: `${BREAKER_PREFIX}${name}`,
    bound: perHour,
    resource,
    claim_types: claimTypes,
    per: BREAKER_SCOPES.indexOf(per) + 1,
  }));
}

/** A breaker keeps what it has counted in the running hour as long as its name stays. */
export function compareBreakers(
  { before, after }: { readonly before: BalanceDocument; readonly after: BalanceDocument },
  report: ReportChange,
): void {
  for (const name of new Set([...Object.keys(before.breakers), ...Object.keys(after.breakers)])) {
    const [was, is] = [entryOf(before, name), entryOf(after, name)];
    const at = ['breakers', name];
    if (!was && is) report('running', at, `The breaker ${name} holds back ${breakerText(is)}.`);
    else if (was && !is)
      report(
        'running',
        at,
        `The breaker ${name} is gone. What it held back stays held until staff release it.`,
      );
    else if (was && is && breakerText(was) !== breakerText(is))
      report(
        'running',
        at,
        `The breaker ${name} holds back ${breakerText(is)} instead of ${breakerText(was)}. What was given in the running hour counts.`,
      );
  }
}

const entryOf = ({ breakers }: BalanceDocument, name: string): Breaker | undefined =>
  Object.hasOwn(breakers, name) ? breakers[name] : undefined;
