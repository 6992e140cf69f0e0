/**
 * Emission breakers: how much of a resource, or how many claims, may be given in an hour. The kernel counts and holds back
 * (drizzle/kernel/77_breakers.sql); no decision reads them.
 */

/** What has a counter of its own: the whole game, each game server, each version of the balance config. */
export const BREAKER_SCOPES = ['game', 'server', 'version'] as const;
export type BreakerScope = (typeof BREAKER_SCOPES)[number];

export interface BreakerRule {
  readonly name: string;
  /** What counts is what is given of it; null: how many times something is claimed. */
  readonly resource: string | null;
  /** The claim types and exchanges that count; null: everything that gives the resource. */
  readonly claimTypes: readonly string[] | null;
  readonly per: BreakerScope;
  readonly perHour: number;
}

/** The prefix of a breaker's name among the names of limits. */
export const BREAKER_PREFIX = 'breaker:';

const PER: Readonly<Record<BreakerScope, string>> = {
  game: '',
  server: ' by each game server',
  version: ' under each version',
};

/** Such as "what exceeds 1000 lumees of pve_victory in an hour". */
export function breakerText({
  resource = null,
  claimTypes = null,
  per,
  perHour,
}: Pick<BreakerRule, 'per' | 'perHour'> & {
  readonly resource?: string | null | undefined;
  readonly claimTypes?: readonly string[] | null | undefined;
}): string {
  const types = claimTypes?.toSorted().join(', ');
  return `what exceeds ${perHour} ${resource ?? 'claims'}${types ? ` of ${types}` : ''}${PER[per]} in an hour`;
}
