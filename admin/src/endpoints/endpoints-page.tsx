// Endpoints: where events of all players are sent, the newest first.
import type { Endpoint } from '@onceward/client';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { UnansweredActions } from '../actions/unanswered.tsx';
import { MoreButton, PageHead } from '../records/page-parts.tsx';
import { rowsOf } from '../records/pages.ts';
import { Moment, whole } from '../ui/format.tsx';
import { Empty, Failure, Loading } from '../ui/states.tsx';
import { TableScroll } from '../ui/table-scroll.tsx';
import { CreateEndpoint } from './dialogs.tsx';
import { endpointsQuery, isOfEndpoints, POLL_MS, refreshEndpoints } from './queries.ts';
import { SecretDialog } from './secret.tsx';
import { EndpointBadge, Lag } from './state.tsx';

export function EndpointsPage() {
  const navigate = useNavigate();
  const [isMaking, setMaking] = useState(false);
  const [made, setMade] = useState<Endpoint | null>(null);
  const open = ({ id }: Endpoint) =>
    navigate({ to: '/endpoints/$endpointId', params: { endpointId: String(id) } });
  return (
    <div className="page-body">
      <PageHead
        title="Endpoints"
        about="Other systems get an event of each granted operation here, as a signed webhook: at least once, in order for each player."
      >
        <button type="button" className="button button-primary" onClick={() => setMaking(true)}>
          New endpoint
        </button>
      </PageHead>
      <UnansweredActions
        isHere={isOfEndpoints}
        refresh={refreshEndpoints}
        onDone={(receipt) => 'endpoint' in receipt && setMade(receipt.endpoint)}
      />
      <List />
      {isMaking && (
        <CreateEndpoint onClose={() => setMaking(false)} onDone={({ endpoint }) => setMade(endpoint)} />
      )}
      {made && <SecretDialog endpoint={made} onClose={() => open(made)} />}
    </div>
  );
}

function List() {
  const query = useInfiniteQuery({ ...endpointsQuery, refetchInterval: 3 * POLL_MS });
  if (query.isPending) return <Loading lines={8} label="Loading the endpoints" />;
  if (query.error) return <Failure error={query.error} onRetry={query.refetch} />;
  const found = rowsOf(query.data.pages);
  if (found.length === 0)
    return (
      <Empty title="There are no endpoints.">
        <p>
          Make one with the https address of a consumer. <code>examples/webhook-consumer</code> is one in
          twenty lines.
        </p>
      </Empty>
    );
  return (
    <>
      <TableScroll label="Endpoints, newest first" isCard>
        <table className="changes-table records-table rows-stack">
          <caption className="visually-hidden">Endpoints, newest first</caption>
          <thead>
            <tr>
              <th scope="col">Endpoint</th>
              <th scope="col">State</th>
              <th scope="col">Behind</th>
              <th scope="col">Last failure</th>
              <th scope="col" className="number">
                Dead letters
              </th>
              <th scope="col" className="number">
                Accepted
              </th>
            </tr>
          </thead>
          <tbody>
            {found.map((endpoint) => (
              <Row key={endpoint.id} endpoint={endpoint} />
            ))}
          </tbody>
        </table>
      </TableScroll>
      <MoreButton query={query} title="Load older endpoints" />
    </>
  );
}

function Row({ endpoint }: { readonly endpoint: Endpoint }) {
  const { id, url, description, lastFailure, failingSince, deadLetters, accepted, acceptedAt } = endpoint;
  return (
    <tr>
      <th scope="row">
        <Link to="/endpoints/$endpointId" params={{ endpointId: String(id) }}>
          {id}: {description}
        </Link>
        <span className="sub muted clip" title={url}>
          {url}
        </span>
      </th>
      <td data-label="State">
        <EndpointBadge endpoint={endpoint} />
      </td>
      <td data-label="Behind">{endpoint.state === 'DISABLED' ? '' : <Lag endpoint={endpoint} />}</td>
      <td data-label="Last failure">
        {lastFailure && <code>{lastFailure}</code>}
        {failingSince && (
          <span className="sub muted">
            since <Moment at={failingSince} />
          </span>
        )}
      </td>
      <td className={`number${deadLetters > 0 ? ' bad' : ''}`} data-label="Dead letters">
        {whole(deadLetters)}
      </td>
      <td className="number" data-label="Accepted">
        {whole(accepted)}
        {acceptedAt && (
          <span className="sub muted">
            <Moment at={acceptedAt} show="time" />
          </span>
        )}
      </td>
    </tr>
  );
}
