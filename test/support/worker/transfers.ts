/** Players who have something to give, and what both sides of a transfer hold. */
import { expect } from 'vitest';
import { addStaffMember } from './ledger-state.ts';
import { manualReward, resultOf, type Sent, transferResource } from './mutations.ts';
import { seasonedPlayer } from './scenes.ts';
import { fresh, playerToken, send, staffToken } from './service.ts';
import { movingNothing, writingNothing } from './stillness.ts';

/** A seasoned player who holds so much of each resource. */
export async function holder(holdings: Record<string, number> = {}): Promise<string> {
  const playerId = await seasonedPlayer();
  const grants = Object.entries(holdings).map(([resource, amount]) => ({ resource, amount }));
  if (grants.length === 0) return playerId;
  const limits = { limit: 1_000_000, budget: 1_000_000 };
  const token = await staffToken(await addStaffMember(fresh('staff'), limits));
  const given = await manualReward({ playerId, grants, reason: 'something to give away' }, { token });
  expect(resultOf(given).__typename).toBe('Receipt');
  return playerId;
}

/** By the giver's own token. */
export async function transfer(from: string, to: string, over: object = {}): Promise<Sent> {
  const input = { toPlayerId: to, resource: 'lumees', amount: 10, ...over };
  return transferResource(input, { token: await playerToken(from) });
}

/** Runs what must be refused: nothing may move, on either side. */
export const movingNeither = <T>([from, to]: readonly [string, string], run: () => Promise<T>): Promise<T> =>
  movingNothing(from, () => movingNothing(to, run));

/** Runs what must leave no trace, on either side. */
export const writingNeither = <T>([from, to]: readonly [string, string], run: () => Promise<T>): Promise<T> =>
  writingNothing(from, () => writingNothing(to, run));

/** As the player sees it. */
export async function balanceOf(playerId: string, resource = 'lumees'): Promise<number> {
  const query = 'query($resource: ResourceName!) { me { balance(resource: $resource) } }';
  const { data } = await send(query, { resource }, { token: await playerToken(playerId) });
  return data.me.balance;
}
