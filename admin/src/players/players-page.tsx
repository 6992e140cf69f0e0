// Players: the search. What was looked for is in the address, so that a result can be opened again with the browser's Back.
import type { FoundPlayer } from '@onceward/client';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { Moment } from '../ui/format.tsx';
import { Icon } from '../ui/icon.tsx';
import { SearchForm } from '../ui/search-form.tsx';
import { Empty, Failure, Loading } from '../ui/states.tsx';
import { searchQuery } from './queries.ts';

const route = getRouteApi('/players');

export function PlayersPage() {
  const { q } = route.useSearch();
  const navigate = useNavigate();
  return (
    <div className="page-body">
      <div className="page-head">
        <h1>Players</h1>
        <p className="muted">Find a player by what a report names.</p>
      </div>
      <SearchForm
        key={q}
        label="Player ID, claim key, order, claim ID or correlation ID"
        placeholder="Player ID, claim key, order, claim ID, correlation ID"
        action="Search"
        icon="search"
        text={q}
        maxLength={255}
        onSearch={(text) => navigate({ to: '/players', search: { q: text } })}
      />
      {q === '' ? <Hints /> : <Results text={q} />}
    </div>
  );
}

function Hints() {
  return (
    <dl className="hints">
      <div>
        <dt>The beginning of a player ID</dt>
        <dd>lists the players whose IDs begin so</dd>
      </div>
      <div>
        <dt>A claim key or order ID</dt>
        <dd>finds who claimed it, whatever the claim type</dd>
      </div>
      <div>
        <dt>A claim ID or correlation ID</dt>
        <dd>finds the player of a receipt, rejection or log line</dd>
      </div>
    </dl>
  );
}

function Results({ text }: { readonly text: string }) {
  const { data, error, isPending, refetch } = useQuery(searchQuery(text));
  if (isPending) return <Loading lines={6} label="Searching" />;
  if (error) return <Failure error={error} onRetry={refetch} />;
  if (data.length === 0)
    return (
      <Empty title={`Nobody was found by “${text}”.`}>
        <p>Keys, claim IDs and correlation IDs must be whole; of a player ID the beginning is enough.</p>
        <p>A player exists once something was granted to them.</p>
      </Empty>
    );
  return (
    <section aria-label="Results">
      <p className="muted result-count" role="status">
        {data.length === 50
          ? 'The first 50 matches'
          : data.length === 1
            ? '1 match'
            : `${data.length} matches`}
      </p>
      <ul className="results">
        {data.map((found) => (
          <li key={`${found.playerId} ${found.match} ${found.type} ${found.key}`}>
            <Result found={found} />
          </li>
        ))}
      </ul>
    </section>
  );
}

const MATCHES: Readonly<Record<FoundPlayer['match'], string>> = {
  PLAYER_ID: 'Player ID',
  CLAIM_ID: 'Claim ID',
  CLAIM_KEY: 'Claim key',
  SOURCE_KEY: 'Source',
  CORRELATION_ID: 'Correlation ID',
};

function Result({ found }: { readonly found: FoundPlayer }) {
  const { playerId, match, type, key, at } = found;
  return (
    <Link to="/players/$playerId" params={{ playerId }} className="result">
      <span className="result-id mono">{playerId}</span>
      <span className="result-match">
        <span className="badge">{MATCHES[match]}</span>
        {type !== null && (
          <span>
            {type} <span className="mono muted">{key}</span>
          </span>
        )}
      </span>
      <span className="result-at muted">
        {match === 'PLAYER_ID' ? 'since ' : ''}
        <Moment at={at} show="date" />
      </span>
      <Icon name="chevron" size={16} />
    </Link>
  );
}
