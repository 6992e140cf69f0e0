// What breakers hold back: narrowed to a breaker, a claim type or a player, and released or dropped.
import type { HeldFilter, HeldReward } from '@onceward/client';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { Field } from '../actions/fields.tsx';
import { TextField } from '../records/fields.tsx';
import { MoreButton } from '../records/page-parts.tsx';
import { rowsOf } from '../records/pages.ts';
import { Moment, whole } from '../ui/format.tsx';
import { Empty, Failure, Loading } from '../ui/states.tsx';
import { TableScroll } from '../ui/table-scroll.tsx';
import { breakersQuery, filterOf, heldQuery, type WantedHeld } from './queries.ts';
import type { Settling } from './settle.ts';
import { SettleDialog, selectionText } from './settle-dialog.tsx';

const route = getRouteApi('/breakers');

interface Ask {
  readonly name: Settling;
  readonly filter: HeldFilter;
}

export function HeldRewards() {
  const wanted = route.useSearch();
  const query = useInfiniteQuery(heldQuery(wanted));
  const [ask, setAsk] = useState<Ask | null>(null);
  const held = rowsOf(query.data?.pages);
  const filter = filterOf(wanted);
  const isNarrowed = Object.values(filter).some((value) => value !== null);
  return (
    <section aria-labelledby="held">
      <div className="section-head">
        <h2 id="held">Held back</h2>
        {held.length > 0 && (
          <div className="actions">
            <button
              type="button"
              className="button button-primary"
              onClick={() => setAsk({ name: 'releaseRewards', filter })}
            >
              {isNarrowed ? 'Release all of these…' : 'Release all…'}
            </button>
            <button type="button" className="button" onClick={() => setAsk({ name: 'dropRewards', filter })}>
              {isNarrowed ? 'Drop all of these…' : 'Drop all…'}
            </button>
          </div>
        )}
      </div>
      <Filters key={JSON.stringify(wanted)} wanted={wanted} />
      {query.isPending && <Loading lines={8} label="Loading what is held back" />}
      {query.error && <Failure error={query.error} onRetry={query.refetch} />}
      {query.data && held.length === 0 && (
        <Empty title={isNarrowed ? 'Nothing like that is held back.' : 'Nothing is held back.'}>
          <p>
            {isNarrowed
              ? `This page would list ${selectionText(filter)}.`
              : 'When a breaker trips, the rewards beyond its bound are listed here, the oldest first.'}
          </p>
        </Empty>
      )}
      {held.length > 0 && <Table held={held} onAsk={setAsk} />}
      <MoreButton query={query} title="Load more" />
      {ask && <SettleDialog {...ask} onClose={() => setAsk(null)} />}
    </section>
  );
}

function Filters({ wanted }: { readonly wanted: WantedHeld }) {
  const navigate = useNavigate();
  const { data = [] } = useQuery(breakersQuery);
  const [type, setType] = useState(wanted.type);
  const [player, setPlayer] = useState(wanted.player);
  const [breaker, setBreaker] = useState(wanted.breaker);
  const names = [...new Set([...data.map(({ name }) => name), ...(breaker ? [breaker] : [])])].sort();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    navigate({ to: '/breakers', search: { breaker, type: type.trim(), player: player.trim() } });
  };
  return (
    <search>
      <form className="filters" onSubmit={submit}>
        <TextField label="Player" value={player} onChange={setPlayer} maxLength={255} />
        <TextField label="Claim type or exchange" value={type} onChange={setType} maxLength={255} />
        <Field label="Breaker">
          {({ id }) => (
            <select
              id={id}
              className="input"
              value={breaker}
              onChange={(event) => setBreaker(event.target.value)}
            >
              <option value="">Any</option>
              {names.map((name) => (
                <option key={name}>{name}</option>
              ))}
            </select>
          )}
        </Field>
        <button type="submit" className="button">
          Show
        </button>
      </form>
    </search>
  );
}

interface TableProps {
  readonly held: readonly HeldReward[];
  readonly onAsk: (ask: Ask) => void;
}

function Table({ held, onAsk }: TableProps) {
  return (
    <TableScroll label="Held rewards, the oldest first" isCard>
      <table className="changes-table records-table rows-stack">
        <caption className="visually-hidden">Held rewards, the oldest first</caption>
        <thead>
          <tr>
            <th scope="col">Player</th>
            <th scope="col">Claim</th>
            <th scope="col">It would pay</th>
            <th scope="col">Held back</th>
            <th scope="col">
              <span className="visually-hidden">Actions</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {held.map((reward) => (
            <Row key={reward.claimId} reward={reward} onAsk={onAsk} />
          ))}
        </tbody>
      </table>
    </TableScroll>
  );
}

function Row({ reward, onAsk }: { readonly reward: HeldReward; readonly onAsk: TableProps['onAsk'] }) {
  const { playerId, type, claimId, gives, breaker, heldAt, configVersion } = reward;
  const filter = { breaker, type, playerId };
  return (
    <tr>
      <th scope="row">
        <Link to="/players/$playerId" params={{ playerId }}>
          {playerId}
        </Link>
      </th>
      <td data-label="Claim">
        {type}
        <span className="sub">
          <Link to="/trace" search={{ id: claimId }} className="mono">
            {claimId}
          </Link>
        </span>
      </td>
      <td data-label="It would pay">
        {gives.map(({ resource, amount }) => (
          <span key={resource} className="line">
            {whole(amount)} {resource}
          </span>
        ))}
      </td>
      <td data-label="Held back">
        <Moment at={heldAt} />
        <span className="sub muted">
          {breaker === null ? (
            'while frozen'
          ) : (
            <>
              by <code>{breaker}</code>
            </>
          )}
          , config {whole(configVersion)}
        </span>
      </td>
      <td>
        <div className="actions">
          <button
            type="button"
            className="button button-small"
            aria-label={`Release what ${playerId} has of ${type}`}
            onClick={() => onAsk({ name: 'releaseRewards', filter })}
          >
            Release…
          </button>
          <button
            type="button"
            className="button button-small"
            aria-label={`Drop what ${playerId} has of ${type}`}
            onClick={() => onAsk({ name: 'dropRewards', filter })}
          >
            Drop…
          </button>
        </div>
      </td>
    </tr>
  );
}
