// A sentence for each field whose changes the comparison (src/config/compare.ts) lists as values only. The first pattern that fits
// the beginning of a path names the field; `*` is any name, `#` the place in a list.
import type { BalanceDocument } from '../../../../src/config/schema.ts';
import { ranksText, rowsText, SECTIONS } from './added.ts';
import {
  amountsText,
  amountText,
  limitText,
  listText,
  quoted,
  type Steps,
  settingText,
  shownValue,
} from './text.ts';

export interface FieldChange {
  /** What `*` stood for. */
  readonly names: readonly string[];
  /** The values with their defaults. Undefined: the field does not exist in this document. */
  readonly before: unknown;
  readonly after: unknown;
}

type Phrase = (change: FieldChange) => string | readonly string[];

/** `{}` in the label is the last name, `{0}` the first. */
const setting =
  (label: string, shown: (value: never) => string = shownValue): Phrase =>
  ({ names, before, after }) =>
    settingText(fill(label, names), before, after, shown as (value: unknown) => string);

const fill = (label: string, names: readonly string[]) =>
  label.replaceAll(/\{(\d?)\}/g, (_, place: string) => names.at(place === '' ? -1 : Number(place)) ?? '');

const PLACES = {
  reject: 'refused',
  clamp: 'lost',
  convert: 'converted',
} as const;

type Fact = BalanceDocument['claimTypes'][string]['facts'][string];

function factText(fact: Fact): string {
  switch (fact.kind) {
    case 'int':
      return `a whole number from ${fact.min} to ${fact.max}`;
    case 'bool':
      return 'true or false';
    case 'id':
      return 'an ID';
    case 'string':
      return `one of ${fact.values.join(', ')}`;
  }
}

const facts: Phrase = ({ names: [type, fact], before, after }) => {
  if (before === undefined) return `${type} has the new fact ${fact}: ${factText(after as Fact)}.`;
  if (after === undefined) return `${type} no longer has the fact ${fact}.`;
  return settingText(`The fact ${fact} of ${type}`, before, after, (value) => factText(value as Fact));
};

type Outcome = BalanceDocument['drawTables'][string]['outcomes'][string];

const outcomeText = ({ gives, table }: Outcome) =>
  table ? `draws from ${table}` : `gives ${amountsText(gives)}`;

const outcomes: Phrase = ({ names: [table, outcome], before, after }) => {
  const [was, is] = [before, after] as [Outcome | undefined, Outcome | undefined];
  if (!was || !is)
    return is ? `${outcome} of ${table} is new: it ${outcomeText(is)}.` : `${outcome} of ${table} is gone.`;
  if (was.weight !== is.weight)
    return `The weight of ${outcome} in ${table} is ${is.weight} instead of ${was.weight}.`;
  return `${outcome} of ${table} ${outcomeText(is)} instead of: ${outcomeText(was)}.`;
};

type Guarantees = BalanceDocument['drawTables'][string]['guarantees'];

const guarantees: Phrase = ({ names: [table], before, after }) => {
  const text = (list: unknown) =>
    listText(((list ?? []) as Guarantees).map(({ counter }) => counter)) || 'none';
  return `The guarantees of ${table} are, in the order of priority, ${text(after)} instead of ${text(before)}.`;
};

type Payout = BalanceDocument['payouts'][string];

/** Row by row while the rows are the same, otherwise as a whole. */
const ranks: Phrase = ({ names: [payout], before, after }) => {
  const [was, is] = [before, after] as [Payout['ranks'], Payout['ranks']];
  if (was.map(({ to }) => to).join() !== is.map(({ to }) => to).join())
    return `${payout} pays ${rowsText({ ranks: is })} instead of ${rowsText({ ranks: was })}.`;
  return is.flatMap(({ to, gives }, row) => {
    const [old, now] = [amountsText(was[row]?.gives), amountsText(gives)];
    const from = (is[row - 1]?.to ?? 0) + 1;
    const who = ranksText(from, to);
    return old === now ? [] : [`${payout} pays ${who} ${now} instead of ${old}.`];
  });
};

const TIES = {
  same: 'each get what their rank gets',
  share: 'share what their positions get',
  refuse: 'stop the payout',
} as const;

type Requires = BalanceDocument['claimTypes'][string]['requires'];
const requires: Phrase = ({ names: [name], before, after }) => {
  const text = (list: unknown) => ((list ?? []) as Requires).map(({ text: key }) => key).join(', ') || 'none';
  return `The text keys of what ${name} requires are ${text(after)} instead of ${text(before)}.`;
};

type Convert = NonNullable<BalanceDocument['resources'][string]['convertTo']>;
type Costs = BalanceDocument['exchanges'][string]['costs'];
const costsText = (costs: Costs) =>
  (Array.isArray(costs) ? costs : [costs]).map((price) => amountsText(price)).join(', or ');
const sideText = (amounts: Readonly<Record<string, number | string>>) => amountsText(amounts);

/** From special to general: of two that fit, the first counts. */
const PHRASES: readonly (readonly [pattern: string, phrase: Phrase])[] = [
  ['$schema', setting('The schema that editors use')],
  ['defaultLanguage', setting('The language of the texts')],
  ['timeZone', setting('The time zone of days and weeks')],
  ['resetHour', setting('The hour at which days begin')],
  ['weekStart', setting('The day on which weeks begin')],
  ['timeZoneBefore', setting('The rule of days before the change', (value) => JSON.stringify(value))],
  ['playerZone', setting("The attribute that names a player's own time zone")],
  ['seasons.*.from', setting('The beginning of the season {}')],
  ['seasons.*.until', setting('The end of the season {}')],
  [
    'resources.*.atCeiling',
    ({ names: [name], before, after }) =>
      `What does not fit under the ceiling of ${name} is ${PLACES[after as 'clamp']} instead of ${PLACES[before as 'clamp']}.`,
  ],
  [
    'resources.*.convertTo',
    setting('What does not fit of {}', ({ rate, resource }: Convert) => `${rate} ${resource} for each`),
  ],
  [
    'resources.*.manual',
    ({ names: [name], after }) => `Staff can ${after ? 'now' : 'no longer'} award ${name} by hand.`,
  ],
  ['resources.*.value', setting('What one {} counts against the limits of staff')],
  ['resources.*.staffLimit', setting('What staff may give of {}', (value) => JSON.stringify(value))],
  ['resources.*.ceiling', setting('The ceiling of {}', limitText)],
  ['resources.*.regenerates', setting('The regeneration of {}', (value) => JSON.stringify(value))],
  ['resources.*.transfer.perTransfer', setting('The most of one gift of {}')],
  [
    'resources.*.transfer.fromAccountsOlderThanHours',
    setting('The age from which an account may give {}', (hours) => `${hours} hours`),
  ],
  ['resources.*.transfer.message', setting('The message of a gift of {} that waits')],
  ['resources.*.spend.perCall', setting('The most that a game server charges of {} at once')],
  ['claimTypes.*.facts.*', facts],
  ['claimTypes.*.rewards.*', setting('The reward {} of {0}', amountText)],
  ['claimTypes.*.requires', requires],
  ['exchanges.*.requires', requires],
  ...(['claimTypes', 'exchanges', 'drawTables'] as const).flatMap((section) => [
    [`${section}.*.from`, setting('The moment from which {} is available')] as const,
    [`${section}.*.until`, setting('The end of the time in which {} is available')] as const,
  ]),
  ['claimTypes.*.sharedLimits', setting('The shared limits of {}')],
  ['exchanges.*.sharedLimits', setting('The shared limits of {}')],
  ['claimTypes.*.onExpiry', setting('What {} gives when it expires', (value) => JSON.stringify(value))],
  ['claimTypes.*.rewardsByStreak', setting('What {} pays for its streak', (value) => JSON.stringify(value))],
  ['exchanges.*.costs', setting('What {} costs', costsText)],
  ['exchanges.*.gives', setting('What {} gives', sideText)],
  ['drawTables.*.outcomes.*', outcomes],
  ['drawTables.*.guarantees', guarantees],
  ['payouts.*.ranks', ranks],
  [
    'payouts.*.ties',
    ({ names: [name], before, after }) =>
      `Players of ${name} who are tied ${TIES[after as 'same']} instead of: they ${TIES[before as 'same']}.`,
  ],
  ['attributes.*.values', setting('What the attribute {} may say')],
  ['combat.damageTypes', setting('The types of damage')],
  ['tiers.list', setting('The list of tiers', (value) => JSON.stringify(value))],
  [
    'campaigns.approvalAbove',
    setting('The value above which a campaign needs the approval of another staff member'),
  ],
];

const COMPILED = PHRASES.map(([pattern, phrase]) => ({ pattern: pattern.split('.'), phrase }));

export interface Field {
  /** Where the field is: the part of the path that the pattern names. */
  readonly at: Steps;
  readonly names: readonly string[];
  readonly phrase: Phrase;
}

/** Null: no sentence of its own. */
export function fieldOf(steps: Steps): Field | null {
  for (const { pattern, phrase } of COMPILED) {
    if (pattern.length > steps.length) continue;
    if (!pattern.every((part, place) => part === '*' || part === steps[place])) continue;
    const names = pattern.flatMap((part, place) => (part === '*' ? [String(steps[place])] : []));
    return { at: steps.slice(0, pattern.length), names, phrase };
  }
  return null;
}

const TEXT_FIELDS: Readonly<Record<string, (what: string, change: FieldChange) => string>> = {
  description: (what, { before, after }) => settingText(`The description of ${what}`, before, after, quoted),
  title: (what, { before, after }) => settingText(`The title of ${what}`, before, after, quoted),
  text: (what, { before, after }) => settingText(`The text of ${what}`, before, after, quoted),
  image: (what, { before, after }) => settingText(`The image of ${what}`, before, after),
  sort: (what, { before, after }) => settingText(`The place of ${what} in lists`, before, after),
  tags: (what, { before, after }) => {
    const text = (tags: unknown) => listText((tags ?? []) as string[]) || 'nothing';
    return `${what} is tagged ${text(after)} instead of ${text(before)}.`;
  },
};

/** Fields of entries alone; a description can be anywhere. */
const OF_ENTRIES = ['title', 'text', 'image', 'sort', 'tags'];
/** What is below these has the names of resources or tables, which may be equal to those of fields. */
const RECORDS = ['rewards', 'gives', 'costs', 'draws', 'grants', 'advances', 'requiresProgress', 'perSeason'];

/** A text or its like, which no rule depends on. Null: something else. */
export function textFieldOf(steps: Steps): Field | null {
  const at = steps[2] === 'tags' ? steps.slice(0, 3) : steps;
  const field = String(at.at(-1));
  const isText =
    field === 'description'
      ? !(at.length === 2 && isSection(at[0])) && !RECORDS.includes(String(at.at(-2)))
      : at.length === 3 && isSection(at[0]) && OF_ENTRIES.includes(field);
  const phrase = isText ? TEXT_FIELDS[field] : undefined;
  if (!phrase) return null;
  const what = whatIs(at.slice(0, -1));
  return { at, names: [], phrase: (change) => phrase(what, change) };
}

/** Parts whose fields are entries by name. */
const BY_NAME: readonly string[] = SECTIONS;
const isSection = (step: Steps[number] | undefined) => BY_NAME.includes(String(step));

/** "daily_quest", "daily_quest › rewards › lumees", "levels", "the config". */
export function whatIs(steps: Steps): string {
  if (steps.length === 0) return 'the config';
  const named = isSection(steps[0]) ? steps.slice(1) : steps;
  return named.map((step) => (typeof step === 'number' ? `${step + 1}.` : step)).join(' › ');
}
