/** advanceProgress: servers report matches, each perhaps several times and by several servers. */
import { advance, type Counter, drawProgress } from '../game/progress.ts';
import type { Effect, EffectContext } from '../model/effect.ts';
import { type Draw, drawExpectedVersion, type Operation, subjectOf } from '../operation.ts';
import type { Actor, Draft } from '../schedule/intent.ts';

interface Advance {
  readonly key: string;
  readonly counters: readonly { readonly counter: string; readonly by: number }[];
  readonly facts: Readonly<Record<string, number>> | null;
}

function drawMatch(draw: Draw): Draft<Advance> {
  const { random, world, number } = draw;
  const goals = random.chance(0.7) ? [{ counter: 'goals', by: random.int(1, 6) }] : [];
  return {
    actor: { kind: 'server', id: random.pick(world.servers) },
    player: subjectOf(draw),
    input: {
      key: `match-${world.seed}-${number}`,
      counters: [...goals, { counter: 'matches', by: 1 }],
      facts: random.chance(0.3) ? { minute: random.int(0, 90) } : null,
    },
    ...drawExpectedVersion(draw),
  };
}

function drawForbidden(draw: Draw): Draft<Advance> {
  const { random, world } = draw;
  const match = drawMatch(draw);
  const actor = random.pick<Actor>([
    { kind: 'player', id: match.player },
    { kind: 'staff', id: world.staff.chief.id },
  ]);
  return { ...match, actor, expectedFault: 'FORBIDDEN' };
}

function drawBoundary(draw: Draw): Draft<Advance> {
  const match = drawMatch(draw);
  const only = (counter: string, by: number) => ({
    ...match,
    input: { ...match.input, counters: [{ counter, by }] },
  });
  const wrong = (counters: Advance['counters']): Draft<Advance> => ({
    ...match,
    input: { ...match.input, counters },
    expectedFault: 'BAD_USER_INPUT',
  });
  const one = { counter: 'matches', by: 1 };
  return draw.random.pick<Draft<Advance>>([
    wrong([]),
    wrong([one, one]),
    wrong([{ ...one, by: 0 }]),
    wrong([{ ...one, by: -1 }]),
    wrong([{ ...one, by: 2 ** 53 }]),
    wrong([{ counter: 'lumees', by: 1 }]),
    wrong([{ counter: 'login', by: 1 }]),
    wrong(Array.from({ length: 21 }, (_, place) => ({ counter: `counter_${place}`, by: 1 }))),
    only('goals', Number.MAX_SAFE_INTEGER),
    only('errands', 1),
  ]);
}

function effect({ intent: { input }, rules, claim }: EffectContext<Advance>): Effect {
  const advances = input.counters.map(({ counter, by }) =>
    advance(counter as Counter, by, claim.claimedAt, rules),
  );
  return { kind: 'claim', type: 'progress', key: input.key, postings: [], advances };
}

const advanceProgress: Operation<Advance> = {
  name: 'advanceProgress',
  weights: { fresh: 3 },
  drawConfig: drawProgress,
  draw: drawMatch,
  alterInput: (input) => ({
    ...input,
    counters: input.counters.map(({ counter, by }) => ({ counter, by: by + 1 })),
  }),
  drawSameClaim: (original, { random, world }) => ({
    ...original,
    actor: { kind: 'server', id: random.pick(world.servers) },
  }),
  drawForbidden,
  drawBoundary,
  toInput: ({ player, input: { key, counters, facts } }) => ({
    playerId: player,
    key,
    counters: counters.map(({ counter, by }) => ({ counter, by })),
    ...(facts !== null && { facts }),
  }),
  effect,
};

export default advanceProgress;
