/** Announces rewards, and reads what is pending: through the API, and directly from the database. */
import {
  type Answer,
  asServer,
  type CallOptions,
  type Client,
  type MutationInput,
  receiptOf,
  resultOf,
  untilAnswered,
} from './client.ts';
import { owner } from './ledger-state.ts';
import type { PendingFilter, PendingReward, QueryPendingRewardsConnection, Receipt } from './schema-types.ts';
import { freshKey } from './service.ts';

/** A won encounter against the game: 80 lumees and 55 experience by the example config. */
export const VICTORY = { type: 'pve_victory', facts: { difficulty: 'normal', enemy_level: 20 } } as const;

/** Announces a victory, or another reward, of this player. */
export async function announce(
  playerId: string,
  key: string,
  over: Partial<MutationInput<'announceReward'>> = {},
): Promise<Receipt> {
  const input = { ...VICTORY, playerId, key, idempotencyKey: freshKey(), ...over };
  return receiptOf(await untilAnswered(() => asServer().announceReward(input)));
}

/** The pending rewards of this player as `type/key`, in the order in which they were announced. */
export async function pendingKeys(playerId: string): Promise<string[]> {
  const rows = await owner`
    SELECT claim_type || '/' || claim_key AS key FROM onceward.pending_by_name
     WHERE player_id = ${playerId} ORDER BY number`;
  return rows.map(({ key }) => String(key));
}

/** The rows of one page of `pendingRewards`. */
export function rowsOf(answer: Answer<QueryPendingRewardsConnection>): PendingReward[] {
  return resultOf(answer).edges.map(({ node }) => node);
}

/** The first hundred rows. */
export async function pendingRewards(
  client: Client,
  filter: PendingFilter | null = null,
  options: CallOptions = {},
): Promise<PendingReward[]> {
  return rowsOf(await client.pendingRewards({ filter, first: 100 }, options));
}
