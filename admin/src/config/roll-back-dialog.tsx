// Publishes the document of an earlier version again, as a new version: with its own differences against the current one.
import type { BalanceConfig, ConfigPublication } from '@onceward/client';
import { useNavigate } from '@tanstack/react-router';
import { DialogFrame } from '../ui/dialog.tsx';
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
    <DialogFrame title={`Roll back to version ${version}`} isWide onClose={onClose}>
      <div className="dialog-body">
        <p className="muted">
          What version {version} says is published again, under a new number. What was paid since stays paid.
        </p>
        <PublicationForm
          what={{ version }}
          current={current}
          verb="Roll back"
          confirmed={confirmed}
          onDone={done}
        />
      </div>
    </DialogFrame>
  );
}
