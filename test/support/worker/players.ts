/** Players who hold what a test spends, what they see of themselves, and the passing of time. */
import { expect } from 'vitest';
import { asPlayer, asStaff, receiptOf, resultOf } from './client.ts';
import { addStaffMember, owner } from './ledger-state.ts';
import { seasonedPlayer } from './scenes.ts';
import type { Balance, Player, PlayerAfter } from './schema-types.ts';
import { fresh, playerToken } from './service.ts';

export interface Holder {
  readonly playerId: string;
  /** The player's own. */
  readonly token: string;
}

/** A seasoned player (500 experience, 64 auric coins) at version 2, who was awarded these amounts as well. */
export async function playerWith(amounts: Readonly<Record<string, number>>): Promise<Holder> {
  const playerId = await seasonedPlayer();
  const staffId = await addStaffMember(fresh('staff'), { limit: 10 ** 9, budget: 10 ** 9 });
  const grants = Object.entries(amounts).map(([resource, amount]) => ({ resource, amount }));
  receiptOf(await asStaff(staffId).manualReward({ playerId, grants, reason: 'for a test' }));
  return { playerId, token: await playerToken(playerId) };
}

/** The player as they see themselves. */
export async function viewOf(playerId: string): Promise<Player> {
  return resultOf(await asPlayer(playerId).me());
}

/** One balance of a player. */
export function balanceIn({ balances }: Pick<Player, 'balances'>, resource: string): Balance {
  const balance = balances.find((each) => each.resource === resource);
  if (!balance) throw new Error(`the player shows no balance of ${resource}`);
  return balance;
}

/** Expects a player to look as a receipt says: it shows the balances that the operation touched, and no others. */
export function expectShown(player: Player | null, { balances, ...after }: PlayerAfter): void {
  expect(player).toMatchObject(after);
  expect(player?.balances).toEqual(expect.arrayContaining([...balances]));
}

/**
 * Lets the resource regenerate for so many seconds: moves the moment back from which its regeneration counts, and the moments at
 * which its rules were published.
 */
export async function letTimePass(playerId: string, resource: string, seconds: number): Promise<void> {
  await owner`
    UPDATE onceward.regeneration_rules
       SET effective_from = effective_from - make_interval(secs => ${seconds}),
           effective_until = effective_until - make_interval(secs => ${seconds})
     WHERE resource = (SELECT no FROM onceward.names WHERE name = ${resource} AND kind = 1)`;
  const moved = await owner`
    UPDATE onceward.balances SET anchored_at = anchored_at - make_interval(secs => ${seconds})
     WHERE player = (SELECT no FROM onceward.actors WHERE id = ${playerId} AND kind = 1)
       AND resource = (SELECT no FROM onceward.names WHERE name = ${resource} AND kind = 1) RETURNING 1`;
  if (moved.length !== 1) throw new Error(`${resource} of ${playerId} has no anchor to move`);
}
