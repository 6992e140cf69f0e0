// The richest and the most indebted players. A list across players is audited, so it is read when somebody asks for it.
import type { RankOrder } from '@onceward/client';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { csvOf, saveCsv } from '../ui/csv.ts';
import { Moment, whole } from '../ui/format.tsx';
import { Failure, Loading } from '../ui/states.tsx';
import { TableScroll } from '../ui/table-scroll.tsx';
import { ranksQuery } from './queries.ts';

const ORDERS: readonly { readonly order: RankOrder; readonly title: string; readonly empty: string }[] = [
  { order: 'RICHEST', title: 'Richest', empty: 'Nobody has any.' },
  { order: 'MOST_INDEBTED', title: 'Most indebted', empty: 'Nobody is in debt.' },
];

export function Ranks({ resource }: { readonly resource: string }) {
  const [order, setOrder] = useState<RankOrder | null>(null);
  return (
    <section className="card" aria-labelledby="ranks">
      <div className="chart-head">
        <h2 id="ranks">Highest and lowest balances</h2>
        <div className="presets">
          {ORDERS.map((each) => (
            <button
              key={each.order}
              type="button"
              className="button"
              aria-pressed={order === each.order}
              onClick={() => setOrder(each.order)}
            >
              {each.title}
            </button>
          ))}
        </div>
      </div>
      {order === null ? (
        <p className="muted">These lists name players. Reading one is recorded in the audit.</p>
      ) : (
        <List resource={resource} order={order} />
      )}
    </section>
  );
}

function List({ resource, order }: { readonly resource: string; readonly order: RankOrder }) {
  const { data, error, isPending, refetch } = useQuery(ranksQuery(resource, order));
  const { title = '', empty = '' } = ORDERS.find((each) => each.order === order) ?? {};
  if (isPending) return <Loading lines={10} label="Loading the list" />;
  if (error) return <Failure error={error} onRetry={refetch} />;
  if (data.rankedUntil === null)
    return <p className="muted">Balances were not walked through yet. Try again in a minute.</p>;
  const save = () =>
    saveCsv(
      `${order.toLowerCase()}-${resource.replaceAll(':', '_')}.csv`,
      csvOf(
        ['place', 'playerId', 'amount'],
        data.balances.map(({ playerId, amount }, index) => [index + 1, playerId, amount]),
      ),
    );
  return (
    <>
      <div className="audit-head">
        <p className="muted" role="status">
          {data.balances.length === 0 ? empty : `The first ${data.balances.length}`}, as of{' '}
          <Moment at={data.rankedUntil} />
        </p>
        {data.balances.length > 0 && (
          <button type="button" className="button-link" onClick={save}>
            Export CSV
          </button>
        )}
      </div>
      {data.balances.length > 0 && (
        <div className="rank-list">
          <TableScroll label={title}>
            <table className="changes-table">
              <caption className="visually-hidden">{title}</caption>
              <thead>
                <tr>
                  <th scope="col" className="rank-place">
                    Place
                  </th>
                  <th scope="col">Player</th>
                  <th scope="col" className="number">
                    Balance
                  </th>
                </tr>
              </thead>
              <tbody>
                {data.balances.map(({ playerId, amount }, index) => (
                  <tr key={playerId}>
                    <td className="muted">{index + 1}</td>
                    <th scope="row">
                      <Link to="/players/$playerId" params={{ playerId }}>
                        {playerId}
                      </Link>
                    </th>
                    <td className="number">{whole(amount)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </TableScroll>
        </div>
      )}
    </>
  );
}
