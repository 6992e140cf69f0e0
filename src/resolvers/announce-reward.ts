/** announceReward: a game server says that a reward is owed. */
import { ANNOUNCEMENT, type AnnounceReward, decideAnnounceReward } from '../domain/announce-reward.ts';
import { type Asked, mutate, type ResultOf } from './carry-out.ts';
import type { RequestContext } from './context.ts';
import { requireServer } from './spender.ts';

export type AnnounceRewardInput = Asked & AnnounceReward;

const REFUSALS = [
  'already_claimed',
  'idempotency_key_reused',
  'unknown_claim_type',
  'version_conflict',
] as const;
type Refusal = (typeof REFUSALS)[number];

export function announceReward(
  { playerId, idempotencyKey, expectedVersion, type, key, facts }: AnnounceRewardInput,
  context: RequestContext,
): Promise<ResultOf<Refusal>> {
  const about = { player: playerId, claimType: ANNOUNCEMENT, claimKey: `${type}/${key}` };
  return mutate(context, { name: 'announceReward', refusals: REFUSALS, about }, async () => {
    requireServer(context, 'announce rewards');
    return {
      asked: { playerId, idempotencyKey, expectedVersion },
      decide: (command) => decideAnnounceReward(command, { type, key, facts }),
    };
  });
}
