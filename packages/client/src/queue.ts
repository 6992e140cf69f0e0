/** Decides what the outbox does next. Pure: it reads neither clock nor store. */
import { MAX_AGE_MS, type StoredIntent } from './intent.ts';

/** An intent that is not to be sent or delivered before a time. */
export interface Pause {
  /** Of the monotonic clock. */
  readonly until: number;
  /** Whether intents after it may overtake it. */
  readonly aside: boolean;
  /** Whether the API asked for it. Such a pause is kept whatever the app or the network says. */
  readonly requested: boolean;
}

export interface Now {
  /** Milliseconds since 1970. */
  readonly wall: number;
  /** Milliseconds since some start. Unlike the wall clock it is never set. */
  readonly monotonic: number;
}

export type Step =
  /** Give the outcome to the app. */
  | { readonly kind: 'deliver'; readonly intent: StoredIntent }
  /** It is too old to be sent. */
  | { readonly kind: 'expire'; readonly intent: StoredIntent }
  | { readonly kind: 'send'; readonly intent: StoredIntent }
  /** Nothing can be done before `until`, of the monotonic clock; null: before something is added. */
  | { readonly kind: 'wait'; readonly until: number | null };

/**
 * The first intent decides, except where it steps aside: then the next one that does not depend on those before it. Outcomes are
 * delivered first.
 */
export function nextStep(
  intents: readonly StoredIntent[],
  pauses: ReadonlyMap<string, Pause>,
  { wall, monotonic }: Now,
): Step {
  let until: number | null = null;
  const pauseOf = ({ key }: StoredIntent) => {
    const pause = pauses.get(key);
    if (!pause || pause.until <= monotonic) return null;
    until = Math.min(until ?? pause.until, pause.until);
    return pause;
  };
  for (const intent of intents) {
    if (intent.outcome) {
      if (!pauseOf(intent)) return { kind: 'deliver', intent };
    } else if (wall - intent.madeAt > MAX_AGE_MS) {
      return { kind: 'expire', intent };
    }
  }
  let isFirst = true;
  for (const intent of intents) {
    if (intent.outcome) continue;
    if (isFirst || !intent.dependent) {
      const pause = pauseOf(intent);
      if (!pause) return { kind: 'send', intent };
      if (!pause.aside) break;
    }
    isFirst = false;
  }
  return { kind: 'wait', until };
}

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;
/** Beyond this an intent lets later ones overtake it. */
const PATIENCE_MS = 60_000;

/**
 * The pause after the `count`th attempt without a final answer. It doubles, and is shortened by up to half at random, so that the
 * players of a game do not return all at once.
 */
export function pauseAfter(
  count: number,
  retryAfterMs: number | null,
  { monotonic }: Now,
  random: number,
): Pause {
  const growing = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (count - 1)) * (1 - random / 2);
  const pause = Math.max(growing, retryAfterMs ?? 0);
  const requested = retryAfterMs !== null && retryAfterMs > 0;
  return { until: monotonic + pause, aside: pause > PATIENCE_MS, requested };
}
