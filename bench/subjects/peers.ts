/** The peers as subjects: PostGraphile 5 and Apollo Server. Their programs are in bench/peers. */
import type { Stack } from '../stack/stack.ts';
import { type Changes, newClaims, paysInFull } from './claims.ts';
import { type Access, httpSubject, type Subject } from './subject.ts';

const HEADERS = { 'content-type': 'application/json' };

const POSTGRAPHILE_CLAIM = `mutation ClaimReward($input: ClaimRewardInput!) {
  claimReward(input: $input) {
    result { claimId changes levelBefore levelAfter }
  }
}`;

interface PostgraphileResponse {
  readonly data?: {
    readonly claimReward: { readonly result: { readonly claimId: string; readonly changes: Changes } };
  };
}

/** Calls the minimal claim function with a mutation. */
export async function postgraphile({ startPeer }: Stack, access: Access): Promise<Subject> {
  const nextClaim = newClaims(`${access.label}-postgraphile`);
  return httpSubject(await startPeer('postgraphile.ts', access.peerDatabaseUrl), {
    name: 'postgraphile',
    title: 'PostGraphile 5, minimal function',
    database: 'direct',
    next: () => {
      const { playerId, key, idempotencyKey, facts } = nextClaim();
      const input = { playerId, claimKey: key, idempotencyKey, ratingGap: facts.rating_gap };
      return {
        method: 'POST',
        path: '/graphql',
        headers: HEADERS,
        body: JSON.stringify({ query: POSTGRAPHILE_CLAIM, variables: { input } }),
        verify: ({ status, body }) => {
          const response = status === 200 ? (JSON.parse(body) as PostgraphileResponse) : undefined;
          const result = response?.data?.claimReward.result;
          if (!result?.claimId || !paysInFull(result.changes))
            throw new Error(`PostGraphile answered ${status} ${body}`);
        },
      };
    },
  });
}

const APOLLO_CLAIM = `mutation ClaimReward($input: ClaimRewardInput!) {
  claimReward(input: $input) {
    claim { id type key }
    changes { resource before after delta }
    player { version level }
    levelBefore levelAfter replayed
  }
}`;

interface ApolloResponse {
  readonly data?: {
    readonly claimReward: {
      readonly replayed: boolean;
      readonly claim: { readonly key: string };
      readonly changes: Changes;
    };
  };
}

/** Runs the claim as an interactive transaction with Drizzle. */
export async function apollo({ startPeer }: Stack, access: Access): Promise<Subject> {
  const nextClaim = newClaims(`${access.label}-apollo`);
  return httpSubject(await startPeer('apollo/server.ts', access.peerDatabaseUrl), {
    name: 'apollo',
    title: 'Apollo Server, Drizzle transaction',
    database: 'direct',
    next: () => {
      const { playerId, key, idempotencyKey, facts } = nextClaim();
      const input = { playerId, key, idempotencyKey, ratingGap: facts.rating_gap };
      return {
        method: 'POST',
        path: '/graphql',
        headers: HEADERS,
        body: JSON.stringify({ query: APOLLO_CLAIM, variables: { input } }),
        verify: ({ status, body }) => {
          const response = status === 200 ? (JSON.parse(body) as ApolloResponse) : undefined;
          const receipt = response?.data?.claimReward;
          const ok = receipt?.replayed === false && receipt.claim.key === key && paysInFull(receipt.changes);
          if (!ok) throw new Error(`Apollo Server answered ${status} ${body}`);
        },
      };
    },
  });
}
