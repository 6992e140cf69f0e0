/** spendResource: game servers charge players what no price of the config knows, often more than they have or may be charged. */
import { limitUses } from '../game/limits.ts';
import { type Effect, type EffectContext, reject, take } from '../model/effect.ts';
import { type Draw, drawExpectedVersion, type Operation, subjectOf } from '../operation.ts';
import type { Random } from '../random.ts';
import type { Actor, Draft } from '../schedule/intent.ts';

interface Spending {
  readonly resource: string;
  readonly amount: number;
  readonly reason: string;
}

/** By resource: the most of one charge, and of a player's day; null: no bound. */
type Limits = Readonly<Record<string, { readonly perCall: number | null; readonly perDay: number | null }>>;

function drawLimits(random: Random) {
  const numbers: Limits = {
    lumees: { perCall: random.int(20, 60), perDay: random.int(100, 400) },
    // It regenerates: what is charged is what has grown until then.
    energy: { perCall: null, perDay: random.int(50, 300) },
  };
  const resources = Object.fromEntries(Object.entries(numbers).map(([name, spend]) => [name, { spend }]));
  return { numbers, document: { resources } };
}

function drawSpending(draw: Draw): Draft<Spending> {
  const { random, world, number } = draw;
  const resource = random.pick(['lumees', 'lumees', 'energy']);
  return {
    actor: { kind: 'server', id: random.pick(world.servers) },
    player: subjectOf(draw),
    input: { resource, amount: random.int(1, random.chance(0.1) ? 150 : 25), reason: `charge ${number}` },
    ...drawExpectedVersion(draw),
  };
}

function drawForbidden(draw: Draw): Draft<Spending> {
  const { random, world } = draw;
  const spending = drawSpending(draw);
  const actor = random.pick<Actor>([
    { kind: 'player', id: spending.player },
    { kind: 'staff', id: world.staff.chief.id },
  ]);
  return { ...spending, actor, expectedFault: 'FORBIDDEN' };
}

function drawBoundary(draw: Draw): Draft<Spending> {
  const spending = drawSpending(draw);
  const wrong = (input: Partial<Spending>): Draft<Spending> => ({
    ...spending,
    input: { ...spending.input, ...input },
    expectedFault: 'BAD_USER_INPUT',
  });
  return draw.random.pick<Draft<Spending>>([
    wrong({ amount: 0 }),
    wrong({ amount: -1 }),
    wrong({ amount: 0.5 }),
    wrong({ amount: 2 ** 53 }),
    wrong({ reason: 'ab' }),
    wrong({ resource: 'experience' }),
    wrong({ resource: 'no_such_resource' }),
    { ...spending, input: { ...spending.input, amount: Number.MAX_SAFE_INTEGER } },
  ]);
}

function effect({ intent: { key, input }, rules, claim }: EffectContext<Spending>): Effect {
  const { resource, amount } = input;
  const { perCall, perDay } = (rules.own.spendResource as Limits)[resource] as Limits[string];
  if (perCall !== null && amount > perCall) {
    const numbers = { bound: perCall, remaining: perCall, requested: amount };
    return reject('LimitExceeded', { limit: 'SPEND_AMOUNT', ceilingOf: resource, ...numbers });
  }
  const offer = { counter: `spend:${resource}`, kind: 'SPENDINGS', resource, amount };
  return {
    kind: 'claim',
    type: 'spending',
    key,
    limits: limitUses({ ...offer, bounds: perDay === null ? {} : { perDay } }, claim.claimedAt, rules),
    postings: [take(resource, amount)],
  };
}

const spendResource: Operation<Spending> = {
  name: 'spendResource',
  weights: { spending: 3 },
  drawConfig: drawLimits,
  draw: drawSpending,
  alterInput: (input) => ({ ...input, amount: input.amount + 1 }),
  drawSameClaim: () => null,
  drawForbidden,
  drawBoundary,
  toInput: ({ player, input: { resource, amount, reason } }) => ({
    playerId: player,
    resource,
    amount,
    reason,
  }),
  effect,
};

export default spendResource;
