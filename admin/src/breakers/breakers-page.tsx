// Breakers: what the game gave in the running hour against its bounds, and what was held back.
import type { Breaker } from '@onceward/client';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useState } from 'react';
import { UnansweredActions } from '../actions/unanswered.tsx';
import { PageHead } from '../records/page-parts.tsx';
import { may, useViewer } from '../session/staff.ts';
import { Moment, whole } from '../ui/format.tsx';
import { Empty, Failure, Loading } from '../ui/states.tsx';
import { TableScroll } from '../ui/table-scroll.tsx';
import { HeldRewards } from './held-rewards.tsx';
import { breakersQuery, heldQuery, isOfHeld, refreshBreakers } from './queries.ts';

const route = getRouteApi('/breakers');

export function BreakersPage() {
  const canSettle = may(useViewer(), 'breaker:release');
  const isPending = usePending(canSettle);
  return (
    <div className="page-body">
      <PageHead
        title="Breakers"
        about="What the game may give in an hour at most. What is beyond a bound is held back until somebody releases or drops it."
      />
      {canSettle && <UnansweredActions isHere={isOfHeld} refresh={refreshBreakers} />}
      {isPending ? <Loading lines={14} label="Loading the breakers" /> : <Parts canSettle={canSettle} />}
    </div>
  );
}

/** Both parts appear at once: the second would move down under the first. */
function usePending(canSettle: boolean): boolean {
  const hour = useQuery(breakersQuery);
  const held = useInfiniteQuery({ ...heldQuery(route.useSearch()), enabled: canSettle });
  // What is narrowed is read while the page is shown.
  const [wasShown, setShown] = useState(false);
  const isPending = !wasShown && (hour.isPending || (canSettle && held.isPending));
  if (!isPending && !wasShown) setShown(true);
  return isPending;
}

function Parts({ canSettle }: { readonly canSettle: boolean }) {
  return (
    <>
      <Hour />
      {canSettle ? (
        <HeldRewards />
      ) : (
        <>
          <div className="section-head">
            <h2>Held back</h2>
          </div>
          <Empty title="Your role does not show what is held back.">
            <p>
              A role with <code>breaker:release</code> sees it, and releases or drops it.
            </p>
          </Empty>
        </>
      )}
    </>
  );
}

function Hour() {
  const { data, error, isPending, refetch } = useQuery(breakersQuery);
  if (isPending) return <Loading lines={6} label="Loading the breakers" />;
  if (error) return <Failure error={error} onRetry={refetch} />;
  const [first] = data;
  if (!first)
    return (
      <Empty title="The balance config has no breakers.">
        <p>
          Declare them under <code>breakers</code> in{' '}
          <Link to="/config" search={{ view: 'edit' }}>
            Config
          </Link>
          . A bound of two to three times the busiest hour turns a defect into a delay.
        </p>
      </Empty>
    );
  return (
    <TableScroll label="Breakers in this hour" isCard>
      <table className="changes-table records-table rows-stack">
        <caption>
          In the hour since <Moment at={first.hour} show="time" />
        </caption>
        <thead>
          <tr>
            <th scope="col">Breaker</th>
            <th scope="col">Counts</th>
            <th scope="col">Given</th>
            <th scope="col">State</th>
          </tr>
        </thead>
        <tbody>
          {data.map((breaker) => (
            <Row key={`${breaker.name} ${breaker.subject}`} breaker={breaker} />
          ))}
        </tbody>
      </table>
    </TableScroll>
  );
}

function countsText({ per, subject }: Breaker): string {
  if (per === 'GAME') return 'the whole game';
  const what = per === 'SERVER' ? 'game server' : 'config version';
  return subject === null ? `each ${what}; nothing yet` : `${what} ${subject}`;
}

/** From here on the bar warns. */
const NEAR = 0.8;

function Row({ breaker }: { readonly breaker: Breaker }) {
  const { name, bound, given, trippedAt } = breaker;
  return (
    <tr>
      <th scope="row">
        <code>{name}</code>
      </th>
      <td data-label="Counts">{countsText(breaker)}</td>
      <td className="used" data-label="Given">
        {whole(given)} of {whole(bound)}
        <meter
          className="meter"
          aria-label={`Given of ${name}`}
          min={0}
          max={Math.max(bound, 1)}
          low={bound * NEAR}
          high={Math.max(bound - 1, bound * NEAR)}
          optimum={0}
          value={trippedAt ? bound : given}
        />
      </td>
      <td data-label="State">
        {trippedAt ? (
          <>
            <span className="badge badge-bad">tripped</span>
            <span className="sub muted">
              <Moment at={trippedAt} />
            </span>
          </>
        ) : given >= bound * NEAR ? (
          <span className="badge badge-warn">near its bound</span>
        ) : (
          <span className="badge badge-good">below</span>
        )}
      </td>
    </tr>
  );
}
