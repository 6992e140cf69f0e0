// The dialog of a change of staff, a role or a proposal: its fields, a reason, and what came of it. What has to be approved by somebody
// else is said in the answer.
import { type FormEvent, type ReactNode, useRef, useState } from 'react';
import { type Action, type ActionName, type ActionReceipt, newAction, perform } from '../actions/action.ts';
import { ReasonField } from '../actions/fields.tsx';
import { Outcome } from '../actions/results.tsx';
import { DialogFrame, SendFoot } from '../ui/dialog.tsx';
import { announce } from '../ui/toasts.tsx';
import { refreshStaff } from './queries.ts';

interface ChangeDialogProps {
  readonly title: string;
  readonly verb: string;
  readonly isDangerous?: boolean;
  readonly name: ActionName;
  /** Without the reason. */
  readonly input: object;
  readonly onClose: () => void;
  readonly onDone?: () => void;
  readonly children?: ReactNode;
}

/** The proposal that waits instead; null: it is done. */
function waitingOf(receipt: ActionReceipt): number | null {
  if (receipt.__typename === 'StaffMemberReceipt') return receipt.staffMember.proposalId;
  if (receipt.__typename === 'GameServerReceipt') return receipt.server.proposalId;
  if (receipt.__typename === 'ErasureReceipt') return receipt.request.proposalId;
  return receipt.__typename === 'RoleReceipt' ? receipt.role.proposalId : null;
}

function announceReceipt({ title }: Action, receipt: ActionReceipt): void {
  const proposalId = waitingOf(receipt);
  if (proposalId === null) announce(`${title}: done`);
  else announce(`${title}: proposed`, `Proposal ${proposalId} waits for another member.`);
}

export function ChangeDialog(props: ChangeDialogProps) {
  const { title, verb, isDangerous = false, name, input, onClose, onDone, children } = props;
  const [reason, setReason] = useState('');
  const [result, setResult] = useState<Awaited<ReturnType<typeof perform>> | null>(null);
  const [isSending, setSending] = useState(false);
  const sent = useRef<Action | null>(null);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setSending(true);
    const action = sent.current ?? newAction(name, title, { ...input, reason } as never);
    sent.current = action;
    const next = await perform(action);
    setSending(false);
    setResult(next);
    if (next.kind !== 'unknown') sent.current = null;
    if (next.kind !== 'done') return;
    await refreshStaff();
    announceReceipt(action, next.receipt);
    onClose();
    onDone?.();
  };
  const isUnknown = result?.kind === 'unknown';
  return (
    <DialogFrame title={title} onClose={onClose}>
      <form onSubmit={submit} className="dialog-body">
        <fieldset className="fields" disabled={isSending || isUnknown} onChange={() => setResult(null)}>
          {children}
          <ReasonField value={reason} onChange={setReason} />
        </fieldset>
        <div aria-live="polite">{result && result.kind !== 'done' && <Outcome result={result} />}</div>
        <SendFoot verb={verb} isDangerous={isDangerous} isSending={isSending} isUnknown={isUnknown} />
      </form>
    </DialogFrame>
  );
}
