/** advanceProgress: game servers count an event on a player's progress counters. */
import {
  ADVANCE_PROGRESS,
  type AdvanceProgress,
  checkAdvances,
  decideAdvanceProgress,
  MAX_ADVANCES,
} from '../domain/advance-progress.ts';
import { builder } from '../schema/builder.ts';
import { defineMutation } from './define-mutation.ts';
import { FaultError } from './observe.ts';

const CounterAdvance = builder.inputType('CounterAdvance', {
  description: 'By how much an event advances a counter.',
  fields: (t) => ({
    counter: t.field({
      type: 'ResourceName',
      required: true,
      description: 'A counter of the balance config.',
    }),
    by: t.field({ type: 'PositiveInt', required: true, description: 'What the maximum cuts off is lost.' }),
  }),
});

export const advanceProgress = defineMutation({
  ...ADVANCE_PROGRESS,
  description:
    'Game servers: counts an event, such as a match, on progress counters of a player. Each event key counts once per player. Send one call per match, not per kill. reverseClaim takes it back, also from servers: from counters whose period still runs, because others have begun again.',
  actors: ['server'],
  input: (t) => ({
    playerId: t.field({ type: 'PlayerId', required: true, description: 'The player who made progress.' }),
    key: t.field({
      type: 'ClaimKey',
      required: true,
      description: 'Identifies the event: a match, a lesson.',
    }),
    counters: t.field({
      type: [CounterAdvance],
      required: true,
      description: `1 to ${MAX_ADVANCES} counters, each once.`,
    }),
    facts: t.field({ type: 'Facts', description: 'What happened, for the record. Kept with the claim.' }),
  }),
  rejections: ['already_claimed'],
  parse: (input): AdvanceProgress => {
    const fault = checkAdvances(input.counters);
    if (fault) throw new FaultError(fault);
    return input;
  },
  decide: decideAdvanceProgress,
  example: {
    playerId: 'player-1',
    key: 'match-1',
    counters: [{ counter: 'matches_today', by: 1 }],
  },
  notes: 'Only game servers.',
});
