/** economy, drawnOdds, balanceDistributions, rankedBalances: staff read what the ledger is rolled up into. */
import { daysBetween, MAX_DAYS } from '../domain/economy.ts';
import { type DrawnOutcome, judgeOdds } from '../domain/fair-odds.ts';
import { badInput } from '../domain/fault.ts';
import { readDistributions, readRankedBalances } from '../ledger/read-distribution.ts';
import { type DrawnTable, readDrawn } from '../ledger/read-drawn.ts';
import { readEconomy } from '../ledger/read-economy.ts';
import {
  DistributionsType,
  DrawnOddsType,
  EconomyType,
  type JudgedTable,
  RankedBalancesType,
  RankOrder,
} from '../schema/economy.ts';
import { type Args, defineQuery, PAGE } from './define-query.ts';
import { FaultError } from './observe.ts';

const MAX_RESOURCES = 50;

const DAYS = {
  from: { type: 'Day', required: true, description: 'The first day.' },
  to: { type: 'Day', required: true, description: `The last day: at most ${MAX_DAYS} days in all.` },
} as const;

const resources = (t: Args) =>
  t({ type: ['ResourceName'], description: `At most ${MAX_RESOURCES}; left out: all.` });

function checkDays({ from, to }: { readonly from: string; readonly to: string }): void {
  const days = daysBetween(from, to);
  if (days < 1 || days > MAX_DAYS)
    throw new FaultError(
      badInput('to', `must be from the first day on, and at most ${MAX_DAYS} days in all`),
    );
}

function checkResources(names: readonly string[] | null | undefined): readonly string[] | null {
  if (names && names.length > MAX_RESOURCES)
    throw new FaultError(badInput('resources', `must be at most ${MAX_RESOURCES}`));
  return names ?? null;
}

export const economy = defineQuery({
  name: 'economy',
  description:
    'Staff: what players gained and lost of each resource per day (UTC), from where, and how many claims were granted.',
  type: EconomyType,
  nullable: false,
  actors: ['staff'],
  permission: 'economy:read',
  args: (t) => ({ from: t(DAYS.from), to: t(DAYS.to), resources: resources(t) }),
  resolve: async ({ from, to, resources: names }, { actor, read }) => {
    checkDays({ from, to });
    const request = { from, to, resources: checkResources(names) };
    const [found] = await read((database) => readEconomy(database, actor, request));
    if (!found) throw new Error('the economy has no row');
    return found;
  },
  example: { from: '2026-11-01', to: '2026-11-30', resources: ['lumees'] },
  notes: 'For economists, auditors and admins.',
});

export const drawnOdds = defineQuery({
  name: 'drawnOdds',
  description: 'Staff: how often each outcome of a draw table was drawn, compared with its declared odds.',
  type: DrawnOddsType,
  nullable: false,
  actors: ['staff'],
  permission: 'economy:read',
  args: (t) => ({ from: t(DAYS.from), to: t(DAYS.to) }),
  resolve: async ({ from, to }, { actor, read }) => {
    checkDays({ from, to });
    const [found] = await read((database) => readDrawn(database, actor, { from, to }));
    if (!found) throw new Error('the economy has no row');
    const { tables, ...watermark } = found;
    return { ...watermark, tables: [...Map.groupBy(tables, sameOdds).values()].map(judged) };
  },
  example: { from: '2026-11-01', to: '2026-11-30' },
  notes: 'For economists, auditors and admins.',
});

/** Versions that give a table the same weights are judged together. */
const sameOdds = ({ table, weights }: DrawnTable) =>
  JSON.stringify([table, Object.entries(weights ?? {}).sort(([a], [b]) => (a < b ? -1 : 1))]);

function judged(tables: readonly DrawnTable[]): JudgedTable {
  const drawn = new Map<string, number>();
  for (const one of tables)
    for (const [outcome, times] of Object.entries(one.drawn))
      drawn.set(outcome, (drawn.get(outcome) ?? 0) + times);
  const [{ table, weights } = { table: '', weights: null }] = tables;
  const declared = weights ?? {};
  const names = new Set([...Object.keys(declared), ...drawn.keys()]);
  const outcomes: DrawnOutcome[] = [...names].map((outcome) => ({
    outcome,
    drawn: drawn.get(outcome) ?? 0,
    weight: declared[outcome] ?? 0,
  }));
  const versions = tables.map(({ configVersion }) => configVersion);
  return {
    table,
    firstVersion: Math.min(...versions),
    lastVersion: Math.max(...versions),
    draws: outcomes.reduce((sum, outcome) => sum + outcome.drawn, 0),
    guaranteed: tables.reduce((sum, { guaranteed }) => sum + guaranteed, 0),
    outcomes: judgeOdds(outcomes.sort((a, b) => b.weight - a.weight || (a.outcome < b.outcome ? -1 : 1))),
  };
}

export const balanceDistributions = defineQuery({
  name: 'balanceDistributions',
  description: 'Staff: how the balances of resources are distributed over the players.',
  type: DistributionsType,
  nullable: false,
  actors: ['staff'],
  permission: 'economy:read',
  args: (t) => ({ resources: resources(t) }),
  resolve: async ({ resources: names }, { actor, read }) => {
    const wanted = checkResources(names);
    const [found] = await read((database) => readDistributions(database, actor, wanted));
    if (!found) throw new Error('the economy has no row');
    return found;
  },
  example: { resources: ['lumees'] },
  notes: 'For economists, auditors and admins.',
});

export const rankedBalances = defineQuery({
  name: 'rankedBalances',
  description: `The players with the highest or lowest balances of a resource; ${PAGE.defaultSize}, at most ${PAGE.maxSize}. Each list is audited.`,
  type: RankedBalancesType,
  nullable: false,
  actors: ['staff'],
  permission: 'economy:read',
  args: (t) => ({
    resource: t({ type: 'ResourceName', required: true }),
    order: t({ type: RankOrder, required: true }),
    first: t({ type: 'PositiveInt', description: `At most ${PAGE.maxSize}.` }),
  }),
  resolve: async ({ resource, order, first }, { actor, audited, read }) => {
    const size = first ?? PAGE.defaultSize;
    if (size > PAGE.maxSize)
      throw new FaultError(badInput('first', `must be an integer from 1 to ${PAGE.maxSize}`));
    const ranking = { resource, isIndebted: order === 'MOST_INDEBTED', first: size };
    const [found] = await read((database) =>
      readRankedBalances(database, actor, audited({ resource, order }), ranking),
    );
    if (!found) throw new Error('the ranks have no row');
    return found;
  },
  example: { resource: 'lumees', order: 'RICHEST', first: 20 },
  notes: 'For economists, auditors and admins.',
});
