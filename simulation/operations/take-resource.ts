/** takeResource: staff take from players within limits of their own: down to the floor, what is there, or into debt. */
import { type Effect, type EffectContext, type TakeBounds, take } from '../model/effect.ts';
import { type Draw, drawExpectedVersion, type Operation, subjectOf } from '../operation.ts';
import type { Random } from '../random.ts';
import type { Actor, Draft } from '../schedule/intent.ts';
import { drawStaff } from '../schedule/world.ts';

interface Taking {
  readonly resource: string;
  readonly amount: number;
  readonly reason: string;
  readonly ifInsufficient: 'REFUSE' | 'TAKE_WHAT_IS_THERE' | 'DEBT';
}

type Limits = Readonly<Record<string, TakeBounds & { readonly debt: boolean }>>;

function drawLimits(random: Random) {
  const limits = (perDay: number, debt: boolean) => ({
    perCall: random.chance(0.5) ? random.int(20, perDay) : null,
    perDay,
    debt,
  });
  const numbers: Limits = {
    credits: limits(random.int(60, 250), true),
    drop_charges: limits(random.int(30, 90), false),
  };
  const resources = Object.fromEntries(Object.entries(numbers).map(([name, rule]) => [name, { take: rule }]));
  return { numbers, document: { resources } };
}

function drawTaking(draw: Draw): Draft<Taking> {
  const { random, world, number } = draw;
  const resource = random.pick(['credits', 'credits', 'drop_charges']);
  const ifInsufficient = random.weighted<Taking['ifInsufficient']>([
    [4, 'REFUSE'],
    [4, 'TAKE_WHAT_IS_THERE'],
    [resource === 'credits' ? 2 : 0, 'DEBT'],
  ]);
  return {
    actor: { kind: 'staff', id: drawStaff(world, random) },
    player: random.chance(0.03) ? world.ghost : subjectOf(draw),
    input: { resource, amount: random.int(1, 30), reason: `taking ${number}`, ifInsufficient },
    ...drawExpectedVersion(draw),
  };
}

/** One of many takings by one member from many players. Together they exceed the member's day. */
function drawRival(original: Draft<Taking>, draw: Draw): Draft<Taking> {
  return {
    actor: original.actor,
    player: subjectOf(draw),
    input: { ...original.input, amount: draw.random.int(10, 30) },
  };
}

function drawForbidden(draw: Draw): Draft<Taking> {
  const { random, world } = draw;
  const taking = drawTaking(draw);
  const actor = random.pick<Actor>([
    { kind: 'player', id: taking.player },
    { kind: 'server', id: random.pick(world.servers) },
    { kind: 'staff', id: world.staff.auditor.id },
    { kind: 'staff', id: world.stranger },
  ]);
  return { ...taking, actor, expectedFault: 'FORBIDDEN' };
}

function drawBoundary(draw: Draw): Draft<Taking> {
  const taking = drawTaking(draw);
  const wrong = (input: Partial<Taking>): Draft<Taking> => ({
    ...taking,
    input: { ...taking.input, ...input },
    expectedFault: 'BAD_USER_INPUT',
  });
  return draw.random.pick<Draft<Taking>>([
    wrong({ amount: 0 }),
    wrong({ amount: -1 }),
    wrong({ amount: 2 ** 53 }),
    wrong({ reason: 'ab' }),
    wrong({ resource: 'experience' }),
    wrong({ resource: 'no_such_resource' }),
    wrong({ resource: 'drop_charges', ifInsufficient: 'DEBT' }),
    { ...taking, input: { ...taking.input, amount: Number.MAX_SAFE_INTEGER } },
  ]);
}

function effect({ intent: { key, input }, rules }: EffectContext<Taking>): Effect {
  const { resource, amount, ifInsufficient } = input;
  const bounds = (rules.own.takeResource as Limits)[resource] as TakeBounds;
  const posting = take(resource, amount);
  return {
    kind: 'claim',
    type: 'taking',
    key,
    takes: { resource, amount, perCall: bounds.perCall, perDay: bounds.perDay },
    postings: [
      {
        ...posting,
        floor: ifInsufficient === 'DEBT' ? null : posting.floor,
        clamp: ifInsufficient === 'TAKE_WHAT_IS_THERE',
      },
    ],
  };
}

const takeResource: Operation<Taking> = {
  name: 'takeResource',
  weights: { manual: 2 },
  drawConfig: drawLimits,
  draw: drawTaking,
  alterInput: (input) => ({ ...input, amount: input.amount + 1 }),
  drawSameClaim: () => null,
  drawRival,
  drawForbidden,
  drawBoundary,
  toInput: ({ player, input: { resource, amount, reason, ifInsufficient } }) => ({
    playerId: player,
    resource,
    amount,
    reason,
    ifInsufficient,
  }),
  effect,
};

export default takeResource;
