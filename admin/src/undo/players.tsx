// The players who may differ, and why. Each page is audited: they are read when somebody asks.
import type { Undo, UndoPlayer } from '@onceward/client';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { ExportButton } from '../records/export-button.tsx';
import { MoreButton } from '../records/page-parts.tsx';
import { rowsOf } from '../records/pages.ts';
import { wordsOf } from '../records/why.ts';
import { whole } from '../ui/format.tsx';
import { Failure, Loading } from '../ui/states.tsx';
import { TableScroll } from '../ui/table-scroll.tsx';
import { playersQuery, readPlayers } from './queries.ts';

const csvCells = ({ playerId, forecast, differs }: UndoPlayer) => [
  playerId,
  (forecast ?? []).join(' '),
  (differs ?? []).join(' '),
];

export function Players({ undo }: { readonly undo: Undo }) {
  const [isShown, setShown] = useState(false);
  const count = Math.max(undo.forecast?.differ ?? 0, undo.result?.differ ?? 0);
  return (
    <section className="card" aria-labelledby="players">
      <div className="card-head">
        <h2 id="players">
          Players who may differ <span className="count">{whole(count)}</span>
        </h2>
        {count > 0 && (
          <ExportButton
            file={`undo-${undo.id}-players.csv`}
            columns={['player', 'dryRun', 'report']}
            cellsOf={csvCells}
            read={readPlayers(undo.id)}
          />
        )}
      </div>
      <p className="muted">
        {count === 0
          ? 'Every player has, or would have, exactly what they would have without the claims.'
          : 'They may not have what they would have without the claims. Every other player does.'}
      </p>
      {count > 0 &&
        (isShown ? (
          <Rows undoId={undo.id} hasRun={undo.result !== null} />
        ) : (
          <button type="button" className="button" onClick={() => setShown(true)}>
            Show the players
          </button>
        ))}
    </section>
  );
}

const textOf = (reasons: readonly string[] | null) => (reasons ?? []).map(wordsOf).join(', ');

function Rows({ undoId, hasRun }: { readonly undoId: number; readonly hasRun: boolean }) {
  const query = useInfiniteQuery(playersQuery(undoId));
  if (query.isPending) return <Loading lines={6} label="Loading the players" />;
  if (query.error) return <Failure error={query.error} onRetry={query.refetch} />;
  return (
    <>
      <TableScroll label="Players who may differ">
        <table className="changes-table">
          <caption className="visually-hidden">Players who may differ, and why</caption>
          <thead>
            <tr>
              <th scope="col">Player</th>
              <th scope="col">In the dry run</th>
              {hasRun && <th scope="col">In the end</th>}
            </tr>
          </thead>
          <tbody>
            {rowsOf(query.data.pages).map(({ playerId, forecast, differs }) => (
              <tr key={playerId}>
                <th scope="row">
                  <Link to="/players/$playerId" params={{ playerId }}>
                    {playerId}
                  </Link>
                </th>
                <td>{textOf(forecast)}</td>
                {hasRun && <td>{textOf(differs)}</td>}
              </tr>
            ))}
          </tbody>
        </table>
      </TableScroll>
      <MoreButton query={query} title="Load more players" />
    </>
  );
}
