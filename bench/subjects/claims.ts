/**
 * The claim that every subject with a database carries out: a second rank in a tournament, paid to one of a thousand
 * players in hard currency and experience, with the level-ups that follow. Each series has players of its own.
 */
import { decideClaimReward } from '../../src/domain/claim-reward.ts';
import type { BalanceRules } from '../../src/domain/rules.ts';

export interface Claim {
  readonly idempotencyKey: string;
  readonly type: string;
  readonly key: string;
  readonly playerId: string;
  readonly facts: Readonly<Record<string, number>>;
}

const PLAYERS = 1_000;
export const SERVER_ID = 'bench-server';

/** A new claim at each call. */
export function freshClaims(series: string): () => Claim {
  let made = 0;
  return () => {
    made += 1;
    return {
      idempotencyKey: `${series}-${made}-key-0123456789`,
      type: 'tournament_reward',
      key: `cup-${made}`,
      playerId: `${series}-${made % PLAYERS}`,
      facts: { rank: 2, participants: 32 },
    };
  };
}

/** What a game client shows of a receipt. */
const CLAIM_REWARD = `mutation ClaimReward($input: ClaimRewardInput!) {
  claimReward(input: $input) {
    __typename
    ... on Receipt {
      claim { id type key }
      changes { resource before after delta }
      player { version level experience { current nextLevelAt } }
      levelBefore levelAfter replayed correlationId
    }
    ... on Rejection { code message }
  }
}`;

export function graphqlBody(claim: Claim): string {
  return JSON.stringify({ query: CLAIM_REWARD, variables: { input: claim } });
}

/** The Operation that Onceward makes of the same claim, made by the same code: what the bare Worker is handed. */
export function operationBody({ idempotencyKey, playerId, ...request }: Claim, rules: BalanceRules): string {
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

export interface ClaimAnswer {
  readonly data?: {
    readonly claimReward: {
      readonly __typename: string;
      readonly replayed: boolean;
      readonly claim: { readonly id: string; readonly key: string };
      readonly changes: readonly { readonly resource: string; readonly delta: number }[];
    };
  };
}

/** rank 2 of 32: 32 × (5 − 2) coins and 300 experience, then a level's pay where one was reached. */
export function paysInFull(changes: readonly { resource: string; delta: number }[] | undefined): boolean {
  const paid = (resource: string) => changes?.find((change) => change.resource === resource)?.delta;
  return paid('auric_coins') === 96 && paid('experience') === 300;
}
