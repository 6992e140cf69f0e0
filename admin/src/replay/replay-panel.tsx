// What the claims of a window would have paid under a draft. Everything is computed in the browser, from what the claims recorded.
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { Field } from '../actions/fields.tsx';
import { whole } from '../ui/format.tsx';
import { Empty, Failure } from '../ui/states.tsx';
import { ReplayResults } from './replay-results.tsx';
import { type ReplayOutcome, type ReplayProgress, runReplay } from './run-replay.ts';
import './replay.css';

type State =
  | { readonly kind: 'idle' }
  | { readonly kind: 'running'; readonly progress: ReplayProgress; readonly isEnding: boolean }
  | { readonly kind: 'done'; readonly outcome: ReplayOutcome; readonly document: string }
  | { readonly kind: 'failed'; readonly error: Error };

/** `document`: the draft as JSON. */
export function ReplayPanel({ document }: { readonly document: string }) {
  const { state, start, cancel } = useReplay(document);
  return (
    <section className="replay" aria-labelledby="replay-title">
      <div className="replay-head">
        <h2 id="replay-title">Replay</h2>
        <p className="muted">
          What the claims of the last days would have paid under this draft. It changes nothing.
        </p>
      </div>
      <WindowForm isRunning={state.kind === 'running'} onStart={start} />
      {state.kind === 'idle' && (
        <Empty title="Choose how far back to look.">
          <p>Each day of a game with 100,000 claims a day takes about half a minute.</p>
        </Empty>
      )}
      {state.kind === 'running' && <Progress {...state} onCancel={cancel} />}
      {state.kind === 'failed' && <Failure error={state.error} />}
      {state.kind === 'done' && (
        <>
          {state.document !== document && (
            <p className="notice notice-warn">The draft has changed since this replay. Run it again.</p>
          )}
          <ReplayResults outcome={state.outcome} />
        </>
      )}
    </section>
  );
}

function useReplay(document: string) {
  const [state, setState] = useState<State>({ kind: 'idle' });
  const running = useRef<AbortController | null>(null);
  useEffect(() => () => running.current?.abort(), []);
  const start = async (days: number) => {
    const controller = new AbortController();
    running.current?.abort();
    running.current = controller;
    const isCurrent = () => running.current === controller;
    setState({ kind: 'running', progress: { claims: 0, share: 0 }, isEnding: false });
    try {
      const outcome = await runReplay({
        window: { from: new Date(Date.now() - days * DAY_MS).toISOString(), until: null },
        document,
        cancelled: controller.signal,
        onProgress: (progress) =>
          isCurrent() && setState({ kind: 'running', progress, isEnding: controller.signal.aborted }),
      });
      if (isCurrent()) setState({ kind: 'done', outcome, document });
    } catch (error) {
      if (isCurrent()) setState({ kind: 'failed', error: error as Error });
    }
  };
  const cancel = () => {
    running.current?.abort();
    setState((now) => (now.kind === 'running' ? { ...now, isEnding: true } : now));
  };
  return { state, start, cancel };
}

const DAY_MS = 86_400_000;
const PRESETS = [1, 7, 30];
const MAX_DAYS = 365;

interface WindowFormProps {
  readonly isRunning: boolean;
  readonly onStart: (days: number) => void;
}

function WindowForm({ isRunning, onStart }: WindowFormProps) {
  const [days, setDays] = useState('7');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onStart(Number(days));
  };
  return (
    <form className="replay-form" onSubmit={submit}>
      <Field label="Days back">
        {({ id }) => (
          <input
            id={id}
            className="input"
            type="number"
            inputMode="numeric"
            min={1}
            max={MAX_DAYS}
            required
            value={days}
            onChange={(event) => setDays(event.target.value)}
          />
        )}
      </Field>
      <div className="replay-presets">
        {PRESETS.map((preset) => (
          <button
            key={preset}
            type="button"
            className="button"
            aria-pressed={days === String(preset)}
            onClick={() => setDays(String(preset))}
          >
            {preset === 1 ? '1 day' : `${preset} days`}
          </button>
        ))}
      </div>
      <button type="submit" className="button button-primary" disabled={isRunning}>
        {isRunning ? 'Replaying…' : 'Replay'}
      </button>
    </form>
  );
}

interface ProgressProps {
  readonly progress: ReplayProgress;
  readonly isEnding: boolean;
  readonly onCancel: () => void;
}

function Progress({ progress: { claims, share }, isEnding, onCancel }: ProgressProps) {
  const percent = Math.floor(share * 100);
  return (
    <div className="card replay-progress">
      <div className="replay-progress-text">
        <p role="status">
          <strong>{whole(claims)}</strong> claims replayed · {percent} % of the players
        </p>
        <button type="button" className="button" onClick={onCancel} disabled={isEnding}>
          {isEnding ? 'Ending…' : 'Cancel'}
        </button>
      </div>
      <progress max={1} value={share} aria-label="Players replayed" />
    </div>
  );
}
