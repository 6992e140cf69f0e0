// Undos: incidents that were or will be taken back, newest first.
import type { Undo } from '@onceward/client';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { UnansweredActions } from '../actions/unanswered.tsx';
import { MoreButton, PageHead } from '../records/page-parts.tsx';
import { rowsOf } from '../records/pages.ts';
import { may, useViewer } from '../session/staff.ts';
import { Moment, whole } from '../ui/format.tsx';
import { Empty, Failure, Loading } from '../ui/states.tsx';
import { TableScroll } from '../ui/table-scroll.tsx';
import { isMoving, isOfUndos, POLL_MS, refreshUndo, undosQuery } from './queries.ts';
import { filterText, UndoBadge } from './words.tsx';

export function UndosPage() {
  const canManage = may(useViewer(), 'undo:manage');
  return (
    <div className="page-body">
      <PageHead title="Undo" about="Take back many claims after an incident: a wrong formula, a wrong list.">
        {canManage && (
          <Link to="/undo/new" search={{}} className="button button-primary">
            New undo
          </Link>
        )}
      </PageHead>
      <UnansweredActions isHere={isOfUndos} refresh={() => refreshUndo()} />
      <List canManage={canManage} />
    </div>
  );
}

function List({ canManage }: { readonly canManage: boolean }) {
  const query = useInfiniteQuery({
    ...undosQuery,
    refetchInterval: ({ state: { data } }) => (rowsOf(data?.pages).some(isMoving) ? 3 * POLL_MS : false),
  });
  if (query.isPending) return <Loading lines={10} label="Loading the undos" />;
  if (query.error) return <Failure error={query.error} onRetry={query.refetch} />;
  const found = rowsOf(query.data.pages);
  if (found.length === 0)
    return (
      <Empty title="Nothing was ever undone.">
        <p>
          {canManage
            ? 'Select claims by type, config version, time, game server, players or campaign. A dry run shows what would happen before anything moves.'
            : 'Support and administrators undo incidents. You will see them here.'}
        </p>
      </Empty>
    );
  return (
    <>
      <TableScroll label="Undos, newest first" isCard>
        <table className="changes-table records-table">
          <caption className="visually-hidden">Undos, newest first</caption>
          <thead>
            <tr>
              <th scope="col">Undo</th>
              <th scope="col">State</th>
              <th scope="col" className="number">
                Claims
              </th>
              <th scope="col" className="number">
                Players
              </th>
              <th scope="col" className="number">
                Reversed
              </th>
              <th scope="col">Made</th>
            </tr>
          </thead>
          <tbody>
            {found.map((undo) => (
              <Row key={undo.id} undo={undo} />
            ))}
          </tbody>
        </table>
      </TableScroll>
      <MoreButton query={query} title="Load earlier undos" />
    </>
  );
}

function Row({ undo }: { readonly undo: Undo }) {
  const { id, state, reason, claims, players, result, madeAt, madeBy, stopped } = undo;
  return (
    <tr>
      <th scope="row">
        <Link to="/undo/$undoId" params={{ undoId: String(id) }}>
          {whole(id)}: {reason}
        </Link>
        <span className="sub muted clip">{filterText(undo)}</span>
      </th>
      <td>
        <UndoBadge state={state} />
        {stopped && <span className="sub bad">stopped</span>}
      </td>
      <td className="number">{whole(claims)}</td>
      <td className="number">{whole(players)}</td>
      <td className="number">{result ? whole(result.reversed) : ''}</td>
      <td>
        <Moment at={madeAt} show="date" />
        <span className="sub muted">{madeBy}</span>
      </td>
    </tr>
  );
}
