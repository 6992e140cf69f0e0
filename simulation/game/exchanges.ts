/** The exchanges of the simulated game, as the balance config declares them and as the model computes them. */
import { give, type Posting, type Rejection, take } from '../model/effect.ts';
import type { LimitUse } from '../model/limits.ts';
import type { Balances, Rules } from '../model/rules.ts';
import { Random } from '../random.ts';
import type { SeedFacts } from '../schedule/world.ts';
import {
  COUNTERS,
  type Drawing,
  drawTables,
  HEROES,
  offeredDraws,
  type Tables,
  tablesDocument,
} from './draw-tables.ts';
import { type Bounds, drawLimits, limitUses, SEASON, SUPPLIES } from './limits.ts';
import type { Offer } from './terms.ts';

interface ExchangeNumbers {
  readonly costs: Readonly<Record<string, number>>;
  /** What can be paid instead where the player does not have the costs; null: nothing. */
  readonly otherwise: Readonly<Record<string, number>> | null;
  readonly gives: Readonly<Record<string, number>>;
  /** Of which the request names one, with what it gives besides; null: there is nothing to choose. */
  readonly options: Readonly<Record<string, Readonly<Record<string, number>>>> | null;
  readonly draws: Drawing | null;
  readonly bounds: Bounds;
  /** The limits that it shares with others. */
  readonly shared: readonly string[];
  /** Whether servers may take it back. */
  readonly reversible: boolean;
  /** What is different for each player; null: nothing. */
  readonly byPlayer: ByPlayer | null;
}

/** For one: `base` lumees, and `each` more for every militia that the player has; only with `needs` lumees. */
interface ByPlayer {
  readonly base: number;
  readonly each: number;
  readonly needs: number;
}

const MILITIA = 'hero:militia';
const LOCKED = 'locked.too_poor';

interface ShopNumbers {
  readonly exchanges: Readonly<Record<string, ExchangeNumbers>>;
  readonly tables: Tables;
  /** The numbers of game/limits.ts. */
  readonly limits: object;
}

export const MAX_QUANTITY = 4;
export const OPTIONS = ['fire', 'water', 'shadow'] as const;

/**
 * There are so many of it for all players of a seed. Each seed has a stock with a resource of its own: another name for the same thing
 * would begin its limits again.
 */
export function stockOf(seed: string) {
  const name = Buffer.from(seed).toString('hex');
  const total = new Random(`${seed}/stock`).int(4, 10);
  return { exchange: `frame_${name}`, resource: `frame:of_${name}`, total };
}

export function drawExchanges(random: Random, { seed, began }: SeedFacts) {
  const plain = () => ({
    ...{ otherwise: null, gives: {}, options: null, draws: null, bounds: {}, shared: [], byPlayer: null },
    reversible: random.chance(0.5),
  });
  const bounds = random.fork('bounds');
  const limits = drawLimits(random.fork('limits'), began);
  const numbers: ShopNumbers = {
    exchanges: {
      drop: { ...plain(), costs: { drop_charges: 1 }, gives: { auric_coins: random.int(1, 9) } },
      training: {
        ...plain(),
        costs: { energy: random.int(10, 60) },
        gives: { experience: random.int(1, 15) },
      },
      buy_tokens: {
        ...plain(),
        costs: { lumees: random.int(1, 6) },
        gives: { summon_tokens: random.int(2, 4) },
        bounds: { perDay: random.int(8, 40) },
      },
      summon: {
        ...plain(),
        costs: { summon_tokens: 1 },
        draws: { table: 'summons', times: random.int(1, 2) },
      },
      buy_shards: {
        ...plain(),
        costs: { credits: random.int(5, 40) },
        otherwise: { lumees: random.int(1, 9), floor_tokens: 1 },
        gives: { 'shards:water': random.int(1, 4) },
        bounds: { perWeek: bounds.int(2, 6) },
      },
      great_summon: {
        ...plain(),
        costs: { floor_tokens: random.int(1, 9), lumees: random.int(1, 30) },
        draws: { table: 'rerun', times: random.int(2, 5) },
        shared: [SUPPLIES],
      },
      recruit: {
        ...plain(),
        costs: {},
        gives: { [MILITIA]: 1 },
        byPlayer: { base: random.int(1, 4), each: random.int(1, 3), needs: random.int(10, 80) },
        shared: [SUPPLIES],
      },
      shard_of_choice: {
        ...plain(),
        costs: { credits: random.int(1, 20) },
        options: Object.fromEntries(
          OPTIONS.map((option) => [option, { [`shards:${option}`]: random.int(1, 5) }]),
        ),
      },
      ...drawLimited(random.fork('limited'), plain, stockOf(seed)),
    },
    tables: drawTables(random.fork('tables')),
    limits: limits.numbers,
  };
  const document = exchangesDocument(numbers);
  const resources = { ...document.resources, [stockOf(seed).resource]: {} };
  return { numbers, document: { ...document, ...limits.document, resources } };
}

/** An offer of a season, and one of which there are only so many in the whole game. */
function drawLimited(
  random: Random,
  plain: () => Omit<ExchangeNumbers, 'costs'>,
  stock: ReturnType<typeof stockOf>,
): ShopNumbers['exchanges'] {
  return {
    season_pack: {
      ...plain(),
      costs: { lumees: random.int(1, 3) },
      gives: { floor_tokens: random.int(1, 4) },
      bounds: { perSeason: { [SEASON]: random.int(2, 5) } },
    },
    [stock.exchange]: {
      ...plain(),
      costs: { lumees: 1 },
      gives: { [stock.resource]: 1 },
      bounds: { total: stock.total },
    },
  };
}

function exchangesDocument({ exchanges, tables }: ShopNumbers) {
  return {
    resources: { ...HEROES, ...Object.fromEntries(COUNTERS.map((counter) => [counter, {}])) },
    exchanges: Object.fromEntries(
      Object.entries(exchanges).map(
        ([name, { costs, otherwise, gives, options, draws, bounds, shared, reversible, byPlayer }]) => [
          name,
          {
            costs: otherwise ? [costs, otherwise] : costs,
            gives,
            ...(byPlayer && documentByPlayer(byPlayer)),
            ...(options && { chooseOne: optionsDocument(options) }),
            maxQuantity: MAX_QUANTITY,
            ...(draws && { draws: { [draws.table]: draws.times } }),
            ...bounds,
            sharedLimits: shared,
            ...(reversible && { reversibleBy: ['server'] }),
          },
        ],
      ),
    ),
    drawTables: tablesDocument(tables),
  };
}

function optionsDocument(options: NonNullable<ExchangeNumbers['options']>) {
  return Object.fromEntries(Object.entries(options).map(([name, gives]) => [name, { gives }]));
}

function documentByPlayer({ base, each, needs }: ByPlayer) {
  return {
    costs: { lumees: `quantity * (${base} + ${each} * balance("${MILITIA}"))` },
    requires: [{ when: `balance("lumees") >= ${needs}`, text: LOCKED }],
  };
}

/** What an exchange with a price of its own for each player takes, or why it is locked. `read`: what the claim says was read. */
export function playerPrice(
  exchange: string,
  { numbers, quantity, read }: { numbers: ByPlayer; quantity: number; read: unknown },
  balances: Balances,
): Posting | Rejection {
  const { base, each, needs } = numbers;
  const { lumees = 0, [MILITIA]: militia = 0 } = balances;
  if (lumees < needs)
    return { kind: 'RequirementsNotMet', details: { claimType: exchange, unmet: [LOCKED] } };
  const due = { "balance('lumees')": lumees, [`balance('${MILITIA}')`]: militia };
  if (read !== null && !sameNumbers(read, due)) return { kind: 'WrongFactsRead', details: { read, due } };
  return take('lumees', quantity * (base + each * militia));
}

function sameNumbers(read: unknown, due: Readonly<Record<string, number>>): boolean {
  const found = Object.entries(read as Readonly<Record<string, unknown>>);
  return found.length === Object.keys(due).length && found.every(([name, value]) => due[name] === value);
}

export const exchangeNumbers = ({ own }: Rules): ShopNumbers => own.exchange as ShopNumbers;

/** An exchange as a request asks for it. */
export interface Wanted {
  readonly exchange: string;
  readonly quantity: number;
  /** Which of two prices to pay; null: the first that the player has. */
  readonly payWith?: number | null;
  readonly choose?: string | null;
}

/** What one of it gives, without what is drawn. */
function givenBy(
  { gives, options }: ExchangeNumbers,
  choose: string | null = null,
): ExchangeNumbers['gives'] {
  return { ...gives, ...options?.[choose ?? ''] };
}

/** The price, and what the exchange gives besides draws. */
export function pricePostings(
  numbers: ExchangeNumbers,
  costs: ExchangeNumbers['costs'],
  { quantity, choose }: Wanted,
  rules: Rules,
): Posting[] {
  const sorted = (amounts: Readonly<Record<string, number>>) =>
    Object.entries(amounts).sort(([a], [b]) => (a < b ? -1 : 1));
  return [
    ...sorted(costs).map(([resource, amount]) => take(resource, amount * quantity)),
    ...sorted(givenBy(numbers, choose)).map(([resource, amount]) => give(rules, resource, amount * quantity)),
  ];
}

/** Which price is paid: the one that is asked for, or the first that the player has, or the last. None of them regenerates. */
export function paidWith(
  { costs, otherwise }: ExchangeNumbers,
  { quantity, payWith = null }: Wanted,
  balances: Balances,
): { readonly place: number | null; readonly price: ExchangeNumbers['costs'] } {
  if (!otherwise) return { place: null, price: costs };
  if (payWith !== null) return { place: payWith, price: payWith === 0 ? costs : otherwise };
  const has = Object.entries(costs).every(
    ([resource, amount]) => (balances[resource] ?? 0) >= amount * quantity,
  );
  return has ? { place: 0, price: costs } : { place: 1, price: otherwise };
}

/** What an exchange costs, gives and draws. Null: this config does not have it, or it is different for each player. */
export function exchangeOffer({ exchange, quantity, choose }: Wanted, rules: Rules): Offer | null {
  const numbers = exchangeNumbers(rules).exchanges[exchange];
  // What depends on the player no client of a seed computes beforehand.
  if (!numbers || numbers.byPlayer) return null;
  const times = (amounts: Readonly<Record<string, number>>) =>
    Object.fromEntries(Object.entries(amounts).map(([resource, amount]) => [resource, amount * quantity]));
  const offer = {
    costs: times(numbers.costs),
    gives: times(givenBy(numbers, choose)),
    draws: numbers.draws
      ? offeredDraws({ ...numbers.draws, times: numbers.draws.times * quantity }, rules)
      : [],
  };
  return { ...offer, others: numbers.otherwise ? [{ ...offer, costs: times(numbers.otherwise) }] : [] };
}

/** What the exchange uses of limits. */
export function exchangeLimits({ exchange, quantity }: Wanted, now: number, rules: Rules): LimitUse[] {
  const { bounds = {}, shared = [] } = exchangeNumbers(rules).exchanges[exchange] ?? {};
  const offer = { bounds, shared, counter: `exchange:${exchange}`, kind: 'EXCHANGES', amount: quantity };
  return limitUses(offer, now, rules);
}
