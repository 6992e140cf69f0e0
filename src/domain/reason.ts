/** The reason that staff give for what they do by hand: short enough to read, long enough to mean something. */
import { badInput, type Fault } from './fault.ts';

/** In characters; kept with the claim forever. */
export const REASON_LENGTH = { min: 3, max: 500 } as const;

export function checkReason(reason: string): Fault | null {
  const { min, max } = REASON_LENGTH;
  if ([...reason.trim()].length >= min && [...reason].length <= max) return null;
  return badInput('reason', `must have ${min} to ${max} characters, so that the ledger explains itself`);
}
