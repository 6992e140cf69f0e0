// Game servers: the registry, with what bounds each and how much of an hour's bounds is used.
import type { GameServer } from '@onceward/client';
import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { UnansweredActions } from '../actions/unanswered.tsx';
import { TextField } from '../records/fields.tsx';
import { MoreButton, PageHead } from '../records/page-parts.tsx';
import { rowsOf } from '../records/pages.ts';
import { may, useViewer } from '../session/staff.ts';
import { Moment, whole } from '../ui/format.tsx';
import { Empty, Failure, Loading } from '../ui/states.tsx';
import { TableScroll } from '../ui/table-scroll.tsx';
import { isUnbounded } from './bounds.ts';
import { DisableServer, EnableServer, SetServer } from './dialogs.tsx';
import { isOfServers, refreshServers, serversQuery, type WantedServers } from './queries.ts';

const route = getRouteApi('/servers');

interface Asked {
  readonly what: 'set' | 'disable' | 'enable';
  readonly server: GameServer | null;
}

export function ServersPage() {
  const wanted = route.useSearch();
  const canManage = may(useViewer(), 'server:manage');
  const [asked, setAsked] = useState<Asked | null>(null);
  const close = () => setAsked(null);
  return (
    <div className="page-body">
      <PageHead
        title="Servers"
        about="Game servers that act for players. Its token and its row here must both allow an operation."
      >
        {canManage && (
          <>
            <button
              type="button"
              className="button button-primary"
              onClick={() => setAsked({ what: 'set', server: null })}
            >
              Register a server
            </button>
            <button
              type="button"
              className="button"
              onClick={() => setAsked({ what: 'disable', server: null })}
            >
              Disable by ID…
            </button>
          </>
        )}
      </PageHead>
      <UnansweredActions isHere={isOfServers} refresh={refreshServers} />
      <Filters key={JSON.stringify(wanted)} wanted={wanted} />
      <List wanted={wanted} onAsk={canManage ? setAsked : null} />
      {asked?.what === 'set' && <SetServer server={asked.server} onClose={close} />}
      {asked?.what === 'disable' && <DisableServer server={asked.server} onClose={close} />}
      {asked?.what === 'enable' && asked.server && <EnableServer server={asked.server} onClose={close} />}
    </div>
  );
}

function Filters({ wanted }: { readonly wanted: WantedServers }) {
  const navigate = useNavigate();
  const [id, setId] = useState(wanted.id);
  const [isDisabled, setDisabled] = useState(wanted.show === 'disabled');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    navigate({ to: '/servers', search: { id: id.trim(), show: isDisabled ? 'disabled' : 'all' } });
  };
  return (
    <search>
      <form className="filters" onSubmit={submit}>
        <TextField label="Server ID" value={id} onChange={setId} maxLength={255} />
        <label className="check filter-check">
          <input
            type="checkbox"
            checked={isDisabled}
            onChange={(event) => setDisabled(event.target.checked)}
          />
          <span>Only disabled ones</span>
        </label>
        <button type="submit" className="button">
          Show
        </button>
      </form>
    </search>
  );
}

interface ListProps {
  readonly wanted: WantedServers;
  /** Null: the viewer may not change servers. */
  readonly onAsk: ((asked: Asked) => void) | null;
}

function List({ wanted, onAsk }: ListProps) {
  const query = useInfiniteQuery(serversQuery(wanted));
  if (query.isPending) return <Loading lines={8} label="Loading the servers" />;
  if (query.error) return <Failure error={query.error} onRetry={query.refetch} />;
  const found = rowsOf(query.data.pages);
  if (found.length === 0)
    return wanted.id === '' && wanted.show === 'all' ? (
      <Empty title="No game server is registered.">
        <p>
          Until <code>npm run server -- mode registered</code>, a server without a row may do what its token
          says. Register each, then set that mode.
        </p>
      </Empty>
    ) : (
      <Empty title="No server like that is registered.">
        <p>
          {wanted.id === ''
            ? 'None is disabled.'
            : 'The ID is the subject of its tokens. One that is not registered can be disabled by its ID, too.'}
        </p>
      </Empty>
    );
  return (
    <>
      <TableScroll label="Game servers" isCard>
        <table className="changes-table records-table rows-stack">
          <caption className="visually-hidden">Game servers</caption>
          <thead>
            <tr>
              <th scope="col">Server</th>
              <th scope="col">State</th>
              <th scope="col">It may</th>
              <th scope="col">In this hour</th>
              <th scope="col">
                <span className="visually-hidden">Actions</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {found.map((server) => (
              <Row key={server.id} server={server} onAsk={onAsk} />
            ))}
          </tbody>
        </table>
      </TableScroll>
      <MoreButton query={query} title="Load more servers" />
    </>
  );
}

function Row({ server, onAsk }: { readonly server: GameServer; readonly onAsk: ListProps['onAsk'] }) {
  const { id, registeredAt, claimsThisHour, claimsPerHour, valueThisHour, valuePerHour, disabledAt } = server;
  return (
    <tr>
      <th scope="row">
        <code>{id}</code>
        {registeredAt && (
          <span className="sub muted">
            since <Moment at={registeredAt} show="date" />
          </span>
        )}
      </th>
      <td data-label="State">
        <State server={server} />
      </td>
      <td data-label="It may">
        <Scope server={server} />
      </td>
      <td className="used" data-label="In this hour">
        <Used what="operations" used={claimsThisHour} bound={claimsPerHour} />
        <Used what="value" used={valueThisHour} bound={valuePerHour} />
        {claimsPerHour === null && valuePerHour === null && <span className="muted">not bounded</span>}
      </td>
      <td>
        {onAsk && (
          <div className="actions">
            <button
              type="button"
              className="button button-small"
              aria-label={`Set the bounds of ${id}`}
              onClick={() => onAsk({ what: 'set', server })}
            >
              Bounds…
            </button>
            <button
              type="button"
              className="button button-small"
              aria-label={`${disabledAt ? 'Enable' : 'Disable'} ${id}`}
              onClick={() => onAsk({ what: disabledAt ? 'enable' : 'disable', server })}
            >
              {disabledAt ? 'Enable…' : 'Disable…'}
            </button>
          </div>
        )}
      </td>
    </tr>
  );
}

function State({ server }: { readonly server: GameServer }) {
  const { isRegistered, disabledAt, disabledBy, disabledReason, proposalId } = server;
  return (
    <>
      {disabledAt ? (
        <>
          <span className="badge badge-bad">disabled</span>
          <span className="sub muted">
            by {disabledBy}, <Moment at={disabledAt} />: {disabledReason}
          </span>
        </>
      ) : isRegistered ? (
        <span className="badge badge-good">enabled</span>
      ) : (
        <span className="badge badge-warn">not registered yet</span>
      )}
      {proposalId !== null && (
        <span className="sub">
          <Link to="/approvals" search={{ show: 'waiting' }}>
            Proposal {whole(proposalId)} waits
          </Link>
        </span>
      )}
    </>
  );
}

const MOST_NAMED = 4;

function Names({ title, names }: { readonly title: string; readonly names: readonly string[] | null }) {
  if (names === null) return null;
  return (
    <span className="sub" title={names.join(', ')}>
      <span className="muted">{title}</span> {names.slice(0, MOST_NAMED).join(', ')}
      {names.length > MOST_NAMED && ` and ${names.length - MOST_NAMED} more`}
    </span>
  );
}

function Scope({ server }: { readonly server: GameServer }) {
  const { operations, claimTypes, keyIds, largestAmount } = server;
  if (isUnbounded(server)) return <span className="muted">what its token says</span>;
  return (
    <>
      <Names title="call" names={operations} />
      <Names title="record" names={claimTypes} />
      <Names title="with the keys" names={keyIds} />
      {largestAmount !== null && (
        <span className="sub">
          <span className="muted">at most</span> {whole(largestAmount)} at once
        </span>
      )}
      {operations === null && claimTypes === null && keyIds === null && largestAmount === null && (
        <span className="muted">what its token says</span>
      )}
    </>
  );
}

interface UsedProps {
  readonly what: string;
  readonly used: number;
  readonly bound: number | null;
}

function Used({ what, used, bound }: UsedProps) {
  if (bound === null) return null;
  return (
    <div>
      {whole(used)} of {whole(bound)} {what}
      <meter
        className="meter"
        aria-label={`Used ${what}`}
        min={0}
        max={Math.max(bound, 1)}
        low={bound * 0.8}
        high={Math.max(bound - 1, bound * 0.8)}
        optimum={0}
        value={Math.max(used, 0)}
      />
    </div>
  );
}
