// A dialog that confirms an action on a record. Its key is made before it is confirmed, and stays while the same is tried again.
import { type FormEvent, type ReactNode, useState } from 'react';
import {
  type Action,
  type ActionInput,
  type ActionName,
  type ActionReceipt,
  type ActionResult,
  newAction,
  perform,
} from '../actions/action.ts';
import { ReasonField } from '../actions/fields.tsx';
import { Outcome } from '../actions/results.tsx';
import { DialogFrame, SendFoot } from '../ui/dialog.tsx';
import { announce } from '../ui/toasts.tsx';

/** What a person is about to do. */
export interface Ask<Name extends ActionName> {
  readonly name: Name;
  readonly title: string;
  readonly verb: string;
  readonly isDangerous?: boolean;
  /** What will happen, and what will not. */
  readonly about: ReactNode;
  /** What a person fills in, before the reason. */
  readonly fields?: ReactNode;
  readonly asksReason?: boolean;
  /** What the reason is kept with, and who reads it. */
  readonly kept?: string;
  readonly inputOf: (reason: string) => ActionInput<Name>;
  /** What the answer says, for a message. Default: that it is done. */
  readonly saidOf?: (receipt: ActionReceipt<Name>) => string;
}

interface ConfirmDialogProps<Name extends ActionName> {
  readonly ask: Ask<Name>;
  readonly onClose: () => void;
  readonly onDone: (receipt: ActionReceipt<Name>) => unknown;
}

export function ConfirmDialog<Name extends ActionName>({ ask, onClose, onDone }: ConfirmDialogProps<Name>) {
  return (
    <DialogFrame title={ask.title} onClose={onClose}>
      <Body ask={ask} onClose={onClose} onDone={onDone} />
    </DialogFrame>
  );
}

function Body<Name extends ActionName>({ ask, onClose, onDone }: ConfirmDialogProps<Name>) {
  const { name, title, verb, isDangerous = false, about, fields, asksReason = false, kept } = ask;
  const [reason, setReason] = useState('');
  const [action, setAction] = useState<Action<Name> | null>(null);
  const [isSending, setSending] = useState(false);
  const [result, setResult] = useState<ActionResult<ActionReceipt<Name>> | null>(null);
  const send = async (event: FormEvent) => {
    event.preventDefault();
    const sent = action ?? newAction(name, title, ask.inputOf(reason));
    setAction(sent);
    setSending(true);
    const next = await perform(sent);
    setSending(false);
    setResult(next);
    // Another attempt is another action, unless it is unknown what became of this one.
    if (next.kind !== 'unknown') setAction(null);
    if (next.kind !== 'done') return;
    await onDone(next.receipt);
    announce(`${title}: ${ask.saidOf?.(next.receipt) ?? 'done'}`);
    onClose();
  };
  const isUnknown = result?.kind === 'unknown';
  return (
    <form className="dialog-body" onSubmit={send}>
      <div>{about}</div>
      {(fields || asksReason) && (
        <fieldset className="fields" disabled={isSending || isUnknown} onChange={() => setResult(null)}>
          {fields}
          {asksReason && (
            <ReasonField value={reason} onChange={setReason} {...(kept !== undefined && { kept })} />
          )}
        </fieldset>
      )}
      <div aria-live="polite">{result && result.kind !== 'done' && <Outcome result={result} />}</div>
      <SendFoot verb={verb} isDangerous={isDangerous} isSending={isSending} isUnknown={isUnknown} />
    </form>
  );
}
