// What waits in the inbox of a player, as the player sees it.
import type { InboxReward } from '@onceward/client';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Collect } from '../actions/collect.tsx';
import { owedQuery } from '../players/queries.ts';
import { MessagePreview } from '../records/message-preview.tsx';
import { may, useViewer } from '../session/staff.ts';
import { Moment, whole } from '../ui/format.tsx';
import { Empty, Failure, Loading } from '../ui/states.tsx';

export function WaitingRewards({ playerId }: { readonly playerId: string }) {
  const canCollect = may(useViewer(), 'reward:recover');
  const { data, error, isPending, refetch } = useQuery(owedQuery(playerId));
  return (
    <section aria-labelledby="waiting">
      <div className="card-head">
        <h2 id="waiting">
          In the inbox{' '}
          {data && (
            <span className="count">
              {whole(data.rewards.length)}
              {data.hasMore ? '+' : ''}
            </span>
          )}
        </h2>
        <Link to="/players/$playerId" params={{ playerId }}>
          To the player
        </Link>
      </div>
      {isPending && <Loading lines={8} label="Loading the inbox" />}
      {error && <Failure error={error} onRetry={refetch} />}
      {data?.rewards.length === 0 && (
        <Empty title="Nothing waits for this player.">
          <p>What they collected, and what has expired, is in the timeline of the player.</p>
        </Empty>
      )}
      <div className="messages">
        {data?.rewards.map(({ reward, key }) => (
          <MessagePreview
            key={reward.id}
            title={reward.title ?? reward.type}
            text={reward.text}
            gives={reward.gives}
            expiresAt={reward.expiresAt}
            isRead={reward.readAt !== null}
          >
            <p className="sub muted">
              {ORIGINS[reward.origin]}
              {reward.from && ` ${reward.from}`}, <Moment at={reward.announcedAt} />
              {reward.readAt ? ', read' : ', unread'}
              {reward.draws.length > 0 && `, draws from ${reward.draws.map(({ table }) => table).join(', ')}`}
            </p>
            {canCollect && key !== null && !reward.isHeld && (
              <Collect
                playerId={playerId}
                type={reward.type}
                rewardKey={key}
                title={reward.title ?? reward.type}
              />
            )}
          </MessagePreview>
        ))}
      </div>
    </section>
  );
}

const ORIGINS: Readonly<Record<InboxReward['origin'], string>> = {
  SERVER: 'from a game server',
  STAFF: 'from staff',
  CAMPAIGN: 'from a campaign',
  TRANSFER: 'from the player',
  BREAKER: 'held back by a breaker',
  FROZEN: 'held while the player was frozen',
};
