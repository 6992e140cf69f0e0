// What staff can do for a player whose page is open: give, take, freeze and merge. Buttons that the role may not use are not shown.
import {
  type Player,
  previewManualReward,
  previewTakeResource,
  type TakeResourceInput,
} from '@onceward/client';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { objectOf } from '../players/explain.ts';
import { configQuery } from '../players/queries.ts';
import { client } from '../session/api.ts';
import { may, useViewer } from '../session/staff.ts';
import { whole } from '../ui/format.tsx';
import { Icon } from '../ui/icon.tsx';
import { newAction } from './action.ts';
import { ActionDialog } from './action-dialog.tsx';
import { AmountField, ChoiceField, ReasonField, ResourceField } from './fields.tsx';
import { FreezeButton } from './freeze.tsx';
import { MergeButton } from './merge.tsx';

export function PlayerActions({ player }: { readonly player: Player }) {
  const viewer = useViewer();
  const [open, setOpen] = useState<'award' | 'take' | null>(null);
  const close = () => setOpen(null);
  return (
    <div className="actions">
      {may(viewer, 'reward:manual') && (
        <button type="button" className="button button-primary" onClick={() => setOpen('award')}>
          <Icon name="gift" size={16} />
          Award
        </button>
      )}
      {may(viewer, 'reward:take') && (
        <button type="button" className="button" onClick={() => setOpen('take')}>
          <Icon name="minus" size={16} />
          Take
        </button>
      )}
      {may(viewer, 'player:freeze') && <FreezeButton player={player} />}
      {may(viewer, 'player:merge') && <MergeButton player={player} />}
      {open === 'award' && <Award playerId={player.id} onClose={close} />}
      {open === 'take' && <Take playerId={player.id} onClose={close} />}
    </div>
  );
}

interface DialogProps {
  readonly playerId: string;
  readonly onClose: () => void;
}

/** The names of the current config's resources that have a member. */
function useResources(member: 'manual' | 'take'): readonly string[] {
  const { data } = useQuery(configQuery(null));
  const resources = Object.entries(objectOf(objectOf(data?.document).resources));
  return resources.flatMap(([name, rule]) => (objectOf(rule)[member] ? [name] : [])).toSorted();
}

function Award({ playerId, onClose }: DialogProps) {
  const resources = useResources('manual');
  const [resource, setResource] = useState('');
  const [amount, setAmount] = useState('');
  const [reason, setReason] = useState('');
  const input = { playerId, grants: [{ resource, amount: Number(amount) }], reason };
  return (
    <ActionDialog
      isOpen
      onClose={onClose}
      playerId={playerId}
      title={`Award ${playerId}`}
      verb="Award"
      action={() => newAction('manualReward', `Award ${whole(Number(amount))} ${resource}`, input)}
      preview={() => client.query(previewManualReward, input)}
      fields={
        <>
          <ResourceField value={resource} onChange={setResource} resources={resources} />
          <AmountField value={amount} onChange={setAmount} />
          <ReasonField value={reason} onChange={setReason} />
        </>
      }
    />
  );
}

const IF_INSUFFICIENT = [
  { value: 'REFUSE', title: 'Refuse, nothing moves' },
  { value: 'TAKE_WHAT_IS_THERE', title: 'Take what is there' },
  { value: 'DEBT', title: 'Leave a debt that later grants pay first' },
] as const;
type IfInsufficient = NonNullable<TakeResourceInput['ifInsufficient']>;

function Take({ playerId, onClose }: DialogProps) {
  const resources = useResources('take');
  const [resource, setResource] = useState('');
  const [amount, setAmount] = useState('');
  const [reason, setReason] = useState('');
  const [ifInsufficient, setIfInsufficient] = useState<IfInsufficient>('REFUSE');
  const input = { playerId, resource, amount: Number(amount), reason, ifInsufficient };
  return (
    <ActionDialog
      isOpen
      onClose={onClose}
      playerId={playerId}
      title={`Take from ${playerId}`}
      verb="Take"
      isDangerous
      action={() => newAction('takeResource', `Take ${whole(Number(amount))} ${resource}`, input)}
      preview={() => client.query(previewTakeResource, input)}
      fields={
        <>
          <ResourceField value={resource} onChange={setResource} resources={resources} />
          <AmountField value={amount} onChange={setAmount} />
          <ChoiceField
            label="If there is less"
            value={ifInsufficient}
            onChange={setIfInsufficient}
            choices={IF_INSUFFICIENT}
          />
          <ReasonField value={reason} onChange={setReason} />
        </>
      }
    />
  );
}
