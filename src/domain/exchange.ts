/**
 * exchange: pays a price of the config and gets what it buys, all or nothing: a summon, a drop, a purchase. Each draw is rolled
 * once, here, and kept with the claim, so a retry returns the first draw.
 */

import { requirementsNotMet, unmetConditions } from './conditions.ts';
import { type Decision, decide, type Intent, lookup, type Plan, reject } from './decide.ts';
import { countersOfTables, drawChoices, type Roll } from './draw.ts';
import { badInput } from './fault.ts';
import { type LimitUse, limitUses } from './limits.ts';

import type { OperationKind } from './operation.ts';
import { readsOf } from './player-facts.ts';
import { give, resourceRule, take } from './postings.ts';
import { type FailedFormula, withFormulas } from './reward-plan.ts';
import type { BalanceRules, ExchangeAmount, ExchangeRule, Facts, PlayerRead } from './rules.ts';
import { type Alternative, type Alternatives, changedTerms } from './terms.ts';
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
  const reads = ({ exchanges }: BalanceRules) => readsOfExchange(exchanges.get(exchange));
  return decide({ intent, kind: EXCHANGE, input: { exchange, quantity, terms }, reads }, (rules, player) =>
    planExchange({ rules, player }, intent, request, roll),
  );
}

/** Also says what an offer on a screen would be rejected for (offers.ts). */
export function planExchange(
  { rules, player }: { readonly rules: BalanceRules; readonly player: Facts },
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
  const evaluated = evaluate(rule, { quantity, player }, rules);
  if (evaluated.kind === 'fault') return lookup(evaluated.fault);
  const { unmet, postings, draws } = evaluated;
  const locked = requirementsNotMet(exchange, { unmet, player });
  if (locked) return reject(claim, locked, holds);
  const alternatives: Alternatives = [{ postings, draws }];
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

/** What the formulas and conditions of an exchange read of the player. */
export function readsOfExchange(rule: ExchangeRule | undefined): readonly PlayerRead[] {
  if (!rule) return [];
  const { costs, gives, conditions } = rule;
  const formulas = [...costs, ...gives].flatMap(({ amount }) =>
    typeof amount === 'function' ? [amount] : [],
  );
  return readsOf([...conditions.map(({ when }) => when), ...formulas]);
}

interface Evaluated extends Alternative {
  readonly kind: 'evaluated';
  /** The text keys of the conditions that are not met. Then there is no price. */
  readonly unmet: readonly string[];
}

/** What formulas and conditions are computed from. */
export interface ExchangeInputs {
  readonly quantity: number;
  /** What they read of the player. */
  readonly player: Facts;
}

/** A formula may rely on the conditions: it is not computed for a player who does not meet them. */
function evaluate(
  rule: ExchangeRule,
  inputs: ExchangeInputs,
  rules: BalanceRules,
): Evaluated | FailedFormula {
  return withFormulas(rule.name, () => {
    const unmet = unmetConditions(rule.conditions, { ...inputs.player, quantity: inputs.quantity });
    if (unmet.length > 0) return { kind: 'evaluated', unmet, postings: [], draws: [] };
    return { kind: 'evaluated', unmet, ...alternativeOf(rule, inputs, rules) };
  });
}

/** The price, what it buys, and what is drawn. A formula says the amount for the whole quantity, a number that for one. */
export function alternativeOf(
  rule: ExchangeRule,
  { quantity, player }: ExchangeInputs,
  rules: BalanceRules,
): Alternative {
  const inputs = { ...player, quantity };
  const moves = (amounts: readonly ExchangeAmount[], move: typeof give) =>
    amounts
      .map(({ resource, amount }) =>
        move(
          resourceRule(rules, resource),
          typeof amount === 'function' ? amount(inputs) : amount * quantity,
        ),
      )
      .filter(({ delta }) => delta !== 0);
  return {
    postings: [...moves(rule.costs, take), ...moves(rule.gives, give)],
    draws: rule.draws.map(({ table, times }) => ({ table, times: times * quantity })),
  };
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
