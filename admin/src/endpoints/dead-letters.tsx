// Events that an endpoint did not accept for as long as they were sent again. Some or the oldest are sent again.
import type { DeadLetter, Endpoint } from '@onceward/client';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { MoreButton } from '../records/page-parts.tsx';
import { rowsOf } from '../records/pages.ts';
import { Moment, whole } from '../ui/format.tsx';
import { Failure, Loading } from '../ui/states.tsx';
import { TableScroll } from '../ui/table-scroll.tsx';
import { ResendLetters } from './dialogs.tsx';
import { lettersQuery } from './queries.ts';

/** One request names at most as many. */
const MOST_NAMED = 100;

/** They are read where there are some: each page is audited. */
export function DeadLetters({ endpoint }: { readonly endpoint: Endpoint }) {
  return (
    <section aria-labelledby="letters">
      {endpoint.deadLetters === 0 ? (
        <>
          <Head count={0} />
          <p className="muted">None. Each event was accepted, or is still sent again.</p>
        </>
      ) : (
        <Letters endpoint={endpoint} />
      )}
    </section>
  );
}

function Head({ count, children }: { readonly count: number; readonly children?: React.ReactNode }) {
  return (
    <div className="section-head">
      <h2 id="letters">Dead letters {count > 0 && <span className="count">{whole(count)}</span>}</h2>
      {children}
    </div>
  );
}

function Letters({ endpoint }: { readonly endpoint: Endpoint }) {
  const query = useInfiniteQuery(lettersQuery(endpoint.id));
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const [asked, setAsked] = useState<{ readonly eventIds: readonly string[] | null } | null>(null);
  const letters = rowsOf(query.data?.pages);
  const toggle = (eventId: string) =>
    setChosen((before) =>
      before.includes(eventId) ? before.filter((each) => each !== eventId) : [...before, eventId],
    );
  return (
    <>
      <Head count={endpoint.deadLetters}>
        <div className="actions">
          {chosen.length > 0 && (
            <button
              type="button"
              className="button button-primary"
              disabled={chosen.length > MOST_NAMED}
              onClick={() => setAsked({ eventIds: chosen })}
            >
              Send {whole(chosen.length)} again…
            </button>
          )}
          <button type="button" className="button" onClick={() => setAsked({ eventIds: null })}>
            {endpoint.deadLetters > 1_000 ? 'Send the oldest 1,000 again…' : 'Send all again…'}
          </button>
        </div>
      </Head>
      {query.isPending && <Loading lines={5} label="Loading the dead letters" />}
      {query.error && <Failure error={query.error} onRetry={query.refetch} />}
      {letters.length > 0 && <Table letters={letters} chosen={chosen} onToggle={toggle} />}
      <MoreButton query={query} title="Load older dead letters" />
      {asked && (
        <ResendLetters
          endpoint={endpoint}
          eventIds={asked.eventIds}
          onClose={() => setAsked(null)}
          onDone={() => setChosen([])}
        />
      )}
    </>
  );
}

interface TableProps {
  readonly letters: readonly DeadLetter[];
  readonly chosen: readonly string[];
  readonly onToggle: (eventId: string) => void;
}

function Table({ letters, chosen, onToggle }: TableProps) {
  return (
    <TableScroll label="Dead letters, newest first" isCard>
      <table className="changes-table records-table rows-stack">
        <caption className="visually-hidden">Dead letters, newest first</caption>
        <thead>
          <tr>
            <th scope="col">
              <span className="visually-hidden">Choose</span>
            </th>
            <th scope="col">Event</th>
            <th scope="col">Player</th>
            <th scope="col">Last failure</th>
            <th scope="col" className="number">
              Attempts
            </th>
            <th scope="col">Put aside</th>
          </tr>
        </thead>
        <tbody>
          {letters.map(({ eventId, playerId, number, lastFailure, attempts, diedAt }) => (
            <tr key={eventId}>
              <td>
                <input
                  type="checkbox"
                  className="letter-check"
                  aria-label={`Choose ${eventId}`}
                  checked={chosen.includes(eventId)}
                  onChange={() => onToggle(eventId)}
                />
              </td>
              <th scope="row">
                <code>{eventId}</code>
              </th>
              <td data-label="Player">
                <Link to="/players/$playerId" params={{ playerId }}>
                  {playerId}
                </Link>
                <span className="sub muted">number {whole(number)}</span>
              </td>
              <td data-label="Last failure">
                <code>{lastFailure}</code>
              </td>
              <td className="number" data-label="Attempts">
                {whole(attempts)}
              </td>
              <td data-label="Put aside">
                <Moment at={diedAt} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </TableScroll>
  );
}
