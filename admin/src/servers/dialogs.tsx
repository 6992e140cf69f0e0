// The dialogs of game servers: registered or bounded, disabled at once, and enabled.
import type { GameServer } from '@onceward/client';
import { useState } from 'react';
import type { ActionReceipt } from '../actions/action.ts';
import { type Ask, ConfirmDialog } from '../records/confirm-dialog.tsx';
import { TextAreaField, TextField } from '../records/fields.tsx';
import { type BoundsText, boundsOf, textOfBounds } from './bounds.ts';
import { refreshServers } from './queries.ts';

type ServerAction = 'setServer' | 'disableServer' | 'enableServer';

interface DialogProps {
  /** Null: a person enters the ID. */
  readonly server: GameServer | null;
  readonly onClose: () => void;
}

interface FrameProps<Name extends ServerAction> extends DialogProps {
  readonly ask: Omit<Ask<Name>, 'asksReason' | 'kept'>;
}

function Frame<Name extends ServerAction>({ ask, onClose }: FrameProps<Name>) {
  return (
    <ConfirmDialog
      ask={{ ...ask, asksReason: true, kept: 'Kept in the audit forever.' }}
      onClose={onClose}
      onDone={refreshServers}
    />
  );
}

/** What allows a server more than before waits for another member. */
const proposedOr =
  (done: string) =>
  ({ server: { proposalId } }: ActionReceipt<'setServer' | 'enableServer'>) =>
    proposalId === null ? done : `proposal ${proposalId} waits for another member`;

function IdField({
  value,
  onChange,
}: {
  readonly value: string;
  readonly onChange: (value: string) => void;
}) {
  return (
    <TextField
      label="Server"
      hint="The subject (sub) of its tokens."
      required
      maxLength={255}
      className="input mono"
      value={value}
      onChange={onChange}
    />
  );
}

export function SetServer({ server, onClose }: DialogProps) {
  const [id, setId] = useState(server?.id ?? '');
  const [text, setText] = useState(() => textOfBounds(server));
  const change = (name: keyof BoundsText) => (value: string) => setText({ ...text, [name]: value });
  const number = (name: 'largestAmount' | 'claimsPerHour' | 'valuePerHour', label: string) => (
    <TextField
      label={label}
      type="number"
      inputMode="numeric"
      min={0}
      step={1}
      placeholder="any"
      value={text[name]}
      onChange={change(name)}
    />
  );
  const fields = (
    <>
      {server === null && <IdField value={id} onChange={setId} />}
      <TextAreaField
        label="Operations that it may call"
        hint="One a line, queries included, such as claimReward and player."
        placeholder="as its token says"
        rows={2}
        value={text.operations}
        onChange={change('operations')}
      />
      <TextAreaField
        label="Claim types that it may record"
        placeholder="as its token says"
        rows={2}
        value={text.claimTypes}
        onChange={change('claimTypes')}
      />
      <TextAreaField
        label="Key IDs (kid) that may sign its tokens"
        placeholder="any key that signs for servers"
        rows={1}
        value={text.keyIds}
        onChange={change('keyIds')}
      />
      <div className="field-grid">
        {number('largestAmount', 'Largest amount of an operation')}
        {number('claimsPerHour', 'Operations in an hour')}
        {number('valuePerHour', 'Value in an hour')}
      </div>
    </>
  );
  return (
    <Frame
      server={server}
      onClose={onClose}
      ask={{
        name: 'setServer',
        title: server ? `Bounds of ${server.id}` : 'Register a game server',
        verb: server ? 'Set the bounds' : 'Register',
        about: (
          <p>
            An empty field does not bound: its token decides alone. The bounds count from its next operation
            on. What allows it more than before waits until another member has approved it.
          </p>
        ),
        fields,
        inputOf: (reason) => ({ serverId: id.trim(), ...boundsOf(text), reason }),
        saidOf: proposedOr(server ? 'they count from now on' : 'registered'),
      }}
    />
  );
}

export function DisableServer({ server, onClose }: DialogProps) {
  const [id, setId] = useState(server?.id ?? '');
  return (
    <Frame
      server={server}
      onClose={onClose}
      ask={{
        name: 'disableServer',
        title: server ? `Disable ${server.id}` : 'Disable a game server',
        verb: 'Disable now',
        isDangerous: true,
        about: (
          <>
            <p>
              Each operation and query of it that starts after the answer is refused (FORBIDDEN): its players
              get no rewards from it. What it has done stays; take it back with an undo. Rankings that it
              uploaded go on until staff cancel them.
            </p>
            <p>
              If its key leaked, also take the key out of the key set. To enable it again, another member has
              to approve it.
            </p>
          </>
        ),
        ...(server === null && { fields: <IdField value={id} onChange={setId} /> }),
        inputOf: (reason) => ({ serverId: id.trim(), reason }),
        saidOf: () => 'refused from now on',
      }}
    />
  );
}

export function EnableServer({
  server,
  onClose,
}: {
  readonly server: GameServer;
  readonly onClose: () => void;
}) {
  return (
    <Frame
      server={server}
      onClose={onClose}
      ask={{
        name: 'enableServer',
        title: `Enable ${server.id}`,
        verb: 'Enable',
        about: (
          <p>
            It gets its bounds back. Another member with <code>server:manage</code> has to approve it; then
            enable it once more.
          </p>
        ),
        inputOf: (reason) => ({ serverId: server.id, reason }),
        saidOf: proposedOr('enabled'),
      }}
    />
  );
}
