/**
 * The claim that every subject with a database grants: a won duel that pays two currencies and experience, with the level-ups
 * that follow. Each series of claims uses its own 1,000 players and its own keys.
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

/** Returns the player of the nth claim. */
export type PlayerOf = (claimNumber: number) => string;

const PLAYERS = 1_000;
export const SERVER_ID = 'bench-server';

/** Returns a function that makes a new claim on each call. The name of a series must be unique in its database. */
export function newClaims(
  series: string,
  playerOf: PlayerOf = (claimNumber) => `${series}-${claimNumber % PLAYERS}`,
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

/** The Operation that Onceward's own code decides for a claim, for subjects that only commit it. */
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

/** Pays for a duel against a player rated 250 points higher. A level-up adds further changes. */
const PAY = { lumees: 125, auric_coins: 2, experience: 60 };

export function paysInFull(changes: Changes | undefined): boolean {
  return Object.entries(PAY).every(
    ([resource, pay]) => changes?.find((change) => change.resource === resource)?.delta === pay,
  );
}

/** The part of the kernel's outcome that the benchmark verifies. */
export interface Outcome {
  readonly kind: string;
  readonly replayed?: boolean;
  readonly changes?: Changes;
}

export function isNewGrant(outcome: Outcome | undefined): boolean {
  return outcome?.kind === 'granted' && outcome.replayed === false && paysInFull(outcome.changes);
}
