/** PostGraphile 5 with the minimal claim function behind a mutation: bench/peers/postgraphile.ts. */
import { type Stack, startPeerOn } from '../stack/stack.ts';
import type { Access } from './access.ts';
import { type Changes, freshClaims, paysInFull } from './claims.ts';
import { httpSubject, type Subject } from './subject.ts';

const CLAIM_REWARD = `mutation ClaimReward($input: ClaimRewardInput!) {
  claimReward(input: $input) {
    result { claimId changes levelBefore levelAfter }
  }
}`;

interface Answer {
  readonly data?: {
    readonly claimReward: { readonly result: { readonly claimId: string; readonly changes: Changes } };
  };
}

export async function postgraphile(stack: Stack, access: Access): Promise<Subject> {
  const nextClaim = freshClaims(`${access.label}-postgraphile`);
  return httpSubject(await startPeerOn(stack, 'postgraphile.ts', access.peerDatabaseUrl), {
    name: 'postgraphile',
    title: 'PostGraphile 5, minimal function',
    neon: false,
    next: () => {
      const { playerId, key, idempotencyKey, facts } = nextClaim();
      const input = { playerId, claimKey: key, idempotencyKey, ratingGap: facts.rating_gap };
      return {
        method: 'POST',
        path: '/graphql',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query: CLAIM_REWARD, variables: { input } }),
        verify: ({ status, body }) => {
          const result = status === 200 ? (JSON.parse(body) as Answer).data?.claimReward.result : undefined;
          if (!result?.claimId || !paysInFull(result.changes))
            throw new Error(`PostGraphile answered ${status} ${body}`);
        },
      };
    },
  });
}
