/**
 * Offers: the exchanges as a shop shows them to one player: price, what it gives, odds, what is left of limits, and how many can be
 * bought now. They are planned as `exchange` plans them (exchange.ts), and judged as the kernel judges (screen.ts).
 */
import { type CatalogueEntry, type Page, pageOf, type Selection } from './catalogue.ts';
import { unmetConditions } from './conditions.ts';
import { countersOfTables } from './draw.ts';
import {
  alternativesOf,
  type ExchangeInputs,
  exchangeLimits,
  judgeExchange,
  readsOfExchange,
} from './exchange.ts';
import type { LimitUse } from './limits.ts';
import { oddsOf, type TableOdds } from './odds.ts';
import { NO_EFFECTS } from './operation.ts';
import { neededFacts } from './player-facts.ts';
import { give, resourceRule, take } from './postings.ts';
import type { Rejection } from './rejections.ts';
import { shownResources, touchedResources } from './resources.ts';
import { withFormulas } from './reward-plan.ts';
import type { Amount, BalanceRules, ExchangeRule, Facts } from './rules.ts';
import {
  type Blocker,
  blockerOf,
  type LimitState,
  largestThatFits,
  limitStates,
  reachedLimits,
  refusedPosting,
  type ScreenFacts,
  type ScreenRequest,
  screenRequest,
  valuesRead,
} from './screen.ts';
import { type Alternatives, amountsOf, type CertainAmounts, termsOf } from './terms.ts';
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
    postings: [],
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
      reads: [
        ...shown.flatMap(({ rule }) => touchedBy(rule, rules)),
        ...counters,
        ...(needed?.resources ?? []),
        ...shownResources(rules),
      ],
      intervals: shown.map(({ rule }) => stateInterval(rule.window, now)),
      sourceKeys: needed?.sourceKeys ?? [],
    },
    rules,
  );
}

export function offersOf({ shown, more }: OfferPage, facts: ScreenFacts, rules: BalanceRules): OfferScreen {
  return { offers: shown.flatMap(({ rule, entry }) => offerOf(rule, entry, facts, rules) ?? []), more };
}

/** What it may move, and what decides how far, whatever the amounts are. */
function touchedBy(rule: ExchangeRule, rules: BalanceRules): readonly string[] {
  let touched = knownResources.get(rule);
  if (!touched) {
    const { costs, gives, options } = rule;
    const one = (move: typeof give) => (amount: { readonly resource: string }) =>
      move(resourceRule(rules, amount.resource), 1);
    const given = [...gives, ...[...(options?.values() ?? [])].flat()];
    const postings = [...costs.flat().map(one(take)), ...given.map(one(give))];
    touched = touchedResources({ ...NO_EFFECTS, postings }, rules);
    knownResources.set(rule, touched);
  }
  return touched;
}

const knownResources = new WeakMap<ExchangeRule, readonly string[]>();

/** An offer for one player. */
interface Shown {
  readonly rule: ExchangeRule;
  /** What its formulas and conditions read of the player. */
  readonly player: Facts;
  readonly limits: readonly LimitState[];
  readonly facts: ScreenFacts;
  readonly rules: BalanceRules;
}

/** What is asked of an offer: how many, and which option. */
type Asked = Pick<ExchangeInputs, 'quantity' | 'choose'>;

/** Null: a formula fails. Where the player does not meet the conditions that it relies on, there is no price. */
function shownAlternatives({ rule, player, rules }: Shown, asked: Asked): Alternatives | null {
  const priced = withFormulas(rule.name, () => ({
    alternatives: alternativesOf(rule, { ...asked, player }, rules),
  }));
  if ('alternatives' in priced) return priced.alternatives;
  const unmet = withFormulas(rule.name, () =>
    unmetConditions(rule.conditions, { ...player, quantity: asked.quantity }),
  );
  return 'kind' in unmet || unmet.length === 0 ? null : NOTHING;
}

const NOTHING: Alternatives = [{ postings: [], draws: [] }];

/** Null: a formula of it fails for this player, and `exchange` would answer that the config is not valid. */
function offerOf(
  rule: ExchangeRule,
  entry: CatalogueEntry,
  facts: ScreenFacts,
  rules: BalanceRules,
): Offer | null {
  const { name: id, maxQuantity } = rule;
  const player = valuesRead(readsOfExchange(rule), facts, rules);
  const uses = exchangeLimits(rule, 1, facts.at, rules);
  const limits = limitStates(uses, facts);
  const shown = { rule, player, limits, facts, rules };
  const alternatives = shownAlternatives(shown, { quantity: 1, choose: null });
  if (!alternatives) return null;
  const refusedFor = (quantity: number) => refusals(shown, uses, quantity);
  const blockedBy = refusedFor(1).map(blockerOf);
  return {
    id,
    entry,
    ...amountsOf(alternatives[0]),
    draws: oddsOf(alternatives[0].draws, facts.player.balances),
    prices: alternatives.map((way) => ({ costs: amountsOf(way).costs })),
    options: optionsOf(shown),
    terms: termsOfOffer(rule, null, alternatives),
    maxQuantity,
    limits,
    window: rule.window,
    available:
      blockedBy.length > 0
        ? 0
        : largestThatFits(maxQuantity, (quantity) => refusedFor(quantity).length === 0),
    affordable: !blockedBy.some(({ code }) => code === 'insufficient_balance'),
    blockedBy,
  };
}

/** What `exchange` would reject it for, of the first option. */
function refusals(shown: Shown, uses: readonly LimitUse[], quantity: number): Rejection[] {
  const { rule, player, limits, facts, rules } = shown;
  const [choose = null] = rule.options?.keys() ?? [];
  const judged = judgeExchange(rule, { quantity, choose, player }, facts.at, rules);
  const alternatives =
    judged.kind === 'evaluated'
      ? judged.alternatives
      : (shownAlternatives(shown, { quantity, choose }) ?? NOTHING);
  const rejected = judged.kind === 'rejected' ? [judged.rejection] : [];
  const reached = reachedLimits(uses, limits, quantity);
  // The first way that is not refused, or the last, as the kernel takes it.
  const ways = alternatives.map(({ postings }) => refusedPosting(postings, facts.player.balances));
  const refused = ways.includes(null) ? null : (ways.at(-1) ?? null);
  const frozen: Rejection[] = facts.player.frozenAt === null ? [] : [{ kind: 'player_frozen' }];
  return [...rejected, ...reached, ...(refused ? [refused] : []), ...frozen];
}

function optionsOf(shown: Shown): OfferOption[] {
  const { rule } = shown;
  return [...(rule.options ?? [])].flatMap(([name, amounts]) => {
    const alternatives = shownAlternatives(shown, { quantity: 1, choose: name });
    if (!alternatives) return [];
    // What every option gives is shown with the offer: an option gives other resources.
    const own = new Set(amounts.map(({ resource }) => resource));
    const gives = amountsOf(alternatives[0]).gives.filter(({ resource }) => own.has(resource));
    return [{ name, gives, terms: termsOfOffer(rule, name, alternatives) }];
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
