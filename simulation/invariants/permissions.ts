/** Which faults an attempt may be answered with, and when a staff member may, or must, have been disabled. */
import type { Answer, Attempt } from '../clients/journal.ts';
import type { Disabled } from '../nemesis/nemesis.ts';
import type { Tally } from './finding.ts';

type Moment = Pick<Attempt, 'began' | 'ended'>;

export function mayBeDisabled(intervals: readonly Disabled[], { began, ended }: Moment): boolean {
  return intervals.some((interval) => interval.asked < ended && interval.end > began);
}

/** Throughout the attempt: disabling was acknowledged before it, and enabling was asked for after it. */
export function surelyDisabled(intervals: readonly Disabled[], { began, ended }: Moment): boolean {
  return intervals.some((interval) => interval.done < began && interval.endAsked > ended);
}

export function judgeFault(
  tally: Tally,
  attempt: Attempt,
  { code, retryable }: Extract<Answer, { kind: 'fault' }>,
  { known, mayBeDisabled }: { known: boolean; mayBeDisabled: boolean },
): void {
  const { intent, expiredTicket } = attempt;
  const about = { player: intent.player, keys: [intent.key] };
  if (retryable) {
    // A defect is no outage: no fault that is injected here may end in one.
    tally.check('I0', code !== 'INTERNAL', () => ({ what: 'answered INTERNAL', ...about }));
    return;
  }
  if (intent.refusal) {
    const right = code === intent.refusal || (code === 'FORBIDDEN' && mayBeDisabled);
    tally.check('I0', right, () => ({ what: `answered ${code}, not ${intent.refusal}`, ...about }));
    return;
  }
  if (code === 'FORBIDDEN' && mayBeDisabled) {
    tally.check('I10', true, () => ({ what: '', ...about }));
    return;
  }
  const expired = code === 'FORBIDDEN' && expiredTicket;
  const invariant = expired ? 'I7' : 'I0';
  tally.check(invariant, expired && !known, () => ({
    what: expired
      ? `key ${intent.key} had its outcome, and a retry with an expired ticket is not told it`
      : `answered ${code}, though it may be asked`,
    ...about,
  }));
}
