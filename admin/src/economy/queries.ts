// What the page Economy reads, and the rows that it makes of it.
import {
  balanceDistributions,
  drawnOdds,
  type EconomyDay,
  type EconomyFlow,
  economy,
  type RankOrder,
  rankedBalances,
} from '@onceward/client';
import { queryOptions } from '@tanstack/react-query';
import { client } from '../session/api.ts';
import { daysOf, type Range } from './range.ts';

export const economyQuery = ({ from, to }: Range) =>
  queryOptions({
    queryKey: ['economy', from, to],
    queryFn: () => client.query(economy, { from, to }),
  });

export const oddsQuery = ({ from, to }: Range) =>
  queryOptions({ queryKey: ['drawnOdds', from, to], queryFn: () => client.query(drawnOdds, { from, to }) });

export const distributionQuery = (resource: string) =>
  queryOptions({
    queryKey: ['balanceDistributions', resource],
    queryFn: () => client.query(balanceDistributions, { resources: [resource] }),
  });

/** Each list is audited, so it is not repeated by itself. */
export const ranksQuery = (resource: string, order: RankOrder) =>
  queryOptions({
    queryKey: ['rankedBalances', resource, order],
    queryFn: () => client.query(rankedBalances, { resource, order, first: 100 }),
    staleTime: 300_000,
  });

/** Those that moved, the most moved first. */
export function resourcesOf(flows: readonly EconomyFlow[]): string[] {
  const entries = new Map<string, number>();
  for (const flow of flows) entries.set(flow.resource, (entries.get(flow.resource) ?? 0) + flow.entries);
  return [...entries].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)).map(([resource]) => resource);
}

const STILL = { emitted: '0', sunk: '0', reversed: '0', transferred: '0', net: '0' };

/** Each day of the range: on one without movement the balance is that of the day before. */
export function everyDay(days: readonly EconomyDay[], resource: string, range: Range): EconomyDay[] {
  const moved = new Map(days.filter((day) => day.resource === resource).map((day) => [day.day, day]));
  const [first] = moved.values();
  let balance = first ? String(BigInt(first.balance) - BigInt(first.net)) : '0';
  return daysOf(range).map((day) => {
    const found = moved.get(day) ?? { day, resource, ...STILL, balance };
    balance = found.balance;
    return found;
  });
}

export interface Source {
  readonly name: string;
  /** The mutation or cause, where the type alone does not say it. */
  readonly detail: string;
  readonly amount: bigint;
}

const CAUSES: Readonly<Record<string, string>> = {
  milestone: 'levels',
  regeneration: 'regeneration',
  opening: 'opening balances',
  reset: 'resets',
  conversion: 'conversion',
};

/** Where a resource came from (`gained`) or went to (`lost`), the largest first, without transfers. */
export function sourcesOf(
  flows: readonly EconomyFlow[],
  resource: string,
  side: 'gained' | 'lost',
): Source[] {
  const sums = new Map<string, Source>();
  for (const flow of flows) {
    if (flow.resource !== resource || flow.betweenPlayers || flow[side] === '0') continue;
    const detail = CAUSES[flow.cause] ?? flow.operation;
    const key = `${flow.claimType}\n${detail}`;
    const amount = (sums.get(key)?.amount ?? 0n) + BigInt(flow[side]);
    sums.set(key, { name: flow.claimType, detail, amount });
  }
  return [...sums.values()].sort((a, b) => (b.amount > a.amount ? 1 : b.amount < a.amount ? -1 : 0));
}
