import { describe, expect, it } from 'vitest';
import { MAX_AGE_MS, type StoredIntent } from '../../packages/client/src/intent.ts';
import { nextStep, type Pause, pauseAfter } from '../../packages/client/src/queue.ts';

const NOW = { wall: 1_800_000_000_000, monotonic: 5_000 };

function intent(order: number, overrides: Partial<StoredIntent> = {}): StoredIntent {
  return {
    key: `key-${order}`,
    order,
    name: null,
    operation: 'claimReward',
    document: 'mutation { x }',
    input: {},
    dependent: false,
    madeAt: NOW.wall,
    firstSentAt: null,
    outcome: null,
    ...overrides,
  };
}

const step = (intents: readonly StoredIntent[], pauses: Record<string, Partial<Pause>> = {}) => {
  const whole = Object.entries(pauses).map(
    ([key, pause]) => [key, { until: 6_000, aside: false, requested: false, ...pause }] as const,
  );
  const next = nextStep(intents, new Map(whole), NOW);
  return next.kind === 'wait' ? ['wait', next.until] : [next.kind, next.intent.order];
};

describe('the next step of an outbox', () => {
  it.each([
    ['waits without an end while it is empty', step([]), ['wait', null]],
    ['sends the first intent', step([intent(1), intent(2)]), ['send', 1]],
    [
      'delivers an outcome before it sends',
      step([intent(1), intent(2, { outcome: { kind: 'withdrawn' } })]),
      ['deliver', 2],
    ],
    [
      'sends nothing after an intent that is retried',
      step([intent(1), intent(2)], { 'key-1': {} }),
      ['wait', 6_000],
    ],
    [
      'lets later ones overtake an intent that steps aside',
      step([intent(1), intent(2)], { 'key-1': { aside: true } }),
      ['send', 2],
    ],
    [
      'keeps a dependent intent behind one that steps aside',
      step([intent(1), intent(2, { dependent: true }), intent(3)], { 'key-1': { aside: true } }),
      ['send', 3],
    ],
    ['sends a dependent intent that nothing precedes', step([intent(2, { dependent: true })]), ['send', 2]],
    ['ignores a pause that is over', step([intent(1)], { 'key-1': { until: 5_000 } }), ['send', 1]],
    [
      'expires an intent that was made more than 29 days ago',
      step([intent(1), intent(2, { madeAt: NOW.wall - MAX_AGE_MS - 1 })]),
      ['expire', 2],
    ],
    [
      'sends an intent that was made 29 days ago',
      step([intent(1, { madeAt: NOW.wall - MAX_AGE_MS })]),
      ['send', 1],
    ],
    [
      'delivers other outcomes while one is paused',
      step([intent(1, { outcome: { kind: 'withdrawn' } }), intent(2)], { 'key-1': {} }),
      ['send', 2],
    ],
    [
      'wakes for the earliest pause',
      step([intent(1), intent(2)], { 'key-1': { aside: true, until: 9_000 }, 'key-2': { until: 7_000 } }),
      ['wait', 7_000],
    ],
  ])('%s', (_, found, expected) => {
    expect(found).toEqual(expected);
  });
});

describe('the pause after an attempt', () => {
  it.each([
    [1, null, 0, 500],
    [1, null, 1, 250],
    [3, null, 0, 2_000],
    [20, null, 0, 30_000],
    [1, 10_000, 1, 10_000],
  ])('attempt %i, retry-after %s, random %s: %i ms', (count, retryAfter, random, expected) => {
    const pause = pauseAfter(count, retryAfter, NOW, random);
    expect(pause.until - NOW.monotonic).toBe(expected);
    expect(pause.aside).toBe(false);
  });

  it('steps aside where the API asks for more than a minute', () => {
    expect(pauseAfter(1, 60_000, NOW, 0).aside).toBe(false);
    expect(pauseAfter(1, 61_000, NOW, 0)).toEqual({
      until: NOW.monotonic + 61_000,
      aside: true,
      requested: true,
    });
  });
});
