// The dialogs of endpoints: made, changed, disabled and enabled, with a new secret, and with events sent again.
import type { Endpoint } from '@onceward/client';
import { useState } from 'react';
import type { ActionReceipt } from '../actions/action.ts';
import { type Ask, ConfirmDialog } from '../records/confirm-dialog.tsx';
import { CountField, MomentField, TextField } from '../records/fields.tsx';
import { momentOf } from '../records/values.ts';
import { whole } from '../ui/format.tsx';
import { refreshEndpoints } from './queries.ts';

const KEPT = 'Kept in the audit forever.';
const URL_HINT = 'https, and no private or local address.';

type EndpointAction =
  | 'createEndpoint'
  | 'changeEndpoint'
  | 'rotateEndpointSecret'
  | 'replayEvents'
  | 'resendDeadLetters';

interface DialogProps<Name extends EndpointAction> {
  readonly onClose: () => void;
  readonly onDone?: (receipt: ActionReceipt<Name>) => unknown;
}

interface FrameProps<Name extends EndpointAction> extends DialogProps<Name> {
  readonly ask: Omit<Ask<Name>, 'asksReason' | 'kept'>;
}

function Frame<Name extends EndpointAction>({ ask, onClose, onDone }: FrameProps<Name>) {
  const done = async (receipt: ActionReceipt<Name>) => {
    await refreshEndpoints();
    await onDone?.(receipt);
  };
  return <ConfirmDialog ask={{ ...ask, asksReason: true, kept: KEPT }} onClose={onClose} onDone={done} />;
}

/** What an endpoint is called and where it is, as somebody edits it, and the fields for that. */
function useEndpointFields(before: Pick<Endpoint, 'url' | 'description'>) {
  const [url, setUrl] = useState(before.url);
  const [description, setDescription] = useState(before.description);
  const fields = (
    <>
      <TextField
        label="Address"
        type="url"
        hint={URL_HINT}
        required
        maxLength={2_048}
        value={url}
        onChange={setUrl}
        placeholder="https://…"
      />
      <TextField
        label="What it is for"
        required
        maxLength={100}
        value={description}
        onChange={setDescription}
      />
    </>
  );
  return { url: url.trim(), description: description.trim(), fields };
}

export function CreateEndpoint(props: DialogProps<'createEndpoint'>) {
  const { url, description, fields } = useEndpointFields({ url: '', description: '' });
  return (
    <Frame
      {...props}
      ask={{
        name: 'createEndpoint',
        title: 'New endpoint',
        verb: 'Make it',
        about: (
          <p>
            It gets an event of each operation that is granted from now on, as a signed webhook. You see its
            secret next, once.
          </p>
        ),
        fields,
        inputOf: (reason) => ({ url, description, reason }),
        saidOf: () => 'made',
      }}
    />
  );
}

interface OneProps<Name extends EndpointAction> extends DialogProps<Name> {
  readonly endpoint: Endpoint;
}

export function ChangeEndpoint({ endpoint, ...props }: OneProps<'changeEndpoint'>) {
  const { url, description, fields } = useEndpointFields(endpoint);
  const changed = (next: string, before: string) => (next === before ? null : next);
  return (
    <Frame
      {...props}
      ask={{
        name: 'changeEndpoint',
        title: `Change endpoint ${endpoint.id}`,
        verb: 'Change',
        about: <p className="muted">Its secret and its place stay. What waits is sent to the new address.</p>,
        fields,
        inputOf: (reason) => ({
          endpointId: endpoint.id,
          url: changed(url, endpoint.url),
          description: changed(description, endpoint.description),
          reason,
        }),
        saidOf: () => 'changed',
      }}
    />
  );
}

export function SwitchEndpoint({ endpoint, ...props }: OneProps<'changeEndpoint'>) {
  const enabled = endpoint.state !== 'ENABLED';
  return (
    <Frame
      {...props}
      ask={{
        name: 'changeEndpoint',
        title: `${enabled ? 'Enable' : 'Disable'} endpoint ${endpoint.id}`,
        verb: enabled ? 'Enable' : 'Disable',
        isDangerous: !enabled,
        about: enabled ? (
          <p>Events are sent again from where it was. If the outbox no longer has them, this is refused.</p>
        ) : (
          <p>
            Nothing is sent until it is enabled. It keeps its place, but the outbox does not wait for it:
            after about a week its oldest events are gone.
          </p>
        ),
        inputOf: (reason) => ({ endpointId: endpoint.id, enabled, reason }),
        saidOf: () => (enabled ? 'enabled' : 'disabled'),
      }}
    />
  );
}

export function RotateSecret({ endpoint, ...props }: OneProps<'rotateEndpointSecret'>) {
  const [hours, setHours] = useState('24');
  return (
    <Frame
      {...props}
      ask={{
        name: 'rotateEndpointSecret',
        title: `New secret of endpoint ${endpoint.id}`,
        verb: 'Make a new secret',
        about: (
          <p>
            You see the new secret next, once. Until the overlap ends messages are also signed with the old
            one, so that the consumer can change over.
          </p>
        ),
        fields: (
          <CountField
            label="Overlap, in hours"
            hint="0 if the old secret has leaked; at most 168."
            min={0}
            max={168}
            required
            value={hours}
            onChange={setHours}
          />
        ),
        inputOf: (reason) => ({ endpointId: endpoint.id, overlapHours: Number(hours), reason }),
        saidOf: () => 'made',
      }}
    />
  );
}

export function ReplayEvents({ endpoint, ...props }: OneProps<'replayEvents'>) {
  const [from, setFrom] = useState('');
  return (
    <Frame
      {...props}
      ask={{
        name: 'replayEvents',
        title: `Replay events to endpoint ${endpoint.id}`,
        verb: 'Replay',
        about: (
          <p>
            It goes back: everything from this time on is sent again, and perhaps some of the ten minutes
            before. A consumer recognises what it has by the ID.
          </p>
        ),
        fields: <MomentField label="From" required value={from} onChange={setFrom} />,
        inputOf: (reason) => ({ endpointId: endpoint.id, from: momentOf(from) ?? '', reason }),
        saidOf: ({ endpoint: { nextAt } }) =>
          nextAt === null ? 'there is nothing to send' : 'events are sent again',
      }}
    />
  );
}

interface ResendProps extends OneProps<'resendDeadLetters'> {
  /** Null: the oldest 1,000. */
  readonly eventIds: readonly string[] | null;
}

export function ResendLetters({ endpoint, eventIds, ...props }: ResendProps) {
  const what =
    eventIds === null
      ? 'the oldest 1,000 dead letters'
      : eventIds.length === 1
        ? 'one dead letter'
        : `${whole(eventIds.length)} dead letters`;
  return (
    <Frame
      {...props}
      ask={{
        name: 'resendDeadLetters',
        title: `Send ${what} again`,
        verb: 'Send again',
        about: (
          <p>
            They are tried as events that were never sent, for 72 hours. They may arrive after later events of
            their players.
          </p>
        ),
        inputOf: (reason) => ({
          endpointId: endpoint.id,
          ...(eventIds && { eventIds: [...eventIds] }),
          reason,
        }),
        saidOf: () => 'they are under way',
      }}
    />
  );
}
