// How many players have how much of a resource.
import type { BalanceBucket, BalanceDistribution } from '@onceward/client';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { ColumnChart } from '../charts/column-chart.tsx';
import { ChartFrame } from '../charts/frame.tsx';
import { shortNumber, sumText } from '../charts/numbers.ts';
import { Failure, Loading } from '../ui/states.tsx';
import { distributionQuery } from './queries.ts';

export function Distribution({ resource }: { readonly resource: string }) {
  const { data, error, isPending, refetch } = useQuery(distributionQuery(resource));
  const [found] = data?.distributions ?? [];
  if (isPending || error)
    return (
      <section className="card economy-distribution" aria-label="How balances are distributed">
        {isPending ? (
          <Loading lines={10} label="Loading the distribution" />
        ) : (
          <Failure error={error} onRetry={refetch} />
        )}
      </section>
    );
  return found ? <Chart {...found} /> : null;
}

const MOST_COLUMNS = 48;

/** Neighbours together, so that every column has room. */
function columnsOf(buckets: readonly BalanceBucket[]): BalanceBucket[] {
  const together = Math.ceil(buckets.length / MOST_COLUMNS);
  const columns: BalanceBucket[] = [];
  for (let at = 0; at < buckets.length; at += together) {
    const part = buckets.slice(at, at + together);
    const [first] = part;
    const last = part.at(-1);
    if (first && last)
      columns.push({
        from: first.from,
        to: last.to,
        players: part.reduce((sum, { players }) => sum + players, 0),
      });
  }
  return columns;
}

const rangeText = ({ from, to }: BalanceBucket) =>
  from === to ? sumText(String(from)) : `${sumText(String(from))} to ${sumText(String(to))}`;

function Chart({ players, percentiles, buckets }: BalanceDistribution) {
  const [pointed, setPointed] = useState<number | null>(null);
  const columns = columnsOf(buckets);
  const column = pointed === null ? undefined : columns[pointed];
  const countOf = (count: number) => (count === 1 ? '1 player' : `${sumText(String(count))} players`);
  return (
    <ChartFrame
      title="How balances are distributed"
      readout={column ? `${rangeText(column)}: ${countOf(column.players)}` : `${countOf(players)} at present`}
      table={{
        columns: [{ title: 'Balance' }, { title: 'Players', isNumber: true }],
        rows: buckets.map((bucket) => [rangeText(bucket), sumText(String(bucket.players))]),
      }}
    >
      <ColumnChart
        height={180}
        tone="plain"
        columns={columns.map((bucket) => ({
          name: rangeText(bucket),
          label: shortNumber(bucket.from),
          up: bucket.players,
        }))}
        onPoint={setPointed}
      />
      <dl className="percentiles">
        {percentiles.map(({ percent, amount }) => (
          <div key={percent}>
            <dt>{percent} %</dt>
            <dd>≤ {shortNumber(amount)}</dd>
          </div>
        ))}
      </dl>
    </ChartFrame>
  );
}
