// Collecting what is owed to a player, for them: it is paid as it was announced, and the player finds it collected.
import { useState } from 'react';
import { refreshPlayer } from '../players/queries.ts';
import { type Ask, ConfirmDialog } from '../records/confirm-dialog.tsx';

interface CollectProps {
  readonly playerId: string;
  readonly type: string;
  readonly rewardKey: string;
  /** For people. */
  readonly title: string;
}

/** Staff recover: the API lets players and game servers alone collect. It is the same claim. */
export function Collect({ playerId, type, rewardKey: key, title }: CollectProps) {
  const [isOpen, setOpen] = useState(false);
  const ask: Ask<'recoverReward'> = {
    name: 'recoverReward',
    title: `Collect “${title}” for ${playerId}`,
    verb: 'Collect',
    about: (
      <p>
        It is paid as it was announced, as the claim <code>{type}</code> <code>{key}</code> that the player
        would have made. The player cannot collect it again.
      </p>
    ),
    asksReason: true,
    inputOf: (reason) => ({ playerId, type, key, reason }),
  };
  return (
    <>
      <button type="button" className="button button-small" onClick={() => setOpen(true)}>
        Collect for the player…
      </button>
      {isOpen && (
        <ConfirmDialog ask={ask} onClose={() => setOpen(false)} onDone={() => refreshPlayer(playerId)} />
      )}
    </>
  );
}
