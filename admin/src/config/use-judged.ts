// Follows a text with what the checks say about it, a moment after the last change.
import { useEffect, useState } from 'react';
import type { Judged } from './judge.ts';
import { judgeDraft } from './judge-client.ts';

const PAUSE_MS = 200;

export interface JudgedDraft {
  /** Of the newest text that was judged; null: none yet. */
  readonly judged: Judged | null;
  /** The text has changed since. */
  readonly isStale: boolean;
  readonly error: Error | null;
}

export function useJudged(text: string, base: unknown): JudgedDraft {
  const [state, setState] = useState<{ readonly text: string; readonly judged: Judged } | null>(null);
  const [error, setError] = useState<Error | null>(null);
  useEffect(() => {
    let isCurrent = true;
    const timer = setTimeout(() => {
      judgeDraft(text, base).then(
        (judged) => {
          if (!isCurrent) return;
          setState({ text, judged });
          setError(null);
        },
        (failure: Error) => isCurrent && setError(failure),
      );
    }, PAUSE_MS);
    return () => {
      isCurrent = false;
      clearTimeout(timer);
    };
  }, [text, base]);
  return { judged: state?.judged ?? null, isStale: state?.text !== text, error };
}
