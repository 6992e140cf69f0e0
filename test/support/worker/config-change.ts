/** Building blocks for tests of a changed config: actions of new players, and their answers in short form. */
import type { Document } from './balance.ts';
import { addStaffMember } from './ledger-state.ts';
import { claimReward, manualReward, type Sent } from './mutations.ts';
import { fresh, serverToken, staffToken } from './service.ts';

export interface ConfigChange {
  /** Names the changed setting. */
  readonly setting: string;
  readonly change: (document: Document) => void;
  /** What a client sees, each time with a new player. */
  readonly observe: () => Promise<unknown>;
  /** The observation with the example config. */
  readonly before: unknown;
  /** The observation with the changed config. */
  readonly after: unknown;
}

/**
 * The amount that a receipt gave or took of each resource, without opening balances. For any other answer: the limit,
 * the name of the rejection, or the code of the fault.
 */
export function gainsOf({ data, errors }: Sent): Record<string, number> | string {
  const result = data?.result;
  if (result?.__typename !== 'Receipt')
    return result?.limit ?? result?.__typename ?? errors?.[0]?.extensions.code;
  const changes = result.changes.filter(({ cause }: Document) => cause !== 'OPENING');
  return Object.fromEntries(changes.map(({ resource, delta }: Document) => [resource, delta]));
}
export const gain = (resource: string, answer: Sent) => {
  const gains = gainsOf(answer);
  return typeof gains === 'string' ? gains : (gains[resource] ?? 0);
};

export const claim = async (
  type: string,
  facts: object | null = null,
  playerId = fresh('player'),
  key = 'one',
) => claimReward({ type, facts, playerId, key: facts && key }, { token: await serverToken() });
export const cup = (playerId?: string) => claim('tournament_reward', { rank: 1, participants: 16 }, playerId);

/** A manual reward for a player with 500 experience. */
export async function award(resource: string, amount: number, playerId = fresh('player')) {
  await cup(playerId);
  const token = await staffToken(await addStaffMember(fresh('staff')));
  return manualReward({ playerId, grants: [{ resource, amount }], reason: 'a test' }, { token });
}
/** The second manual reward by one staff member, each for another player. */
export async function secondAward(amount: number) {
  const token = await staffToken(await addStaffMember(fresh('staff')));
  const give = async () => {
    const playerId = fresh('player');
    await cup(playerId);
    return manualReward({ playerId, grants: [{ resource: 'lumees', amount }], reason: 'a test' }, { token });
  };
  await give();
  return give();
}
