/** spendStatPoints: players spend the points of their levels, often more than they have, and several requests compete. */
import { give, take } from '../model/effect.ts';
import { type Draw, drawExpectedVersion, type Operation, subjectOf } from '../operation.ts';
import type { Draft } from '../schedule/intent.ts';

const STATS = ['energy', 'stamina', 'health'] as const;
type Points = Readonly<Record<(typeof STATS)[number], number>>;

function drawSpending(draw: Draw): Draft<Points> {
  const { random } = draw;
  const player = subjectOf(draw);
  const most = random.chance(0.1) ? 9 : 2;
  const input = { energy: random.int(0, most), stamina: random.int(0, most), health: random.int(0, 1) };
  return {
    actor: { kind: 'player', id: player },
    player,
    input: total(input) > 0 ? input : { ...input, energy: 1 },
    ...drawExpectedVersion(draw),
  };
}

function total(points: Points): number {
  return STATS.reduce((sum, stat) => sum + points[stat], 0);
}

const spendStatPoints: Operation<Points> = {
  name: 'spendStatPoints',
  weights: { spending: 5 },
  draw: drawSpending,
  alterInput: (input) => ({ ...input, stamina: input.stamina + 1 }),
  drawSameClaim: () => null,
  drawForbidden: (draw) => {
    const spending = drawSpending(draw);
    const { random, world } = draw;
    const actor = random.pick([
      { kind: 'server', id: random.pick(world.servers) } as const,
      { kind: 'staff', id: world.staff.chief.id } as const,
    ]);
    return { ...spending, actor, expectedFault: 'FORBIDDEN' };
  },
  drawBoundary: (draw) => {
    const spending = drawSpending(draw);
    const wrong = (input: Points): Draft<Points> => ({ ...spending, input, expectedFault: 'BAD_USER_INPUT' });
    const none: Points = { energy: 0, stamina: 0, health: 0 };
    return draw.random.pick<Draft<Points>>([
      wrong(none),
      wrong({ ...none, energy: -1 }),
      wrong({ ...none, health: 0.5 }),
      wrong({ ...none, stamina: 2 ** 53 }),
      wrong({ ...none, energy: Number.MAX_SAFE_INTEGER, health: 1 }),
      { ...spending, input: { ...none, energy: Number.MAX_SAFE_INTEGER } },
      { ...spending, input: { ...none, energy: 1 } },
    ]);
  },
  toInput: ({ input: { energy, stamina, health } }) => ({ energy, stamina, health }),
  effect: ({ intent: { key, input }, rules }) => ({
    kind: 'claim',
    type: 'spend_stat_points',
    key,
    postings: [
      // Energy regenerates up to a maximum that the points change, so its regeneration is recorded first.
      ...(input.energy > 0 ? [give(rules, 'energy', 0)] : []),
      take('stat_points', total(input)),
      ...STATS.filter((stat) => input[stat] > 0).map((stat) => give(rules, `stat:${stat}`, input[stat])),
    ],
  }),
};

export default spendStatPoints;
