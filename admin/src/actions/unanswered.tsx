// Actions on a player that were sent and have no answer: they can be sent again with their key.
import { useState } from 'react';
import { refreshPlayer } from '../players/queries.ts';
import { useCell } from '../ui/cell.ts';
import { announce } from '../ui/toasts.tsx';
import { type Action, type ActionResult, forget, perform, unanswered } from './action.ts';
import { Outcome } from './results.tsx';

export function UnansweredActions({ playerId }: { readonly playerId: string }) {
  const actions = useCell(unanswered).filter(({ input }) => input.playerId === playerId);
  return actions.map((action) => <Unanswered key={action.input.idempotencyKey} action={action} />);
}

function Unanswered({ action }: { readonly action: Action }) {
  const [result, setResult] = useState<ActionResult | null>(null);
  const [isSending, setSending] = useState(false);
  const again = async () => {
    setSending(true);
    const next = await perform(action);
    setResult(next);
    setSending(false);
    if (next.kind === 'done') announce(`${action.title}: done`, `Claim ${next.receipt.claim.id}`);
    if (next.kind !== 'unknown') await refreshPlayer(action.input.playerId);
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
