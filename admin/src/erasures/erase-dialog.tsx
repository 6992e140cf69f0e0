// The dialog that erases a player. The ID is typed twice, because nothing brings the player back.
import { useState } from 'react';
import type { ActionReceipt } from '../actions/action.ts';
import { ConfirmDialog } from '../records/confirm-dialog.tsx';
import { TextField } from '../records/fields.tsx';
import { may, useViewer } from '../session/staff.ts';
import { ExportPlayer } from './export-player.tsx';
import { refreshErasures } from './queries.ts';

interface EraseDialogProps {
  /** Empty: a person enters it. */
  readonly playerId: string;
  readonly onClose: () => void;
  readonly onDone: (receipt: ActionReceipt<'erasePlayer'>) => void;
}

/** Matches exactly this text, whatever characters it has. */
const patternOf = (text: string) =>
  [...text].map((character) => `\\u{${character.codePointAt(0)?.toString(16)}}`).join('');

export function EraseDialog({ playerId: given, onClose, onDone }: EraseDialogProps) {
  const [playerId, setPlayerId] = useState(given);
  const [typed, setTyped] = useState('');
  const wanted = playerId.trim();
  const fields = (
    <>
      <TextField
        label="Player ID"
        required
        maxLength={255}
        className="input mono"
        readOnly={given !== ''}
        value={playerId}
        onChange={setPlayerId}
      />
      <TextField
        label="Type the ID again"
        hint="Exactly as above."
        required
        maxLength={255}
        className="input mono"
        autoCapitalize="off"
        pattern={patternOf(wanted)}
        title="It must be the same ID as above"
        value={typed}
        onChange={setTyped}
      />
    </>
  );
  return (
    <ConfirmDialog
      ask={{
        name: 'erasePlayer',
        title: 'Erase a player',
        verb: 'Erase for good',
        isDangerous: true,
        about: <About playerId={wanted} />,
        fields,
        asksReason: true,
        kept: 'Kept in the audit forever, so it must not have the ID of the player.',
        inputOf: (reason) => ({ playerId: wanted, reason }),
        saidOf: ({ request: { erasure, proposalId } }) =>
          erasure === null
            ? `proposal ${proposalId} waits for another member`
            : 'nothing finds the player now',
      }}
      onClose={onClose}
      onDone={async (receipt) => {
        await refreshErasures(wanted);
        onDone(receipt);
      }}
    />
  );
}

function About({ playerId }: { readonly playerId: string }) {
  const canExport = may(useViewer(), 'player:export');
  return (
    <div className="stack">
      <p>
        From the answer on nothing finds the player: the ID becomes a random one, and texts that name them are
        scrubbed. Amounts, sums and numbers stay, so the ledger stays whole.{' '}
        <strong>Nobody can take it back.</strong>
      </p>
      <p>
        Somebody who comes with the old ID is a new player with nothing. Erase the player in other systems,
        too: consumers of events keep what they got.
      </p>
      {canExport && (
        <div className="actions">
          <ExportPlayer playerId={playerId} />
        </div>
      )}
    </div>
  );
}
