/** Which faults an attempt may be answered with, and whether its staff member or server may have been disabled at the time. */
import type { Answer, Attempt } from '../clients/journal.ts';
import type { ExpectedFault } from '../schedule/intent.ts';
import type { Tally } from './tally.ts';

/** In ticks of the journal: they may be disabled between the outer two times, and certainly is between the inner two. */
export interface DisabledInterval {
  /** Of the staff member or server. */
  readonly id: string;
  readonly disableSentAt: number;
  disabledAt: number;
  enableSentAt: number;
  enabledAt: number;
  /** In milliseconds since 1970. */
  enableSentMs?: number;
}

type Span = Pick<Attempt, 'intent' | 'began' | 'ended'>;

export function mayBeDisabled(
  intervals: readonly DisabledInterval[],
  { intent, began, ended }: Span,
): boolean {
  return intervals.some(
    ({ id, disableSentAt, enabledAt }) =>
      id === intent.actor.id && disableSentAt < ended && enabledAt > began,
  );
}

/** Disabled during the whole attempt. */
export function isCertainlyDisabled(
  intervals: readonly DisabledInterval[],
  { intent, began, ended }: Span,
): boolean {
  return intervals.some(
    ({ id, disabledAt, enableSentAt }) =>
      id === intent.actor.id && disabledAt < began && enableSentAt > ended,
  );
}

/** The error that follows from the request alone. */
export function expectedFaultOf({ intent, secondMutation }: Attempt): ExpectedFault | undefined {
  return secondMutation ? 'BAD_USER_INPUT' : intent.expectedFault;
}

/** What expires soon cannot be announced any more, by the clock of an isolate that may be hours ahead. */
function mayHaveExpired({ intent: { operation }, sent: { expiresAt } }: Attempt): boolean {
  return operation === 'announceReward' && expiresAt !== undefined;
}

/** `outcomeKnown`: the key had an outcome before the attempt began. */
export function checkFault(
  tally: Tally,
  attempt: Attempt,
  { code, retryable }: Extract<Answer, { kind: 'fault' }>,
  { outcomeKnown, mayBeDisabled }: { outcomeKnown: boolean; mayBeDisabled: boolean },
): void {
  const { intent, expiredTicket, injected } = attempt;
  const expectedFault = expectedFaultOf(attempt);
  const about = { player: intent.player, keys: [intent.key] };
  if (retryable) {
    // INTERNAL is a defect. Of the injected faults only a poison is one, and only of the operation that it was injected into.
    tally.check('I0', code !== 'INTERNAL' || injected.lane === 'poison', () => ({
      what: 'answered INTERNAL',
      ...about,
    }));
    return;
  }
  if (expectedFault) {
    const isRight = code === expectedFault || (code === 'FORBIDDEN' && mayBeDisabled);
    tally.check('I0', isRight, () => ({ what: `answered ${code}, expected ${expectedFault}`, ...about }));
    return;
  }
  if (code === 'BAD_USER_INPUT' && mayHaveExpired(attempt)) {
    tally.check('I0', true, () => ({ what: '', ...about }));
    return;
  }
  if (code === 'FORBIDDEN' && mayBeDisabled) {
    tally.check('I10', true, () => ({ what: '', ...about }));
    return;
  }
  if (code === 'FORBIDDEN' && expiredTicket) {
    tally.check('I7', !outcomeKnown, () => ({
      what: `key ${intent.key} had an outcome, but a retry with an expired ticket was not answered with it`,
      ...about,
    }));
    return;
  }
  tally.check('I0', false, () => ({ what: `answered ${code}, but the request is permitted`, ...about }));
}
