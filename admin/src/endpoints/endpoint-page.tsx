// One endpoint: how far it is, what it did not accept, what was sent to it, and what staff do about it.
import type { Endpoint } from '@onceward/client';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { UnansweredActions } from '../actions/unanswered.tsx';
import { PageHead } from '../records/page-parts.tsx';
import { Moment, whole } from '../ui/format.tsx';
import { Empty, Failure, Loading } from '../ui/states.tsx';
import { DeadLetters } from './dead-letters.tsx';
import { ChangeEndpoint, ReplayEvents, RotateSecret, SwitchEndpoint } from './dialogs.tsx';
import { endpointQuery, isOfEndpoint, lettersQuery, refreshEndpoints, sendsQuery } from './queries.ts';
import { SecretDialog } from './secret.tsx';
import { SendLog } from './send-log.tsx';
import { adviceOf, EndpointBadge, Lag } from './state.tsx';

/** Everything appears at once: what is below would move. Dead letters are read where there are some. */
function useEndpoint(endpointId: number) {
  const endpoint = useQuery(endpointQuery(endpointId));
  const hasLetters = (endpoint.data?.deadLetters ?? 0) > 0;
  const sends = useInfiniteQuery({ ...sendsQuery(endpointId), enabled: Boolean(endpoint.data) });
  const letters = useInfiniteQuery({ ...lettersQuery(endpointId), enabled: hasLetters });
  const isPending = endpoint.data ? sends.isPending || (hasLetters && letters.isPending) : endpoint.isPending;
  return { ...endpoint, isPending };
}

export function EndpointPage({ endpointId }: { readonly endpointId: number }) {
  const { data, error, isPending, refetch } = useEndpoint(endpointId);
  return (
    <div className="page-body">
      <nav aria-label="Breadcrumb" className="crumbs">
        <Link to="/endpoints">Endpoints</Link>
      </nav>
      {isPending && <Loading lines={12} label="Loading the endpoint" />}
      {error && <Failure error={error} onRetry={refetch} />}
      {data === null && (
        <Empty title={`There is no endpoint ${endpointId}.`}>
          <Link to="/endpoints" className="button">
            To the endpoints
          </Link>
        </Empty>
      )}
      {data && !isPending && <Details endpoint={data} />}
    </div>
  );
}

type Open = 'change' | 'rotate' | 'replay' | 'switch';

function Details({ endpoint }: { readonly endpoint: Endpoint }) {
  const { id, description, url, createdBy, createdAt, state } = endpoint;
  const [open, setOpen] = useState<Open | null>(null);
  const [rotated, setRotated] = useState<Endpoint | null>(null);
  const close = () => setOpen(null);
  const advice = adviceOf(endpoint);
  const isBad = state === 'SUSPENDED' || endpoint.failingSince !== null;
  return (
    <>
      <PageHead
        title={
          <>
            Endpoint {id}: {description} <EndpointBadge endpoint={endpoint} />
          </>
        }
        about={
          <>
            <code className="url">{url}</code> · made by {createdBy}, <Moment at={createdAt} />
          </>
        }
      >
        <button type="button" className="button" onClick={() => setOpen('change')}>
          Change…
        </button>
        <button type="button" className="button" onClick={() => setOpen('replay')}>
          Replay…
        </button>
        <button type="button" className="button" onClick={() => setOpen('rotate')}>
          New secret…
        </button>
        <button
          type="button"
          className={`button ${state === 'ENABLED' ? '' : 'button-primary'}`}
          onClick={() => setOpen('switch')}
        >
          {state === 'ENABLED' ? 'Disable…' : 'Enable…'}
        </button>
      </PageHead>
      <UnansweredActions
        isHere={isOfEndpoint(id)}
        refresh={refreshEndpoints}
        onDone={(receipt) =>
          'endpoint' in receipt &&
          receipt.endpoint.generation !== endpoint.generation &&
          setRotated(receipt.endpoint)
        }
      />
      <div className="stack">
        {advice && <p className={`notice ${isBad ? 'notice-warn' : ''}`}>{advice}</p>}
        <Numbers endpoint={endpoint} />
        <DeadLetters endpoint={endpoint} />
        <SendLog endpointId={id} />
      </div>
      {open === 'change' && <ChangeEndpoint endpoint={endpoint} onClose={close} />}
      {open === 'replay' && <ReplayEvents endpoint={endpoint} onClose={close} />}
      {open === 'switch' && <SwitchEndpoint endpoint={endpoint} onClose={close} />}
      {open === 'rotate' && (
        <RotateSecret
          endpoint={endpoint}
          onClose={close}
          onDone={(receipt) => setRotated(receipt.endpoint)}
        />
      )}
      {rotated && <SecretDialog endpoint={rotated} onClose={() => setRotated(null)} />}
    </>
  );
}

function Numbers({ endpoint }: { readonly endpoint: Endpoint }) {
  const { accepted, acceptedAt, waiting, lastFailure, generation, overlapUntil } = endpoint;
  const rows: readonly (readonly [string, ReactNode])[] = [
    ['Behind', <Lag key="lag" endpoint={endpoint} />],
    [
      'Accepted',
      <>
        {whole(accepted)}
        {acceptedAt && (
          <>
            , last <Moment at={acceptedAt} />
          </>
        )}
      </>,
    ],
    ['Waiting to be sent again', whole(waiting)],
    ['Last failure', lastFailure ?? 'none'],
    [
      'Secret',
      <>
        number {whole(generation)}
        {overlapUntil && (
          <>
            ; the one before also signs until <Moment at={overlapUntil} />
          </>
        )}
      </>,
    ],
  ];
  return (
    <section className="card" aria-label="How far it is">
      <dl className="pairs">
        {rows.map(([name, value]) => [<dt key={name}>{name}</dt>, <dd key={`${name} value`}>{value}</dd>])}
      </dl>
    </section>
  );
}
