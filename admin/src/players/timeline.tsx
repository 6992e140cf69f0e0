// What happened to a player, newest first, by day. Each entry opens to say why.
import type { TimelineEntry } from '@onceward/client';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { dayOf, whole } from '../ui/format.tsx';
import { Empty, Failure, Loading } from '../ui/states.tsx';
import { Entry } from './entry.tsx';
import { type EntryKind, kindOf } from './entry-kind.ts';
import { timelineQuery } from './queries.ts';

const FILTERS: readonly { readonly value: EntryKind | 'all'; readonly title: string }[] = [
  { value: 'all', title: 'All' },
  { value: 'claim', title: 'Claims' },
  { value: 'rejection', title: 'Rejections' },
  { value: 'reversal', title: 'Reversals' },
  { value: 'staff', title: 'Staff' },
];

/** `archived`: claims that are in the archive. */
export function Timeline({ playerId, archived }: { readonly playerId: string; readonly archived: number }) {
  const query = useInfiniteQuery(timelineQuery(playerId));
  const [filter, setFilter] = useState<EntryKind | 'all'>('all');
  const all = query.data?.pages.flatMap(({ entries }) => entries) ?? [];
  const shown = all.filter((entry) => filter === 'all' || kindOf(entry) === filter);
  return (
    <section className="timeline" aria-labelledby="timeline">
      <div className="timeline-head">
        <h2 id="timeline">Timeline</h2>
        <fieldset className="segments">
          <legend className="visually-hidden">Show</legend>
          {FILTERS.map(({ value, title }) => (
            <label key={value} className="segment">
              <input
                type="radio"
                name="timeline"
                checked={filter === value}
                onChange={() => setFilter(value)}
              />
              {title}
            </label>
          ))}
        </fieldset>
      </div>
      {query.isPending && <Loading lines={10} label="Loading the timeline" />}
      {query.error && <Failure error={query.error} onRetry={query.refetch} />}
      {query.data && shown.length === 0 && (
        <Empty title={all.length === 0 ? 'Nothing has happened yet.' : 'Nothing of this kind so far.'}>
          {query.hasNextPage && <p>Earlier entries are not loaded yet.</p>}
        </Empty>
      )}
      <Days entries={shown} playerId={playerId} />
      {query.hasNextPage && (
        <button
          type="button"
          className="button"
          onClick={() => query.fetchNextPage()}
          disabled={query.isFetchingNextPage}
        >
          {query.isFetchingNextPage ? 'Loading…' : 'Load earlier entries'}
        </button>
      )}
      {query.data && !query.hasNextPage && archived > 0 && (
        <p className="muted">
          Earlier claims in the archive: {whole(archived)}. Their IDs and keys still find them.
        </p>
      )}
      {query.data && !query.hasNextPage && all.length > 0 && <p className="muted end">The beginning.</p>}
    </section>
  );
}

interface DaysProps {
  readonly entries: readonly TimelineEntry[];
  readonly playerId: string;
}

function Days({ entries, playerId }: DaysProps) {
  const days = Map.groupBy(entries, ({ at }) => dayOf(at));
  return [...days].map(([day, ofDay]) => (
    <div key={day}>
      <h3 className="day">{day}</h3>
      <ol className="entries">
        {ofDay.map((entry) => (
          <Entry key={entry.attempt?.claim.id ?? entry.event?.id} entry={entry} playerId={playerId} />
        ))}
      </ol>
    </div>
  ));
}
