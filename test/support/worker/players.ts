/** Players who hold what a test wants to spend, and what time has brought them: given by staff, moved back by the owner. */
import { addStaffMember, owner } from './ledger-state.ts';
import { manualReward, resultOf } from './mutations.ts';
import { seasonedPlayer } from './scenes.ts';
import { fresh, playerToken, staffToken } from './service.ts';

export interface Holder {
  readonly playerId: string;
  /** The player's own. */
  readonly token: string;
}

/** A seasoned player (500 experience, 64 auric coins) at version 2, who was awarded these as well. */
export async function playerWith(grants: Readonly<Record<string, number>>): Promise<Holder> {
  const playerId = await seasonedPlayer();
  const limits = { limit: 10 ** 9, budget: 10 ** 9 };
  const token = await staffToken(await addStaffMember(fresh('staff'), limits));
  const asked = Object.entries(grants).map(([resource, amount]) => ({ resource, amount }));
  const result = resultOf(await manualReward({ playerId, grants: asked, reason: 'for a test' }, { token }));
  if (result.__typename !== 'Receipt') throw new Error(`the award was answered with ${result.__typename}`);
  return { playerId, token: await playerToken(playerId) };
}

/** So much time passes for what this player's resource has to come back: its anchor, or the player's beginning, moves back. */
export async function letTimePass(playerId: string, resource: string, seconds: number): Promise<void> {
  const moved = await owner`
    UPDATE onceward.balances SET anchored_at = anchored_at - make_interval(secs => ${seconds})
     WHERE player_id = ${playerId} AND resource = ${resource} RETURNING 1`;
  if (moved.length !== 1) throw new Error(`${resource} of ${playerId} has no anchor to move`);
}
