/** exchange: charges that come back, energy, tokens and summons; a retry must show the draws of the first try. */
import { mutationDocument } from '../clients/document.ts';
import type { Effect, Step } from '../model/effect.ts';
import { drawExchanges, drawMoves, exchangeNumbers, MAX_QUANTITY, priceMoves } from '../model/exchanges.ts';
import { type Draw, drawExpectation, type Operation, subjectOf } from '../operation.ts';
import type { Actor, Draft } from '../schedule/intent.ts';
import { drawOther } from '../schedule/world.ts';

interface Exchange {
  readonly exchange: string;
  readonly quantity: number;
}

function drawExchange(draw: Draw): Draft<Exchange> {
  const { random, world } = draw;
  const player = subjectOf(draw);
  const actor: Actor = random.chance(0.75)
    ? { kind: 'player', id: player }
    : { kind: 'server', id: random.pick(world.servers) };
  const exchange = random.weighted([
    [30, 'drop'],
    [15, 'training'],
    [15, 'buy_tokens'],
    [20, 'summon'],
    [10, 'great_summon'],
    [1, 'no_such_exchange'],
  ]);
  const quantity = random.chance(0.7) ? 1 : random.int(2, MAX_QUANTITY);
  return { actor, player, input: { exchange, quantity }, ...drawExpectation(draw) };
}

function effect({ intent: { key, input }, rules, claim }: Step<Exchange>): Effect {
  const { exchange, quantity } = input;
  const numbers = exchangeNumbers(rules).exchanges[exchange];
  if (!numbers) return { kind: 'refuse', rejection: { kind: 'UnknownExchange', details: { exchange } } };
  const { draws, perDay } = numbers;
  const quota = { name: `exchange:${exchange}`, limit: 'EXCHANGES_PER_DAY', amount: quantity };
  const price = priceMoves(numbers, quantity, rules);
  const drawn = (claim.row.draws ?? []) as readonly unknown[];
  return {
    kind: 'claim',
    type: exchange,
    key,
    quota: perDay === null ? null : { ...quota, bound: perDay },
    moves: (ledger) => {
      // What was refused drew nothing: the price alone decides.
      if (claim.row.outcome === 'rejected') return price;
      const player = String(claim.row.player_id);
      const moves = drawMoves(drawn, draws * quantity, ledger.balances(player), rules);
      return Array.isArray(moves) ? [...price, ...moves] : moves;
    },
  };
}

const exchange: Operation<Exchange> = {
  name: 'exchange',
  shares: { spending: 6 },
  document: mutationDocument({
    field: 'exchange',
    inputType: 'ExchangeInput',
    refusals: [
      'IdempotencyKeyReused',
      'InsufficientBalance',
      'LimitExceeded',
      'UnknownExchange',
      'VersionConflict',
    ],
  }),
  balance: drawExchanges,
  draw: drawExchange,
  alter: (input) => ({ ...input, quantity: input.quantity === 1 ? 2 : 1 }),
  // An exchange happens as often as somebody asks for it: its key is its only name.
  again: () => null,
  trespass: (draw) => {
    const drawn = drawExchange(draw);
    const { random, world } = draw;
    const actor = random.pick<Actor>([
      { kind: 'player', id: drawOther(world, random, drawn.player) },
      { kind: 'staff', id: world.staff.chief.id },
    ]);
    return { ...drawn, actor, refusal: 'FORBIDDEN' };
  },
  boundary: (draw) => {
    const drawn = drawExchange(draw);
    const of = (quantity: number, name = 'drop') => ({ exchange: name, quantity });
    const wrong = (quantity: number): Draft<Exchange> => ({
      ...drawn,
      input: of(quantity),
      refusal: 'BAD_USER_INPUT',
    });
    return draw.random.pick<Draft<Exchange>>([
      wrong(0),
      wrong(-1),
      wrong(1.5),
      wrong(2 ** 53),
      wrong(101),
      wrong(MAX_QUANTITY + 1),
      { ...drawn, input: of(MAX_QUANTITY) },
      { ...drawn, input: of(MAX_QUANTITY, 'great_summon') },
    ]);
  },
  variables: ({ actor, player, input }) => ({
    ...((actor.kind !== 'player' || actor.id !== player) && { playerId: player }),
    exchange: input.exchange,
    quantity: input.quantity,
  }),
  effect,
};

export default exchange;
