// The dialog of an action: its fields, a preview of what it would do, and the confirmation. Fields that change after the preview
// need another one, so that nobody confirms what they have not seen.
import { Dialog } from '@base-ui/react/dialog';
import type { ActionPreview, Rejection } from '@onceward/client';
import { type FormEvent, type ReactNode, useState } from 'react';
import { refreshPlayer } from '../players/queries.ts';
import { DialogFrame } from '../ui/dialog.tsx';
import { announce } from '../ui/toasts.tsx';
import { type Action, type ActionReceipt, type ActionResult, perform } from './action.ts';
import { Outcome, PreviewResult } from './results.tsx';

interface ActionDialogProps {
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly title: string;
  readonly playerId: string;
  /** The button that confirms: "Award". */
  readonly verb: string;
  /** What is confirmed takes something from the player. */
  readonly isDangerous?: boolean;
  readonly fields: ReactNode;
  /** Null: the fields are not complete. */
  readonly action: () => Action | null;
  readonly preview: () => Promise<ActionPreview | Rejection>;
  /** How a preview is shown. */
  readonly result?: (preview: ActionPreview | Rejection) => ReactNode;
  /** Reads again what it changed. Default: the player. */
  readonly onDone?: () => Promise<unknown>;
}

type Step =
  | { readonly kind: 'fields' }
  | { readonly kind: 'previewing' }
  | { readonly kind: 'failed'; readonly error: Error }
  | { readonly kind: 'previewed'; readonly action: Action; readonly preview: ActionPreview | Rejection }
  | { readonly kind: 'sending'; readonly action: Action }
  | { readonly kind: 'ended'; readonly action: Action; readonly result: ActionResult };

/** For a message. */
export const claimOf = (receipt: ActionReceipt) =>
  receipt.__typename === 'Receipt' ? `Claim ${receipt.claim.id}` : undefined;

export function ActionDialog(props: ActionDialogProps) {
  const { isOpen, onClose, title } = props;
  return (
    <DialogFrame title={title} isOpen={isOpen} onClose={onClose}>
      <Steps {...props} />
    </DialogFrame>
  );
}

function useSteps({ playerId, action, preview, onClose, onDone }: ActionDialogProps) {
  const [step, setStep] = useState<Step>({ kind: 'fields' });
  const look = async () => {
    const next = action();
    if (next === null) return;
    setStep({ kind: 'previewing' });
    try {
      setStep({ kind: 'previewed', action: next, preview: await preview() });
    } catch (error) {
      setStep({ kind: 'failed', error: error as Error });
    }
  };
  const send = async (sent: Action) => {
    setStep({ kind: 'sending', action: sent });
    const result = await perform(sent);
    setStep({ kind: 'ended', action: sent, result });
    if (result.kind !== 'done') return;
    await (onDone?.() ?? refreshPlayer(playerId));
    announce(`${sent.title}: done`, claimOf(result.receipt));
    onClose();
  };
  return { step, look, send, edit: () => setStep({ kind: 'fields' }) };
}

function Steps(props: ActionDialogProps) {
  const { step, look, send, edit } = useSteps(props);
  const { fields, verb, isDangerous = false } = props;
  const { result = (preview) => <PreviewResult preview={preview} /> } = props;
  const isFixed = step.kind === 'sending' || step.kind === 'ended';
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (step.kind === 'previewed') send(step.action);
    else look();
  };
  const canConfirm = step.kind === 'previewed' && step.preview.__typename === 'ActionPreview';
  return (
    <form onSubmit={submit} className="dialog-body">
      <fieldset className="fields" disabled={isFixed || step.kind === 'previewing'} onChange={edit}>
        {fields}
      </fieldset>
      <div aria-live="polite">
        {step.kind === 'previewed' && result(step.preview)}
        {step.kind === 'failed' && <p className="problem">{step.error.message}</p>}
        {step.kind === 'ended' && <Outcome result={step.result} />}
      </div>
      <div className="dialog-foot">
        <Dialog.Close className="button">Cancel</Dialog.Close>
        {step.kind === 'ended' && step.result.kind === 'unknown' ? (
          <button type="button" className="button button-primary" onClick={() => send(step.action)}>
            Try again with the same key
          </button>
        ) : step.kind === 'ended' ? (
          <button type="button" className="button button-primary" onClick={edit}>
            Change it
          </button>
        ) : canConfirm || step.kind === 'sending' ? (
          <button
            type="submit"
            className={`button ${isDangerous ? 'button-danger' : 'button-primary'}`}
            disabled={step.kind === 'sending'}
          >
            {step.kind === 'sending' ? 'Sending…' : verb}
          </button>
        ) : (
          <button type="submit" className="button button-primary" disabled={step.kind === 'previewing'}>
            {step.kind === 'previewing' ? 'Looking…' : 'Preview'}
          </button>
        )}
      </div>
    </form>
  );
}
