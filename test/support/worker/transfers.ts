/** Transfers between players, and checks of both sides. */
import { type Answer, asPlayer, type MutationInput } from './client.ts';
import { playerWith } from './players.ts';
import { seasonedPlayer } from './scenes.ts';
import type { TransferResourceResult } from './schema-types.ts';
import { playerToken, send } from './service.ts';
import { movingNothing, writingNothing } from './stillness.ts';

/** The ID of a seasoned player who was awarded these amounts. */
export async function holder(amounts: Record<string, number> = {}): Promise<string> {
  if (Object.keys(amounts).length === 0) return seasonedPlayer();
  return (await playerWith(amounts)).playerId;
}

/** The first player gives to the second: 10 lumees, unless `over` changes that. */
export function transfer(
  from: string,
  to: string,
  over: Partial<MutationInput<'transferResource'>> = {},
): Promise<Answer<TransferResourceResult>> {
  return asPlayer(from).transferResource({ toPlayerId: to, resource: 'lumees', amount: 10, ...over });
}

/** Runs a request that must be rejected: nothing may move on either side. */
export const movingNeither = <T>([from, to]: readonly [string, string], run: () => Promise<T>): Promise<T> =>
  movingNothing(from, () => movingNothing(to, run));

/** Runs a request that must not write anything, on either side. */
export const writingNeither = <T>([from, to]: readonly [string, string], run: () => Promise<T>): Promise<T> =>
  writingNothing(from, () => writingNothing(to, run));

/** The balance that the player sees. */
export async function balanceOf(playerId: string, resource = 'lumees'): Promise<number> {
  const query = 'query($resource: ResourceName!) { me { balance(resource: $resource) } }';
  const token = await playerToken(playerId);
  const { data } = await send<{ me: { balance: number } }>(query, { resource }, { token });
  return data.me.balance;
}
