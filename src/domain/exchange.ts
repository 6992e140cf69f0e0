/**
 * exchange: pays a price of the config and gets what it buys, all or nothing: a summon, a drop, a purchase. Each draw is rolled
 * once, here, and kept with the claim, so a retry returns the first draw.
 */

import { requirementsNotMet, unmetConditions } from './conditions.ts';
import { type Decision, decide, type Intent, lookup, type Plan, reject } from './decide.ts';
import { countersOfTables, drawChoices, type Roll } from './draw.ts';
import { badInput, type Fault } from './fault.ts';
import { type LimitUse, limitUses } from './limits.ts';
import type { Choice, Condition } from './moves.ts';
import type { Operation, OperationKind } from './operation.ts';
import { readsOf } from './player-facts.ts';
import { give, resourceRule, take } from './postings.ts';
import type { Rejection } from './rejections.ts';
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
  /** Which of the prices to pay, from 0; null: the first that the player can pay. */
  readonly payWith: number | null;
  /** The option of a choose-one offer; null: none was named. */
  readonly choose: string | null;
  /** The terms that the client showed; null: any. */
  readonly terms: string | null;
}

/** `roll`: null for a preview, which rolls nothing. */
export function decideExchange(intent: Intent, request: Exchange, roll: Roll | null): Decision {
  const { exchange, quantity, payWith, choose, terms } = request;
  const reads = ({ exchanges }: BalanceRules) => readsOfExchange(exchanges.get(exchange));
  const input = { exchange, quantity, payWith, choose, terms };
  return decide({ intent, kind: EXCHANGE, input, reads }, (rules, player) =>
    planExchange({ rules, player }, intent, request, roll),
  );
}

function planExchange(
  { rules, player }: { readonly rules: BalanceRules; readonly player: Facts },
  { idempotencyKey, now }: Intent,
  request: Exchange,
  roll: Roll | null,
): Plan {
  const { exchange, quantity, payWith, choose, terms } = request;
  // An exchange can be made any number of times: the client's key is the only name of each.
  const claim = { claimType: exchange, claimKey: idempotencyKey };
  const rule = rules.exchanges.get(exchange);
  if (!rule) return reject(claim, { kind: 'unknown_exchange', exchange });
  const fault = checkRequest(rule, request);
  if (fault) return lookup(fault);
  const holds = stateInterval(rule.window, now);
  const judged = judgeExchange(rule, { quantity, choose, player }, now, rules);
  if (judged.kind === 'fault') return lookup(judged.fault);
  if (judged.kind === 'rejected') return reject(claim, judged.rejection, holds);
  const { alternatives } = judged;
  const changed = changedTerms(terms, alternatives);
  if (changed) return reject(claim, changed, holds);
  const [{ draws }] = alternatives;
  const { postings, choices } = payment(alternatives, payWith, rules);
  return {
    kind: 'commit',
    ...claim,
    postings,
    choices: [...choices, ...(roll ? drawChoices(draws, rules, roll) : [])],
    alternatives,
    holds,
    limits: exchangeLimits(rule, quantity, now, rules),
    units: quantity,
    // A preview shows how far the guarantees have counted.
    reads: countersOfTables(draws.map(({ table }) => table)),
  };
}

function checkRequest(
  { name, maxQuantity, costs, options }: ExchangeRule,
  { quantity, payWith, choose }: Exchange,
): Fault | null {
  if (quantity > maxQuantity) return badInput('quantity', `must be 1 to ${maxQuantity} for ${name}`);
  if (payWith !== null && payWith >= costs.length)
    return badInput('payWith', `must be 0 to ${costs.length - 1} for ${name}`);
  if (options === null)
    return choose === null ? null : badInput('choose', `leave it out: ${name} has nothing to choose`);
  return choose !== null && options.has(choose)
    ? null
    : badInput('choose', `must be one of ${[...options.keys()].join(', ')} for ${name}`);
}

/** What the formulas and conditions of an exchange read of the player. */
export function readsOfExchange(rule: ExchangeRule | undefined): readonly PlayerRead[] {
  if (!rule) return [];
  let reads = knownReads.get(rule);
  if (!reads) {
    const { costs, gives, options, conditions } = rule;
    const formulas = [...costs.flat(), ...gives, ...[...(options?.values() ?? [])].flat()].flatMap(
      ({ amount }) => (typeof amount === 'function' ? [amount] : []),
    );
    reads = readsOf([...conditions.map(({ when }) => when), ...formulas]);
    knownReads.set(rule, reads);
  }
  return reads;
}

/** A screen asks for them several times for each of its offers. */
const knownReads = new WeakMap<ExchangeRule, readonly PlayerRead[]>();

/** What formulas and conditions are computed from. */
export interface ExchangeInputs {
  readonly quantity: number;
  /** The option; null: none, and what an option gives is left out. */
  readonly choose: string | null;
  /** What they read of the player. */
  readonly player: Facts;
}

type Judged =
  | { readonly kind: 'evaluated'; readonly alternatives: Alternatives }
  | { readonly kind: 'rejected'; readonly rejection: Rejection }
  | FailedFormula;

/**
 * What an exchange would do, or why a player cannot make it, whatever they have: an offer on a screen says the same (offers.ts). A
 * formula may rely on the conditions: it is not computed for a player who does not meet them.
 */
export function judgeExchange(
  rule: ExchangeRule,
  inputs: ExchangeInputs,
  now: Date,
  rules: BalanceRules,
): Judged {
  const closed = notAvailable(rule.name, rule.window, now);
  if (closed) return { kind: 'rejected', rejection: closed };
  return withFormulas(rule.name, (): Judged => {
    const { player, quantity } = inputs;
    const unmet = unmetConditions(rule.conditions, { ...player, quantity });
    const locked = requirementsNotMet(rule.name, { unmet, player });
    if (locked) return { kind: 'rejected', rejection: locked };
    return { kind: 'evaluated', alternatives: alternativesOf(rule, inputs, rules) };
  });
}

/**
 * One alternative for each price, in their order: the price, what it buys, and what is drawn. A formula says the amount for the
 * whole quantity, a number that for one.
 */
export function alternativesOf(
  { costs, gives, options, draws }: ExchangeRule,
  { quantity, choose, player }: ExchangeInputs,
  rules: BalanceRules,
): Alternatives {
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
  const bought = moves([...gives, ...(options?.get(choose ?? '') ?? [])], give);
  const [first, ...others] = costs.map((price) => ({
    postings: [...moves(price, take), ...bought],
    draws: draws.map(({ table, times }) => ({ table, times: times * quantity })),
  }));
  if (!first) throw new Error('an exchange has at least one price');
  return [first, ...others];
}

/** The postings of the only way, or the choice between several: the first whose whole price the player has. */
function payment(
  alternatives: Alternatives,
  payWith: number | null,
  rules: BalanceRules,
): Pick<Operation, 'postings' | 'choices'> {
  const [{ postings }, ...others] = alternatives;
  if (others.length === 0) return { postings, choices: [] };
  const wanted = alternatives
    .map((way, paidWith) => ({ ...way, paidWith }))
    .filter(({ paidWith }) => payWith === null || payWith === paidWith);
  const oneOf = wanted.map((way, index): Choice['oneOf'][number] => ({
    // Of the last the kernel says what is missing.
    when: index === wanted.length - 1 ? [] : priceOf(way, rules),
    postings: way.postings,
    draws: [],
    paidWith: way.paidWith,
  }));
  return { postings: [], choices: [{ oneOf }] };
}

function priceOf({ postings }: Alternative, rules: BalanceRules): Condition[] {
  return postings
    .filter(({ delta }) => delta < 0)
    .map(({ resource, delta }) => ({ resource, atLeast: resourceRule(rules, resource).floor - delta }));
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
