/** exchange: resources that regenerate, purchases with a daily limit, and draws, which a retry must not roll again. */
import { drawnByClaim, reachableTables } from '../game/draw-tables.ts';
import {
  drawExchanges,
  exchangeLimits,
  exchangeNumbers,
  exchangeOffer,
  MAX_QUANTITY,
  OPTIONS,
  paidWith,
  playerPrice,
  pricePostings,
  stockOf,
  type Wanted,
} from '../game/exchanges.ts';
import { changedTerms } from '../game/terms.ts';
import { notAvailable } from '../game/windows.ts';
import { type Effect, type EffectContext, reject } from '../model/effect.ts';
import {
  type Draw,
  drawExpectedVersion,
  drawTerms,
  type Operation,
  subjectOf,
  termsToSend,
} from '../operation.ts';
import type { Actor, Draft } from '../schedule/intent.ts';
import { drawOtherPlayer } from '../schedule/world.ts';

function drawExchange(draw: Draw): Draft<Wanted> {
  const { random, world } = draw;
  const player = subjectOf(draw);
  const actor: Actor = random.chance(0.75)
    ? { kind: 'player', id: player }
    : { kind: 'server', id: random.pick(world.servers) };
  const exchange = random.weighted([
    [30, 'drop'],
    [15, 'training'],
    [15, 'buy_tokens'],
    [30, 'summon'],
    [16, 'buy_shards'],
    [8, 'shard_of_choice'],
    [10, 'great_summon'],
    [20, 'recruit'],
    [24, 'season_pack'],
    [24, stockOf(world.seed).exchange],
    [1, 'no_such_exchange'],
  ]);
  const quantity = random.chance(0.7) ? 1 : random.int(2, MAX_QUANTITY);
  const terms = exchange === 'recruit' ? {} : drawTerms(draw);
  const input = {
    ...{ exchange, quantity },
    payWith: exchange === 'buy_shards' && random.chance(0.4) ? random.int(0, 1) : null,
    choose: exchange === 'shard_of_choice' ? random.pick(OPTIONS) : null,
  };
  return { actor, player, input, ...drawExpectedVersion(draw), ...terms };
}

/** The same for another player, who may want the last unit of a stock. */
function drawRival(original: Draft<Wanted>, draw: Draw): Draft<Wanted> {
  const actor: Actor = { kind: 'server', id: draw.random.pick(draw.world.servers) };
  return { actor, player: subjectOf(draw), input: original.input };
}

function effect({ intent: { key, player, input }, sent, rules, claim }: EffectContext<Wanted>): Effect {
  const { exchange, quantity } = input;
  const numbers = exchangeNumbers(rules).exchanges[exchange];
  const offer = exchangeOffer(input, rules);
  if (!numbers) return reject('UnknownExchange', { exchange });
  const tables = numbers.draws ? reachableTables(numbers.draws.table) : [];
  const refused =
    notAvailable(exchange, tables, rules, claim.claimedAt) ?? (offer && changedTerms(sent.terms, offer));
  if (refused) return refused;
  const { draws, byPlayer } = numbers;
  return {
    kind: 'claim',
    type: exchange,
    key,
    limits: exchangeLimits(input, claim.claimedAt, rules),
    postings: (ledger) => {
      const balances = ledger.balances(player);
      const paid = paidWith(numbers, input, balances);
      const price = pricePostings(numbers, paid.price, input, rules);
      if (byPlayer) {
        const read = claim.row.outcome === 'granted' ? claim.row.facts_read : null;
        const own = playerPrice(exchange, { numbers: byPlayer, quantity, read }, balances);
        return 'kind' in own ? own : [own, ...price];
      }
      if (claim.row.outcome !== 'rejected' && (claim.row.paid_with ?? null) !== paid.place)
        return { kind: 'ImpossiblePayment', details: { expected: paid.place, paid: claim.row.paid_with } };
      const drawn = drawnByClaim(claim, draws && { ...draws, times: draws.times * quantity }, rules)(ledger);
      return Array.isArray(drawn) ? [...price, ...drawn] : drawn;
    },
  };
}

const exchange: Operation<Wanted> = {
  name: 'exchange',
  weights: { spending: 14 },
  drawConfig: drawExchanges,
  draw: drawExchange,
  alterInput: (input) => ({ ...input, quantity: input.quantity === 1 ? 2 : 1 }),
  drawSameClaim: () => null,
  drawRival,
  drawForbidden: (draw) => {
    const drawn = drawExchange(draw);
    const { random, world } = draw;
    const actor = random.pick<Actor>([
      { kind: 'player', id: drawOtherPlayer(world, random, drawn.player) },
      { kind: 'staff', id: world.staff.chief.id },
    ]);
    return { ...drawn, actor, expectedFault: 'FORBIDDEN' };
  },
  drawBoundary: (draw) => {
    const drawn = drawExchange(draw);
    const of = (quantity: number, exchange = 'drop'): Wanted => ({ exchange, quantity });
    const wrong = (quantity: number, over: Partial<Wanted> = {}): Draft<Wanted> => ({
      ...drawn,
      input: { ...of(quantity), ...over },
      expectedFault: 'BAD_USER_INPUT',
    });
    return draw.random.pick<Draft<Wanted>>([
      wrong(0),
      wrong(-1),
      wrong(1.5),
      wrong(2 ** 53),
      wrong(101),
      wrong(MAX_QUANTITY + 1),
      wrong(1, { exchange: 'buy_shards', payWith: 2 }),
      wrong(1, { payWith: 1 }),
      wrong(1, { exchange: 'shard_of_choice' }),
      wrong(1, { exchange: 'shard_of_choice', choose: 'nonsense' }),
      wrong(1, { choose: 'fire' }),
      { ...drawn, terms: 'not 32 digits', expectedFault: 'BAD_USER_INPUT' },
      { ...drawn, input: of(MAX_QUANTITY) },
      { ...drawn, input: of(MAX_QUANTITY, 'great_summon') },
    ]);
  },
  toInput: (intent, context) => {
    const { actor, player, input } = intent;
    const { exchange, quantity, payWith = null, choose = null } = input;
    return {
      ...((actor.kind !== 'player' || actor.id !== player) && { playerId: player }),
      exchange,
      quantity,
      ...(payWith !== null && { payWith }),
      ...(choose !== null && { choose }),
      ...termsToSend(intent, context, (rules) => exchangeOffer(input, rules)),
    };
  },
  effect,
};

export default exchange;
