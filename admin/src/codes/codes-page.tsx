// Codes: what exists and how often it was redeemed, and making more. Codes are shown once, to the person who makes them.
import type { CodeBatch } from '@onceward/client';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { UnansweredActions } from '../actions/unanswered.tsx';
import { MoreButton, PageHead } from '../records/page-parts.tsx';
import { rowsOf } from '../records/pages.ts';
import { may, useViewer } from '../session/staff.ts';
import { Id, Moment, whole } from '../ui/format.tsx';
import { Empty, Failure, Loading } from '../ui/states.tsx';
import { TableScroll } from '../ui/table-scroll.tsx';
import { MadeCodes } from './made-codes.tsx';
import { NewCodes } from './new-codes.tsx';
import { batchesQuery, refreshCodes } from './queries.ts';

export function CodesPage() {
  const canCreate = may(useViewer(), 'codes:create');
  const [isCreating, setCreating] = useState(false);
  /** Kept in memory alone. */
  const [made, setMade] = useState<readonly CodeBatch[]>([]);
  const add = (batch: CodeBatch) => {
    setMade((batches) => [...batches.filter(({ id }) => id !== batch.id), batch]);
    refreshCodes();
  };
  return (
    <div className="page-body">
      <PageHead title="Codes" about="Codes that players redeem, for one player each or shared by many.">
        {canCreate && (
          <button type="button" className="button button-primary" onClick={() => setCreating(true)}>
            New codes
          </button>
        )}
      </PageHead>
      {canCreate && (
        <UnansweredActions
          isHere={({ name }) => name === 'createCodes'}
          refresh={refreshCodes}
          onDone={(receipt) => 'batch' in receipt && add(receipt.batch)}
        />
      )}
      {made.length > 0 && <MadeCodes batches={made} onClose={() => setMade([])} />}
      {isCreating && <NewCodes onMade={add} onClose={() => setCreating(false)} />}
      <List canCreate={canCreate} />
    </div>
  );
}

function List({ canCreate }: { readonly canCreate: boolean }) {
  const query = useInfiniteQuery(batchesQuery);
  if (query.isPending) return <Loading lines={10} label="Loading the codes" />;
  if (query.error) return <Failure error={query.error} onRetry={query.refetch} />;
  const batches = rowsOf(query.data.pages);
  if (batches.length === 0)
    return (
      <Empty title="There are no codes yet.">
        <p>
          {canCreate
            ? 'Make single-use codes to print or send, or one shared code to read out on a stream.'
            : 'Administrators make codes. You will see here what exists and how often it was redeemed.'}
        </p>
      </Empty>
    );
  return (
    <>
      <TableScroll label="Codes, newest first" isCard>
        <table className="changes-table records-table">
          <caption className="visually-hidden">Codes, newest first</caption>
          <thead>
            <tr>
              <th scope="col">For</th>
              <th scope="col">Each gives</th>
              <th scope="col" className="number">
                Codes
              </th>
              <th scope="col">Redeemed</th>
              <th scope="col">Valid</th>
              <th scope="col">Made</th>
            </tr>
          </thead>
          <tbody>
            {batches.map((batch) => (
              <Row key={batch.id} batch={batch} />
            ))}
          </tbody>
        </table>
      </TableScroll>
      <MoreButton query={query} title="Load earlier codes" />
    </>
  );
}

function Row({ batch }: { readonly batch: CodeBatch }) {
  const { id, label, gives, rewardType, count, uses, perPlayer, redeemed, createdAt, createdBy } = batch;
  const total = count * uses;
  return (
    <tr>
      <th scope="row">
        {label}
        <span className="sub muted">
          <Id value={id} label={`ID of ${label}`} />
        </span>
        {count === 1 && redeemed > 0 && (
          <Link to="/players" search={{ q: `${id}/1` }} className="sub">
            Who redeemed it
          </Link>
        )}
      </th>
      <td>
        {gives.map(({ resource, amount }) => (
          <span key={resource} className="line">
            {whole(amount)} {resource}
          </span>
        ))}
        {rewardType && <span className="sub muted">{rewardType}</span>}
      </td>
      <td className="number">
        {whole(count)}
        <span className="sub muted">
          {uses === 1 ? 'single use' : `${whole(uses)} uses${perPlayer > 1 ? `, ${perPlayer} a player` : ''}`}
        </span>
      </td>
      <td>
        <progress className="progress-bar" max={total} value={redeemed} aria-label={`${label}, redeemed`} />
        <span className="sub muted">
          {whole(redeemed)} of {whole(total)}
        </span>
      </td>
      <td>
        <Window batch={batch} />
      </td>
      <td>
        <Moment at={createdAt} show="date" />
        <span className="sub muted">{createdBy}</span>
      </td>
    </tr>
  );
}

function Window({ batch: { opensAt, closesAt, redeemed, count, uses } }: { readonly batch: CodeBatch }) {
  const now = new Date().toISOString();
  const [title, tone] =
    redeemed >= count * uses
      ? ['used up', 'plain']
      : opensAt !== null && opensAt > now
        ? ['opens later', 'warn']
        : closesAt !== null && closesAt <= now
          ? ['ended', 'bad']
          : ['open', 'good'];
  return (
    <>
      <span className={`badge badge-${tone}`}>{title}</span>
      {opensAt && (
        <span className="sub muted">
          from <Moment at={opensAt} />
        </span>
      )}
      {closesAt && (
        <span className="sub muted">
          until <Moment at={closesAt} />
        </span>
      )}
    </>
  );
}
