// One player: what they have, what they are owed, which limits they used, and what happened, with the actions of staff.
import type { Player } from '@onceward/client';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { PlayerActions } from '../actions/player-actions.tsx';
import { UnansweredActions } from '../actions/unanswered.tsx';
import { Id, Moment, whole } from '../ui/format.tsx';
import { Empty, Failure, Loading } from '../ui/states.tsx';
import { Balances } from './balances.tsx';
import { Limits } from './limits.tsx';
import { Notes } from './notes.tsx';
import { Owed } from './owed.tsx';
import { PersonalData } from './personal-data.tsx';
import { limitsQuery, notesQuery, owedQuery, playerQuery, refreshPlayer, timelineQuery } from './queries.ts';
import { Timeline } from './timeline.tsx';

/** Everything appears at once: parts that arrive one after the other would move each other. */
function usePlayer(playerId: string) {
  const player = useQuery(playerQuery(playerId));
  const others = [
    useQuery(owedQuery(playerId)),
    useQuery(limitsQuery(playerId)),
    useInfiniteQuery(timelineQuery(playerId)),
    useInfiniteQuery(notesQuery(playerId)),
  ];
  return { ...player, isPending: player.isPending || others.some(({ isPending }) => isPending) };
}

export function PlayerPage({ playerId }: { readonly playerId: string }) {
  const { data, error, isPending, refetch } = usePlayer(playerId);
  return (
    <div className="page-body">
      <nav aria-label="Breadcrumb" className="crumbs">
        <Link to="/players" search={{ q: '' }}>
          Players
        </Link>
      </nav>
      <div className="page-head player-head">
        <div>
          <h1 className="mono">
            <Id value={playerId} label="player ID" />
          </h1>
          {data && !isPending && <Standing player={data} />}
        </div>
        {data && !isPending && !data.isMerged && <PlayerActions player={data} />}
      </div>
      <UnansweredActions
        isHere={({ input }) =>
          ('playerId' in input && input.playerId === playerId) ||
          ('guestId' in input && input.guestId === playerId)
        }
        refresh={() => refreshPlayer(playerId)}
      />
      {isPending && <Loading lines={14} label="Loading the player" />}
      {error && <Failure error={error} onRetry={refetch} />}
      {data === null && !isPending && <Unknown />}
      {data !== undefined && !isPending && <Details playerId={playerId} player={data} />}
    </div>
  );
}

/** Of a player who does not exist there may be rejections. */
function Details({ playerId, player }: { readonly playerId: string; readonly player: Player | null }) {
  if (player === null) return <Timeline playerId={playerId} archived={0} />;
  return (
    <div className="player-grid">
      <div className="player-aside">
        <section className="card" aria-labelledby="balances">
          <h2 id="balances">Balances</h2>
          <Balances player={player} />
        </section>
        <Notes playerId={playerId} />
        <Owed playerId={playerId} />
        <Limits playerId={playerId} />
        <PersonalData playerId={playerId} />
      </div>
      <Timeline playerId={playerId} archived={player.archivedClaims} />
    </div>
  );
}

function Unknown() {
  return (
    <Empty title="Nothing was ever granted to a player with this ID.">
      <p>Check the ID, or search for its beginning.</p>
    </Empty>
  );
}

function Standing({ player }: { readonly player: Player }) {
  const { level, experience, tier, version, acceptsGifts, frozenAt, unspentStatPoints } = player;
  const { mergedInto, mergedFrom } = player;
  return (
    <ul className="facts">
      {frozenAt !== null && (
        <li>
          <span className="badge badge-warn">Frozen</span>
          <span className="muted">
            since <Moment at={frozenAt} />
          </span>
        </li>
      )}
      {mergedInto !== null && (
        <li>
          <span className="badge badge-warn">Merged into</span>
          <PlayerLink id={mergedInto} />
        </li>
      )}
      {mergedFrom.length > 0 && <MergedFrom guests={mergedFrom} />}
      {level !== null && (
        <li>
          <span className="badge badge-strong">Level {level}</span>
          {experience && experience.nextLevelAt !== null && (
            <span className="muted">
              {whole(experience.current)} of {whole(experience.nextLevelAt)} experience
            </span>
          )}
        </li>
      )}
      {tier && (
        <li>
          <span className="badge badge-strong">{tier.name ?? 'No tier'}</span>
          {tier.next && (
            <span className="muted">
              {whole(tier.next.missing)} points to {tier.next.name}
            </span>
          )}
        </li>
      )}
      {unspentStatPoints !== null && unspentStatPoints > 0 && (
        <li>{whole(unspentStatPoints)} unspent stat points</li>
      )}
      {!acceptsGifts && <li>Declines gifts</li>}
      <li className="muted">Version {whole(version)}</li>
    </ul>
  );
}

const SHOWN_GUESTS = 5;

/** The latest first. */
function MergedFrom({ guests }: { readonly guests: readonly string[] }) {
  const more = guests.length - SHOWN_GUESTS;
  return (
    <li>
      <span className="badge badge-strong">Merged from</span>
      <span>
        {guests
          .toReversed()
          .slice(0, SHOWN_GUESTS)
          .map((id, index) => (
            <span key={id}>
              {index > 0 && ', '}
              <PlayerLink id={id} />
            </span>
          ))}
        {more > 0 && ` and ${whole(more)} more`}
      </span>
    </li>
  );
}

function PlayerLink({ id }: { readonly id: string }) {
  return (
    <Link to="/players/$playerId" params={{ playerId: id }}>
      {id}
    </Link>
  );
}
