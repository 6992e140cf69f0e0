/** Compares a rejection with the model: it must be right, in kind and numbers, in a state in which it may have been decided. */
import { effectOf, expectedIn, type PossibleState } from './expected-outcome.ts';
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
  for (const state of possibleStates(history, recorded, progress)) {
    const outcome = expectedIn(state, history, recorded, progress)?.outcome;
    if (outcome?.kind === 'rejected' && same(outcome.rejection, rejection)) {
      tally.check('I8', true, aboutClaim(claim, ''));
      return;
    }
    if (outcome?.kind === 'rejected') first ??= JSON.stringify(outcome.rejection);
    if (outcome?.kind === 'granted') first ??= `a grant of ${describeEntries(outcome.entries)}`;
  }
  const expected = first ?? 'nothing, as its config version was never published';
  tally.check('I8', false, aboutClaim(claim, `answered ${JSON.stringify(rejection)}, expected ${expected}`));
}

/**
 * The version of the claim's own player is recorded. The other player of a transfer may have been at any version from the one
 * that was acknowledged when the request was sent.
 */
function* possibleStates(
  history: History,
  recorded: RecordedClaim,
  progress: Progress,
): Generator<PossibleState> {
  const { claim, attempt, recorder } = recorded;
  const { timeline } = progress;
  const own: readonly [string, number] = [claim.player, claim.version];
  const uses = possibleUses(history, recorded, progress);
  const other = attempt.intent.others?.[0] ?? timeline.counterpartyOf(String(attempt.sent.claimId));
  if (other === undefined) {
    for (const used of uses) yield { versions: new Map([own]), used };
    return;
  }
  const acknowledged = recorder.acknowledgedOthers[0] ?? 0;
  for (let version = acknowledged; version <= timeline.version(other); version += 1)
    for (const used of uses) yield { versions: new Map([own, [other, version]]), used };
}

/** How much of the daily limit was used. Known exactly unless a claim may belong to either of two days. */
function possibleUses(
  history: History,
  recorded: RecordedClaim,
  { timeline, published }: Progress,
): number[] {
  const { player, version } = recorded.claim;
  const { effect, days } = effectOf(history, recorded, published) ?? {};
  if (effect?.kind !== 'claim' || !effect.limit || !days) return [0];
  const { name } = effect.limit;
  const uses = days.flatMap((day) => {
    const [least, most] = timeline.used(player, version, name, day);
    return Array.from({ length: most - least + 1 }, (_, more) => least + more);
  });
  return [...new Set(uses)];
}
