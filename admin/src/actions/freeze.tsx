// Freezing a player, and unfreezing one, with a reason.
import type { Player } from '@onceward/client';
import { useState } from 'react';
import { refreshPlayer } from '../players/queries.ts';
import { type Ask, ConfirmDialog } from '../records/confirm-dialog.tsx';
import { Icon } from '../ui/icon.tsx';

type Freezing = 'freezePlayer' | 'unfreezePlayer';

function askOf({ id: playerId, frozenAt }: Player): Ask<Freezing> {
  const inputOf = (reason: string) => ({ playerId, reason });
  if (frozenAt !== null)
    return {
      name: 'unfreezePlayer',
      title: `Unfreeze ${playerId}`,
      verb: 'Unfreeze',
      about: (
        <p>
          The player claims and spends again. What was held stays held until it is released or dropped on the
          Breakers page.
        </p>
      ),
      asksReason: true,
      inputOf,
    };
  return {
    name: 'freezePlayer',
    title: `Freeze ${playerId}`,
    verb: 'Freeze',
    isDangerous: true,
    about: (
      <p>
        From now on the player spends nothing, and what they claim or get is held until staff release it.
        Nothing is taken, and the player sees that they are frozen.
      </p>
    ),
    asksReason: true,
    inputOf,
  };
}

export function FreezeButton({ player }: { readonly player: Player }) {
  // As it was when the button was pressed: the page is read again behind the dialog.
  const [ask, setAsk] = useState<Ask<Freezing> | null>(null);
  return (
    <>
      <button type="button" className="button" onClick={() => setAsk(askOf(player))}>
        <Icon name="freeze" size={16} />
        {player.frozenAt === null ? 'Freeze' : 'Unfreeze'}
      </button>
      {ask && (
        <ConfirmDialog ask={ask} onClose={() => setAsk(null)} onDone={() => refreshPlayer(player.id)} />
      )}
    </>
  );
}
