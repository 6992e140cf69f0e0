/** The types of the economy: sums of the ledger per day, odds that were drawn, distributions and ranks of balances. */
import type { Bucket, Percentile } from '../domain/economy.ts';
import type { JudgedOutcome } from '../domain/fair-odds.ts';
import type { Distributions, RankedBalances, ResourceDistribution } from '../ledger/read-distribution.ts';
import type { ClaimCount, Economy, EconomyDay, EconomyFlow, Watermark } from '../ledger/read-economy.ts';
import { builder } from './builder.ts';

const completeUntil = {
  nullable: true,
  description:
    'Every claim that was committed before this moment is contained, and some later ones may be; null: nothing was rolled up yet.',
} as const;

const EconomyDayType = builder.objectRef<EconomyDay>('EconomyDay').implement({
  description:
    'What a day (UTC) did to all balances of a resource. Regeneration that no claim has written down yet is not contained.',
  fields: (t) => ({
    day: t.expose('day', { type: 'Day' }),
    resource: t.expose('resource', { type: 'ResourceName' }),
    emitted: t.expose('emitted', {
      type: 'Sum',
      description: 'What players gained, without transfers and reversals.',
    }),
    sunk: t.expose('sunk', {
      type: 'Sum',
      description: 'What players lost, without transfers and reversals.',
    }),
    reversed: t.expose('reversed', {
      type: 'Sum',
      description: 'What reversals changed: below 0 where they took back more than they returned.',
    }),
    transferred: t.expose('transferred', { type: 'Sum', description: 'What players received from others.' }),
    net: t.expose('net', {
      type: 'Sum',
      description:
        'By how much all balances together changed: emitted, minus sunk, plus reversed. A gift that waits in an inbox lowers it until it is collected.',
    }),
    balance: t.expose('balance', {
      type: 'Sum',
      description: 'All balances together, at the end of the day.',
    }),
  }),
});

const EconomyFlowType = builder.objectRef<EconomyFlow>('EconomyFlow').implement({
  description: 'Where a resource came from and went to in these days.',
  fields: (t) => ({
    resource: t.expose('resource', { type: 'ResourceName' }),
    claimType: t.exposeString('claimType', { description: 'A claim type or exchange, or a reserved type.' }),
    operation: t.exposeString('operation', { description: 'The mutation; of an expiry `expireReward`.' }),
    cause: t.exposeString('cause', { description: 'As of a ledger entry.' }),
    betweenPlayers: t.exposeBoolean('betweenPlayers', { description: 'A transfer, or the reversal of one.' }),
    gained: t.expose('gained', { type: 'Sum' }),
    lost: t.expose('lost', { type: 'Sum' }),
    entries: t.expose('entries', { type: 'SafeInt', description: 'How many ledger entries these are.' }),
  }),
});

const ClaimCountType = builder.objectRef<ClaimCount>('ClaimCount').implement({
  description: 'How many claims of a type were granted in these days.',
  fields: (t) => ({
    claimType: t.exposeString('claimType', { description: 'A claim type or exchange, or a reserved type.' }),
    operation: t.exposeString('operation', { description: 'The mutation that granted them.' }),
    claims: t.expose('claims', { type: 'SafeInt' }),
    units: t.expose('units', {
      type: 'SafeInt',
      description: 'An exchange can be made several times at once.',
    }),
  }),
});

export const EconomyType = builder.objectRef<Economy>('Economy').implement({
  description: 'What the claims of some days did to all balances.',
  fields: (t) => ({
    completeUntil: t.expose('completeUntil', { type: 'DateTime', ...completeUntil }),
    days: t.field({
      type: [EconomyDayType],
      description: 'By day. A day on which a resource did not move is left out.',
      resolve: ({ days }) => [...days],
    }),
    flows: t.field({ type: [EconomyFlowType], resolve: ({ flows }) => [...flows] }),
    claims: t.field({
      type: [ClaimCountType],
      description: 'Most claims first.',
      resolve: ({ claims }) => [...claims],
    }),
  }),
});

const OutcomeOdds = builder.objectRef<JudgedOutcome>('OutcomeOdds').implement({
  description: 'How often an outcome was drawn, and how often it should be.',
  fields: (t) => ({
    outcome: t.exposeString('outcome'),
    drawn: t.expose('drawn', { type: 'SafeInt' }),
    weight: t.expose('weight', { type: 'SafeInt', description: '0: the config does not have the outcome.' }),
    declared: t.exposeFloat('declared', { description: 'The weight as a share, from 0 to 1.' }),
    share: t.exposeFloat('share', { description: 'Of the draws, from 0 to 1.' }),
    low: t.exposeFloat('low', {
      description:
        'The true share lies from `low` to `high`. A fair table has an outcome whose interval misses it with a chance of at most 1 %.',
    }),
    high: t.exposeFloat('high'),
    isWithin: t.exposeBoolean('isWithin', {
      description: 'Whether the interval contains the declared share.',
    }),
  }),
});

export interface JudgedTable {
  readonly table: string;
  readonly firstVersion: number;
  readonly lastVersion: number;
  readonly draws: number;
  readonly guaranteed: number;
  readonly outcomes: readonly JudgedOutcome[];
}

const TableOddsDrawn = builder.objectRef<JudgedTable>('TableOddsDrawn').implement({
  description: 'The draws of a table under configs that give it the same weights.',
  fields: (t) => ({
    table: t.exposeString('table'),
    firstVersion: t.expose('firstVersion', {
      type: 'SafeInt',
      description: 'The first config version of these draws.',
    }),
    lastVersion: t.expose('lastVersion', { type: 'SafeInt' }),
    draws: t.expose('draws', { type: 'SafeInt', description: 'Without those of guarantees.' }),
    guaranteed: t.expose('guaranteed', {
      type: 'SafeInt',
      description: 'Draws whose outcomes a guarantee narrowed. They follow other odds and are not judged.',
    }),
    outcomes: t.field({ type: [OutcomeOdds], resolve: ({ outcomes }) => [...outcomes] }),
  }),
});

export interface DrawnOdds extends Watermark {
  readonly tables: readonly JudgedTable[];
}

export const DrawnOddsType = builder.objectRef<DrawnOdds>('DrawnOdds').implement({
  description: 'Draws of some days, compared with the declared odds.',
  fields: (t) => ({
    completeUntil: t.expose('completeUntil', { type: 'DateTime', ...completeUntil }),
    tables: t.field({ type: [TableOddsDrawn], resolve: ({ tables }) => [...tables] }),
  }),
});

const BucketType = builder.objectRef<Bucket>('BalanceBucket').implement({
  description: 'Players with a balance from `from` to `to`, both included.',
  fields: (t) => ({
    from: t.expose('from', { type: 'SafeInt' }),
    to: t.expose('to', { type: 'SafeInt' }),
    players: t.expose('players', { type: 'SafeInt' }),
  }),
});

const PercentileType = builder.objectRef<Percentile>('BalancePercentile').implement({
  description: 'So many percent of the players have at most this amount, to 6.25 %.',
  fields: (t) => ({
    percent: t.exposeFloat('percent'),
    amount: t.expose('amount', { type: 'SafeInt' }),
  }),
});

const DistributionType = builder.objectRef<ResourceDistribution>('BalanceDistribution').implement({
  description: 'How the balances of a resource are distributed over the players who ever had it.',
  fields: (t) => ({
    resource: t.expose('resource', { type: 'ResourceName' }),
    players: t.expose('players', { type: 'SafeInt', description: 'Those with a balance of 0 included.' }),
    percentiles: t.field({
      type: [PercentileType],
      description: '1, 10, 25, 50, 75, 90, 99 and 99.9 percent; empty: nobody has the resource.',
      resolve: ({ percentiles }) => [...percentiles],
    }),
    buckets: t.field({
      type: [BucketType],
      description: 'Lowest first, without those that have no player.',
      resolve: ({ buckets }) => [...buckets],
    }),
  }),
});

export const DistributionsType = builder.objectRef<Distributions>('BalanceDistributions').implement({
  description: 'Distributions of balances as they are at the end of what is contained.',
  fields: (t) => ({
    completeUntil: t.expose('completeUntil', { type: 'DateTime', ...completeUntil }),
    distributions: t.field({
      type: [DistributionType],
      resolve: ({ distributions }) => [...distributions],
    }),
  }),
});

const RankedBalance = builder.objectRef<RankedBalances['balances'][number]>('RankedBalance').implement({
  description: 'A player with one of the highest or lowest balances.',
  fields: (t) => ({
    playerId: t.expose('playerId', { type: 'PlayerId' }),
    amount: t.expose('amount', { type: 'SafeInt' }),
  }),
});

export const RankedBalancesType = builder.objectRef<RankedBalances>('RankedBalances').implement({
  description: 'The highest or the lowest balances of a resource.',
  fields: (t) => ({
    rankedFrom: t.expose('rankedFrom', {
      type: 'DateTime',
      nullable: true,
      description:
        'The balances were read one after the other, from this moment until `rankedUntil`; null: not yet.',
    }),
    rankedUntil: t.expose('rankedUntil', { type: 'DateTime', nullable: true }),
    balances: t.field({
      type: [RankedBalance],
      description: 'The richest first, or the most indebted.',
      resolve: ({ balances }) => [...balances],
    }),
  }),
});

export const RankOrder = builder.enumType('RankOrder', {
  description: 'Which balances to list.',
  values: {
    RICHEST: { description: 'The highest above 0.' },
    MOST_INDEBTED: { description: 'The lowest below 0.' },
  } as const,
});
