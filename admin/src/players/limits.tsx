// Which limits a player has used in the periods that run, the fullest first.
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Moment, whole } from '../ui/format.tsx';
import { Failure, Loading } from '../ui/states.tsx';
import { limitsQuery, type ShownLimit } from './queries.ts';

const SHOWN = 6;

export function Limits({ playerId }: { readonly playerId: string }) {
  const { data, error, isPending, refetch } = useQuery(limitsQuery(playerId));
  const [showsAll, setShowsAll] = useState(false);
  const limits = data ?? [];
  return (
    <section className="card" aria-labelledby="limits">
      <h2 id="limits">Limits used</h2>
      {isPending && <Loading lines={3} />}
      {error && <Failure error={error} onRetry={refetch} />}
      {data && limits.length === 0 && <p className="muted">None in the periods that run.</p>}
      <ul className="plain">
        {limits.slice(0, showsAll ? limits.length : SHOWN).map((limit) => (
          <LimitRow key={`${limit.name} ${limit.limit} ${limit.period}`} limit={limit} />
        ))}
      </ul>
      {limits.length > SHOWN && (
        <button type="button" className="button-link" onClick={() => setShowsAll(!showsAll)}>
          {showsAll ? 'Show fewer' : `Show all ${limits.length}`}
        </button>
      )}
    </section>
  );
}

function LimitRow({
  limit: { name, period, used, bound, resetsAt, remaining },
}: {
  readonly limit: ShownLimit;
}) {
  return (
    <li className="limit">
      <div className="limit-head">
        <span>{name}</span>
        <span className={remaining <= 0 ? 'bad' : ''}>
          {whole(used)} / {whole(bound)}
        </span>
      </div>
      <meter
        className="meter"
        min={0}
        max={Math.max(bound, 1)}
        value={Math.min(used, Math.max(bound, 1))}
        aria-label={`${name}, ${period}`}
      />
      <p className="sub muted">
        {period}
        {resetsAt && (
          <>
            , renews <Moment at={resetsAt} />
          </>
        )}
      </p>
    </li>
  );
}
