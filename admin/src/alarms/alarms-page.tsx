// Alarms: what somebody must look at, what to do about it, and who does. They clear themselves.
import type { Alarm } from '@onceward/client';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { UnansweredActions } from '../actions/unanswered.tsx';
import { MoreButton, PageHead } from '../records/page-parts.tsx';
import { rowsOf } from '../records/pages.ts';
import { may, useViewer } from '../session/staff.ts';
import { Moment, since, whole } from '../ui/format.tsx';
import { Empty, Failure, Loading } from '../ui/states.tsx';
import { Acknowledged } from './acknowledged.tsx';
import { allAlarmsQuery, openAlarmsQuery, refreshAlarms } from './queries.ts';
import { detailName, subjectOf, WORDS } from './words.tsx';

const route = getRouteApi('/alarms');

const TABS = [
  { show: 'open', title: 'Open' },
  { show: 'closed', title: 'Over' },
] as const;

export function AlarmsPage() {
  const { show } = route.useSearch();
  return (
    <div className="page-body page-body-narrow">
      <PageHead
        title="Alarms"
        about="What somebody must look at. The service raises an alarm and ends it when its cause is gone. Say that you have seen one, so that others know who looks at it."
      />
      <nav className="tabs" aria-label="Alarms">
        {TABS.map((tab) => (
          <Link
            key={tab.show}
            to="/alarms"
            search={{ show: tab.show }}
            className="tab"
            aria-current={tab.show === show ? 'page' : undefined}
          >
            {tab.title}
          </Link>
        ))}
      </nav>
      <UnansweredActions isHere={({ name }) => name === 'acknowledgeAlarm'} refresh={refreshAlarms} />
      {show === 'open' ? <OpenAlarms /> : <ClosedAlarms />}
    </div>
  );
}

function OpenAlarms() {
  const { data, error, isPending, refetch } = useQuery(openAlarmsQuery);
  if (isPending) return <Loading lines={8} label="Loading the alarms" />;
  if (error) return <Failure error={error} onRetry={refetch} />;
  if (data.length === 0)
    return (
      <Empty title="No alarm is open.">
        <p>The page looks again each minute.</p>
      </Empty>
    );
  // The critical ones first, and of each severity the newest.
  const urgent = data.filter(({ severity }) => severity === 'CRITICAL');
  return <List alarms={[...urgent, ...data.filter((alarm) => !urgent.includes(alarm))]} />;
}

function ClosedAlarms() {
  const query = useInfiniteQuery(allAlarmsQuery);
  if (query.isPending) return <Loading lines={8} label="Loading the alarms" />;
  if (query.error) return <Failure error={query.error} onRetry={query.refetch} />;
  const closed = rowsOf(query.data.pages).filter(({ clearedAt }) => clearedAt !== null);
  return (
    <>
      {closed.length === 0 && !query.hasNextPage && (
        <Empty title="No alarm has ended yet.">
          <p>An alarm comes here when the service finds that its cause is gone.</p>
        </Empty>
      )}
      <List alarms={closed} />
      <MoreButton query={query} title="Load earlier alarms" />
    </>
  );
}

function List({ alarms }: { readonly alarms: readonly Alarm[] }) {
  return (
    <ul className="alarms">
      {alarms.map((alarm) => (
        <li key={alarm.id}>
          <Card alarm={alarm} />
        </li>
      ))}
    </ul>
  );
}

function Card({ alarm }: { readonly alarm: Alarm }) {
  const { id, kind, severity, raisedAt, lastSeenAt, clearedAt, times, detail } = alarm;
  const { title, means, advice } = WORDS[kind];
  const isOpen = clearedAt === null;
  return (
    <article
      className={`card alarm${isOpen ? ` alarm-${severity.toLowerCase()}` : ''}`}
      aria-labelledby={`alarm-${id}`}
    >
      <div className="alarm-head">
        <h2 id={`alarm-${id}`}>
          {title}: {subjectOf(alarm)}
        </h2>
        {isOpen ? (
          <span className={`badge badge-${severity === 'CRITICAL' ? 'bad' : 'warn'}`}>
            {severity === 'CRITICAL' ? 'now' : 'next working day'}
          </span>
        ) : (
          <span className="badge badge-good">over</span>
        )}
      </div>
      <p className="sub muted">
        Since <Moment at={raisedAt} />
        {isOpen && ` (${since(raisedAt)})`} ·{' '}
        {times === 1 ? 'seen once' : `seen ${whole(times)} times, last `}
        {times > 1 && <Moment at={lastSeenAt} />}
        {clearedAt && (
          <>
            {' '}
            · over since <Moment at={clearedAt} />
          </>
        )}
      </p>
      <p>{means}</p>
      {isOpen && (
        <p>
          <strong>What to do:</strong> {advice(alarm)}
        </p>
      )}
      {detail.length > 0 && (
        <dl className="pairs alarm-detail">
          {detail.map(({ name, value }) => [
            <dt key={name}>{detailName(name)}</dt>,
            <dd key={`${name} value`}>{/^\d{4}-\d\d-\d\dT/.test(value) ? <Moment at={value} /> : value}</dd>,
          ])}
        </dl>
      )}
      <Players alarm={alarm} />
      <Acknowledged alarm={alarm} />
    </article>
  );
}

const MOST_NAMED = 10;

function Players({ alarm: { playerIds } }: { readonly alarm: Alarm }) {
  const viewer = useViewer();
  if (playerIds.length === 0) return null;
  const canOpen = may(viewer, 'ledger:read') && may(viewer, 'ledger:search');
  const named = playerIds.slice(0, MOST_NAMED);
  return (
    <p className="chips">
      <span className="muted">{playerIds.length === 1 ? 'Player' : 'Players'}</span>
      {named.map((playerId) =>
        canOpen ? (
          <Link key={playerId} to="/players/$playerId" params={{ playerId }} className="mono">
            {playerId}
          </Link>
        ) : (
          <code key={playerId}>{playerId}</code>
        ),
      )}
      {playerIds.length > MOST_NAMED && (
        <span className="muted">
          and {playerIds.length - MOST_NAMED} more{playerIds.length === 100 && ', or others'}
        </span>
      )}
    </p>
  );
}
