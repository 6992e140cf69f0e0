// The dialog that releases or drops held rewards. It goes on until nothing is left, shows how far it is, and can be stopped.
import { Dialog } from '@base-ui/react/dialog';
import type { HeldFilter } from '@onceward/client';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { type Action, newAction, perform } from '../actions/action.ts';
import { ReasonField } from '../actions/fields.tsx';
import { Outcome } from '../actions/results.tsx';
import { DialogFrame } from '../ui/dialog.tsx';
import { whole } from '../ui/format.tsx';
import { announce } from '../ui/toasts.tsx';
import { refreshBreakers } from './queries.ts';
import {
  type End,
  inputOf,
  NOTHING_SETTLED,
  type Settled,
  type Settling,
  settleAll,
  settledText,
} from './settle.ts';

interface SettleDialogProps {
  readonly name: Settling;
  readonly filter: HeldFilter;
  readonly onClose: () => void;
}

/** "everything that the breaker lumees holds back of player-1". */
export function selectionText({ breaker, type, playerId }: HeldFilter): string {
  const by = breaker ? `the breaker ${breaker} holds` : playerId ? 'is held' : 'breakers hold';
  return `everything that ${by} back${type ? ` from ${type}` : ''}${playerId ? ` of ${playerId}` : ''}`;
}

export function SettleDialog({ name, filter, onClose }: SettleDialogProps) {
  const isRelease = name === 'releaseRewards';
  const title = `${isRelease ? 'Release' : 'Drop'} ${selectionText(filter)}`;
  return (
    <DialogFrame title={title} onClose={onClose}>
      <Body name={name} filter={filter} onClose={onClose} title={title} />
    </DialogFrame>
  );
}

function useSettling({ name, filter, title, onClose }: SettleDialogProps & { readonly title: string }) {
  const [sums, setSums] = useState<Settled>(NOTHING_SETTLED);
  const [isSending, setSending] = useState(false);
  const [end, setEnd] = useState<End | null>(null);
  const stopped = useRef(false);
  const isShown = useRef(true);
  // Who closes the dialog while it goes on stops it.
  useEffect(() => {
    isShown.current = true;
    return () => {
      isShown.current = false;
      stopped.current = true;
    };
  }, []);
  const run = async (reason: string, reopen: boolean) => {
    stopped.current = false;
    setSending(true);
    let known = sums;
    const onStep = (next: Settled) => {
      known = next;
      setSums(next);
    };
    const input = inputOf({ name, filter, reason, reopen });
    const steps = {
      make: () => newAction(name, title, input),
      send: (action: Action<Settling>) => perform(action),
      onStep,
      isStopped: () => stopped.current,
    };
    const first = end?.kind === 'failed' && end.result.kind === 'unknown' ? end.action : null;
    const next = await settleAll(steps, sums, first);
    setSending(false);
    setEnd(next);
    await refreshBreakers();
    if (isShown.current && next.kind !== 'all') return;
    announce(settledText(name, known));
    if (isShown.current) onClose();
  };
  const stop = () => {
    stopped.current = true;
  };
  return { sums, isSending, end, run, stop };
}

function Body(props: SettleDialogProps & { readonly title: string }) {
  const { name } = props;
  const [reason, setReason] = useState('');
  const [reopen, setReopen] = useState(false);
  const { sums, isSending, end, run, stop } = useSettling(props);
  const isRelease = name === 'releaseRewards';
  const isUnknown = end?.kind === 'failed' && end.result.kind === 'unknown';
  const submit = (event: FormEvent) => {
    event.preventDefault();
    run(reason, reopen);
  };
  return (
    <form className="dialog-body" onSubmit={submit}>
      <p>
        {isRelease
          ? 'Each reward is paid as it was decided, once, however often it is released. No breaker counts it. What does not fit under a ceiling then waits in the inbox of its player.'
          : 'Nothing of it is paid, and the claims that gave it are reversed.'}
      </p>
      <fieldset className="fields" disabled={isSending || isUnknown}>
        {!isRelease && (
          <label className="check">
            <input type="checkbox" checked={reopen} onChange={(event) => setReopen(event.target.checked)} />
            <span>
              The claims can be made again
              <span className="sub muted">They give back what they used of limits.</span>
            </span>
          </label>
        )}
        <ReasonField value={reason} onChange={setReason} kept="Kept in the audit forever." />
      </fieldset>
      <div aria-live="polite">
        {(isSending || sums !== NOTHING_SETTLED) && <Sums name={name} sums={sums} isSending={isSending} />}
        {end && !isSending && <EndNotice end={end} />}
      </div>
      <div className="dialog-foot">
        {isSending ? (
          <button type="button" className="button" onClick={stop}>
            Stop after this step
          </button>
        ) : (
          <Dialog.Close className="button">{end ? 'Close' : 'Cancel'}</Dialog.Close>
        )}
        <button
          type="submit"
          className={`button ${isRelease ? 'button-primary' : 'button-danger'}`}
          disabled={isSending}
        >
          {isSending
            ? isRelease
              ? 'Releasing…'
              : 'Dropping…'
            : isUnknown
              ? 'Try again with the same key'
              : end && end.kind !== 'failed'
                ? 'Go on'
                : isRelease
                  ? 'Release'
                  : 'Drop'}
        </button>
      </div>
    </form>
  );
}

interface SumsProps {
  readonly name: Settling;
  readonly sums: Settled;
  readonly isSending: boolean;
}

function Sums({ name, sums, isSending }: SumsProps) {
  return (
    <div className="progress">
      <p>{sums === NOTHING_SETTLED ? 'The first 500 are under way…' : settledText(name, sums)}</p>
      {isSending && (
        <progress
          className="progress-bar"
          aria-label={`${whole(sums.settled + sums.waiting)} settled so far`}
        />
      )}
    </div>
  );
}

function EndNotice({ end }: { readonly end: End }) {
  switch (end.kind) {
    case 'all':
      return null;
    case 'stopped':
      return <p className="notice notice-warn">It was stopped. Others are still held back.</p>;
    case 'busy':
      return (
        <p className="notice notice-warn">
          Others are still held back: another request has their players. Go on in a moment.
        </p>
      );
    case 'failed':
      return <Outcome result={end.result} />;
  }
}
