/** How a test looks at a number of the balance config: what a player who is new to the game gets, told in few words. */
import type { Document } from './balance.ts';
import { addStaffMember } from './ledger-state.ts';
import { claimReward, manualReward, type Sent } from './mutations.ts';
import { fresh, serverToken, staffToken } from './service.ts';

export interface ConfigChange {
  readonly number: string;
  readonly turn: (document: Document) => void;
  readonly look: () => Promise<unknown>;
  readonly before: unknown;
  readonly after: unknown;
}

/**
 * A receipt as what it gave and took of each resource, beside what a balance begins with; any other answer as the name of
 * what it is.
 */
export function gainsOf({ data, errors }: Sent): Record<string, number> | string {
  const result = data?.result;
  if (result?.__typename !== 'Receipt')
    return result?.limit ?? result?.__typename ?? errors?.[0]?.extensions.code;
  const given = result.changes.filter(({ cause }: Document) => cause !== 'OPENING');
  return Object.fromEntries(given.map(({ resource, delta }: Document) => [resource, delta]));
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

/** An award to a player who has 500 experience. */
export async function award(resource: string, amount: number, playerId = fresh('player')) {
  await cup(playerId);
  const token = await staffToken(await addStaffMember(fresh('staff')));
  return manualReward({ playerId, grants: [{ resource, amount }], reason: 'a look' }, { token });
}
/** The second award of the same member of staff, each to a player of its own. */
export async function secondAward(amount: number) {
  const token = await staffToken(await addStaffMember(fresh('staff')));
  const give = async () => {
    const playerId = fresh('player');
    await cup(playerId);
    return manualReward({ playerId, grants: [{ resource: 'lumees', amount }], reason: 'a look' }, { token });
  };
  await give();
  return give();
}
