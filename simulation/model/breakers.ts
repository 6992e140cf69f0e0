/** Breakers of the simulated game: what claims of some types give in an hour of UTC, and what becomes of a claim beyond that. */

export interface Breaker {
  readonly name: string;
  /** Null: it counts claims. */
  readonly resource: string | null;
  readonly claimTypes: readonly string[];
  readonly per: 'game' | 'server' | 'version';
  readonly perHour: number;
}

/** The claim type under which what was held back is paid. */
export const HELD_TYPE = 'held_reward';

/** The operations by which staff settle what is held, as they are recorded with the player. */
export const RELEASE = 'releaseRewards';

export const heldKey = (number: number): string => `held/${number}`;

interface Emitting {
  readonly type: string;
  readonly operation: string;
  readonly actorKind: string;
  readonly actorId: string;
  readonly units: number;
  readonly configVersion: number;
  readonly claimedAt: number;
}

/** An entry of the ledger. */
export interface Moved {
  readonly resource: string;
  readonly delta: number;
  readonly cause: string;
}

const HOUR = 3_600_000;

/** What time adds is not given. */
const GIVEN: readonly string[] = ['operation', 'milestone', 'conversion'];

/** Null: the breaker does not count the claim. What an expired reward gives, and what is only announced, counts nowhere. */
export function emission(
  { resource, claimTypes, per, name }: Breaker,
  { type, operation, actorKind, actorId, units, configVersion, claimedAt }: Emitting,
  entries: readonly Moved[],
): { readonly counter: string; readonly amount: number } | null {
  if (!claimTypes.includes(type) || operation === 'expireReward') return null;
  if (per === 'server' && actorKind !== 'server') return null;
  const given = entries.filter((entry) => entry.resource === resource && GIVEN.includes(entry.cause));
  const sum = given.reduce((total, { delta }) => total + delta, 0);
  const amount = resource === null ? units : Math.max(sum, 0);
  const subject = { game: '', server: actorId, version: String(configVersion) }[per];
  return amount === 0 ? null : { counter: counterOf(name, subject, claimedAt), amount };
}

export function counterOf(name: string, subject: string, at: number): string {
  return `${name} ${subject} ${new Date(at - (at % HOUR)).toISOString()}`;
}

/** When the next hour begins. */
export function nextHour(at: number): string {
  return new Date(at - (at % HOUR) + HOUR).toISOString();
}
