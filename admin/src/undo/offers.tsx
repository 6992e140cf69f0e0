// What can be done with an undo in its state.
import type { Undo } from '@onceward/client';
import { type Offer, offer } from '../records/record-actions.tsx';
import { whole } from '../ui/format.tsx';

/** `isWaiting`: somebody else has to approve it first. */
export function offersFor(
  { id: undoId, state, claims, players, proposalId }: Undo,
  isWaiting: boolean,
): Offer[] {
  const inputOf = () => ({ undoId });
  const isProposed = proposalId !== null;
  const run = offer({
    name: 'runUndo',
    title: isProposed ? `Start undo ${whole(undoId)}` : `Propose undo ${whole(undoId)}`,
    verb: isProposed ? 'Start' : 'Propose',
    look: 'primary',
    about: (
      <p>
        {whole(claims)} claims of {whole(players)} players.{' '}
        {isProposed
          ? 'It reverses them under your name and within your limits.'
          : 'Somebody else approves it first; then it can be started.'}
      </p>
    ),
    inputOf,
  });
  const pause = offer({
    name: 'pauseUndo',
    title: `Pause undo ${whole(undoId)}`,
    verb: 'Pause',
    about: <p>What is reversed stays reversed. It goes on when it is resumed.</p>,
    inputOf,
  });
  const resume = offer({
    name: 'resumeUndo',
    title: `Resume undo ${whole(undoId)}`,
    verb: 'Resume',
    look: 'primary',
    about: <p>It goes on with the claims that remain, from now on under your name.</p>,
    inputOf,
  });
  const cancel = offer({
    name: 'cancelUndo',
    title: `Cancel undo ${whole(undoId)}`,
    verb: 'Cancel undo',
    isDangerous: true,
    about: <p>It ends for good. What is reversed stays reversed.</p>,
    inputOf,
  });
  switch (state) {
    case 'selecting':
    case 'checking':
      return [cancel];
    case 'ready':
      return isWaiting || claims === 0 ? [cancel] : [run, cancel];
    case 'running':
      return [pause, cancel];
    case 'paused':
      return [resume, cancel];
    default:
      return [];
  }
}
