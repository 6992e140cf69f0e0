/**
 * Offers: the exchanges as a shop shows them to one player: price, what it gives, odds, what is left of limits, and how many can be
 * bought now. They are planned as `exchange` plans them (exchange.ts), and judged as the kernel judges (screen.ts).
 */
import { type CatalogueEntry, type Page, pageOf, type Selection } from './catalogue.ts';
import { unmetConditions } from './conditions.ts';
import { countersOfTables } from './draw.ts';
import { alternativeOf, exchangeLimits, planExchange, readsOfExchange } from './exchange.ts';
import type { Posting } from './moves.ts';
import { oddsOf, type TableOdds } from './odds.ts';
import { neededFacts } from './player-facts.ts';
import { give, resourceRule, take } from './postings.ts';
import { shownResources } from './resources.ts';
import { withFormulas } from './reward-plan.ts';
import type { BalanceRules, ExchangeRule } from './rules.ts';
import {
  type Blocker,
  blockerOf,
  type LimitState,
  largestThatFits,
  limitStates,
  rejectionsOf,
  type ScreenFacts,
  type ScreenRequest,
  screenRequest,
  valuesRead,
} from './screen.ts';
import { type Alternative, amountsOf, type CertainAmounts, termsOf } from './terms.ts';
import type { Quantity } from './values.ts';
import { stateInterval, type Window } from './window.ts';

/** One exchange for one player, made once. */
export interface Offer extends CertainAmounts {
  readonly id: string;
  readonly entry: CatalogueEntry;
  readonly draws: readonly TableOdds[];
  readonly terms: string;
  readonly maxQuantity: number;
  readonly limits: readonly LimitState[];
  /** Null: always open. */
  readonly window: Window | null;
  /** The most that one request may buy now. */
  readonly available: number;
  /** Whether the player has what it costs. */
  readonly affordable: boolean;
  /** Why it cannot be bought now. */
  readonly blockedBy: readonly Blocker[];
}

export interface OfferScreen {
  readonly offers: readonly Offer[];
  readonly more: boolean;
}

type OfferPage = Page<ExchangeRule>;

/** Null: `after` names no selected offer. */
export function pageOfOffers(rules: BalanceRules, selection: Selection): OfferPage | null {
  return pageOf(rules.exchanges, { catalogue: rules.catalogue, section: 'exchanges' }, selection);
}

/** What the ledger must say about the player to show these offers. */
export function requestForOffers({ shown }: OfferPage, now: Date, rules: BalanceRules): ScreenRequest {
  const effects = shown.map(({ rule }) => ({
    postings: movedBy(rule, rules),
    limits: exchangeLimits(rule, 1, now, rules),
  }));
  const needed = neededFacts(
    shown.flatMap(({ rule }) => readsOfExchange(rule)),
    rules,
  );
  const counters = countersOfTables(shown.flatMap(({ rule }) => rule.draws.map(({ table }) => table)));
  return screenRequest(
    effects,
    {
      reads: [...counters, ...(needed?.resources ?? []), ...shownResources(rules)],
      intervals: shown.map(({ rule }) => stateInterval(rule.window, now)),
      sourceKeys: needed?.sourceKeys ?? [],
    },
    rules,
  );
}

export function offersOf({ shown, more }: OfferPage, facts: ScreenFacts, rules: BalanceRules): OfferScreen {
  return { offers: shown.flatMap(({ rule, entry }) => offerOf(rule, entry, facts, rules) ?? []), more };
}

/** What it may move, whatever the amounts are. */
function movedBy({ costs, gives }: ExchangeRule, rules: BalanceRules): Posting[] {
  return [
    ...costs.map(({ resource }) => take(resourceRule(rules, resource), 1)),
    ...gives.map(({ resource }) => give(resourceRule(rules, resource), 1)),
  ];
}

/** What its formulas read of the player. */
function inputsOf(rule: ExchangeRule, quantity: number, facts: ScreenFacts, rules: BalanceRules) {
  return { quantity, player: valuesRead(readsOfExchange(rule), facts, rules) };
}

/** Null: a formula fails. Where the player does not meet the conditions that it relies on, there is no price. */
function shownAlternative(
  rule: ExchangeRule,
  quantity: number,
  facts: ScreenFacts,
  rules: BalanceRules,
): Alternative | null {
  const inputs = inputsOf(rule, quantity, facts, rules);
  const price = withFormulas(rule.name, () => alternativeOf(rule, inputs, rules));
  if (!('kind' in price)) return price;
  const unmet = withFormulas(rule.name, () =>
    unmetConditions(rule.conditions, { ...inputs.player, quantity }),
  );
  return 'kind' in unmet || unmet.length === 0 ? null : { postings: [], draws: [] };
}

/** Null: a formula of it fails for this player, and `exchange` would answer that the config is not valid. */
function offerOf(
  rule: ExchangeRule,
  entry: CatalogueEntry,
  facts: ScreenFacts,
  rules: BalanceRules,
): Offer | null {
  const { name: id, maxQuantity } = rule;
  const alternative = shownAlternative(rule, 1, facts, rules);
  if (!alternative) return null;
  const blockers = blockersOf(rule, 1, facts, rules);
  return {
    id,
    entry,
    ...amountsOf(alternative),
    draws: oddsOf(alternative.draws, facts.player.balances),
    terms: termsOfOffer(rule, alternative),
    maxQuantity,
    limits: limitStates(exchangeLimits(rule, 1, facts.at, rules), facts),
    window: rule.window,
    available:
      blockers.length > 0
        ? 0
        : largestThatFits(maxQuantity, (quantity) => blockersOf(rule, quantity, facts, rules).length === 0),
    affordable: !blockers.some(({ code }) => code === 'insufficient_balance'),
    blockedBy: blockers,
  };
}

function blockersOf(
  rule: ExchangeRule,
  quantity: number,
  facts: ScreenFacts,
  rules: BalanceRules,
): Blocker[] {
  const { player } = inputsOf(rule, quantity, facts, rules);
  const planned = { exchange: rule.name, quantity: quantity as Quantity, terms: null };
  const plan = planExchange({ rules, player }, { idempotencyKey: '', now: facts.at }, planned, null);
  const [alternative] = (plan.kind === 'commit' && plan.alternatives) || [
    shownAlternative(rule, quantity, facts, rules),
  ];
  const limits = (plan.kind === 'commit' && plan.limits) || exchangeLimits(rule, quantity, facts.at, rules);
  const rejected = plan.kind === 'reject' ? [plan.rejection] : [];
  return [...rejected, ...rejectionsOf({ postings: alternative?.postings ?? [], limits }, facts)].map(
    blockerOf,
  );
}

/** Terms cost more than the rest of an offer. Where they depend on the rules alone, they are kept with the rule. */
const known = new WeakMap<ExchangeRule, string>();

function termsOfOffer(rule: ExchangeRule, alternative: Alternative): string {
  if (readsOfExchange(rule).length > 0) return termsOf([alternative]);
  let terms = known.get(rule);
  if (terms === undefined) {
    terms = termsOf([alternative]);
    known.set(rule, terms);
  }
  return terms;
}
