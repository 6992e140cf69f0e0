/**
 * Offers: the exchanges as a shop shows them to one player: price, what it gives, odds, what is left of limits, and how many can be
 * bought now. They are planned as `exchange` plans them (exchange.ts), and judged as the kernel judges (screen.ts).
 */
import { type CatalogueEntry, type Page, pageOf, type Selection } from './catalogue.ts';
import { countersOfTables } from './draw.ts';
import { alternativesOf, exchangeLimits, planExchange } from './exchange.ts';
import { oddsOf, type TableOdds } from './odds.ts';
import { shownResources } from './resources.ts';
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
} from './screen.ts';
import { amountsOf, type CertainAmounts, termsOf } from './terms.ts';
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
    postings: alternativesOf(rule, 1, rules).flatMap(({ postings }) => postings),
    limits: exchangeLimits(rule, 1, now, rules),
  }));
  const counters = countersOfTables(shown.flatMap(({ rule }) => rule.draws.map(({ table }) => table)));
  return screenRequest(
    effects,
    {
      reads: [...counters, ...shownResources(rules)],
      intervals: shown.map(({ rule }) => stateInterval(rule.window, now)),
    },
    rules,
  );
}

export function offersOf({ shown, more }: OfferPage, facts: ScreenFacts, rules: BalanceRules): OfferScreen {
  return { offers: shown.map(({ rule, entry }) => offerOf(rule, entry, facts, rules)), more };
}

function offerOf(rule: ExchangeRule, entry: CatalogueEntry, facts: ScreenFacts, rules: BalanceRules): Offer {
  const { name: id, maxQuantity } = rule;
  const alternatives = alternativesOf(rule, 1, rules);
  const blockers = blockersOf(rule, 1, facts, rules);
  return {
    id,
    entry,
    ...amountsOf(alternatives[0]),
    draws: oddsOf(alternatives[0].draws, facts.player.balances),
    terms: termsOfOffer(rule, rules),
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
  const planned = { exchange: rule.name, quantity: quantity as Quantity, terms: null };
  const plan = planExchange(rules, { idempotencyKey: '', now: facts.at }, planned, null);
  const [{ postings }] =
    (plan.kind === 'commit' && plan.alternatives) || alternativesOf(rule, quantity, rules);
  const limits = (plan.kind === 'commit' && plan.limits) || exchangeLimits(rule, quantity, facts.at, rules);
  const rejected = plan.kind === 'reject' ? [plan.rejection] : [];
  return [...rejected, ...rejectionsOf({ postings, limits }, facts)].map(blockerOf);
}

/** Terms depend on the rules alone, and cost more than the rest of an offer: they are kept with the rule. */
const known = new WeakMap<ExchangeRule, string>();

function termsOfOffer(rule: ExchangeRule, rules: BalanceRules): string {
  let terms = known.get(rule);
  if (terms === undefined) {
    terms = termsOf(alternativesOf(rule, 1, rules));
    known.set(rule, terms);
  }
  return terms;
}
