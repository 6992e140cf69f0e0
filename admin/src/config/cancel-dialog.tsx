// Cancels the scheduled version: the current one stays.
import { Dialog } from '@base-ui/react/dialog';
import { cancelScheduledConfig } from '@onceward/client';
import { type FormEvent, useState } from 'react';
import { ReasonField } from '../actions/fields.tsx';
import { DialogFrame } from '../ui/dialog.tsx';
import { announcePublication } from './announce-publication.ts';
import { KEPT_WITH_VERSION } from './publication-form.tsx';
import { refreshConfigs, type SendResult, send } from './send.ts';
import { SendOutcome } from './send-outcome.tsx';

interface CancelProps {
  readonly version: number;
  readonly onClose: () => void;
}

export function CancelDialog({ version, onClose }: CancelProps) {
  const [key, setKey] = useState(() => crypto.randomUUID());
  const [reason, setReason] = useState('');
  const [result, setResult] = useState<SendResult<unknown> | 'sending' | null>(null);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setResult('sending');
    const input = { idempotencyKey: key, version, reason };
    const next = await send(cancelScheduledConfig, input, 'ConfigPublicationReceipt');
    setResult(next);
    if (next.kind !== 'unknown') setKey(crypto.randomUUID());
    if (next.kind !== 'done') return;
    announcePublication(next.receipt.publication);
    onClose();
    await refreshConfigs();
  };
  return (
    <DialogFrame title={`Cancel version ${version}`} onClose={onClose}>
      <form onSubmit={submit} className="dialog-body">
        <p className="muted">It does not take effect. The current version stays.</p>
        <ReasonField value={reason} onChange={setReason} kept={KEPT_WITH_VERSION} />
        <div aria-live="polite">
          {result !== null && result !== 'sending' && result.kind !== 'done' && (
            <SendOutcome result={result} />
          )}
        </div>
        <div className="dialog-foot">
          <Dialog.Close className="button">Keep it</Dialog.Close>
          <button type="submit" className="button button-danger" disabled={result === 'sending'}>
            {result === 'sending' ? 'Sending…' : 'Cancel the version'}
          </button>
        </div>
      </form>
    </DialogFrame>
  );
}
