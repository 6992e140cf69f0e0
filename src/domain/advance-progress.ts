/**
 * advanceProgress: a game server counts what happened in an event, such as a match, on a player's progress counters. Each event
 * counts once, whatever server reports it and under whatever idempotency key.
 */
import { type Decision, decide, type Intent, lookup } from './decide.ts';
import { badInput, type Fault } from './fault.ts';
import type { OperationKind } from './operation.ts';
import { advance, periodsOf } from './progress.ts';
import type { CounterRule, Facts } from './rules.ts';
import type { PositiveInt } from './values.ts';

export const ADVANCE_PROGRESS = {
  name: 'advanceProgress',
  claimType: 'progress',
  permission: 'reward:claim',
} as const satisfies OperationKind;

/** A call reports a match and not a kill. */
export const MAX_ADVANCES = 20;

export interface AdvanceProgress {
  /** Identifies the event. */
  readonly key: string;
  readonly counters: readonly { readonly counter: string; readonly by: PositiveInt }[];
  /** What the server says about the event. Kept with the claim. */
  readonly facts: Facts | null;
}

/** The first fault of the list of counters; null: it has none. */
export function checkAdvances(counters: AdvanceProgress['counters']): Fault | null {
  if (counters.length === 0 || counters.length > MAX_ADVANCES)
    return badInput('counters', `must name 1 to ${MAX_ADVANCES} counters, not ${counters.length}`);
  const names = counters.map(({ counter }) => counter);
  const twice = names.find((name, index) => names.indexOf(name) < index);
  return twice === undefined ? null : badInput('counters', `names ${twice} twice; add the amounts up`);
}

export function decideAdvanceProgress(intent: Intent, { key, counters, facts }: AdvanceProgress): Decision {
  const input = { key, counters: counters.map(({ counter, by }) => ({ counter, by })), facts };
  return decide({ intent, kind: ADVANCE_PROGRESS, input }, (rules) => {
    const used: CounterRule[] = [];
    for (const { counter } of counters) {
      const rule = rules.counters.get(counter);
      if (!rule) return lookup(unknownCounter(counter, [...rules.counters.keys()]));
      used.push(rule);
    }
    return {
      kind: 'commit',
      claimType: ADVANCE_PROGRESS.claimType,
      claimKey: key,
      advances: used.map((rule, place) => advance(rule, counters[place]?.by ?? 0, intent.now, rules)),
      periods: periodsOf(used, intent.now, rules),
    };
  });
}

function unknownCounter(counter: string, known: readonly string[]): Fault {
  return badInput(
    'counters',
    `the balance config has no counter ${counter}; it has: ${known.join(', ') || 'none'}`,
  );
}
