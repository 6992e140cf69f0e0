// What was sent to an endpoint, and each attempt that failed. It is kept for 14 days.
import type { EventSend } from '@onceward/client';
import { useInfiniteQuery } from '@tanstack/react-query';
import { MoreButton } from '../records/page-parts.tsx';
import { rowsOf } from '../records/pages.ts';
import { Moment, whole } from '../ui/format.tsx';
import { Failure } from '../ui/states.tsx';
import { TableScroll } from '../ui/table-scroll.tsx';
import { sendsQuery } from './queries.ts';

export function SendLog({ endpointId }: { readonly endpointId: number }) {
  const query = useInfiniteQuery(sendsQuery(endpointId));
  const sends = rowsOf(query.data?.pages);
  return (
    <section aria-labelledby="sends">
      <div className="section-head">
        <h2 id="sends">Send log</h2>
        <button type="button" className="button button-small" onClick={() => query.refetch()}>
          Read again
        </button>
      </div>
      {query.error && <Failure error={query.error} onRetry={query.refetch} />}
      {query.data && sends.length === 0 && (
        <p className="muted">
          Nothing was sent in the last 14 days. The first operation that is granted will be.
        </p>
      )}
      {sends.length > 0 && <Table sends={sends} />}
      <MoreButton query={query} title="Load earlier sends" />
    </section>
  );
}

const MOST_NAMED = 3;

function Table({ sends }: { readonly sends: readonly EventSend[] }) {
  return (
    <TableScroll label="What was sent, newest first" isCard>
      <table className="changes-table records-table rows-stack">
        <caption className="visually-hidden">What was sent, newest first</caption>
        <thead>
          <tr>
            <th scope="col">Sent</th>
            <th scope="col" className="number">
              Accepted
            </th>
            <th scope="col" className="number">
              Failed
            </th>
            <th scope="col" className="number">
              Slowest answer
            </th>
            <th scope="col">Failed attempts</th>
          </tr>
        </thead>
        <tbody>
          {sends.map((send) => (
            <tr key={`${send.sentAt} ${send.until}`}>
              <th scope="row">
                <Moment at={send.sentAt} />
              </th>
              <td className="number" data-label="Accepted">
                {whole(send.accepted)}
              </td>
              <td className={`number${send.failed > 0 ? ' bad' : ''}`} data-label="Failed">
                {whole(send.failed)}
              </td>
              <td className="number" data-label="Slowest answer">
                {whole(send.longestMs)} ms
              </td>
              <td data-label="Failed attempts">
                <Failures send={send} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </TableScroll>
  );
}

function Failures({ send }: { readonly send: EventSend }) {
  const failed = send.attempts.filter(({ failure }) => failure !== null);
  return (
    <>
      {failed.slice(0, MOST_NAMED).map(({ eventId, attempt, failure }) => (
        <span key={`${eventId} ${attempt}`} className="url line-wrap">
          <code>{eventId}</code> {failure}, attempt {whole(attempt)}
        </span>
      ))}
      {failed.length > MOST_NAMED && (
        <span className="sub muted">and {whole(failed.length - MOST_NAMED)} more</span>
      )}
    </>
  );
}
