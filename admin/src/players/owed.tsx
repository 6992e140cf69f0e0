// What a player is owed: rewards that were announced and not paid yet. Staff whose role recovers rewards collect them for the player.
import type { InboxReward } from '@onceward/client';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Collect } from '../actions/collect.tsx';
import { CollectAll } from '../actions/collect-all.tsx';
import { may, useViewer } from '../session/staff.ts';
import { Moment, whole } from '../ui/format.tsx';
import { Failure, Loading } from '../ui/states.tsx';
import { owedQuery } from './queries.ts';

export function Owed({ playerId }: { readonly playerId: string }) {
  const canCollect = may(useViewer(), 'reward:recover');
  const { data, error, isPending, refetch } = useQuery(owedQuery(playerId));
  const rewards = data?.rewards ?? [];
  const collectable = rewards.flatMap(({ reward: { type, title, isHeld }, key }) =>
    key === null || isHeld ? [] : [{ type, key, title: title ?? type }],
  );
  return (
    <section className="card" aria-labelledby="owed">
      <h2 id="owed">
        Owed{' '}
        {rewards.length > 0 && (
          <span className="count">
            {rewards.length}
            {data?.hasMore ? '+' : ''}
          </span>
        )}
      </h2>
      {isPending && <Loading lines={2} />}
      {error && <Failure error={error} onRetry={refetch} />}
      {data && rewards.length === 0 && <p className="muted">Nothing is waiting to be claimed.</p>}
      <ul className="plain">
        {rewards.map(({ reward, key }) => (
          <li key={reward.id}>
            <OwedReward playerId={playerId} reward={reward} />
            {canCollect && key !== null && !reward.isHeld && (
              <Collect
                playerId={playerId}
                type={reward.type}
                rewardKey={key}
                title={reward.title ?? reward.type}
              />
            )}
          </li>
        ))}
      </ul>
      {canCollect && <CollectAll playerId={playerId} rewards={collectable} />}
      <p className="sub">
        <Link to="/messages" search={{ player: playerId }}>
          As the player sees it
        </Link>
      </p>
    </section>
  );
}

interface OwedRewardProps {
  readonly playerId: string;
  readonly reward: InboxReward;
}

function OwedReward({ playerId, reward }: OwedRewardProps) {
  const { title, type, announcedAt, expiresAt, gives, isHeld, origin } = reward;
  return (
    <div className="owed">
      <span>
        {title ?? type} {isHeld && <span className="badge badge-warn">held</span>}
        <span className="sub muted">
          since <Moment at={announcedAt} />
          {expiresAt && (
            <>
              , until <Moment at={expiresAt} />
            </>
          )}
          {isHeld && (
            <>
              ,{' '}
              <Link to="/breakers" search={{ breaker: '', type: '', player: playerId }}>
                {origin === 'BREAKER' ? 'held back by a breaker' : 'held while frozen'}
              </Link>
            </>
          )}
        </span>
      </span>
      <span className="owed-gives">
        {gives.map(({ resource, amount }) => (
          <span key={resource}>
            {whole(amount)} {resource}
          </span>
        ))}
      </span>
    </div>
  );
}
