/**
 * The public catalogue: what anybody may know of the config without a token. Each member is named here: what is not, such as limits of
 * staff, who may reverse, what staff may give and descriptions for designers, cannot appear.
 */
import { type CatalogueSection, catalogueEntry, type Texts } from './catalogue.ts';
import type { BalanceRules, ClaimTypeRule, DrawTable, ExchangeAmount, ExchangeRule } from './rules.ts';

export interface CatalogueLanguage {
  readonly language: string;
  /** Every language that can be asked for, by name. */
  readonly languages: readonly string[];
  /** Null: the default language, whose texts are in the config. */
  readonly textsVersion: number | null;
  /** Of the language, by key; a missing one is that of the default language. */
  readonly texts: Texts;
}

/** JSON. */
export function publicCatalogue(rules: BalanceRules, spoken: CatalogueLanguage): object {
  const { language, languages, textsVersion, texts } = spoken;
  const entryOf = (section: CatalogueSection, name: string) =>
    catalogueEntry(rules.catalogue, section, name, texts);
  const list = <Rule extends { readonly name: string }>(
    section: CatalogueSection,
    all: Iterable<Rule>,
    shown: (rule: Rule) => object,
  ) => [...all].map((rule) => ({ id: rule.name, ...entryOf(section, rule.name), ...shown(rule) }));
  const { levels, tiers, calendar } = rules;
  return {
    language,
    languages,
    defaultLanguage: rules.catalogue.defaultLanguage,
    configVersion: rules.version,
    textsVersion,
    timeZone: calendar.timeZone,
    resources: list('resources', rules.resources.values(), () => ({})),
    exchanges: list('exchanges', rules.exchanges.values(), shownExchange),
    claimTypes: list('claimTypes', rules.claimTypes.values(), shownClaimType),
    drawTables: list('drawTables', rules.drawTables.values(), shownTable),
    levels: levels && { resource: levels.resource, thresholds: levels.thresholds },
    tiers: tiers && {
      resource: tiers.resource,
      list: tiers.tiers.map(({ name, from }) => ({ name, from })),
    },
  };
}

/** Null: it depends on the player. */
const certain = (amount: ExchangeAmount['amount'] | null) => (typeof amount === 'function' ? null : amount);
const amounts = (list: readonly ExchangeAmount[]) =>
  list.map(({ resource, amount }) => ({ resource, amount: certain(amount) }));

function shownExchange({ costs, gives, options, draws, maxQuantity, window }: ExchangeRule) {
  return {
    window,
    costs: amounts(costs[0] ?? []),
    prices: costs.map((price) => ({ costs: amounts(price) })),
    gives: amounts(gives),
    options: [...(options ?? [])].map(([name, more]) => ({ name, gives: amounts(more) })),
    draws: draws.map(({ table, times }) => ({ table: table.name, times })),
    maxQuantity,
  };
}

function shownClaimType({ proof, period, rewards, window }: ClaimTypeRule) {
  return {
    window,
    proof,
    period,
    rewards: rewards.map(({ resource, cap }) => ({ resource, cap: certain(cap) })),
  };
}

function shownTable({ outcomes, guarantees }: DrawTable) {
  return {
    outcomes: outcomes.map(({ name, weight, gives, table }) => ({
      name,
      weight,
      gives: amounts(gives),
      table: table?.name ?? null,
    })),
    guarantees: guarantees.map(({ after, outcomes: guaranteed }) => ({ after, outcomes: guaranteed })),
  };
}
