// What is said of an entry or a part that is new: what it does, in one sentence.

import type { BalanceDocument } from '../../../../src/config/schema.ts';
import { breakerText } from '../../../../src/domain/breakers.ts';
import { amountsText, boundsText, limitText, listText, periodText, quoted } from './text.ts';

type Entry<Section extends keyof BalanceDocument> =
  NonNullable<BalanceDocument[Section]> extends Record<string, infer T> ? T : never;

const named = (what: string, details: readonly string[]) => {
  const said = details.filter((each) => each !== '');
  return `${what} is new${said.length === 0 ? '' : `: ${said.join('; ')}`}.`;
};

const some = (label: string, amounts: Readonly<Record<string, number | string>> | undefined) =>
  Object.keys(amounts ?? {}).length === 0 ? '' : `${label} ${amountsText(amounts as Record<string, number>)}`;

const drawn = (draws: Readonly<Record<string, number>>) =>
  listText(Object.entries(draws).map(([table, times]) => `draws ${times} from ${table}`));

const windowText = ({
  from,
  until,
}: {
  readonly from?: string | undefined;
  readonly until?: string | undefined;
}) => [from && `from ${from}`, until && `until ${until}`].filter(Boolean).join(' ');

const shared = (names: readonly string[]) => (names.length === 0 ? '' : `counts towards ${listText(names)}`);

const needed = (requires: readonly { readonly when: string }[]) =>
  requires.length === 0 ? '' : `requires ${requires.map(({ when }) => when).join(' and ')}`;

const PROOFS = {
  ticket: 'claimed with a ticket',
  calendar: 'claimed by the calendar',
  server: 'claimed by game servers',
} as const;

function claimTypeText(name: string, type: Entry<'claimTypes'>): string {
  return named(name, [
    `${PROOFS[type.proof]}${type.period ? ` once ${periodText(type.period)}` : ''}`,
    Object.keys(type.rewards).length === 0 ? '' : `pays ${amountsText(type.rewards)}`,
    drawn(type.draws),
    some('requires of progress', type.requiresProgress),
    some('advances', type.advances),
    needed(type.requires),
    type.streak ? `continues ${type.streak}` : '',
    boundsText(type),
    shared(type.sharedLimits),
    windowText(type),
  ]);
}

function costsText(costs: Entry<'exchanges'>['costs']): string {
  const prices = Array.isArray(costs) ? costs : [costs];
  const text = prices.map((price) => amountsText(price as Record<string, number | string>)).join(', or ');
  return `costs ${text}`;
}

function exchangeText(name: string, exchange: Entry<'exchanges'>): string {
  const options = Object.entries(exchange.chooseOne ?? {}).map(
    ([option, { gives }]) => `${option} (${amountsText(gives)})`,
  );
  return named(name, [
    costsText(exchange.costs),
    some('gives', exchange.gives),
    drawn(exchange.draws),
    options.length === 0 ? '' : `gives one of ${options.join(', ')}`,
    exchange.maxQuantity === 1 ? '' : `up to ${exchange.maxQuantity} in a request`,
    needed(exchange.requires),
    boundsText(exchange),
    shared(exchange.sharedLimits),
    windowText(exchange),
  ]);
}

function resourceText(name: string, resource: Entry<'resources'>): string {
  const { regenerates, startsWith, transfer, spend } = resource;
  return named(name, [
    resource.ceiling === null ? '' : `a ceiling of ${limitText(resource.ceiling)}`,
    startsWith === 0 ? '' : `opens with ${startsWith}`,
    regenerates ? `regenerates ${regenerates.amount} every ${regenerates.everySeconds} seconds` : '',
    resource.manual ? 'staff can award it' : '',
    transfer ? 'players can give it to each other' : '',
    spend ? 'game servers can charge it' : '',
  ]);
}

function tableText(name: string, { outcomes, guarantees, ...table }: Entry<'drawTables'>): string {
  const total = Object.values(outcomes).reduce((sum, { weight }) => sum + weight, 0);
  const chances = Object.entries(outcomes).map(
    ([outcome, { weight }]) => `${outcome} ${Number(((100 * weight) / total).toPrecision(4))} %`,
  );
  const certain = guarantees.map(
    ({ outcomes: names, after }) => `${listText(names)} at the latest after ${after} draws`,
  );
  return named(name, [chances.join(', '), ...certain, windowText(table)]);
}

export function rowsText({ ranks }: Pick<Entry<'payouts'>, 'ranks'>): string {
  let from = 1;
  const rows = ranks.map(({ to, gives }) => {
    const text = `${ranksText(from, to)}: ${amountsText(gives)}`;
    from = to + 1;
    return text;
  });
  return rows.join('; ');
}

export const ranksText = (from: number, to: number) =>
  from === to ? `rank ${to}` : `ranks ${from} to ${to}`;

function streakText({ period, grace, decay }: Entry<'streaks'>): string {
  const lost = decay === 'reset' ? 'begins again' : `loses ${decay.lose}`;
  return `counts per ${period}, ${grace} may be missed, then it ${lost}`;
}

const statText = (
  name: string,
  { base, perPoint }: NonNullable<BalanceDocument['statPoints']>['stats'][string],
) => named(`The stat ${name}`, [`its maximum is ${base} and ${perPoint} per point`]);

type Texts = { readonly [path: string]: (name: string, entry: never) => string };

/** By section. What is in none of them has no entries. */
const ENTRIES = {
  seasons: (name: string, season: Entry<'seasons'>) => named(`The season ${name}`, [windowText(season)]),
  limits: (name: string, limit: Entry<'limits'>) => named(`The shared limit ${name}`, [boundsText(limit)]),
  resources: resourceText,
  claimTypes: claimTypeText,
  exchanges: exchangeText,
  drawTables: tableText,
  payouts: (name: string, payout: Entry<'payouts'>) => named(`The payout ${name}`, [rowsText(payout)]),
  breakers: (name: string, breaker: Entry<'breakers'>) =>
    named(`The breaker ${name}`, [`holds back ${breakerText(breaker)}`]),
  messages: (name: string, { title }: Entry<'messages'>) => named(`The message ${name}`, [quoted(title)]),
  streaks: (name: string, streak: Entry<'streaks'>) => named(`The streak ${name}`, [streakText(streak)]),
  counters: (name: string, { period, max }: Entry<'counters'>) =>
    named(`The counter ${name}`, [
      `counts ${periodText(period)}`,
      max === undefined ? '' : `stops at ${max}`,
    ]),
  attributes: (name: string, { values }: Entry<'attributes'>) =>
    named(`The attribute ${name}`, [listText(values)]),
  'statPoints.stats': statText,
} satisfies Texts;

export const SECTIONS = Object.keys(ENTRIES) as (keyof typeof ENTRIES)[];
export type Section = (typeof SECTIONS)[number];

/** `entry`: of the document with its defaults. */
export function addedText(section: Section, name: string, entry: unknown): string {
  return (ENTRIES[section] as (name: string, entry: unknown) => string)(name, entry);
}

/** The kinds of entries, for headings and for entries that are gone. */
export const KINDS: Readonly<Record<Section, string>> = {
  seasons: 'season',
  limits: 'shared limit',
  resources: 'resource',
  claimTypes: 'claim type',
  exchanges: 'exchange',
  drawTables: 'draw table',
  payouts: 'payout',
  breakers: 'breaker',
  messages: 'message',
  streaks: 'streak',
  counters: 'counter',
  attributes: 'attribute',
  'statPoints.stats': 'stat',
};

/** Parts that a document may leave out. */
const PARTS = {
  levels: ({ maxLevel, experienceForLevel }: NonNullable<BalanceDocument['levels']>) =>
    `Levels are new: up to ${maxLevel}, and level n begins at ${experienceForLevel} experience.`,
  statPoints: ({ resource, stats }: NonNullable<BalanceDocument['statPoints']>) =>
    `Stat points are new: ${resource} for ${listText(Object.keys(stats))}.`,
  tiers: ({ list }: NonNullable<BalanceDocument['tiers']>) =>
    `Tiers are new: ${list.map(({ name, from }) => `${name} from ${from}`).join(', ')}.`,
  combat: ({ health }: NonNullable<BalanceDocument['combat']>) =>
    `Combat is new: damage and healing change ${health}.`,
  campaigns: ({ approvalAbove }: NonNullable<BalanceDocument['campaigns']>) =>
    `A campaign needs the approval of another staff member above a value of ${approvalAbove}.`,
} as const;
export type Part = keyof typeof PARTS;
export const PART_NAMES = Object.keys(PARTS) as Part[];

export function addedPartText(part: Part, value: unknown): string {
  return (PARTS[part] as (value: unknown) => string)(value);
}

export const GONE_PARTS: Readonly<Record<Part, string>> = {
  levels: 'Levels end.',
  statPoints: 'Stat points end.',
  tiers: 'Tiers end.',
  combat: 'Combat ends: game servers can report no damage and no healing.',
  campaigns: 'Every campaign that gives a value needs the approval of another staff member.',
};
