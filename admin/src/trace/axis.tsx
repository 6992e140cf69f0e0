// The time axis of a trace: attempts and audit events in order, with the time that passed between them.
import type { AuditEvent, Trace, TracedAttempt } from '@onceward/client';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Changes } from '../players/entry.tsx';
import { lookOf } from '../players/entry-kind.ts';
import { EventDetails } from '../players/event-details.tsx';
import { Why } from '../players/why.tsx';
import { dayOf, Id, Moment, whole } from '../ui/format.tsx';
import { Icon } from '../ui/icon.tsx';
import { Failure } from '../ui/states.tsx';
import { earlierQuery } from './queries.ts';

interface Point {
  readonly at: string;
  readonly id: string;
  readonly attempt: TracedAttempt | null;
  readonly event: AuditEvent | null;
}

/** By time; what the audit says of an attempt follows the attempt. */
function pointsOf({ attempts, audit }: Pick<Trace, 'attempts' | 'audit'>): Point[] {
  const points = [
    ...attempts.map((attempt) => ({
      at: attempt.claim.claimedAt,
      id: attempt.claim.id,
      attempt,
      event: null,
    })),
    ...audit.map((event) => ({ at: event.recordedAt, id: event.id, attempt: null, event })),
  ];
  return points.toSorted(
    (a, b) => a.at.localeCompare(b.at) || Number(a.attempt === null) - Number(b.attempt === null),
  );
}

export function Axis({ trace }: { readonly trace: Trace }) {
  const { data, hasNextPage, isFetching, error, fetchNextPage } = useInfiniteQuery(earlierQuery(trace));
  const pages = data?.pages ?? [];
  const points = pointsOf({
    attempts: [trace, ...pages].flatMap(({ attempts }) => attempts),
    audit: [trace, ...pages].flatMap(({ audit }) => audit),
  });
  const [first] = points;
  const hasMore = data ? hasNextPage : trace.earlier !== null;
  return (
    <section aria-label="What was done">
      <p className="axis-head">
        <span className="muted">Correlation ID</span>{' '}
        {trace.correlationId.split(', ').map((id) => (
          <Id key={id} value={id} label="correlation ID" />
        ))}
        {first && <span className="muted">{dayOf(first.at)}</span>}
      </p>
      {hasMore && (
        <p className="notice">
          These are the newest.{' '}
          <button type="button" className="button-link" onClick={() => fetchNextPage()} disabled={isFetching}>
            {isFetching ? 'Loading…' : 'Load what was before'}
          </button>
        </p>
      )}
      {error && <Failure error={error} onRetry={fetchNextPage} />}
      <ol className="axis">
        {points.map((point, index) => (
          <AxisPoint key={point.id} point={point} before={points[index - 1] ?? null} />
        ))}
      </ol>
    </section>
  );
}

function AxisPoint({ point, before }: { readonly point: Point; readonly before: Point | null }) {
  const { attempt, event, at } = point;
  const look = attempt ? lookOf(point) : { icon: 'clock' as const, tone: 'plain' as const, word: 'Audit' };
  return (
    <li className={`axis-point tone-${look.tone}`}>
      <span className="entry-icon">
        <Icon name={look.icon} size={14} />
      </span>
      <div className="axis-card card">
        <div className="axis-line">
          <h2>{attempt?.claim.type ?? `Audit: ${event?.action}`}</h2>
          {attempt && <span className={`badge badge-${look.tone}`}>{look.word}</span>}
          <span className="muted axis-time">
            <Moment at={at} show="exact" /> {before && gapOf(before.at, at)}
          </span>
        </div>
        {attempt && (
          <p className="axis-player">
            <Link to="/players/$playerId" params={{ playerId: attempt.claim.playerId }}>
              {attempt.claim.playerId}
            </Link>
            <Changes changes={attempt.changes} />
          </p>
        )}
        {attempt && <Why attempt={attempt} />}
        {event && <AuditPoint event={event} />}
      </div>
    </li>
  );
}

function AuditPoint({ event }: { readonly event: AuditEvent }) {
  const { outcome, actorKind, actorId, amount } = event;
  return (
    <details>
      <summary>
        {outcome}, {actorKind} {actorId}
        {amount !== null && `, value ${whole(amount)}`}
      </summary>
      <EventDetails event={event} />
    </details>
  );
}

/** "+12 ms", "+3 s". */
function gapOf(from: string, to: string): string {
  const ms = Date.parse(to) - Date.parse(from);
  if (ms < 1_000) return `+${ms} ms`;
  if (ms < 120_000) return `+${Math.round(ms / 1_000)} s`;
  return `+${Math.round(ms / 60_000)} min`;
}
