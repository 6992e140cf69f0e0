// Messages: what waits for a player in the inbox, and sending a message, with a reward, to one player or to many.
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { UnansweredActions } from '../actions/unanswered.tsx';
import { configQuery, owedQuery, refreshPlayer } from '../players/queries.ts';
import { PageHead } from '../records/page-parts.tsx';
import { may, useViewer } from '../session/staff.ts';
import { SearchForm } from '../ui/search-form.tsx';
import { Empty, Loading } from '../ui/states.tsx';
import { SendForm } from './send-form.tsx';
import { WaitingRewards } from './waiting.tsx';

const route = getRouteApi('/messages');

export function MessagesPage() {
  const { player } = route.useSearch();
  const navigate = useNavigate();
  const viewer = useViewer();
  const canSend = may(viewer, 'reward:claim');
  const canSendToMany = may(viewer, 'campaign:manage') && may(viewer, 'list:manage');
  return (
    <div className="page-body">
      <PageHead title="Messages" about="What waits for a player in the inbox, and sending something there.">
        {canSendToMany && (
          <Link to="/campaigns/new" search={{ announce: true }} className="button">
            Send to many players…
          </Link>
        )}
      </PageHead>
      <SearchForm
        key={player}
        label="Player ID"
        placeholder="The whole ID of a player"
        action="Open"
        icon="search"
        text={player}
        maxLength={255}
        onSearch={(text) => navigate({ to: '/messages', search: { player: text } })}
      />
      {player === '' ? (
        <Empty title="Whose inbox?">
          <p>
            Enter the ID of a player to see what waits for them{canSend ? ' and to send them a message' : ''}.
            If you know the beginning alone,{' '}
            <Link to="/players" search={{ q: '' }}>
              search the players
            </Link>
            .
          </p>
        </Empty>
      ) : (
        <>
          <UnansweredActions
            isHere={({ input }) => 'playerId' in input && input.playerId === player}
            refresh={() => refreshPlayer(player)}
          />
          <Inbox key={player} playerId={player} canSend={canSend} />
        </>
      )}
    </div>
  );
}

/** Both sides appear at once: one that arrives later would move the other. */
function Inbox({ playerId, canSend }: { readonly playerId: string; readonly canSend: boolean }) {
  const owed = useQuery(owedQuery(playerId));
  const config = useQuery({ ...configQuery(null), enabled: canSend });
  if (owed.isPending || (canSend && config.isPending))
    return <Loading lines={14} label="Loading the inbox" />;
  return (
    <div className="record-grid">
      <div className="record-main">
        <WaitingRewards playerId={playerId} />
      </div>
      <div className="record-aside">
        {canSend ? (
          <SendForm playerId={playerId} />
        ) : (
          <section className="card">
            <p className="muted">Your role does not send messages. Support and administrators do.</p>
          </section>
        )}
      </div>
    </div>
  );
}
