/** Offers and claimables: what a shop and a daily screen show of the balance config to one player. */
import type { CatalogueEntry } from '../domain/catalogue.ts';
import type { ClaimableScreen, Claimable as ClaimableShape } from '../domain/claimables.ts';
import type { OfferScreen, Offer as OfferShape } from '../domain/offers.ts';
import type { BalanceRules } from '../domain/rules.ts';
import type { Blocker as BlockerShape, LimitState, PendingOnScreen, ScreenFacts } from '../domain/screen.ts';
import type { Window } from '../domain/window.ts';
import { builder, type SchemaTypes } from './builder.ts';
import { LimitKind } from './limits.ts';
import { Balance, FROZEN_AT, frozenAtOf, heldResources } from './player.ts';
import { DrawOdds, Price, ResourceAmount } from './preview.ts';
import { codeOf, RejectionCode } from './rejections.ts';

/** What a screen was made of. */
interface Screen {
  readonly facts: ScreenFacts;
  readonly rules: BalanceRules;
}

const UsedLimit = builder.objectRef<LimitState>('LimitState').implement({
  description: 'A limit, and what is left of it in the running period.',
  fields: (t) => ({
    limit: t.expose('limit', { type: LimitKind }),
    period: t.exposeString('period', {
      description:
        'The name of the period: a day such as `2026-12-01`, a week, a month, a season, or `ever`. Outside of a season `bound` is 0.',
    }),
    sharedLimit: t.exposeString('sharedLimit', {
      nullable: true,
      description: 'The name of the limit, if several claim types or exchanges share it.',
    }),
    bound: t.expose('bound', { type: 'SafeInt' }),
    used: t.expose('used', { type: 'SafeInt' }),
    remaining: t.expose('remaining', { type: 'SafeInt' }),
    resetsAt: t.expose('resetsAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it renews; null: it does not.',
    }),
  }),
});

const Blocker = builder.objectRef<BlockerShape>('Blocker').implement({
  description: 'Why the player cannot have this now: the rejection that the mutation would answer.',
  fields: (t) => ({
    code: t.field({ type: RejectionCode, resolve: ({ code }) => codeOf(code) }),
    message: t.exposeString('message', { description: 'A sentence that says what to do. Do not parse it.' }),
    until: t.expose('until', {
      type: 'DateTime',
      nullable: true,
      description: 'When the reason ends by itself; null: it does not.',
    }),
  }),
});

/** What both screens show of their entries. */
const entryFields = <Shape extends Listed>(
  t: PothosSchemaTypes.ObjectFieldBuilder<SchemaTypes, Shape>,
  what: string,
) => ({
  id: t.field({
    type: 'ClaimType',
    description: `The ${what} of the balance config.`,
    resolve: ({ id }) => id,
  }),
  title: t.string({
    nullable: true,
    description: "In the config's default language; null: it has none.",
    resolve: ({ entry }) => entry.title,
  }),
  text: t.string({ nullable: true, resolve: ({ entry }) => entry.text }),
  image: t.string({
    nullable: true,
    description: 'A path on the game’s own host, or an https URL.',
    resolve: ({ entry }) => entry.image,
  }),
  tags: t.stringList({ resolve: ({ entry }) => [...entry.tags] }),
  sort: t.int({
    description: 'The place in the list: lower comes first, equal ones by id.',
    resolve: ({ entry }) => entry.sort,
  }),
  limits: t.field({ type: [UsedLimit], resolve: ({ limits }) => [...limits] }),
  opensAt: t.field({
    type: 'DateTime',
    nullable: true,
    description: 'When its window begins, past or future; null: it has no beginning.',
    resolve: ({ window }) => window?.from ?? null,
  }),
  closesAt: t.field({
    type: 'DateTime',
    nullable: true,
    description: 'When its window ends; null: it has no end.',
    resolve: ({ window }) => window?.until ?? null,
  }),
  blockedBy: t.field({
    type: [Blocker],
    description: 'Every known reason; empty: nothing is in the way.',
    resolve: ({ blockedBy }) => [...blockedBy],
  }),
});

interface Listed {
  readonly id: string;
  readonly entry: CatalogueEntry;
  readonly limits: readonly LimitState[];
  readonly window: Window | null;
  readonly blockedBy: readonly BlockerShape[];
}

const OfferOption = builder.objectRef<OfferShape['options'][number]>('OfferOption').implement({
  description: 'One option of an offer.',
  fields: (t) => ({
    name: t.exposeString('name'),
    gives: t.field({ type: [ResourceAmount], resolve: ({ gives }) => [...gives] }),
    terms: t.expose('terms', { type: 'Terms' }),
  }),
});

const Offer = builder.objectRef<OfferShape>('Offer').implement({
  description: 'An exchange as a shop shows it to one player, for a quantity of 1.',
  fields: (t) => ({
    ...entryFields(t, 'exchange'),
    costs: t.field({ type: [ResourceAmount], resolve: ({ costs }) => [...costs] }),
    gives: t.field({
      type: [ResourceAmount],
      description: 'What is certain.',
      resolve: ({ gives }) => [...gives],
    }),
    prices: t.field({
      type: [Price],
      description: 'The ways to pay, in the order in which they are tried; `costs` is the first.',
      resolve: ({ prices }) => [...prices],
    }),
    options: t.field({
      type: [OfferOption],
      description: 'What to choose from: send a name as `choose`, with the terms of that option.',
      resolve: ({ options }) => [...options],
    }),
    draws: t.field({ type: [DrawOdds], resolve: ({ draws }) => [...draws] }),
    terms: t.expose('terms', {
      type: 'Terms',
      description: 'Send it as `terms` of `exchange` to pay this price, for these odds, and no other.',
    }),
    maxQuantity: t.exposeInt('maxQuantity', { description: 'The most that one request may buy.' }),
    available: t.exposeInt('available', {
      description:
        'The most that one request may buy now, by limits, balances and ceilings; 0 where blocked.',
    }),
    affordable: t.exposeBoolean('affordable', { description: 'Whether the player has what it costs.' }),
  }),
});

const Period = builder.objectRef<NonNullable<ClaimableShape['period']>>('ClaimPeriod').implement({
  description: 'The period of a calendar claim.',
  fields: (t) => ({
    key: t.exposeString('key', { description: 'The claim key.' }),
    resetsAt: t.expose('resetsAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the next period begins; null: there is none, as after a season.',
    }),
  }),
});

const Streak = builder.objectRef<NonNullable<ClaimableShape['streak']>>('StreakState').implement({
  description: 'How many periods in a row a claim was made.',
  fields: (t) => ({
    streak: t.expose('streak', { type: 'ResourceName' }),
    length: t.expose('length', { type: 'SafeInt' }),
    isContinued: t.exposeBoolean('isContinued', {
      description: 'Whether it was continued in the running period.',
    }),
    atRiskAt: t.expose('atRiskAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it decays, unless it is continued before; null: there is nothing to lose.',
    }),
  }),
});

const Progress = builder.objectRef<ClaimableShape['progress'][number]>('ProgressState').implement({
  description: 'How far a counter is that a claim type requires.',
  fields: (t) => ({
    counter: t.expose('counter', { type: 'ResourceName' }),
    have: t.expose('have', { type: 'SafeInt' }),
    need: t.expose('need', { type: 'SafeInt' }),
    resetsAt: t.expose('resetsAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the counter begins at 0 again; null: never.',
    }),
  }),
});

const ShownReward = builder.objectRef<ClaimableShape['rewards'][number]>('ShownReward').implement({
  description: 'A reward of a claim type.',
  fields: (t) => ({
    resource: t.expose('resource', { type: 'ResourceName' }),
    amount: t.expose('amount', {
      type: 'SafeInt',
      nullable: true,
      description: 'What one claim gives now; null: that depends on facts.',
    }),
    cap: t.expose('cap', { type: 'SafeInt', nullable: true, description: 'The most that one claim gives.' }),
    onceFor: t.stringList({
      description: 'The facts that name the source for which it is given once.',
      resolve: ({ onceFor }) => [...onceFor],
    }),
  }),
});

const ClaimProof = builder.enumType('ClaimProof', {
  description: 'What proves that the player may claim.',
  values: {
    CALENDAR: { value: 'calendar', description: 'The clock: once per period.' },
    TICKET: { value: 'ticket', description: 'A ticket that a game server signed.' },
    SERVER: { value: 'server', description: 'Only a game server claims it, for the player.' },
  } as const,
});

const ClaimablePending = builder.objectRef<PendingOnScreen>('ClaimablePending').implement({
  description: 'A pending reward of this claim type, paid as announced.',
  fields: (t) => ({
    key: t.expose('key', { type: 'ClaimKey' }),
    announcedAt: t.expose('announcedAt', { type: 'DateTime' }),
    gives: t.field({ type: [ResourceAmount], resolve: ({ gives }) => [...gives] }),
  }),
});

const Claimable = builder.objectRef<ClaimableShape>('Claimable').implement({
  description: 'A claim type as a daily screen shows it to one player.',
  fields: (t) => ({
    ...entryFields(t, 'claim type'),
    proof: t.expose('proof', { type: ClaimProof }),
    facts: t.stringList({
      description: 'The facts that a ticket or a server states.',
      resolve: ({ facts }) => facts.map(({ name }) => name),
    }),
    rewards: t.field({ type: [ShownReward], resolve: ({ rewards }) => [...rewards] }),
    draws: t.field({
      type: [DrawOdds],
      description: 'The odds of its draws. A reward that was announced has its dice rolled already.',
      resolve: ({ draws }) => [...draws],
    }),
    terms: t.expose('terms', {
      type: 'Terms',
      nullable: true,
      description: 'As of a preview; null where the reward depends on facts.',
    }),
    period: t.expose('period', { type: Period, nullable: true }),
    streak: t.expose('streak', {
      type: Streak,
      nullable: true,
      description: 'The streak that it continues.',
    }),
    progress: t.field({ type: [Progress], resolve: ({ progress }) => [...progress] }),
    ready: t.exposeBoolean('ready', {
      description: 'Whether the player can claim it now with the type alone.',
    }),
    pending: t.field({
      type: [ClaimablePending],
      description: 'Oldest first; at most 100 on the screen.',
      resolve: ({ pending }) => [...pending],
    }),
  }),
});

/** What both screens show of the player. */
const screenFields = <Shape extends Screen & { readonly more: boolean }>(
  t: PothosSchemaTypes.ObjectFieldBuilder<SchemaTypes, Shape>,
) => ({
  at: t.field({
    type: 'DateTime',
    description: "The database's clock when this was read.",
    resolve: ({ facts }) => facts.at.toISOString(),
  }),
  configVersion: t.field({ type: 'SafeInt', resolve: ({ rules }) => rules.version }),
  playerVersion: t.field({ type: 'SafeInt', resolve: ({ facts }) => facts.player.version }),
  level: t.int({ nullable: true, resolve: ({ facts }) => facts.player.level }),
  tier: t.string({ nullable: true, resolve: ({ facts }) => facts.player.tier?.name ?? null }),
  frozenAt: t.field({
    type: 'DateTime',
    nullable: true,
    description: FROZEN_AT,
    resolve: ({ facts }) => frozenAtOf(facts.player),
  }),
  balances: t.field({
    type: [Balance],
    description: 'The balances that the entries cost, give or count, by name.',
    resolve: ({ facts }) => heldResources(facts.player),
  }),
  more: t.boolean({
    description: 'Whether entries follow: ask with `after`, the last id.',
    resolve: ({ more }) => more,
  }),
});

export const Offers = builder.objectRef<Screen & OfferScreen>('Offers').implement({
  description: 'A shop: offers in their order, and what they depend on.',
  fields: (t) => ({
    ...screenFields(t),
    offers: t.field({ type: [Offer], resolve: ({ offers }) => [...offers] }),
  }),
});

export const Claimables = builder.objectRef<Screen & ClaimableScreen>('Claimables').implement({
  description: 'A daily screen: claim types in their order, and what they depend on.',
  fields: (t) => ({
    ...screenFields(t),
    claimables: t.field({ type: [Claimable], resolve: ({ claimables }) => [...claimables] }),
  }),
});
