// How an endpoint is, in a badge and in a sentence that says what to do.
import type { Endpoint } from '@onceward/client';
import { Moment, since } from '../ui/format.tsx';

export function EndpointBadge({ endpoint: { state, failingSince } }: { readonly endpoint: Endpoint }) {
  if (state === 'DISABLED') return <span className="badge">disabled</span>;
  if (state === 'SUSPENDED') return <span className="badge badge-bad">suspended</span>;
  if (failingSince !== null) return <span className="badge badge-warn">failing</span>;
  return <span className="badge badge-good">accepts</span>;
}

/** How far it is behind. */
export function Lag({ endpoint: { nextAt, waiting } }: { readonly endpoint: Endpoint }) {
  if (nextAt === null) return <>has all</>;
  return (
    <span title={`${waiting} wait to be sent again`}>
      {since(nextAt)}
      <span className="sub muted">
        since <Moment at={nextAt} />
      </span>
    </span>
  );
}

/** Null: nothing has to be done. */
export function adviceOf({ state, isBehind, failingSince, lastFailure, deadLetters }: Endpoint) {
  if (state === 'DISABLED')
    return isBehind
      ? 'It gets nothing. The outbox no longer has all events that it did not get: replay from a later time before you enable it.'
      : 'It gets nothing. It keeps its place, and goes on there when it is enabled.';
  if (state === 'SUSPENDED')
    return isBehind
      ? 'It was too far behind, and the outbox no longer has all that it did not get. Repair the consumer, replay events from a time that the outbox still has, then enable it. Its consumer sees the gap by the numbers of the players.'
      : 'It was too far behind, or this database is a restored copy. Repair the consumer, then enable it: it goes on where it was.';
  if (failingSince !== null)
    return (
      <>
        It has accepted nothing since <Moment at={failingSince} />
        {lastFailure && (
          <>
            ; the last answer: <code>{lastFailure}</code>
          </>
        )}
        . Events wait and are sent again for 72 hours. Ask those who run the consumer.
      </>
    );
  if (deadLetters > 0)
    return 'Some events were not accepted within 72 hours and are dead letters. When the consumer is repaired, send them again.';
  return null;
}
