// The buttons of what can be done with a record now, each with its dialog.
import { type ReactNode, useState } from 'react';
import type { ActionName, ActionReceipt } from '../actions/action.ts';
import { type Ask, ConfirmDialog } from './confirm-dialog.tsx';

/** A button; `look` of the main one is `primary`. */
export interface Offer extends Ask<ActionName> {
  readonly look?: 'primary' | 'danger';
}

/** Keeps the types of name and input together; a list of offers holds any of them. */
export const offer = <Name extends ActionName>(ask: Ask<Name> & Pick<Offer, 'look'>): Offer =>
  ask as unknown as Offer;

interface RecordActionsProps {
  readonly offers: readonly Offer[];
  readonly onDone: (receipt: ActionReceipt) => unknown;
  readonly children?: ReactNode;
}

export function RecordActions({ offers, onDone, children }: RecordActionsProps) {
  const [open, setOpen] = useState<Offer | null>(null);
  if (offers.length === 0 && !children) return null;
  return (
    <div className="actions">
      {offers.map((each) => (
        <button
          key={each.name}
          type="button"
          className={`button ${each.look ? `button-${each.look}` : ''}`}
          onClick={() => setOpen(each)}
        >
          {each.verb}
        </button>
      ))}
      {children}
      {open && <ConfirmDialog ask={open} onClose={() => setOpen(null)} onDone={onDone} />}
    </div>
  );
}
