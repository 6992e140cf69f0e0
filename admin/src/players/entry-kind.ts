// What an entry of a timeline is, and the words for it.
import type { TimelineEntry, TracedAttempt } from '@onceward/client';
import type { IconName } from '../ui/icon.tsx';
import { objectOf } from './explain.ts';

export type EntryKind = 'claim' | 'rejection' | 'reversal' | 'staff';

type Entry = Pick<TimelineEntry, 'attempt' | 'event'>;

/** What staff did is theirs, whatever it was; a reversal by staff is a reversal. */
export function kindOf({ attempt }: Entry): EntryKind {
  if (attempt === null) return 'staff';
  if (attempt.claim.type === 'reversal' && attempt.granted) return 'reversal';
  if (attempt.claim.actorKind === 'STAFF') return 'staff';
  return attempt.granted ? 'claim' : 'rejection';
}

export interface Look {
  readonly icon: IconName;
  readonly tone: 'good' | 'bad' | 'warn' | 'plain';
  readonly word: string;
}

export function lookOf({ attempt }: Entry): Look {
  if (attempt === null) return { icon: 'forbidden', tone: 'bad', word: 'Forbidden' };
  if (!attempt.granted) return { icon: 'rejected', tone: 'bad', word: 'Rejected' };
  if (attempt.claim.type === 'reversal') return { icon: 'reversal', tone: 'warn', word: 'Reversed' };
  if (attempt.claim.becamePending) return { icon: 'clock', tone: 'warn', word: 'Pending' };
  return { icon: 'granted', tone: 'good', word: 'Granted' };
}

/** Who acted, where it was not the player. */
export function actorOf({ claim }: Pick<TracedAttempt, 'claim'>): string | null {
  return claim.actorKind === 'PLAYER' ? null : `${claim.actorKind.toLowerCase()} ${claim.actorId}`;
}

/** What tells an attempt from others of its type, on the page of a player. */
export function aboutOf({ claim, rejection, input }: TracedAttempt, playerId: string): string {
  if (rejection !== null) return rejection;
  if (claim.type === 'announcement') {
    const { type, key } = objectOf(input);
    return `${type} ${key}`;
  }
  if (claim.operation === 'mergePlayer') {
    if (claim.counterpartyId === null) return 'a pending reward of the guest';
    const link = claim.playerId === playerId ? `from ${claim.counterpartyId}` : `into ${claim.playerId}`;
    return `${link} · ${claim.reason}`;
  }
  return claim.reason ?? claim.key;
}
