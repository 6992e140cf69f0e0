/** transferResource: hot players give each other what they have, at once and in both directions. */
import { mutationDocument } from '../clients/document.ts';
import { type Effect, give, type Step, take } from '../model/effect.ts';
import { type Draw, drawExpectation, type Operation, subjectOf } from '../operation.ts';
import type { Random } from '../random.ts';
import type { Actor, Draft } from '../schedule/intent.ts';
import { drawOther } from '../schedule/world.ts';

interface Transfer {
  readonly to: string;
  readonly resource: string;
  readonly amount: number;
}

/** What players may give each other: the most at once, and in a day. */
type Bounds = Readonly<Record<string, { readonly perTransfer: number; readonly perDay: number }>>;

function drawBounds(random: Random) {
  const bounds = (most: number) => ({ perTransfer: most, perDay: most * random.int(2, 8) });
  const numbers: Bounds = { lumees: bounds(random.int(40, 90)), auric_coins: bounds(random.int(5, 30)) };
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
    [40, drawOther(world, random, player)],
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
    ...drawExpectation(draw),
  };
}

function effect({ intent: { key, input }, rules }: Step<Transfer>): Effect {
  const { to, resource, amount } = input;
  const { perTransfer, perDay } = (rules.own.transferResource as Bounds)[resource] as Bounds[string];
  if (amount > perTransfer) {
    const bound = { bound: perTransfer, remaining: perTransfer, requested: amount };
    const details = { limit: 'TRANSFER_AMOUNT', ceilingOf: resource, ...bound };
    return { kind: 'refuse', rejection: { kind: 'LimitExceeded', details } };
  }
  return {
    kind: 'claim',
    type: 'transfer',
    key,
    counterparty: to,
    quota: { name: `transfer:${resource}`, limit: 'TRANSFER_PER_DAY', amount, bound: perDay },
    // Whole or not at all, whatever a grant of the same does at its ceiling.
    moves: [take(rules, resource, amount), { ...give(rules, resource, amount, to), clamp: false }],
  };
}

const transferResource: Operation<Transfer> = {
  name: 'transferResource',
  shares: { spending: 4 },
  document: mutationDocument({
    field: 'transferResource',
    inputType: 'TransferResourceInput',
    refusals: [
      'IdempotencyKeyReused',
      'InsufficientBalance',
      'LimitExceeded',
      'UnknownPlayer',
      'VersionConflict',
    ],
  }),
  balance: drawBounds,
  draw: drawTransfer,
  alter: (input) => ({ ...input, amount: input.amount + 1 }),
  // A gift happens as often as somebody makes it: its key is its only name.
  again: () => null,
  rival: (original) => {
    const { player, input } = original;
    // Nobody who is not there, or has next to everything, gives anything back.
    if (!/-(hot|cold)\d+$/.test(input.to)) return original;
    return {
      actor: { kind: 'player', id: input.to },
      player: input.to,
      others: [player],
      input: { ...input, to: player },
    };
  },
  trespass: (draw) => {
    const transfer = drawTransfer(draw);
    const { random, world } = draw;
    const actor = random.pick<Actor>([
      { kind: 'player', id: drawOther(world, random, transfer.player) },
      { kind: 'staff', id: world.staff.chief.id },
    ]);
    return { ...transfer, actor, refusal: 'FORBIDDEN' };
  },
  boundary: (draw) => {
    const transfer = drawTransfer(draw);
    const wrong = (input: Partial<Transfer>): Draft<Transfer> => ({
      ...transfer,
      input: { ...transfer.input, ...input },
      refusal: 'BAD_USER_INPUT',
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
      // Next to nothing fits on top of what the whale has.
      {
        ...transfer,
        others: [draw.world.whale],
        input: { to: draw.world.whale, resource: 'lumees', amount: 40 },
      },
    ]);
  },
  variables: ({ actor, player, input: { to, resource, amount } }) => ({
    ...((actor.kind !== 'player' || actor.id !== player) && { playerId: player }),
    toPlayerId: to,
    resource,
    amount,
  }),
  effect,
};

export default transferResource;
