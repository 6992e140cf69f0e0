// Says what became of a publication.
import type { ConfigPublication } from '@onceward/client';
import { announce } from '../ui/toasts.tsx';

export function announcePublication({ config, proposalId }: ConfigPublication): void {
  if (config === null) announce('Proposed', `Proposal ${proposalId} waits for an approval.`);
  else if (config.state === 'SCHEDULED') announce(`Version ${config.version} is scheduled`);
  else if (config.state === 'CANCELLED') announce(`Version ${config.version} is cancelled`);
  else announce(`Version ${config.version} is current`);
}
