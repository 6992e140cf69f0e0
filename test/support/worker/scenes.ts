/**
 * One ready request for each way to change a player, so that what holds for a key is tested for all of them alike. Every
 * scene has a player and staff member of its own.
 */
import { addStaffMember } from './ledger-state.ts';
import { claimReward, manualReward, resultOf, type Sent, spendStatPoints } from './mutations.ts';
import {
  fresh,
  freshKey,
  playerToken,
  type SendOptions,
  serverToken,
  staffToken,
  ticket,
} from './service.ts';

export interface Scene {
  readonly playerId: string;
  readonly idempotencyKey: string;
  /** The request, with the scene's own key unless `over` names another; `over` also changes other input. */
  send(over?: object, options?: SendOptions): Promise<Sent>;
}

/** A tournament that was won: 500 experience and min(150, 16 × 4) auric coins by the example config. */
export const victory = { type: 'tournament_reward', facts: { rank: 1, participants: 16 } } as const;

/** A player at version 1, with 500 experience (level 3), 64 auric coins and six stat points by the example config. */
export async function seasonedPlayer(): Promise<string> {
  const playerId = fresh('player');
  const { __typename } = resultOf(
    await claimReward({ ...victory, playerId, key: 'cup-0' }, { token: await serverToken() }),
  );
  if (__typename !== 'Receipt') throw new Error(`the first tournament was answered with ${__typename}`);
  return playerId;
}

type Mutation = (input: object, options: SendOptions) => Promise<Sent>;

async function scene(
  mutation: Mutation,
  tokenFor: (playerId: string) => Promise<string>,
  inputFor: (playerId: string) => object | Promise<object>,
): Promise<Scene> {
  const playerId = await seasonedPlayer();
  const [token, input, idempotencyKey] = [await tokenFor(playerId), await inputFor(playerId), freshKey()];
  return {
    playerId,
    idempotencyKey,
    send: (over = {}, options = {}) => mutation({ idempotencyKey, ...input, ...over }, { token, ...options }),
  };
}

const newStaffToken = async () => staffToken(await addStaffMember(fresh('staff')));

export const SCENES: readonly { readonly name: string; readonly prepare: () => Promise<Scene> }[] = [
  {
    name: 'claimReward of a player',
    prepare: () =>
      scene(claimReward, playerToken, async (playerId) => ({
        type: 'ascension_victory',
        ticket: await ticket({ playerId, type: 'ascension_victory', key: 'tower-1', facts: { floor: 10 } }),
      })),
  },
  {
    name: 'claimReward of a game server',
    prepare: () =>
      scene(
        claimReward,
        () => serverToken(),
        (playerId) => ({ ...victory, playerId, key: 'cup-1' }),
      ),
  },
  {
    name: 'claimReward of staff',
    prepare: () => scene(claimReward, newStaffToken, (playerId) => ({ ...victory, playerId, key: 'cup-1' })),
  },
  {
    name: 'manualReward',
    prepare: () =>
      scene(manualReward, newStaffToken, (playerId) => ({
        playerId,
        grants: [
          { resource: 'lifetime_points', amount: 1200 },
          { resource: 'experience', amount: 200 },
        ],
        reason: 'a lost tournament was made good',
      })),
  },
  {
    name: 'spendStatPoints',
    prepare: () => scene(spendStatPoints, playerToken, () => ({ energy: 1, health: 2 })),
  },
];
