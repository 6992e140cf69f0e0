// Erasures: their receipts, how far those are that have not ended, and starting one. Exports of players begin here, too.
import type { PlayerErasure } from '@onceward/client';
import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import type { ActionReceipt } from '../actions/action.ts';
import { UnansweredActions } from '../actions/unanswered.tsx';
import { objectOf } from '../players/explain.ts';
import { TextField } from '../records/fields.tsx';
import { MoreButton, PageHead } from '../records/page-parts.tsx';
import { rowsOf } from '../records/pages.ts';
import { may, useViewer } from '../session/staff.ts';
import { Id, Moment, whole } from '../ui/format.tsx';
import { Empty, Failure, Loading } from '../ui/states.tsx';
import { EraseDialog } from './erase-dialog.tsx';
import { ExportPlayer } from './export-player.tsx';
import { erasuresQuery, isMoving, isOfErasures, POLL_MS, refreshErasures } from './queries.ts';

const route = getRouteApi('/erasures');

type Request = ActionReceipt<'erasePlayer'>['request'];

export function ErasuresPage() {
  const { player = '' } = route.useSearch();
  const navigate = useNavigate();
  const viewer = useViewer();
  const [canErase, canExport] = [may(viewer, 'player:erase'), may(viewer, 'player:export')];
  const [isErasing, setErasing] = useState(player !== '' && canErase);
  const [made, setMade] = useState<Request | null>(null);
  const close = () => {
    setErasing(false);
    // The ID leaves the address.
    if (player !== '') navigate({ to: '/erasures', search: {}, replace: true });
  };
  return (
    <div className="page-body page-body-narrow">
      <PageHead
        title="Erasures"
        about="Players who asked to be erased, and the receipts. A receipt has no name: it is found by the ID that the player had."
      >
        {canErase && (
          <button type="button" className="button button-danger" onClick={() => setErasing(true)}>
            Erase a player…
          </button>
        )}
      </PageHead>
      <UnansweredActions
        isHere={isOfErasures}
        refresh={() => refreshErasures()}
        onDone={(receipt) => 'request' in receipt && setMade(receipt.request)}
      />
      {made?.erasure === null && (
        <p className="notice notice-warn" role="status">
          Another member with <code>player:erase</code> has to approve it:{' '}
          <Link to="/approvals" search={{ show: 'waiting' }}>
            proposal {made.proposalId}
          </Link>
          . Then erase the player here once more.
        </p>
      )}
      {canExport && <Export />}
      <Receipts />
      {isErasing && (
        <EraseDialog playerId={player} onClose={close} onDone={({ request }) => setMade(request)} />
      )}
    </div>
  );
}

function Export() {
  const [playerId, setPlayerId] = useState('');
  return (
    <section className="card" aria-labelledby="export">
      <h2 id="export">Export a player</h2>
      <div className="filters export-form">
        <TextField label="Player ID" value={playerId} onChange={setPlayerId} maxLength={255} />
        <ExportPlayer playerId={playerId.trim()} />
      </div>
      <p className="sub muted">
        One JSON file with everything about the player, also notes of staff and the IDs of players whom they
        met: take out what the player must not get. It is audited.
      </p>
    </section>
  );
}

function Receipts() {
  const [wanted, setWanted] = useState('');
  const [text, setText] = useState('');
  const query = useInfiniteQuery({
    ...erasuresQuery(wanted),
    refetchInterval: ({ state: { data } }) => (rowsOf(data?.pages).some(isMoving) ? POLL_MS : false),
  });
  const found = rowsOf(query.data?.pages);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setWanted(text.trim());
  };
  return (
    <section aria-labelledby="receipts">
      <div className="section-head">
        <h2 id="receipts">Receipts</h2>
      </div>
      <search>
        <form className="filters" onSubmit={submit}>
          <TextField label="ID that the player had" value={text} onChange={setText} maxLength={255} />
          <button type="submit" className="button">
            Show
          </button>
        </form>
      </search>
      {query.isPending && <Loading lines={6} label="Loading the receipts" />}
      {query.error && <Failure error={query.error} onRetry={query.refetch} />}
      {query.data && found.length === 0 && (
        <Empty title={wanted === '' ? 'Nobody was erased.' : 'Nobody who had this ID was erased.'}>
          <p>{wanted === '' ? 'Receipts are kept for good.' : 'Enter the whole ID, as the game knew it.'}</p>
        </Empty>
      )}
      <ul className="alarms">
        {found.map((erasure) => (
          <li key={erasure.id}>
            <Receipt erasure={erasure} />
          </li>
        ))}
      </ul>
      <MoreButton query={query} title="Load earlier receipts" />
    </section>
  );
}

const STATES: Readonly<Record<PlayerErasure['state'], string>> = {
  SCRUBBING: 'The rows of the player are scrubbed.',
  WAITING: 'It waits until older transactions have ended.',
  SEARCHING: 'Rows of others are searched for the player.',
  DONE: 'Nothing names the player any more.',
};

function Receipt({ erasure }: { readonly erasure: PlayerErasure }) {
  const { id, state, erasedId, madeAt, madeBy, endedAt, proposalId, counts } = erasure;
  const rows = Object.entries(objectOf(counts)).map(([table, count]) => [table, Number(count)] as const);
  const total = rows.reduce((sum, [, count]) => sum + count, 0);
  return (
    <article className="card alarm" aria-labelledby={`erasure-${id}`}>
      <div className="alarm-head">
        <h3 id={`erasure-${id}`}>Erasure {whole(id)}</h3>
        <span className={`badge badge-${state === 'DONE' ? 'good' : 'strong'}`}>
          {state === 'DONE' ? 'done' : 'under way'}
        </span>
      </div>
      <p>{STATES[state]}</p>
      <dl className="pairs">
        <dt>Made</dt>
        <dd>
          <Moment at={madeAt} /> by {madeBy}
          {proposalId !== null && `, with approval ${proposalId}`}
        </dd>
        {endedAt && (
          <>
            <dt>Ended</dt>
            <dd>
              <Moment at={endedAt} />
            </dd>
          </>
        )}
        <dt>The player is now</dt>
        <dd>
          <Id value={erasedId} label="the random ID" />
        </dd>
      </dl>
      {total > 0 && (
        <details>
          <summary>{total === 1 ? '1 row was changed' : `${whole(total)} rows were changed`}</summary>
          <dl className="pairs">
            {rows.map(([table, count]) => [
              <dt key={table}>{table}</dt>,
              <dd key={`${table} count`}>{whole(count)}</dd>,
            ])}
          </dl>
        </details>
      )}
    </article>
  );
}
