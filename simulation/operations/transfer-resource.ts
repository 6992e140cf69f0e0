/** transferResource: players transfer resources to each other, at the same time and in both directions. */
import { type Bounds, limitUses } from '../game/limits.ts';
import { type Effect, type EffectContext, give, reject, take } from '../model/effect.ts';
import { type Draw, drawExpectedVersion, type Operation, subjectOf } from '../operation.ts';
import type { Random } from '../random.ts';
import type { Actor, Draft } from '../schedule/intent.ts';
import { drawOtherPlayer } from '../schedule/world.ts';

interface Transfer {
  readonly to: string;
  readonly resource: string;
  readonly amount: number;
}

/** By resource: the most that a player may transfer at once, and in a day, and what a player may receive from others. */
type Limits = Readonly<
  Record<string, { readonly perTransfer: number; readonly perDay: number; readonly receives: Bounds }>
>;

function drawLimits(random: Random) {
  const limits = (most: number) => ({ perTransfer: most, perDay: most * random.int(2, 8) });
  const [lumees, coins] = [limits(random.int(30, 60)), limits(random.int(5, 20))];
  const atLeast = ({ perTransfer }: { readonly perTransfer: number }, more: number) =>
    perTransfer + random.int(0, more);
  const numbers: Limits = {
    lumees: { ...lumees, receives: { perWeek: atLeast(lumees, 20) } },
    auric_coins: { ...coins, receives: { perDay: atLeast(coins, 9), ever: atLeast(coins, 30) } },
  };
  const resources = Object.fromEntries(
    Object.entries(numbers).map(([name, transfer]) => [name, { transfer }]),
  );
  return { numbers, document: { resources } };
}

function drawActor(player: string, { random, world }: Draw): Actor {
  return random.chance(0.75)
    ? { kind: 'player', id: player }
    : { kind: 'server', id: random.pick(world.servers) };
}

function drawTransfer(draw: Draw): Draft<Transfer> {
  const { random, world } = draw;
  const player = subjectOf(draw);
  const unlessSelf = (id: string) => (id === player ? 0 : 1);
  const to = random.weighted([
    [40, drawOtherPlayer(world, random, player)],
    [unlessSelf(world.ghost), world.ghost],
    [unlessSelf(world.whale), world.whale],
  ]);
  const resource = random.pick(['lumees', 'lumees', 'auric_coins']);
  const amount = random.int(1, random.chance(0.1) ? 100 : 12);
  return {
    actor: drawActor(player, draw),
    player,
    others: [to],
    input: { to, resource, amount },
    ...drawExpectedVersion(draw),
  };
}

/** The same transfer in the other direction. */
function drawRival(original: Draft<Transfer>): Draft<Transfer> {
  const { player, input } = original;
  // The ghost and the whale send nothing.
  if (!/-(hot|cold)\d+$/.test(input.to)) return original;
  return {
    actor: { kind: 'player', id: input.to },
    player: input.to,
    others: [player],
    input: { ...input, to: player },
  };
}

function drawForbidden(draw: Draw): Draft<Transfer> {
  const transfer = drawTransfer(draw);
  const { random, world } = draw;
  const actor = random.pick<Actor>([
    { kind: 'player', id: drawOtherPlayer(world, random, transfer.player) },
    { kind: 'staff', id: world.staff.chief.id },
  ]);
  return { ...transfer, actor, expectedFault: 'FORBIDDEN' };
}

function drawBoundary(draw: Draw): Draft<Transfer> {
  const transfer = drawTransfer(draw);
  const { whale } = draw.world;
  const wrong = (input: Partial<Transfer>): Draft<Transfer> => ({
    ...transfer,
    input: { ...transfer.input, ...input },
    expectedFault: 'BAD_USER_INPUT',
  });
  return draw.random.pick<Draft<Transfer>>([
    wrong({ amount: 0 }),
    wrong({ amount: -1 }),
    wrong({ amount: 0.5 }),
    wrong({ amount: 2 ** 53 }),
    wrong({ to: transfer.player }),
    wrong({ resource: 'experience' }),
    wrong({ resource: 'no_such_resource' }),
    { ...transfer, input: { ...transfer.input, amount: Number.MAX_SAFE_INTEGER } },
    // The whale's balances have hardly any room.
    { ...transfer, others: [whale], input: { to: whale, resource: 'lumees', amount: 40 } },
  ]);
}

function effect({ intent: { key, input }, rules, claim }: EffectContext<Transfer>): Effect {
  const { to, resource, amount } = input;
  const { perTransfer, perDay, receives } = (rules.own.transferResource as Limits)[
    resource
  ] as Limits[string];
  if (amount > perTransfer) {
    const numbers = { bound: perTransfer, remaining: perTransfer, requested: amount };
    return reject('LimitExceeded', { limit: 'TRANSFER_AMOUNT', ceilingOf: resource, ...numbers });
  }
  const now = claim.claimedAt;
  const moved = { resource, amount };
  const given = { ...moved, counter: `transfer:${resource}`, kind: 'TRANSFERS', bounds: { perDay } };
  const received = { counter: `received:${resource}`, kind: 'RECIPIENT_LIMIT', bounds: receives };
  return {
    kind: 'claim',
    type: 'transfer',
    key,
    counterparty: to,
    limits: [
      ...limitUses(given, now, rules),
      ...limitUses({ ...moved, ...received, subject: 'recipient' }, now, rules),
    ],
    // All or nothing, even if the ceiling would cut off a grant.
    postings: [take(resource, amount), { ...give(rules, resource, amount, to), clamp: false }],
  };
}

const transferResource: Operation<Transfer> = {
  name: 'transferResource',
  weights: { spending: 4 },
  drawConfig: drawLimits,
  draw: drawTransfer,
  alterInput: (input) => ({ ...input, amount: input.amount + 1 }),
  drawSameClaim: () => null,
  drawRival,
  drawForbidden,
  drawBoundary,
  toInput: ({ actor, player, input: { to, resource, amount } }) => ({
    ...((actor.kind !== 'player' || actor.id !== player) && { playerId: player }),
    toPlayerId: to,
    resource,
    amount,
  }),
  effect,
};

export default transferResource;
