/** What a frozen player may do all the same. What else only gives is held for staff; the rest is refused. */
import type { ClaimEffect, Posting } from './effect.ts';

/**
 * What staff take, reverse or release goes on, and so do announcements, health, and what moves counters alone. `chosen`: all of the
 * player's own postings but those of levels.
 */
export function passesFreeze(
  { reverses, announces, takes, releases, corrects }: ClaimEffect,
  chosen: readonly Posting[],
  isCounter: (resource: string) => boolean,
): boolean {
  const isOfStaff = reverses !== undefined || takes !== undefined || releases === true;
  const movesCounters = corrects === true || chosen.every(({ resource }) => isCounter(resource));
  return isOfStaff || announces !== undefined || movesCounters;
}
