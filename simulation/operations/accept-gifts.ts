/** acceptGifts: players decline gifts and accept them again, while others give them something. */
import { type Draw, drawExpectedVersion, type Operation, subjectOf } from '../operation.ts';
import type { Actor, Draft } from '../schedule/intent.ts';
import { drawOtherPlayer } from '../schedule/world.ts';

interface Setting {
  readonly accept: boolean;
}

function drawSetting(draw: Draw): Draft<Setting> {
  const { random, world } = draw;
  const player = subjectOf(draw);
  const actor: Actor = random.chance(0.8)
    ? { kind: 'player', id: player }
    : { kind: 'server', id: random.pick(world.servers) };
  // Mostly accepted, or transfers would rarely be granted.
  return { actor, player, input: { accept: random.chance(0.7) }, ...drawExpectedVersion(draw) };
}

const acceptGifts: Operation<Setting> = {
  name: 'acceptGifts',
  weights: { spending: 1 },
  draw: drawSetting,
  alterInput: ({ accept }) => ({ accept: !accept }),
  drawSameClaim: () => null,
  drawForbidden: (draw) => {
    const setting = drawSetting(draw);
    const { random, world } = draw;
    const actor = random.pick<Actor>([
      { kind: 'player', id: drawOtherPlayer(world, random, setting.player) },
      { kind: 'staff', id: world.staff.chief.id },
    ]);
    return { ...setting, actor, expectedFault: 'FORBIDDEN' };
  },
  drawBoundary: drawSetting,
  toInput: ({ actor, player, input: { accept } }) => ({
    ...((actor.kind !== 'player' || actor.id !== player) && { playerId: player }),
    accept,
  }),
  effect: ({ intent: { key, input } }) => ({
    kind: 'claim',
    type: 'accept_gifts',
    key,
    acceptsGifts: input.accept,
    postings: [],
  }),
};

export default acceptGifts;
