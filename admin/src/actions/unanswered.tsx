// Actions that were sent and have no answer: they can be sent again with their key.
import { useState } from 'react';
import { useCell } from '../ui/cell.ts';
import { announce } from '../ui/toasts.tsx';
import { type Action, type ActionResult, forget, perform, unanswered } from './action.ts';
import { claimOf } from './action-dialog.tsx';
import { Outcome } from './results.tsx';

interface UnansweredActionsProps {
  /** Which of them belong to the page. */
  readonly isHere: (action: Action) => boolean;
  /** Reads again what they change. */
  readonly refresh: () => Promise<void>;
}

export function UnansweredActions({ isHere, refresh }: UnansweredActionsProps) {
  return useCell(unanswered)
    .filter(isHere)
    .map((action) => <Unanswered key={action.input.idempotencyKey} action={action} refresh={refresh} />);
}

interface UnansweredProps {
  readonly action: Action;
  readonly refresh: () => Promise<void>;
}

function Unanswered({ action, refresh }: UnansweredProps) {
  const [result, setResult] = useState<ActionResult | null>(null);
  const [isSending, setSending] = useState(false);
  const again = async () => {
    setSending(true);
    const next = await perform(action);
    setResult(next);
    setSending(false);
    if (next.kind === 'done') announce(`${action.title}: done`, claimOf(next.receipt));
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
