/** Freezing and unfreezing players, by staff. */
import { type Draw, drawExpectedVersion, type Operation, recentIntents, subjectOf } from '../operation.ts';
import type { Actor, Draft } from '../schedule/intent.ts';
import { drawStaff } from '../schedule/world.ts';

interface Freezing {
  readonly reason: string;
}

interface Kind {
  readonly type: string;
  readonly freezes: boolean;
  readonly weight: number;
}

export function freezeOperation(name: string, { type, freezes, weight }: Kind): Operation<Freezing> {
  /** Players stay frozen for a short time, or little else would be granted. */
  const playerOf = (draw: Draw) => {
    const frozen = freezes ? [] : recentIntents(draw, 'freezePlayer');
    return frozen.length > 0 && draw.player === undefined && draw.random.chance(0.9)
      ? draw.random.pick(frozen).player
      : subjectOf(draw);
  };
  const drawFreezing = (draw: Draw): Draft<Freezing> => ({
    actor: { kind: 'staff', id: drawStaff(draw.world, draw.random) },
    player: draw.random.chance(0.03) ? draw.world.ghost : playerOf(draw),
    input: { reason: `freezing ${draw.number}` },
    ...drawExpectedVersion(draw),
  });
  return {
    name,
    weights: { manual: weight },
    draw: drawFreezing,
    alterInput: ({ reason }) => ({ reason: `${reason} again` }),
    drawSameClaim: () => null,
    drawForbidden: (draw) => {
      const { random, world } = draw;
      const freezing = drawFreezing(draw);
      const actor = random.pick<Actor>([
        { kind: 'player', id: freezing.player },
        { kind: 'server', id: random.pick(world.servers) },
        { kind: 'staff', id: world.staff.auditor.id },
        { kind: 'staff', id: world.stranger },
      ]);
      return { ...freezing, actor, expectedFault: 'FORBIDDEN' };
    },
    drawBoundary: (draw) => ({
      ...drawFreezing(draw),
      input: { reason: 'ab' },
      expectedFault: 'BAD_USER_INPUT',
    }),
    toInput: ({ player, input: { reason } }) => ({ playerId: player, reason }),
    effect: ({ intent: { key } }) => ({ kind: 'claim', type, key, freezes, postings: [] }),
  };
}
