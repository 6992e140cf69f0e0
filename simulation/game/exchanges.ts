/** The exchanges of the simulated game, as the balance config declares them and as the model computes them. */
import { give, type Posting, type Rejection, take } from '../model/effect.ts';
import type { Balances, Rules } from '../model/rules.ts';
import type { Random } from '../random.ts';
import {
  COUNTERS,
  type Drawing,
  drawTables,
  HEROES,
  offeredDraws,
  type Tables,
  tablesDocument,
} from './draw-tables.ts';
import type { Offer } from './terms.ts';

interface ExchangeNumbers {
  readonly costs: Readonly<Record<string, number>>;
  /** What can be paid instead where the player does not have the costs; null: nothing. */
  readonly otherwise: Readonly<Record<string, number>> | null;
  readonly gives: Readonly<Record<string, number>>;
  readonly draws: Drawing | null;
  /** Null: any number. */
  readonly perDay: number | null;
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
}

export const MAX_QUANTITY = 4;

export function drawExchanges(random: Random) {
  const plain = () => ({
    ...{ otherwise: null, gives: {}, draws: null, perDay: null, byPlayer: null },
    reversible: random.chance(0.5),
  });
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
        gives: { summon_tokens: random.int(1, 3) },
        perDay: random.int(8, 40),
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
      },
      great_summon: {
        ...plain(),
        costs: { floor_tokens: random.int(1, 9), lumees: random.int(1, 30) },
        draws: { table: 'rerun', times: random.int(2, 5) },
      },
      recruit: {
        ...plain(),
        costs: {},
        gives: { [MILITIA]: 1 },
        byPlayer: { base: random.int(1, 4), each: random.int(1, 3), needs: random.int(10, 80) },
      },
    },
    tables: drawTables(random.fork('tables')),
  };
  return { numbers, document: exchangesDocument(numbers) };
}

function exchangesDocument({ exchanges, tables }: ShopNumbers) {
  return {
    resources: { ...HEROES, ...Object.fromEntries(COUNTERS.map((counter) => [counter, {}])) },
    exchanges: Object.fromEntries(
      Object.entries(exchanges).map(
        ([name, { costs, otherwise, gives, draws, perDay, reversible, byPlayer }]) => [
          name,
          {
            costs: otherwise ? [costs, otherwise] : costs,
            gives,
            ...(byPlayer && documentByPlayer(byPlayer)),
            maxQuantity: MAX_QUANTITY,
            ...(draws && { draws: { [draws.table]: draws.times } }),
            ...(perDay !== null && { perDay }),
            ...(reversible && { reversibleBy: ['server'] }),
          },
        ],
      ),
    ),
    drawTables: tablesDocument(tables),
  };
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

/** The price, and what the exchange always gives. */
export function pricePostings(
  { gives }: ExchangeNumbers,
  costs: ExchangeNumbers['costs'],
  quantity: number,
  rules: Rules,
): Posting[] {
  const sorted = (amounts: Readonly<Record<string, number>>) =>
    Object.entries(amounts).sort(([a], [b]) => (a < b ? -1 : 1));
  return [
    ...sorted(costs).map(([resource, amount]) => take(resource, amount * quantity)),
    ...sorted(gives).map(([resource, amount]) => give(rules, resource, amount * quantity)),
  ];
}

/** Which price is paid: the first that the player has, or the last. None of them regenerates. */
export function paidWith(
  { costs, otherwise }: ExchangeNumbers,
  quantity: number,
  balances: Balances,
): { readonly place: number | null; readonly price: ExchangeNumbers['costs'] } {
  if (!otherwise) return { place: null, price: costs };
  const has = Object.entries(costs).every(
    ([resource, amount]) => (balances[resource] ?? 0) >= amount * quantity,
  );
  return has ? { place: 0, price: costs } : { place: 1, price: otherwise };
}

/** What an exchange costs, gives and draws. Null: this config does not have it, or it is different for each player. */
export function exchangeOffer(exchange: string, quantity: number, rules: Rules): Offer | null {
  const { exchanges, tables } = exchangeNumbers(rules);
  const numbers = exchanges[exchange];
  // What depends on the player no client of a seed computes beforehand.
  if (!numbers || numbers.byPlayer) return null;
  const times = (amounts: Readonly<Record<string, number>>) =>
    Object.fromEntries(Object.entries(amounts).map(([resource, amount]) => [resource, amount * quantity]));
  const offer = {
    costs: times(numbers.costs),
    gives: times(numbers.gives),
    draws: numbers.draws ? offeredDraws(numbers.draws.table, numbers.draws.times * quantity, tables) : [],
  };
  return { ...offer, others: numbers.otherwise ? [{ ...offer, costs: times(numbers.otherwise) }] : [] };
}
