// Collecting all that is owed to a player in one step. Each reward is a claim of its own; what cannot be collected is named with its reason.
import { Dialog } from '@base-ui/react/dialog';
import { type FormEvent, useState } from 'react';
import { refreshPlayer } from '../players/queries.ts';
import { DialogFrame } from '../ui/dialog.tsx';
import { announce } from '../ui/toasts.tsx';
import { newAction, perform } from './action.ts';
import { type CollectEnd, type Collected, collectEach } from './collect-each.ts';
import { ReasonField } from './fields.tsx';
import { Outcome } from './results.tsx';

export interface Collectable {
  readonly type: string;
  readonly key: string;
  /** For people. */
  readonly title: string;
}

interface CollectAllProps {
  readonly playerId: string;
  readonly rewards: readonly Collectable[];
}

export function CollectAll({ playerId, rewards }: CollectAllProps) {
  /** What was owed when the dialog was opened: what is collected leaves the list. */
  const [asked, setAsked] = useState<readonly Collectable[] | null>(null);
  return (
    <>
      {rewards.length > 1 && (
        <button type="button" className="button button-small" onClick={() => setAsked(rewards)}>
          Collect all {rewards.length}…
        </button>
      )}
      {asked && (
        <DialogFrame title={`Collect ${asked.length} rewards for ${playerId}`} onClose={() => setAsked(null)}>
          <Body playerId={playerId} rewards={asked} onClose={() => setAsked(null)} />
        </DialogFrame>
      )}
    </>
  );
}

interface BodyProps extends CollectAllProps {
  readonly onClose: () => void;
}

const NONE: Collected = { count: 0, others: [] };

function useCollecting({ playerId, rewards, onClose }: BodyProps) {
  const [sums, setSums] = useState(NONE);
  const [end, setEnd] = useState<CollectEnd>(null);
  const [state, setState] = useState<'asking' | 'sending' | 'ended'>('asking');
  const run = async (reason: string) => {
    const actions =
      end?.left ??
      rewards.map(({ type, key, title }) =>
        newAction('recoverReward', title, { playerId, type, key, reason }),
      );
    setState('sending');
    let known = sums;
    const onStep = (next: Collected) => {
      known = next;
      setSums(next);
    };
    const next = await collectEach(actions, { send: perform, onStep }, sums);
    await refreshPlayer(playerId);
    setEnd(next);
    setState('ended');
    if (next !== null || known.others.length > 0) return;
    announce(`${known.count} rewards collected`);
    onClose();
  };
  return { sums, end, state, run };
}

function Body(props: BodyProps) {
  const { rewards } = props;
  const [reason, setReason] = useState('');
  const { sums, end, state, run } = useCollecting(props);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    run(reason);
  };
  const tried = sums.count + sums.others.length;
  return (
    <form className="dialog-body" onSubmit={submit}>
      <p>
        Each is paid as it was announced, as the claim that the player would have made. What cannot be paid
        stays where it is.
      </p>
      <fieldset className="fields" disabled={state !== 'asking'}>
        <ReasonField value={reason} onChange={setReason} />
      </fieldset>
      <div aria-live="polite">
        {state !== 'asking' && (
          <p>
            {sums.count} of {rewards.length} collected.
          </p>
        )}
        {state === 'sending' && (
          <progress className="progress-bar" max={rewards.length} value={tried} aria-label="Collecting" />
        )}
        {sums.others.length > 0 && (
          <ul className="notice notice-warn">
            {sums.others.map(({ title, why }, place) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: the list only grows
              <li key={place}>
                <strong>{title}</strong>: {why}
              </li>
            ))}
          </ul>
        )}
        {end && state === 'ended' && <Outcome result={end.result} />}
      </div>
      <div className="dialog-foot">
        <Dialog.Close className="button">{state === 'asking' ? 'Cancel' : 'Close'}</Dialog.Close>
        {(state !== 'ended' || end) && (
          <button type="submit" className="button button-primary" disabled={state === 'sending'}>
            {state === 'sending' ? 'Collecting…' : end ? 'Try again with the same key' : 'Collect all'}
          </button>
        )}
      </div>
    </form>
  );
}
