/** What is owed, as the database really holds it, and announcements ready to send. */
import { owner } from './ledger-state.ts';
import { announceReward, type Result, resultOf } from './mutations.ts';
import { type SendOptions, send, serverToken } from './service.ts';

/** A won encounter against the game: 80 lumees and 55 experience by the example config. */
export const VICTORY = { type: 'pve_victory', facts: { difficulty: 'normal', enemy_level: 20 } } as const;

/** Announces a victory of this player, and gives the receipt. */
export async function announced(playerId: string, key: string, over: object = {}): Promise<Result> {
  const answer = await announceReward({ ...VICTORY, playerId, key, ...over }, { token: await serverToken() });
  const receipt = resultOf(answer);
  if (receipt.__typename !== 'Receipt') throw new Error(`not announced: ${JSON.stringify(receipt)}`);
  return receipt;
}

/** The types and keys that stand in the table for this player. */
export async function owedKeys(playerId: string): Promise<string[]> {
  const rows = await owner`
    SELECT claim_type || '/' || claim_key AS key FROM onceward.owed_claims WHERE player_id = ${playerId} ORDER BY announced_by`;
  return rows.map(({ key }) => String(key));
}

const UNSETTLED = `query($filter: PendingFilter, $first: Int, $last: Int, $after: String, $before: String) {
  pendingRewards(filter: $filter, first: $first, last: $last, after: $after, before: $before) {
    edges { cursor node { playerId type key announcedAt announcementId gives { resource amount } configVersion } }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }`;

export function askUnsettled(variables: object, options: SendOptions) {
  return send(UNSETTLED, variables, options);
}

/** The nodes of a page. */
export async function unsettled(
  filter: object | null,
  { token, door, ...page }: SendOptions & { after?: string; before?: string },
): Promise<Result[]> {
  const options = { token, ...(door && { door }) };
  const { data, errors } = await askUnsettled({ filter, first: 100, ...page }, options);
  if (!data) throw new Error(JSON.stringify(errors));
  return data.pendingRewards.edges.map(({ node }: Result) => node);
}
