// Actions that were sent and have no answer: they can be sent again with their key.
import { useState } from 'react';
import { useCell } from '../ui/cell.ts';
import { announce } from '../ui/toasts.tsx';
import { type Action, type ActionReceipt, type ActionResult, forget, perform, unanswered } from './action.ts';
import { claimOf } from './action-dialog.tsx';
import { Outcome } from './results.tsx';

interface UnansweredActionsProps {
  /** Which of them belong to the page. */
  readonly isHere: (action: Action) => boolean;
  /** Reads again what they change. */
  readonly refresh: () => Promise<unknown>;
  /** Gets what another attempt answered. */
  readonly onDone?: (receipt: ActionReceipt) => void;
}

export function UnansweredActions({ isHere, ...others }: UnansweredActionsProps) {
  return useCell(unanswered)
    .filter(isHere)
    .map((action) => <Unanswered key={action.input.idempotencyKey} action={action} {...others} />);
}

interface UnansweredProps extends Omit<UnansweredActionsProps, 'isHere'> {
  readonly action: Action;
}

function Unanswered({ action, refresh, onDone }: UnansweredProps) {
  const [result, setResult] = useState<ActionResult | null>(null);
  const [isSending, setSending] = useState(false);
  const again = async () => {
    setSending(true);
    const next = await perform(action);
    setResult(next);
    setSending(false);
    if (next.kind === 'done') {
      announce(`${action.title}: done`, claimOf(next.receipt));
      onDone?.(next.receipt);
    }
    if (next.kind !== 'unknown') await refresh();
  };
  return (
    <div className="notice notice-warn" role="status">
      <strong>{action.title}: no answer yet.</strong> It may have been done. Trying again with the same key
      cannot do it twice.
      {result && result.kind !== 'done' && <Outcome result={result} />}
      <div className="notice-actions">
        <button type="button" className="button" onClick={again} disabled={isSending}>
          {isSending ? 'Sending…' : 'Try again'}
        </button>
        <button type="button" className="button-link" onClick={() => forget(action)}>
          Forget it
        </button>
      </div>
    </div>
  );
}
