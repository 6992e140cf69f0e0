/**
 * spendStatPoints: players spend the points of their levels, often more than they have, and several requests compete. Some configs
 * have a stat that others do not know.
 */
import { type Effect, type EffectContext, give, reject, take } from '../model/effect.ts';
import { type Draw, drawExpectedVersion, type Operation, subjectOf } from '../operation.ts';
import { Random } from '../random.ts';
import type { Draft } from '../schedule/intent.ts';

interface Spending {
  readonly points: readonly { readonly stat: string; readonly points: number }[];
}

const of = (points: Readonly<Record<string, number>>): Spending => ({
  points: Object.entries(points).map(([stat, points]) => ({ stat, points })),
});

function drawSpending(draw: Draw): Draft<Spending> {
  const { random, world, number } = draw;
  const player = subjectOf(draw);
  // Of its own, so that the other draws of a seed do not depend on it.
  const luck = new Random(`${world.seed}/luck/${number}`).chance(0.2) ? 1 : 0;
  const most = random.chance(0.1) ? 9 : 2;
  const drawn = [
    { stat: 'energy', points: random.int(0, most) },
    { stat: 'stamina', points: random.int(0, most) },
    { stat: 'health', points: random.int(0, 1) },
    { stat: 'luck', points: luck },
  ].filter(({ points }) => points > 0);
  return {
    actor: { kind: 'player', id: player },
    player,
    input: drawn.length > 0 ? { points: drawn } : of({ energy: 1 }),
    ...drawExpectedVersion(draw),
  };
}

/** One more point in the first stat, and the others in another order. */
function alterInput({ points }: Spending): Spending {
  const [first, ...others] = points.toReversed();
  return { points: [...others, ...(first ? [{ ...first, points: first.points + 1 }] : [])] };
}

function effect({ intent: { key, input }, rules }: EffectContext<Spending>): Effect {
  const points = input.points.toSorted((a, b) => (a.stat < b.stat ? -1 : 1));
  const unknown = points.find(({ stat }) => !(stat in rules.stats));
  if (unknown)
    return reject('UnknownStat', { stat: unknown.stat, stats: Object.keys(rules.stats).toSorted() });
  return {
    kind: 'claim',
    type: 'spend_stat_points',
    key,
    postings: [
      // Energy regenerates up to a maximum that the points change, so its regeneration is recorded first.
      ...points.filter(({ stat }) => stat === 'energy').map(() => give(rules, 'energy', 0)),
      take(
        'stat_points',
        points.reduce((sum, { points }) => sum + points, 0),
      ),
      ...points.map(({ stat, points }) => give(rules, `stat:${stat}`, points)),
    ],
  };
}

const spendStatPoints: Operation<Spending> = {
  name: 'spendStatPoints',
  weights: { spending: 5 },
  draw: drawSpending,
  alterInput,
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
    const wrong = (input: Spending): Draft<Spending> => ({
      ...spending,
      input,
      expectedFault: 'BAD_USER_INPUT',
    });
    return draw.random.pick<Draft<Spending>>([
      wrong(of({})),
      wrong(of({ energy: 0 })),
      wrong(of({ energy: -1 })),
      wrong(of({ health: 0.5 })),
      wrong(of({ stamina: 2 ** 53 })),
      wrong(of({ 'Not a name': 1 })),
      wrong({ points: [...of({ energy: 1 }).points, ...of({ energy: 1 }).points] }),
      wrong(of({ energy: Number.MAX_SAFE_INTEGER, health: 1 })),
      { ...spending, input: of({ energy: Number.MAX_SAFE_INTEGER }) },
      { ...spending, input: of({ energy: 1 }) },
      { ...spending, input: of({ energy: 1, nonsense: 1 }) },
    ]);
  },
  toInput: ({ input: { points } }) => ({ points: points.map(({ stat, points }) => ({ stat, points })) }),
  effect,
};

export default spendStatPoints;
