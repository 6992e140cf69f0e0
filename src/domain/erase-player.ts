/**
 * erasePlayer: a staff member erases a player. The claim of the action holds an HMAC of the player's ID alone, with a secret of the
 * service, so that nobody finds the ID again who has the database.
 */
import { createHmac } from 'node:crypto';
import type { Intent } from './decide.ts';
import { badInput, type Fault } from './fault.ts';
import { type ActionKind, type DecidedAction, decideAction } from './staff-action.ts';
import type { Reason } from './values.ts';

export const ERASE_PLAYER = {
  name: 'erasePlayer',
  claimType: 'erasure',
  permission: 'player:erase',
} as const satisfies ActionKind;

export interface ErasePlayer {
  readonly playerId: string;
  /** What the receipt has instead of the ID. */
  readonly digest: string;
  readonly reason: Reason;
}

/** A shorter ID may be part of any text. */
const MIN_NAMED = 6;

/** The reason is logged, and the log is not searched. */
export function checkReason(playerId: string, reason: string): Fault | null {
  const names = playerId.length >= MIN_NAMED && reason.includes(playerId);
  return names ? badInput('reason', 'must not contain the ID of the player') : null;
}

/** By which a receipt is found for an ID. */
export function erasureDigest(secret: string, playerId: string): string {
  return `hmac:${createHmac('sha256', secret).update(`erasure\n${playerId}`).digest('hex')}`;
}

export function decideErasePlayer(intent: Intent, { playerId, digest, reason }: ErasePlayer): DecidedAction {
  const input = { player: digest, reason };
  const effect = { kind: 'player.erase', player: playerId, digest, reason };
  return decideAction({ intent, kind: ERASE_PLAYER, input, reason, effect });
}
