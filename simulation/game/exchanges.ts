/**
 * The exchanges of the simulated game and the table that they draw from, as the balance config declares them and as the model
 * computes them. The model does not predict a draw: it checks that the odds and the guarantee allow the recorded one.
 */
import { give, type Posting, type Rejection, take } from '../model/effect.ts';
import type { Balances, Rules } from '../model/rules.ts';
import type { Random } from '../random.ts';
import type { Offer } from './terms.ts';

interface ExchangeNumbers {
  readonly costs: Readonly<Record<string, number>>;
  readonly gives: Readonly<Record<string, number>>;
  readonly draws: number;
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

interface DrawTableNumbers {
  readonly exchanges: Readonly<Record<string, ExchangeNumbers>>;
  /** In order of name: each outcome owns as many rolls as its weight. */
  readonly outcomes: readonly { readonly name: string; readonly weight: number; readonly hero: string }[];
  /** After this many draws without a legend, the next one is a legend. */
  readonly guaranteeAfter: number;
}

export const MAX_QUANTITY = 4;
export const COUNTER = 'pity:summons';
const LEGEND = 'legend';
/** Taken from the counter to reset it. More than it can hold. */
const RESET_AMOUNT = 10_000;

export function drawExchanges(random: Random) {
  const plain = () => ({ gives: {}, draws: 0, perDay: null, reversible: random.chance(0.5), byPlayer: null });
  const numbers: DrawTableNumbers = {
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
      summon: { ...plain(), costs: { summon_tokens: 1 }, draws: random.int(1, 2) },
      great_summon: {
        ...plain(),
        costs: { floor_tokens: random.int(1, 9), lumees: random.int(1, 30) },
        draws: random.int(2, 5),
      },
      recruit: {
        ...plain(),
        costs: {},
        gives: { [MILITIA]: 1 },
        byPlayer: { base: random.int(1, 4), each: random.int(1, 3), needs: random.int(10, 80) },
      },
    },
    outcomes: [
      { name: 'common', weight: random.int(50, 90), hero: 'hero:militia' },
      { name: LEGEND, weight: random.int(1, 9), hero: 'hero:dragon' },
      { name: 'rare', weight: random.int(10, 40), hero: 'hero:paladin' },
    ],
    guaranteeAfter: random.int(3, 12),
  };
  return { numbers, document: exchangesDocument(numbers) };
}

function exchangesDocument({ exchanges, outcomes, guaranteeAfter }: DrawTableNumbers) {
  const heroes = Object.fromEntries(outcomes.map(({ hero }) => [hero, {}]));
  return {
    resources: { ...heroes, [COUNTER]: {} },
    exchanges: Object.fromEntries(
      Object.entries(exchanges).map(([name, { costs, gives, draws, perDay, reversible, byPlayer }]) => [
        name,
        {
          costs,
          gives,
          ...(byPlayer && documentByPlayer(byPlayer)),
          maxQuantity: MAX_QUANTITY,
          ...(draws > 0 && { draws: { summons: draws } }),
          ...(perDay !== null && { perDay }),
          ...(reversible && { reversibleBy: ['server'] }),
        },
      ]),
    ),
    drawTables: {
      summons: {
        outcomes: Object.fromEntries(
          outcomes.map(({ name, weight, hero }) => [name, { weight, gives: { [hero]: 1 } }]),
        ),
        guarantees: [{ counter: COUNTER, after: guaranteeAfter, outcomes: [LEGEND] }],
      },
    },
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

export const exchangeNumbers = ({ own }: Rules): DrawTableNumbers => own.exchange as DrawTableNumbers;

/** The price, and what the exchange always gives. */
export function pricePostings({ costs, gives }: ExchangeNumbers, quantity: number, rules: Rules): Posting[] {
  const sorted = (amounts: Readonly<Record<string, number>>) =>
    Object.entries(amounts).sort(([a], [b]) => (a < b ? -1 : 1));
  return [
    ...sorted(costs).map(([resource, amount]) => take(resource, amount * quantity)),
    ...sorted(gives).map(([resource, amount]) => give(rules, resource, amount * quantity)),
  ];
}

/** What an exchange costs, gives and draws. Null: this config does not have it, or it is different for each player. */
export function exchangeOffer(exchange: string, quantity: number, rules: Rules): Offer | null {
  const { exchanges, outcomes, guaranteeAfter } = exchangeNumbers(rules);
  const numbers = exchanges[exchange];
  // What depends on the player no client of a seed computes beforehand.
  if (!numbers || numbers.byPlayer) return null;
  const times = (amounts: Readonly<Record<string, number>>) =>
    Object.fromEntries(Object.entries(amounts).map(([resource, amount]) => [resource, amount * quantity]));
  const table = {
    table: 'summons',
    times: numbers.draws * quantity,
    outcomes: outcomes.map(({ name, weight, hero }) => ({ name, weight, gives: { [hero]: 1 }, table: null })),
    guarantees: [{ counter: COUNTER, after: guaranteeAfter, outcomes: [LEGEND] }],
  };
  return {
    costs: times(numbers.costs),
    gives: times(numbers.gives),
    draws: numbers.draws > 0 ? [table] : [],
  };
}

/** A draw as the claim records it. */
interface RecordedDraw {
  readonly table: string;
  readonly outcome: string;
  readonly roll: number;
  readonly of: number;
  readonly guaranteed: boolean;
}

/** The postings of the recorded draws, or a rejection if the odds, the guarantee or their number do not allow them. */
export function drawPostings(
  drawn: readonly unknown[],
  times: number,
  balances: Balances,
  rules: Rules,
): Posting[] | Rejection {
  const { outcomes, guaranteeAfter } = exchangeNumbers(rules);
  let counter = balances[COUNTER] ?? 0;
  const impossible = (why: string): Rejection => ({ kind: 'ImpossibleDraw', details: { why, drawn } });
  if (drawn.length !== times) return impossible(`expected ${times} draws`);
  const postings: Posting[] = [];
  for (const { table, outcome, roll, of, guaranteed } of drawn as readonly RecordedDraw[]) {
    const isDue = counter >= guaranteeAfter;
    const possible = outcomes.filter(({ name }) => !isDue || name === LEGEND);
    const drawnOutcome = outcomeAt(possible, roll);
    const weights = possible.reduce((sum, { weight }) => sum + weight, 0);
    if (table !== 'summons' || guaranteed !== isDue || of !== weights || drawnOutcome?.name !== outcome)
      return impossible(
        `roll ${roll} of ${weights} is ${drawnOutcome?.name}, ${counter} draws since a legend`,
      );
    const isLegend = outcome === LEGEND;
    postings.push(give(rules, drawnOutcome.hero, 1));
    postings.push(isLegend ? { ...take(COUNTER, RESET_AMOUNT), clamp: true } : give(rules, COUNTER, 1));
    counter = isLegend ? 0 : counter + 1;
  }
  return postings;
}

function outcomeAt(outcomes: DrawTableNumbers['outcomes'], roll: number) {
  if (!Number.isInteger(roll) || roll < 0) return undefined;
  let end = 0;
  return outcomes.find(({ weight }) => {
    end += weight;
    return roll < end;
  });
}
