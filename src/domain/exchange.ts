/**
 * exchange: pays a price of the config and gets what it buys, all or nothing: a summon, a drop, a purchase. Each draw is rolled
 * once, here, and kept with the claim, so a retry returns the first draw.
 */

import { type Decision, decide, type Intent, lookup, type Plan, reject } from './decide.ts';
import { countersOfTables, drawChoices, type Roll } from './draw.ts';
import { badInput } from './fault.ts';
import { type LimitUse, limitUses } from './limits.ts';

import type { OperationKind } from './operation.ts';
import { give, resourceRule, take } from './postings.ts';
import type { Amount, BalanceRules, ExchangeRule } from './rules.ts';
import { type Alternatives, changedTerms } from './terms.ts';
import type { Quantity } from './values.ts';
import { notAvailable, stateInterval } from './window.ts';

/** Its claim types are the names of the config's exchanges. */
export const EXCHANGE = {
  name: 'exchange',
  claimType: null,
  permission: 'reward:claim',
} as const satisfies OperationKind;

export interface Exchange {
  readonly exchange: string;
  /** How many times the exchange is made, at once. */
  readonly quantity: Quantity;
  /** The terms that the client showed; null: any. */
  readonly terms: string | null;
}

/** `roll`: null for a preview, which rolls nothing. */
export function decideExchange(intent: Intent, request: Exchange, roll: Roll | null): Decision {
  const { exchange, quantity, terms } = request;
  return decide({ intent, kind: EXCHANGE, input: { exchange, quantity, terms } }, (rules) =>
    planExchange(rules, intent, request, roll),
  );
}

/** Also says what an offer on a screen would be rejected for (offers.ts). */
export function planExchange(
  rules: BalanceRules,
  { idempotencyKey, now }: Pick<Intent, 'idempotencyKey' | 'now'>,
  { exchange, quantity, terms }: Exchange,
  roll: Roll | null,
): Plan {
  // An exchange can be made any number of times: the client's key is the only name of each.
  const claim = { claimType: exchange, claimKey: idempotencyKey };
  const rule = rules.exchanges.get(exchange);
  if (!rule) return reject(claim, { kind: 'unknown_exchange', exchange });
  if (quantity > rule.maxQuantity)
    return lookup(badInput('quantity', `must be 1 to ${rule.maxQuantity} for ${exchange}`));
  const holds = stateInterval(rule.window, now);
  const closed = notAvailable(exchange, rule.window, now);
  if (closed) return reject(claim, closed, holds);
  const alternatives = alternativesOf(rule, quantity, rules);
  const [{ postings, draws }] = alternatives;
  const changed = changedTerms(terms, alternatives);
  if (changed) return reject(claim, changed, holds);
  return {
    kind: 'commit',
    ...claim,
    postings,
    choices: roll ? drawChoices(draws, rules, roll) : [],
    alternatives,
    holds,
    limits: exchangeLimits(rule, quantity, now, rules),
    units: quantity,
    // A preview shows how far the guarantees have counted.
    reads: countersOfTables(draws.map(({ table }) => table)),
  };
}

/** The price, what it buys, and what is drawn. */
export function alternativesOf(rule: ExchangeRule, quantity: number, rules: BalanceRules): Alternatives {
  const times = (amounts: readonly Amount[], move: typeof give) =>
    amounts.map(({ resource, amount }) => move(resourceRule(rules, resource), amount * quantity));
  return [
    {
      postings: [...times(rule.costs, take), ...times(rule.gives, give)],
      draws: rule.draws.map(({ table, times }) => ({ table, times: times * quantity })),
    },
  ];
}

/** What making it so many times uses of the player's limits. */
export function exchangeLimits(
  { name, limits }: ExchangeRule,
  amount: number,
  now: Date,
  { calendar }: BalanceRules,
): LimitUse[] {
  return limitUses({ limits, claimType: name, amount, limit: 'exchanges' }, now, calendar);
}
