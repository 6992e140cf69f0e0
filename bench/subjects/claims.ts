/**
 * The claim that every subject with a database carries out: a won duel, paid to one of a thousand players in two
 * currencies and experience, with the level-ups that follow. Each series has players and keys of its own.
 */
import { decideClaimReward } from '../../src/domain/claim-reward.ts';
import type { BalanceRules } from '../../src/domain/rules.ts';

export interface Claim {
  readonly idempotencyKey: string;
  readonly type: string;
  readonly key: string;
  readonly playerId: string;
  readonly facts: { readonly rating_gap: number };
}

/** Who claims, of how many have claimed before. */
export type PlayerOf = (claims: number) => string;

const PLAYERS = 1_000;
export const SERVER_ID = 'bench-server';

/** A new claim at each call. No two series of one database may have the same name. */
export function freshClaims(
  series: string,
  playerOf: PlayerOf = (claims) => `${series}-${claims % PLAYERS}`,
): () => Claim {
  let made = 0;
  return () => {
    made += 1;
    return {
      idempotencyKey: `${series}-${made}-key-0123456789`,
      type: 'pvp_victory',
      key: `${series}-duel-${made}`,
      playerId: playerOf(made),
      facts: { rating_gap: 250 },
    };
  };
}

/** The Operation that Onceward makes of the same claim, made by the same code: what is handed to those who decide nothing. */
export function operationJson({ idempotencyKey, playerId, ...request }: Claim, rules: BalanceRules): string {
  const { operation, fault } = decideClaimReward(
    {
      actor: { kind: 'server', id: SERVER_ID },
      playerId,
      idempotencyKey,
      expectedVersion: null,
      correlationId: crypto.randomUUID(),
      now: new Date(),
      rules,
    },
    { ...request, ticket: null },
  );
  if (fault) throw new Error(fault.message);
  return JSON.stringify(operation);
}

export type Changes = readonly { readonly resource: string; readonly delta: number }[];

/** What a won duel against somebody 250 points stronger is worth; a level's pay comes on top where one was reached. */
const PAY = { lumees: 125, auric_coins: 2, experience: 60 };

export function paysInFull(changes: Changes | undefined): boolean {
  return Object.entries(PAY).every(
    ([resource, pay]) => changes?.find((change) => change.resource === resource)?.delta === pay,
  );
}

/** What the kernel answers, as far as the bench looks. */
export interface Outcome {
  readonly kind: string;
  readonly replayed?: boolean;
  readonly changes?: Changes;
}

export function isNewGrant(outcome: Outcome | undefined): boolean {
  return outcome?.kind === 'granted' && outcome.replayed === false && paysInFull(outcome.changes);
}
