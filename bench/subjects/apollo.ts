/** Apollo Server with a Drizzle transaction behind the mutation: bench/peers/apollo. */
import { type Stack, startPeerOn } from '../stack/stack.ts';
import type { Access } from './access.ts';
import { type Changes, freshClaims, paysInFull } from './claims.ts';
import { httpSubject, type Subject } from './subject.ts';

const CLAIM_REWARD = `mutation ClaimReward($input: ClaimRewardInput!) {
  claimReward(input: $input) {
    claim { id type key }
    changes { resource before after delta }
    player { version level }
    levelBefore levelAfter replayed
  }
}`;

interface Answer {
  readonly data?: {
    readonly claimReward: {
      readonly replayed: boolean;
      readonly claim: { readonly key: string };
      readonly changes: Changes;
    };
  };
}

export async function apollo(stack: Stack, access: Access): Promise<Subject> {
  const nextClaim = freshClaims(`${access.label}-apollo`);
  return httpSubject(await startPeerOn(stack, 'apollo/server.ts', access.peerDatabaseUrl), {
    name: 'apollo',
    title: 'Apollo Server, Drizzle transaction',
    neon: false,
    next: () => {
      const { playerId, key, idempotencyKey, facts } = nextClaim();
      const input = { playerId, key, idempotencyKey, ratingGap: facts.rating_gap };
      return {
        method: 'POST',
        path: '/graphql',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query: CLAIM_REWARD, variables: { input } }),
        verify: ({ status, body }) => {
          const receipt = status === 200 ? (JSON.parse(body) as Answer).data?.claimReward : undefined;
          const ok = receipt?.replayed === false && receipt.claim.key === key && paysInFull(receipt.changes);
          if (!ok) throw new Error(`Apollo Server answered ${status} ${body}`);
        },
      };
    },
  });
}
