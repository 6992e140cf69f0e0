/**
 * One ready request for each way to change a player, so that what holds for a key is tested for all of them alike. Every
 * scene has a player and staff member of its own.
 */
import { addStaffMember } from './ledger-state.ts';
import {
  announceReward,
  applyDamage,
  claimReward,
  exchange,
  heal,
  manualReward,
  type Result,
  recoverReward,
  resultOf,
  reverseClaim,
  type Sent,
  spendStatPoints,
  transferResource,
} from './mutations.ts';
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
  /** The player's version once the request has been carried out; there are as many granted claims of theirs. */
  readonly version: number;
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

interface Casting {
  readonly mutation: Mutation;
  readonly token: (playerId: string) => Promise<string>;
  /** `receipts`: of what came first. */
  readonly input: (playerId: string, receipts: readonly Result[]) => object | Promise<object>;
  /** What a game server does first, each a granted claim of the player. */
  readonly before?: readonly ((playerId: string, options: SendOptions) => Promise<Sent>)[];
}

async function scene({ mutation, token: tokenFor, input: inputFor, before = [] }: Casting): Promise<Scene> {
  const playerId = await seasonedPlayer();
  const receipts: Result[] = [];
  for (const prepare of before) {
    const receipt = resultOf(await prepare(playerId, { token: await serverToken() }));
    if (receipt.__typename !== 'Receipt') throw new Error(`what comes first: ${receipt.__typename}`);
    receipts.push(receipt);
  }
  const [token, input] = [await tokenFor(playerId), await inputFor(playerId, receipts)];
  const idempotencyKey = freshKey();
  return {
    playerId,
    idempotencyKey,
    version: before.length + 2,
    send: (over = {}, options = {}) => mutation({ idempotencyKey, ...input, ...over }, { token, ...options }),
  };
}

const newStaffToken = async () => staffToken(await addStaffMember(fresh('staff')));
const ofServer = () => serverToken();

/** Gives 500 lumees and a summon token by the example config. */
const chest = (playerId: string, options: SendOptions) =>
  claimReward({ type: 'weekly_chest', playerId }, options);
const hit = (playerId: string, options: SendOptions) => applyDamage({ playerId, amount: 90 }, options);
const battle = { type: 'pve_victory', key: 'battle-1' } as const;
const announcement = { ...battle, facts: { difficulty: 'hard', enemy_level: 20 } } as const;
const announce = (playerId: string, options: SendOptions) =>
  announceReward({ ...announcement, playerId }, options);

export const SCENES: readonly { readonly name: string; readonly prepare: () => Promise<Scene> }[] = [
  {
    name: 'claimReward of a player',
    prepare: () =>
      scene({
        mutation: claimReward,
        token: playerToken,
        input: async (playerId) => ({
          type: 'ascension_victory',
          ticket: await ticket({ playerId, type: 'ascension_victory', key: 'tower-1', facts: { floor: 10 } }),
        }),
      }),
  },
  {
    name: 'claimReward of a game server',
    prepare: () =>
      scene({
        mutation: claimReward,
        token: ofServer,
        input: (playerId) => ({ ...victory, playerId, key: 'cup-1' }),
      }),
  },
  {
    name: 'claimReward of staff',
    prepare: () =>
      scene({
        mutation: claimReward,
        token: newStaffToken,
        input: (playerId) => ({ ...victory, playerId, key: 'cup-1' }),
      }),
  },
  {
    name: 'manualReward',
    prepare: () =>
      scene({
        mutation: manualReward,
        token: newStaffToken,
        input: (playerId) => ({
          playerId,
          grants: [
            { resource: 'lifetime_points', amount: 1200 },
            { resource: 'experience', amount: 200 },
          ],
          reason: 'a lost tournament was made good',
        }),
      }),
  },
  {
    name: 'spendStatPoints',
    prepare: () =>
      scene({ mutation: spendStatPoints, token: playerToken, input: () => ({ energy: 1, health: 2 }) }),
  },
  {
    name: 'exchange of a player, out of what time brings back',
    prepare: () => scene({ mutation: exchange, token: playerToken, input: () => ({ exchange: 'drop' }) }),
  },
  {
    name: 'exchange of a game server, with a draw',
    prepare: () =>
      scene({
        mutation: exchange,
        token: ofServer,
        input: (playerId) => ({ exchange: 'summon', playerId }),
        before: [chest],
      }),
  },
  {
    name: 'transferResource',
    prepare: () =>
      scene({
        mutation: transferResource,
        token: playerToken,
        input: async () => ({ toPlayerId: await seasonedPlayer(), resource: 'lumees', amount: 120 }),
        before: [chest],
      }),
  },
  {
    name: 'applyDamage',
    prepare: () =>
      scene({
        mutation: applyDamage,
        token: ofServer,
        input: (playerId) => ({ playerId, amount: 90, source: 'battle-1' }),
      }),
  },
  {
    name: 'heal, more than is missing',
    prepare: () =>
      scene({
        mutation: heal,
        token: ofServer,
        input: (playerId) => ({ playerId, amount: 200 }),
        before: [hit],
      }),
  },
  {
    name: 'announceReward',
    prepare: () =>
      scene({
        mutation: announceReward,
        token: ofServer,
        input: (playerId) => ({ ...announcement, playerId }),
      }),
  },
  {
    name: 'recoverReward of a game server',
    prepare: () =>
      scene({
        mutation: recoverReward,
        token: ofServer,
        input: (playerId) => ({ ...battle, playerId }),
        before: [announce],
      }),
  },
  {
    name: 'recoverReward of staff',
    prepare: () =>
      scene({
        mutation: recoverReward,
        token: newStaffToken,
        input: (playerId) => ({ ...battle, playerId, reason: 'the client never came back' }),
        before: [announce],
      }),
  },
  {
    name: 'reverseClaim',
    prepare: () =>
      scene({
        mutation: reverseClaim,
        token: newStaffToken,
        input: (playerId, [paid]) => ({ playerId, claimId: paid.claim.id, reason: 'paid by mistake' }),
        before: [chest],
      }),
  },
];
