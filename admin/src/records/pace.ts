// How fast something goes on, and when it will be done, from what was seen in the last half minute.
import { useRef } from 'react';

interface Sample {
  readonly at: number;
  readonly done: number;
}

const WINDOW_MS = 30_000;
/** Less is not measured: the first steps are slower. */
const LEAST_MS = 1_500;

export interface Pace {
  readonly perSecond: number;
  readonly secondsLeft: number;
}

/** Null: too little was seen, or nothing moves. */
export function paceOf(samples: readonly Sample[], total: number): Pace | null {
  const [first, last] = [samples[0], samples.at(-1)];
  if (!first || !last || last.at - first.at < LEAST_MS || last.done <= first.done) return null;
  const perSecond = ((last.done - first.done) * 1_000) / (last.at - first.at);
  return { perSecond, secondsLeft: Math.max(total - last.done, 0) / perSecond };
}

/** `readAt`: when `done` was read, in milliseconds. */
export function usePace(done: number, total: number, readAt: number): Pace | null {
  const samples = useRef<Sample[]>([]);
  const last = samples.current.at(-1);
  if (last && done < last.done) samples.current = [];
  if (last?.at !== readAt)
    samples.current = [...samples.current, { at: readAt, done }].filter(({ at }) => at > readAt - WINDOW_MS);
  return paceOf(samples.current, total);
}

/** "about 40 s", "about 3 min". */
export function describeSeconds(seconds: number): string {
  if (seconds < 90) return `about ${Math.max(Math.round(seconds), 1)} s`;
  return seconds < 5_400 ? `about ${Math.round(seconds / 60)} min` : `about ${Math.round(seconds / 3_600)} h`;
}
