// Trace: any ID in, and everything that was done under it on one time axis.
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { Icon } from '../ui/icon.tsx';
import { SearchForm } from '../ui/search-form.tsx';
import { Empty, Failure, Loading } from '../ui/states.tsx';
import { Axis } from './axis.tsx';
import { storyQuery } from './queries.ts';
import { type PastedId, readPasted } from './resolve-id.ts';

const route = getRouteApi('/trace');

export function TracePage() {
  const { id } = route.useSearch();
  const navigate = useNavigate();
  const pasted = readPasted(id);
  return (
    <div className="page-body page-body-narrow">
      <div className="page-head">
        <h1>Trace</h1>
        <p className="muted">Follow a correlation ID, a claim, a key or a ticket.</p>
      </div>
      <SearchForm
        key={id}
        label="Correlation ID, claim ID, claim key or ticket"
        placeholder="Correlation ID, claim ID, claim key or ticket"
        action="Trace"
        icon="trace"
        text={id}
        mono
        onSearch={(text) => navigate({ to: '/trace', search: { id: text } })}
      />
      {pasted.kind === 'nothing' ? <Hints /> : <Result pasted={pasted} />}
    </div>
  );
}

function Hints() {
  return (
    <dl className="hints">
      <div>
        <dt>A correlation ID</dt>
        <dd>is in the header x-correlation-id of every answer, in every error and log line</dd>
      </div>
      <div>
        <dt>A claim ID or claim key</dt>
        <dd>leads to the request that made the claim, what announced it and what took it back</dd>
      </div>
      <div>
        <dt>A player ID and an idempotency key</dt>
        <dd>separated by a space, show what became of a request</dd>
      </div>
      <div>
        <dt>A ticket</dt>
        <dd>shows whether it was claimed, by whom and when</dd>
      </div>
    </dl>
  );
}

function Result({ pasted }: { readonly pasted: PastedId }) {
  const { data, error, isPending, refetch } = useQuery(storyQuery(pasted));
  if (pasted.kind === 'unusable') return <Empty title="This is no ID.">{pasted.why}</Empty>;
  if (isPending) return <Loading lines={8} label="Tracing" />;
  if (error) return <Failure error={error} onRetry={refetch} />;
  switch (data.kind) {
    case 'story':
      return <Axis trace={data.trace} />;
    case 'unknown':
      return (
        <Empty title="Nothing is known under this ID.">
          <p>Rejections of players are kept for 30 days or longer, claims for ever.</p>
          <p>A request that failed before it was judged, or only read, leaves no trace but its log line.</p>
        </Empty>
      );
    case 'unclaimed':
      return (
        <Empty title={`This ticket was not claimed: ${data.type}, ${data.key}.`}>
          <p>
            It is for{' '}
            <Link to="/players/$playerId" params={{ playerId: data.playerId }}>
              {data.playerId}
            </Link>
            , whose timeline shows rejected attempts.
          </p>
        </Empty>
      );
    case 'found':
      return (
        <section aria-label="Results">
          <p className="muted result-count">Several match. Choose one.</p>
          <ul className="results">
            {data.found.map(({ playerId, match, type, key }) => (
              <li key={`${playerId} ${match} ${type} ${key}`}>
                <Link to="/players/$playerId" params={{ playerId }} className="result">
                  <span className="result-id mono">{playerId}</span>
                  <span>
                    {type} <span className="mono muted">{key}</span>
                  </span>
                  <Icon name="chevron" size={16} />
                </Link>
              </li>
            ))}
          </ul>
        </section>
      );
  }
}
