/** What the bench asks of Onceward: what a game client shows of a receipt, and of a page of the ledger. */
import type { HttpAnswer } from '../load/connection.ts';
import type { Changes, Claim } from './claims.ts';

/** Small enough that ten thousand entries are a thousand pages. */
export const PAGE_SIZE = 10;

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

const LEDGER = `query Ledger($playerId: PlayerId!, $size: Int!, $after: String) {
  ledger(playerId: $playerId, first: $size, after: $after) {
    edges { node { resource before after delta recordedAt claim { type key } } }
    pageInfo { hasNextPage endCursor }
  }
}`;

export function claimBody(claim: Claim): string {
  return JSON.stringify({ query: CLAIM_REWARD, variables: { input: claim } });
}

export function ledgerBody(variables: { playerId: string; size: number; after: string | null }): string {
  return JSON.stringify({ query: LEDGER, variables });
}

export interface Receipt {
  readonly __typename: string;
  readonly replayed: boolean;
  readonly claim: { readonly id: string; readonly key: string };
  readonly changes: Changes;
}

/** Undefined: it was something else. */
export function receiptOf({ status, body }: HttpAnswer): Receipt | undefined {
  const answer = status === 200 ? (JSON.parse(body) as { data?: { claimReward: Receipt } }) : undefined;
  const receipt = answer?.data?.claimReward;
  return receipt?.__typename === 'Receipt' ? receipt : undefined;
}

export interface LedgerAnswer {
  readonly data?: {
    readonly ledger: {
      readonly edges: readonly object[];
      readonly pageInfo: { readonly endCursor: string };
    };
  };
}
