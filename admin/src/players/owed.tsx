// What a player is owed: rewards that were announced and not paid yet.
import { useQuery } from '@tanstack/react-query';
import { Moment, whole } from '../ui/format.tsx';
import { Failure, Loading } from '../ui/states.tsx';
import { inboxQuery } from './queries.ts';

export function Owed({ playerId }: { readonly playerId: string }) {
  const { data, error, isPending, refetch } = useQuery(inboxQuery(playerId));
  const rewards = data?.edges ?? [];
  return (
    <section className="card" aria-labelledby="owed">
      <h2 id="owed">
        Owed{' '}
        {rewards.length > 0 && (
          <span className="count">
            {rewards.length}
            {data?.pageInfo.hasNextPage ? '+' : ''}
          </span>
        )}
      </h2>
      {isPending && <Loading lines={2} />}
      {error && <Failure error={error} onRetry={refetch} />}
      {data && rewards.length === 0 && <p className="muted">Nothing is waiting to be claimed.</p>}
      <ul className="plain">
        {rewards.map(({ node }) => (
          <li key={node.id} className="owed">
            <span>
              {node.title ?? node.type}
              <span className="sub muted">
                since <Moment at={node.announcedAt} />
                {node.expiresAt && (
                  <>
                    , until <Moment at={node.expiresAt} />
                  </>
                )}
              </span>
            </span>
            <span className="owed-gives">
              {node.gives.map(({ resource, amount }) => (
                <span key={resource}>
                  {whole(amount)} {resource}
                </span>
              ))}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
