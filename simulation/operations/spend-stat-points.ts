/** spendStatPoints: hot players spend what their levels gave, often more than is left, and several at once for the last. */
import { mutationDocument } from '../clients/document.ts';
import { give, take } from '../model/effect.ts';
import { type Draw, drawExpectation, type Operation, subjectOf } from '../operation.ts';
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
    ...drawExpectation(draw),
  };
}

function total(points: Points): number {
  return STATS.reduce((sum, stat) => sum + points[stat], 0);
}

const spendStatPoints: Operation<Points> = {
  name: 'spendStatPoints',
  shares: { spending: 5 },
  document: mutationDocument({
    field: 'spendStatPoints',
    inputType: 'SpendStatPointsInput',
    refusals: ['IdempotencyKeyReused', 'InsufficientBalance', 'LimitExceeded', 'VersionConflict'],
  }),
  draw: drawSpending,
  alter: (input) => ({ ...input, stamina: input.stamina + 1 }),
  // Spending happens as often as somebody asks for it: its key is its only name.
  again: () => null,
  trespass: (draw) => {
    const spending = drawSpending(draw);
    const { random, world } = draw;
    const actor = random.pick([
      { kind: 'server', id: random.pick(world.servers) } as const,
      { kind: 'staff', id: world.staff.chief.id } as const,
    ]);
    return { ...spending, actor, refusal: 'FORBIDDEN' };
  },
  boundary: (draw) => {
    const spending = drawSpending(draw);
    const wrong = (input: Points): Draft<Points> => ({ ...spending, input, refusal: 'BAD_USER_INPUT' });
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
  variables: ({ input: { energy, stamina, health } }) => ({ energy, stamina, health }),
  effect: ({ intent: { key, input }, rules }) => ({
    kind: 'claim',
    type: 'spend_stat_points',
    key,
    moves: [
      // Energy comes back up to what its stat allows: what has come back so far is written down before that changes.
      ...(input.energy > 0 ? [give(rules, 'energy', 0)] : []),
      take(rules, 'stat_points', total(input)),
      ...STATS.filter((stat) => input[stat] > 0).map((stat) => give(rules, `stat:${stat}`, input[stat])),
    ],
  }),
};

export default spendStatPoints;
