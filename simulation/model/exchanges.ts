/**
 * The exchanges of the simulated game, and the table that they draw from: as a balance document says them, and as the model
 * reckons them. A stored draw is checked to be one that the odds and the guarantee allow, and reckoned with.
 */
import type { Random } from '../random.ts';
import { type Balances, give, type Move, type Rejection, take } from './effect.ts';
import type { Rules } from './rules.ts';

interface ExchangeNumbers {
  readonly costs: Readonly<Record<string, number>>;
  readonly gives: Readonly<Record<string, number>>;
  readonly draws: number;
  /** Null: any number. */
  readonly perDay: number | null;
}

export interface DrawNumbers {
  readonly exchanges: Readonly<Record<string, ExchangeNumbers>>;
  /** By name, as rolls fall to them. */
  readonly outcomes: readonly { readonly name: string; readonly weight: number; readonly hero: string }[];
  /** After so many draws without a legend, the next is one. */
  readonly guaranteeAfter: number;
}

export const MAX_QUANTITY = 4;
export const COUNTER = 'pity:summons';
const LEGEND = 'legend';
/** What the counter is taken down by: more than it can hold. */
const BACK_TO_NOTHING = 10_000;

export function drawExchanges(random: Random) {
  const plain = { gives: {}, draws: 0, perDay: null };
  const numbers: DrawNumbers = {
    exchanges: {
      drop: { ...plain, costs: { drop_charges: 1 }, gives: { auric_coins: random.int(1, 9) } },
      training: { ...plain, costs: { energy: random.int(10, 60) }, gives: { experience: random.int(1, 15) } },
      buy_tokens: {
        ...plain,
        costs: { lumees: random.int(1, 6) },
        gives: { summon_tokens: random.int(1, 3) },
        perDay: random.int(8, 40),
      },
      summon: { ...plain, costs: { summon_tokens: 1 }, draws: random.int(1, 2) },
      great_summon: {
        ...plain,
        costs: { floor_tokens: random.int(1, 9), lumees: random.int(1, 30) },
        draws: random.int(2, 5),
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

function exchangesDocument({ exchanges, outcomes, guaranteeAfter }: DrawNumbers) {
  const heroes = Object.fromEntries(outcomes.map(({ hero }) => [hero, {}]));
  return {
    resources: { ...heroes, [COUNTER]: {} },
    exchanges: Object.fromEntries(
      Object.entries(exchanges).map(([name, { costs, gives, draws, perDay }]) => [
        name,
        {
          costs,
          gives,
          maxQuantity: MAX_QUANTITY,
          ...(draws > 0 && { draws: { summons: draws } }),
          ...(perDay !== null && { perDay }),
        },
      ]),
    ),
    drawTables: {
      summons: {
        outcomes: Object.fromEntries(
          outcomes.map(({ name, weight, hero }) => [name, { weight, gives: { [hero]: 1 } }]),
        ),
        guarantee: { counter: COUNTER, after: guaranteeAfter, outcomes: [LEGEND] },
      },
    },
  };
}

export const exchangeNumbers = ({ own }: Rules): DrawNumbers => own.exchange as DrawNumbers;

/** The price and what it surely buys. */
export function priceMoves({ costs, gives }: ExchangeNumbers, quantity: number, rules: Rules): Move[] {
  const sorted = (amounts: Readonly<Record<string, number>>) =>
    Object.entries(amounts).sort(([a], [b]) => (a < b ? -1 : 1));
  return [
    ...sorted(costs).map(([resource, amount]) => take(rules, resource, amount * quantity)),
    ...sorted(gives).map(([resource, amount]) => give(rules, resource, amount * quantity)),
  ];
}

/** As they are recorded with the claim. */
interface Drawn {
  readonly table: string;
  readonly outcome: string;
  readonly roll: number;
  readonly of: number;
  readonly guaranteed: boolean;
}

/** What these draws move, if they are such as could be drawn: so many, under the guarantee, and each where its roll falls. */
export function drawMoves(
  drawn: readonly unknown[],
  times: number,
  balances: Balances,
  rules: Rules,
): Move[] | Rejection {
  const { outcomes, guaranteeAfter } = exchangeNumbers(rules);
  let counter = balances[COUNTER] ?? 0;
  const impossible = (why: string): Rejection => ({ kind: 'ImpossibleDraw', details: { why, drawn } });
  if (drawn.length !== times) return impossible(`${times} are drawn`);
  const moves: Move[] = [];
  for (const { table, outcome, roll, of, guaranteed } of drawn as readonly Drawn[]) {
    const due = counter >= guaranteeAfter;
    const possible = outcomes.filter(({ name }) => !due || name === LEGEND);
    const fell = fallsTo(possible, roll);
    const weights = possible.reduce((sum, { weight }) => sum + weight, 0);
    if (table !== 'summons' || guaranteed !== due || of !== weights || fell?.name !== outcome)
      return impossible(`${fell?.name} at ${counter} draws since a legend, of ${weights}`);
    const isLegend = outcome === LEGEND;
    moves.push(give(rules, fell.hero, 1));
    moves.push(
      isLegend ? { ...take(rules, COUNTER, BACK_TO_NOTHING), clamp: true } : give(rules, COUNTER, 1),
    );
    counter = isLegend ? 0 : counter + 1;
  }
  return moves;
}

function fallsTo(outcomes: DrawNumbers['outcomes'], roll: number): DrawNumbers['outcomes'][0] | undefined {
  if (!Number.isInteger(roll) || roll < 0) return undefined;
  let passed = 0;
  return outcomes.find(({ weight }) => {
    passed += weight;
    return roll < passed;
  });
}
