/** Building blocks for tests of a changed config: actions of new players, and their answers in short form. */
import type { Document } from './balance.ts';
import { type Answer, asServer, asStaff, type MutationName, type ResultOf } from './client.ts';
import { addStaffMember } from './ledger-state.ts';
import type { ClaimRewardInput } from './schema-types.ts';
import { fresh } from './service.ts';

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

type MutationAnswer = Answer<ResultOf<MutationName>>;

/**
 * The amount that a receipt gave or took of each resource, without opening balances. For any other answer: the limit,
 * the name of the rejection, or the code of the fault.
 */
export function gainsOf({ result, errors }: MutationAnswer): Record<string, number> | string {
  if (!result) return errors?.[0]?.extensions.code ?? 'no answer';
  if (result.__typename === 'LimitExceeded') return result.limit;
  if (result.__typename !== 'Receipt') return result.__typename;
  const changes = result.changes.filter(({ cause }) => cause !== 'OPENING');
  return Object.fromEntries(changes.map(({ resource, delta }) => [resource, delta]));
}

export function gain(resource: string, answer: MutationAnswer): number | string {
  const gains = gainsOf(answer);
  return typeof gains === 'string' ? gains : (gains[resource] ?? 0);
}

/** A claim by a game server. `facts` is null for a calendar claim, which has no key. */
export function claim(
  type: string,
  facts: ClaimRewardInput['facts'] = null,
  playerId = fresh('player'),
  key = 'one',
) {
  return asServer().claimReward({ type, facts, playerId, key: facts && key });
}

export const cup = (playerId?: string) => claim('tournament_reward', { rank: 1, participants: 16 }, playerId);

/** A manual reward for a player with 500 experience. */
export async function award(resource: string, amount: number, playerId = fresh('player')) {
  await cup(playerId);
  const staff = asStaff(await addStaffMember(fresh('staff')));
  return staff.manualReward({ playerId, grants: [{ resource, amount }], reason: 'a test' });
}

/** The second manual reward by one staff member, each for another player. */
export async function secondAward(amount: number) {
  const staff = asStaff(await addStaffMember(fresh('staff')));
  const give = async () => {
    const playerId = fresh('player');
    await cup(playerId);
    return staff.manualReward({ playerId, grants: [{ resource: 'lumees', amount }], reason: 'a test' });
  };
  await give();
  return give();
}
