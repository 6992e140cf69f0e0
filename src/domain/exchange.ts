/**
 * exchange: pays a price of the config and gets what it is for, whole or not at all: a summon, a drop, a purchase. What is
 * drawn is drawn once, here, and kept with the claim; a retry finds the first draw.
 */
import { type Command, cannot, commit, type Decision, draftOperation, NO_CONFIG, refuse } from './command.ts';
import { drawFrom, type Roll } from './draw.ts';
import { badInput, type Fault } from './fault.ts';
import type { Choice, Posting } from './moves.ts';
import { give, resourceRule, take } from './postings.ts';
import { dailyQuota } from './quota.ts';
import type { Amount, BalanceRules, ExchangeRule } from './rules.ts';

/** No config allows more at once (src/config/bounds.ts). */
export const MAX_QUANTITY = 100;

export interface Exchange {
  readonly exchange: string;
  /** How often it is carried out, at once. */
  readonly quantity: number;
}

export function checkExchange({ quantity }: Exchange): Fault | null {
  return quantity < 1 || quantity > MAX_QUANTITY
    ? badInput('quantity', `must be 1 to ${MAX_QUANTITY}`)
    : null;
}

/** `roll`: null for a preview, which shows what is certain and rolls nothing. */
export function decideExchange(command: Command, request: Exchange, roll: Roll | null): Decision {
  const { exchange, quantity } = request;
  const draft = draftOperation(command, {
    name: 'exchange',
    permission: 'reward:claim',
    input: { exchange, quantity },
  });
  const { rules, now } = command;
  if (!rules) return cannot(draft, NO_CONFIG);
  // An exchange is no event of the game world that could happen once: the client's key is its only name.
  const claim = { claimType: exchange, claimKey: command.idempotencyKey };
  const rule = rules.exchanges.get(exchange);
  if (!rule) return refuse(draft, claim, { kind: 'unknown_exchange', exchange });
  if (quantity > rule.maxQuantity)
    return cannot(draft, badInput('quantity', `${exchange} is made 1 to ${rule.maxQuantity} times at once`));

  return commit(draft, rules, {
    ...claim,
    postings: exchangePostings(rule, quantity, rules),
    choices: roll ? drawsOf(rule, quantity, rules, roll) : [],
    quotas: dailyQuota(
      { name: `exchange:${exchange}`, limit: 'exchanges_per_day', amount: quantity, bound: rule.perDay },
      now,
      rules,
    ),
  });
}

/** What is certain: the price, and what it buys beside draws. */
function exchangePostings({ costs, gives }: ExchangeRule, quantity: number, rules: BalanceRules): Posting[] {
  const times = (amounts: readonly Amount[], move: typeof give) =>
    amounts.map(({ resource, amount }) => move(resourceRule(rules, resource), amount * quantity));
  return [...times(costs, take), ...times(gives, give)];
}

function drawsOf({ draws }: ExchangeRule, quantity: number, rules: BalanceRules, roll: Roll): Choice[] {
  return draws.flatMap(({ table, times }) =>
    Array.from({ length: times * quantity }, () => drawFrom(table, rules, roll)),
  );
}
