// The rows of a campaign that gave nothing. They name players, and each page is audited: they are read when somebody asks.
import type { Campaign } from '@onceward/client';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { ExportButton } from '../records/export-button.tsx';
import { MoreButton } from '../records/page-parts.tsx';
import { rowsOf } from '../records/pages.ts';
import { Counts } from '../records/tables.tsx';
import { wordsOf } from '../records/why.ts';
import { whole } from '../ui/format.tsx';
import { Failure, Loading } from '../ui/states.tsx';
import { TableScroll } from '../ui/table-scroll.tsx';
import { readRefusals, refusalsQuery } from './queries.ts';

export function Refusals({ campaign }: { readonly campaign: Campaign }) {
  const [isShown, setShown] = useState(false);
  const { id, name, report } = campaign;
  const count = report.already + report.rejected;
  if (count === 0) return null;
  return (
    <section className="card" aria-labelledby="refusals">
      <div className="card-head">
        <h2 id="refusals">
          Left out <span className="count">{whole(count)}</span>
        </h2>
        <ExportButton
          file={`${name}-left-out.csv`}
          columns={['line', 'player', 'why']}
          cellsOf={({ line, playerId, why }) => [line, playerId, why]}
          read={readRefusals(id)}
        />
      </div>
      <Counts
        caption="Rows that gave nothing"
        head="Players"
        rows={report.refused.map(({ why, rows }) => ({ why, words: wordsOf(why), count: rows }))}
      />
      {isShown ? (
        <Rows campaignId={id} />
      ) : (
        <button type="button" className="button" onClick={() => setShown(true)}>
          Show the players
        </button>
      )}
    </section>
  );
}

function Rows({ campaignId }: { readonly campaignId: number }) {
  const query = useInfiniteQuery(refusalsQuery(campaignId));
  if (query.isPending) return <Loading lines={6} label="Loading the rows" />;
  if (query.error) return <Failure error={query.error} onRetry={query.refetch} />;
  return (
    <>
      <TableScroll label="Rows that gave nothing">
        <table className="changes-table">
          <caption className="visually-hidden">Rows that gave nothing, in the order of the list</caption>
          <thead>
            <tr>
              <th scope="col">Line</th>
              <th scope="col">Player</th>
              <th scope="col">Why</th>
            </tr>
          </thead>
          <tbody>
            {rowsOf(query.data.pages).map(({ line, playerId, why }) => (
              <tr key={line}>
                <td>{whole(line)}</td>
                <th scope="row">
                  <Link to="/players/$playerId" params={{ playerId }}>
                    {playerId}
                  </Link>
                </th>
                <td title={why}>{wordsOf(why)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </TableScroll>
      <MoreButton query={query} title="Load more rows" />
    </>
  );
}
