// Merging a guest into an account, on the guest's page: what would move, what is in the way, and the confirmation.
import {
  type ActionPreview,
  type MergeConflict,
  type MergePlayerInput,
  type Player,
  previewMergePlayer,
  type Rejection,
} from '@onceward/client';
import { useState } from 'react';
import { refreshPlayer } from '../players/queries.ts';
import { TextField } from '../records/fields.tsx';
import { client } from '../session/api.ts';
import { whole } from '../ui/format.tsx';
import { Icon } from '../ui/icon.tsx';
import { newAction } from './action.ts';
import { ActionDialog } from './action-dialog.tsx';
import { ChoiceField, ReasonField } from './fields.tsx';
import { PreviewResult } from './results.tsx';

export function MergeButton({ player }: { readonly player: Player }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <button type="button" className="button" onClick={() => setOpen(true)}>
        <Icon name="merge" size={16} />
        Merge into…
      </button>
      {isOpen && <Merge guestId={player.id} onClose={() => setOpen(false)} />}
    </>
  );
}

type OnConflict = NonNullable<MergePlayerInput['onConflict']>;

const ON_CONFLICT = [
  { value: 'REFUSE', title: 'Refuse, nothing moves' },
  { value: 'ACCOUNT_WINS', title: 'Merge, and the account keeps what it has' },
] as const;

interface MergeProps {
  readonly guestId: string;
  readonly onClose: () => void;
}

interface Conflicts {
  readonly conflicts: readonly MergeConflict[];
  readonly total: number;
}

function Merge({ guestId, onClose }: MergeProps) {
  const [playerId, setPlayerId] = useState('');
  const [onConflict, setOnConflict] = useState<OnConflict>('REFUSE');
  const [reason, setReason] = useState('');
  const [found, setFound] = useState<Conflicts | null>(null);
  const input = { playerId, guestId, onConflict, reason };
  return (
    <ActionDialog
      isOpen
      onClose={onClose}
      onDone={() => Promise.all([guestId, playerId].map(refreshPlayer))}
      playerId={guestId}
      title={`Merge ${guestId} into an account`}
      verb="Merge"
      isDangerous
      action={() => newAction('mergePlayer', `Merge ${guestId} into ${playerId}`, input)}
      preview={async () => {
        const { preview, conflicts } = await look(input);
        setFound(conflicts);
        return preview;
      }}
      result={(preview) => <MergePreview preview={preview} found={found} />}
      fields={
        <>
          <p className="muted">
            Balances and pending rewards move to the account, and what this player claimed counts as claimed
            there. Afterwards this player can do nothing. It cannot be undone.
          </p>
          <TextField
            label="Account"
            hint="The player ID that stays."
            required
            maxLength={128}
            value={playerId}
            onChange={setPlayerId}
          />
          <ChoiceField
            label="If something is in the way"
            value={onConflict}
            onChange={setOnConflict}
            choices={ON_CONFLICT}
          />
          <ReasonField value={reason} onChange={setReason} />
        </>
      }
    />
  );
}

/** What the merge would do, and what is in the way, also where it is taken. */
async function look(input: Omit<MergePlayerInput, 'idempotencyKey'>) {
  const refusing = client.query(previewMergePlayer, { ...input, onConflict: 'REFUSE' });
  const chosen = input.onConflict === 'REFUSE' ? refusing : client.query(previewMergePlayer, input);
  const [refused, preview] = await Promise.all([refusing, chosen]);
  return { preview, conflicts: refused.__typename === 'MergeConflicts' ? refused : null };
}

interface MergePreviewProps {
  readonly preview: ActionPreview | Rejection;
  readonly found: Conflicts | null;
}

function MergePreview({ preview, found }: MergePreviewProps) {
  const isTaken = preview.__typename === 'ActionPreview';
  return (
    <div className="preview">
      {found && (
        <div className={`notice ${isTaken ? 'notice-warn' : 'notice-bad'}`}>
          <strong>
            {isTaken ? 'The account keeps what it has.' : 'It would be rejected: this is in the way.'}
          </strong>
          <ul className="conflicts">
            {found.conflicts.map((conflict) => (
              <li key={`${conflict.kind} ${conflict.name} ${conflict.key} ${conflict.period}`}>
                <ConflictText conflict={conflict} />
              </li>
            ))}
          </ul>
          {found.total > found.conflicts.length && (
            <p>And {whole(found.total - found.conflicts.length)} more.</p>
          )}
        </div>
      )}
      {(isTaken || !found) && <PreviewResult preview={preview} caption="What the account gets" />}
    </div>
  );
}

function ConflictText({ conflict }: { readonly conflict: MergeConflict }) {
  const { kind, name, key, period, total, bound } = conflict;
  const sums = `${whole(total ?? 0)} together, of at most ${whole(bound ?? 0)}`;
  switch (kind) {
    case 'BALANCE_FULL':
      return (
        <>
          <strong>{name}</strong>: {sums}. The account gets what fits; the rest stays with the guest.
        </>
      );
    case 'LIMIT_EXCEEDED':
      return (
        <>
          <strong>{name}</strong>, {period}: used {sums}. It is used up.
        </>
      );
    case 'PENDING':
      return (
        <>
          <strong>{name}</strong> <code>{key}</code> is pending for both. The account’s stays.
        </>
      );
    case 'CLAIMED':
      return (
        <>
          <strong>{name}</strong> <code>{key}</code> is pending for one and was claimed by the other. It is
          owed no more.
        </>
      );
  }
}
