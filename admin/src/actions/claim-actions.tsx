// What staff can do with a granted claim: take it back, and open it again so that it can be made once more.
import { previewReverseClaim, type ReversalState, type TracedAttempt } from '@onceward/client';
import { useState } from 'react';
import { client } from '../session/api.ts';
import { may, useViewer } from '../session/staff.ts';
import { Icon } from '../ui/icon.tsx';
import { newAction } from './action.ts';
import { ActionDialog } from './action-dialog.tsx';
import { ChoiceField, ReasonField } from './fields.tsx';

interface ClaimActionsProps {
  readonly attempt: TracedAttempt;
  readonly reversal: ReversalState | null;
}

type Kind = 'reverse' | 'reopen';

export function ClaimActions({ attempt, reversal }: ClaimActionsProps) {
  const viewer = useViewer();
  const [open, setOpen] = useState<Kind | null>(null);
  const { claim } = attempt;
  const isFinal = claim.type === 'reversal' || claim.operation === 'mergePlayer';
  if (isFinal || !may(viewer, 'reward:reverse')) return null;
  const isWhole = reversal !== null && reversal.reversed >= reversal.units;
  if (isWhole && reversal.reopened) return null;
  return (
    <div className="actions">
      {!isWhole && (
        <button type="button" className="button" onClick={() => setOpen('reverse')}>
          <Icon name="reversal" size={16} />
          Reverse…
        </button>
      )}
      {isWhole && (
        <button type="button" className="button" onClick={() => setOpen('reopen')}>
          Reopen…
        </button>
      )}
      {open && <Reverse attempt={attempt} kind={open} onClose={() => setOpen(null)} />}
    </div>
  );
}

const IF_INSUFFICIENT = [
  { value: 'REFUSE', title: 'Refuse, nothing moves' },
  { value: 'DEBT', title: 'Leave a debt that later grants pay first' },
] as const;
const AFTERWARDS = [
  { value: 'taken', title: 'The claim stays taken' },
  { value: 'open', title: 'The claim can be made again' },
] as const;

interface ReverseProps {
  readonly attempt: TracedAttempt;
  readonly kind: Kind;
  readonly onClose: () => void;
}

function Reverse({ attempt: { claim }, kind, onClose }: ReverseProps) {
  const [reason, setReason] = useState('');
  const [ifInsufficient, setIfInsufficient] = useState<'REFUSE' | 'DEBT'>('REFUSE');
  const [afterwards, setAfterwards] = useState<'taken' | 'open'>('taken');
  const isReopening = kind === 'reopen';
  const { playerId, id: claimId, type } = claim;
  const input = { playerId, claimId, reason, ifInsufficient, reopen: isReopening || afterwards === 'open' };
  const verb = isReopening ? 'Reopen' : 'Reverse';
  return (
    <ActionDialog
      isOpen
      onClose={onClose}
      playerId={playerId}
      title={`${verb} ${type}`}
      verb={verb}
      isDangerous={!isReopening}
      action={() => newAction('reverseClaim', `${verb} ${type}`, input)}
      preview={() => client.query(previewReverseClaim, input)}
      fields={
        <>
          <p className="muted">
            {isReopening
              ? 'It was taken back. Opened again, it can be made once more under a new key. Nothing moves.'
              : 'Every balance that it moved is moved back, level-ups included.'}
          </p>
          {!isReopening && (
            <>
              <ChoiceField
                label="If the player has less"
                value={ifInsufficient}
                onChange={setIfInsufficient}
                choices={IF_INSUFFICIENT}
              />
              <ChoiceField
                label="Afterwards"
                value={afterwards}
                onChange={setAfterwards}
                choices={AFTERWARDS}
              />
            </>
          )}
          <ReasonField value={reason} onChange={setReason} />
        </>
      }
    />
  );
}
