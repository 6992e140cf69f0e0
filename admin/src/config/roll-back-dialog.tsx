// Publishes the document of an earlier version again, as a new version: with its own differences against the current one.
import { Dialog } from '@base-ui/react/dialog';
import type { BalanceConfig, ConfigPublication } from '@onceward/client';
import { useNavigate } from '@tanstack/react-router';
import { Icon } from '../ui/icon.tsx';
import { announcePublication } from './announce-publication.ts';
import { useConfirmed } from './confirmed.ts';
import { PublicationForm } from './publication-form.tsx';

interface RollBackProps {
  readonly version: number;
  readonly current: BalanceConfig;
  readonly onClose: () => void;
}

export function RollBackDialog({ version, current, onClose }: RollBackProps) {
  const navigate = useNavigate();
  const confirmed = useConfirmed();
  const done = (publication: ConfigPublication) => {
    announcePublication(publication);
    onClose();
    if (publication.config === null) navigate({ to: '/config', search: { view: 'publish' } });
  };
  return (
    <Dialog.Root open onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="backdrop" />
        <Dialog.Popup className="dialog dialog-wide">
          <div className="dialog-head">
            <Dialog.Title className="dialog-title">Roll back to version {version}</Dialog.Title>
            <Dialog.Close className="button-icon" aria-label="Close">
              <Icon name="close" />
            </Dialog.Close>
          </div>
          <div className="dialog-body">
            <p className="muted">
              What version {version} says is published again, under a new number. What was paid since stays
              paid.
            </p>
            <PublicationForm
              what={{ version }}
              current={current}
              verb="Roll back"
              confirmed={confirmed}
              onDone={done}
            />
          </div>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
