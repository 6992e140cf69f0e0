/** Compares a rejection with the model: it must be right, in kind and numbers, in a state in which it may have been decided. */
import type { Attempt } from '../clients/journal.ts';
import { nextHour } from '../model/breakers.ts';
import { type Expected, expectedIn, type PossibleState } from './expected-outcome.ts';
import { aboutClaim, describeEntries, type History, type Progress, type RecordedClaim } from './history.ts';
import { same, type Tally } from './tally.ts';

export function compareRejection(
  tally: Tally,
  history: History,
  recorded: RecordedClaim,
  progress: Progress,
): void {
  const { claim, attempt } = recorded;
  if (attempt.answer?.kind !== 'rejected') return;
  const { rejection } = attempt.answer;
  let first: string | null = null;
  const rules = history.rulesOf(claim.configVersion);
  const isPaused =
    rejection.kind === 'EmissionPaused' && rejection.details.retryAt === nextHour(claim.claimedAt);
  for (const { outcome } of expectedOutcomes(history, recorded, progress)) {
    if (outcome.kind === 'granted' && !outcome.isFrozen && isPaused && rules) {
      tally.check('I8', true, aboutClaim(claim, ''));
      progress.emissions.withhold({ ...claim, units: unitsOf(attempt) }, outcome.gives, rules);
      return;
    }
    if (outcome.kind === 'rejected' && same(outcome.rejection, rejection)) {
      tally.check('I8', true, aboutClaim(claim, ''));
      return;
    }
    first ??=
      outcome.kind === 'rejected'
        ? JSON.stringify(outcome.rejection)
        : `a grant of ${describeEntries(outcome.entries)}`;
  }
  const expected =
    first ?? 'nothing, as its config version was never published, or the player was never at its version';
  tally.check('I8', false, aboutClaim(claim, `answered ${JSON.stringify(rejection)}, expected ${expected}`));
}

/** A refusal does not record them. */
function unitsOf({ intent: { operation }, sent: { quantity } }: Attempt): number {
  return operation === 'exchange' && typeof quantity === 'number' ? quantity : 1;
}

/** What is expected in each state, and for each amount that may have been used of counters that players share. */
function* expectedOutcomes(
  history: History,
  recorded: RecordedClaim,
  progress: Progress,
): Generator<Expected> {
  for (const numbers of possibleNumbers(recorded, progress)) {
    let mostMore = 0;
    for (let more = 0; more <= mostMore; more += 1) {
      const expected = expectedIn({ numbers, more }, history, recorded, progress);
      if (!expected) break;
      yield expected;
      mostMore = expected.mostMore;
    }
  }
}

/**
 * A refusal records the version of its player and not the number, and nothing of the other player of a transfer. Both players were
 * locked, so its time leaves only those numbers that were made in the same millisecond.
 */
function* possibleNumbers(
  { claim, attempt, recorder }: RecordedClaim,
  { timeline }: Progress,
): Generator<PossibleState['numbers']> {
  const { player, version, claimedAt: time } = claim;
  const other = attempt.intent.others?.[0] ?? timeline.counterpartyOf(String(attempt.sent.claimId));
  const least = recorder.acknowledgedNumber;
  for (const own of timeline.numbersAt(player, { version, time, least })) {
    if (other === null) {
      yield new Map([[player, own]]);
      continue;
    }
    const acknowledged = recorder.acknowledgedOthers[0] ?? 0;
    const numbers = timeline.numbersAt(other, { version: null, time, least: acknowledged });
    // An unknown player is looked for before the locks are held, and has no row to lock.
    for (const number of new Set([...(acknowledged === 0 ? [0] : []), ...numbers]))
      yield new Map([
        [player, own],
        [other, number],
      ]);
  }
}
