/**
 * Offers: the exchanges as a shop shows them to one player: price, what it gives, odds, what is left of limits, and how many can be
 * bought now. They are planned as `exchange` plans them (exchange.ts), and judged as the kernel judges (screen.ts).
 */
import { type CatalogueEntry, type Page, pageOf, type Selection } from './catalogue.ts';
import { unmetConditions } from './conditions.ts';
import { countersOfTables } from './draw.ts';
import { alternativesOf, exchangeLimits, planExchange, readsOfExchange } from './exchange.ts';
import type { Posting } from './moves.ts';
import { oddsOf, type TableOdds } from './odds.ts';
import { neededFacts } from './player-facts.ts';
import { give, resourceRule, take } from './postings.ts';
import { shownResources } from './resources.ts';
import { withFormulas } from './reward-plan.ts';
import type { Amount, BalanceRules, ExchangeRule } from './rules.ts';
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
import { type Alternatives, amountsOf, type CertainAmounts, termsOf } from './terms.ts';
import type { Quantity } from './values.ts';
import { stateInterval, type Window } from './window.ts';

/** One exchange for one player, made once. */
export interface Offer extends CertainAmounts {
  readonly id: string;
  readonly entry: CatalogueEntry;
  readonly draws: readonly TableOdds[];
  /** The ways to pay, in order: `costs` is the first. */
  readonly prices: readonly { readonly costs: readonly Amount[] }[];
  /** Of a choose-one offer: what each option gives in addition, and its terms; empty: there is nothing to choose. */
  readonly options: readonly OfferOption[];
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

export interface OfferOption {
  readonly name: string;
  readonly gives: readonly Amount[];
  readonly terms: string;
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
function movedBy({ costs, gives, options }: ExchangeRule, rules: BalanceRules): Posting[] {
  return [
    ...costs.flat().map(({ resource }) => take(resourceRule(rules, resource), 1)),
    ...[...gives, ...[...(options?.values() ?? [])].flat()].map(({ resource }) =>
      give(resourceRule(rules, resource), 1),
    ),
  ];
}

/** What is asked of an offer: how many, and which option. */
interface Asked {
  readonly quantity: number;
  readonly choose: string | null;
}

/** What its formulas read of the player. */
function playerOf(rule: ExchangeRule, facts: ScreenFacts, rules: BalanceRules) {
  return valuesRead(readsOfExchange(rule), facts, rules);
}

/** Null: a formula fails. Where the player does not meet the conditions that it relies on, there is no price. */
function shownAlternatives(
  rule: ExchangeRule,
  asked: Asked,
  facts: ScreenFacts,
  rules: BalanceRules,
): Alternatives | null {
  const player = playerOf(rule, facts, rules);
  const priced = withFormulas(rule.name, () => ({
    alternatives: alternativesOf(rule, { ...asked, player }, rules),
  }));
  if ('alternatives' in priced) return priced.alternatives;
  const unmet = withFormulas(rule.name, () =>
    unmetConditions(rule.conditions, { ...player, quantity: asked.quantity }),
  );
  return 'kind' in unmet || unmet.length === 0 ? null : [{ postings: [], draws: [] }];
}

/** Null: a formula of it fails for this player, and `exchange` would answer that the config is not valid. */
function offerOf(
  rule: ExchangeRule,
  entry: CatalogueEntry,
  facts: ScreenFacts,
  rules: BalanceRules,
): Offer | null {
  const { name: id, maxQuantity } = rule;
  const alternatives = shownAlternatives(rule, { quantity: 1, choose: null }, facts, rules);
  if (!alternatives) return null;
  const blockers = blockersOf(rule, 1, facts, rules);
  return {
    id,
    entry,
    ...amountsOf(alternatives[0]),
    draws: oddsOf(alternatives[0].draws, facts.player.balances),
    prices: alternatives.map((way) => ({ costs: amountsOf(way).costs })),
    options: optionsOf(rule, facts, rules),
    terms: termsOfOffer(rule, null, alternatives),
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
  const [choose = null] = rule.options?.keys() ?? [];
  const player = playerOf(rule, facts, rules);
  const request = {
    ...{ exchange: rule.name, quantity: quantity as Quantity },
    ...{ payWith: null, choose, terms: null },
  };
  const plan = planExchange({ rules, player }, { idempotencyKey: '', now: facts.at }, request, null);
  const alternatives =
    (plan.kind === 'commit' && plan.alternatives) ||
    (shownAlternatives(rule, { quantity, choose }, facts, rules) ?? [{ postings: [], draws: [] }]);
  const limits = (plan.kind === 'commit' && plan.limits) || exchangeLimits(rule, quantity, facts.at, rules);
  const rejected = plan.kind === 'reject' ? [plan.rejection] : [];
  // The first way that is not blocked, or the last, as the kernel takes it.
  const ways = alternatives.map(({ postings }) => rejectionsOf({ postings, limits }, facts));
  const found = ways.find((rejections) => rejections.length === 0) ?? ways.at(-1) ?? [];
  return [...rejected, ...found].map(blockerOf);
}

function optionsOf(rule: ExchangeRule, facts: ScreenFacts, rules: BalanceRules): OfferOption[] {
  return [...(rule.options ?? [])].flatMap(([name, gives]) => {
    const alternatives = shownAlternatives(rule, { quantity: 1, choose: name }, facts, rules);
    return alternatives ? [{ name, gives, terms: termsOfOffer(rule, name, alternatives) }] : [];
  });
}

/** Terms cost more than the rest of an offer. Where they depend on the rules alone, they are kept with the rule, by option. */
const known = new WeakMap<ExchangeRule, Map<string | null, string>>();

function termsOfOffer(rule: ExchangeRule, choose: string | null, alternatives: Alternatives): string {
  if (readsOfExchange(rule).length > 0) return termsOf(alternatives);
  const ofRule = known.get(rule) ?? new Map<string | null, string>();
  known.set(rule, ofRule);
  const terms = ofRule.get(choose) ?? termsOf(alternatives);
  ofRule.set(choose, terms);
  return terms;
}
