/** collectRewards: players collect what is pending, from two devices at once, while it is claimed, recovered, taken back or expires. */
import { claimProgress } from '../game/progress.ts';
import { type Effect, type EffectContext, reject } from '../model/effect.ts';
import { type Draw, type Operation, recentIntents, subjectOf } from '../operation.ts';
import type { Actor, Draft } from '../schedule/intent.ts';
import { drawOtherPlayer } from '../schedule/world.ts';

interface Collection {
  /** The numbers of the intents that announced what is collected; null: all that is pending. */
  readonly announcements?: readonly number[] | null;
  /** Of an item: the ID of the reward. */
  readonly reward?: string;
}

const MOST_IDS = 6;

function drawCollection(draw: Draw): Draft<Collection> {
  const { random, world } = draw;
  const announced = recentIntents(draw, 'announceReward').filter(
    ({ player }) => draw.player === undefined || player === draw.player,
  );
  const player = draw.player ?? (announced.length > 0 ? random.pick(announced).player : subjectOf(draw));
  const actor: Actor = random.chance(0.8)
    ? { kind: 'player', id: player }
    : { kind: 'server', id: random.pick(world.servers) };
  const own = announced.filter((one) => one.player === player).map(({ number }) => number);
  // Now and then a reward of somebody else.
  const others = random.chance(0.1) ? announced.slice(-1).map(({ number }) => number) : [];
  const ids = [...new Set([...own.slice(-random.int(1, MOST_IDS)), ...others])];
  return {
    actor,
    player,
    input: { announcements: ids.length > 0 && random.chance(0.35) ? ids : null },
  };
}

/** The same player's other device. */
function drawRival({ actor, player }: Draft<Collection>): Draft<Collection> {
  return { actor, player, input: { announcements: null } };
}

function effect({ intent: { input }, rules, claim }: EffectContext<Collection>): Effect {
  const { type, key, claimedAt } = claim;
  const { reward = '' } = input;
  return {
    kind: 'claim',
    type,
    key,
    collects: reward,
    paysPending: 'only',
    unlessPending: reject('UnknownReward', { rewardId: reward }).rejection,
    postings: [],
    advances: claimProgress(type, claimedAt, rules).advances ?? [],
  };
}

const collectRewards: Operation<Collection> = {
  name: 'collectRewards',
  isCall: true,
  // From several devices.
  stampedes: 0.05,
  weights: { fresh: 2.5 },
  draw: drawCollection,
  alterInput: ({ announcements }, { earlier }) => ({
    announcements: announcements === null ? [earlier.at(-1)?.number ?? 0] : null,
  }),
  drawSameClaim: (original) => original,
  drawRival,
  drawForbidden: (draw) => {
    const { random, world } = draw;
    const collection = drawCollection(draw);
    const actor = random.pick<Actor>([
      { kind: 'player', id: drawOtherPlayer(world, random, collection.player) },
      { kind: 'staff', id: world.staff.chief.id },
    ]);
    return { ...collection, actor, expectedFault: 'FORBIDDEN' };
  },
  drawBoundary: (draw) => {
    const collection = drawCollection({ ...draw, player: subjectOf(draw) });
    return { ...collection, input: { announcements: [] }, expectedFault: 'BAD_USER_INPUT' };
  },
  itemInput: ({ id }) => ({ reward: id }),
  toInput: ({ actor, player, input: { announcements = null } }, { claimIdOf }) => ({
    ...((actor.kind !== 'player' || actor.id !== player) && { playerId: player }),
    ...(announcements === null ? { all: true } : { ids: [...new Set(announcements.map(claimIdOf))] }),
  }),
  effect,
};

export default collectRewards;
