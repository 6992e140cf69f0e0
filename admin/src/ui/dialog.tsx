// A dialog over the page, with its title and the button that closes it, and the foot of one that sends something.
import { Dialog } from '@base-ui/react/dialog';
import type { ReactNode } from 'react';
import { Icon } from './icon.tsx';

interface DialogFrameProps {
  readonly title: string;
  readonly isOpen?: boolean;
  readonly isWide?: boolean;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

export function DialogFrame({ title, isOpen = true, isWide = false, onClose, children }: DialogFrameProps) {
  return (
    <Dialog.Root open={isOpen} onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="backdrop" />
        <Dialog.Popup className={isWide ? 'dialog dialog-wide' : 'dialog'}>
          <div className="dialog-head">
            <Dialog.Title className="dialog-title">{title}</Dialog.Title>
            <Dialog.Close className="button-icon" aria-label="Close">
              <Icon name="close" />
            </Dialog.Close>
          </div>
          {children}
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

interface SendFootProps {
  readonly verb: string;
  readonly isDangerous?: boolean;
  readonly isSending: boolean;
  /** Whether it is unknown what became of what was sent: its key stays. */
  readonly isUnknown: boolean;
}

export function SendFoot({ verb, isDangerous = false, isSending, isUnknown }: SendFootProps) {
  return (
    <div className="dialog-foot">
      <Dialog.Close className="button">Cancel</Dialog.Close>
      <button
        type="submit"
        className={`button ${isDangerous ? 'button-danger' : 'button-primary'}`}
        disabled={isSending}
      >
        {isSending ? 'Sending…' : isUnknown ? 'Try again with the same key' : verb}
      </button>
    </div>
  );
}
