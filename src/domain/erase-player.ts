/**
 * erasePlayer: a staff member erases a player. The claim of the action holds an HMAC of the player's ID alone, with a secret of the
 * service, so that nobody finds the ID again who has the database.
 */
import { createHmac } from 'node:crypto';
import type { Intent } from './decide.ts';
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

/** By which a receipt is found for an ID. */
export function erasureDigest(secret: string, playerId: string): string {
  return `hmac:${createHmac('sha256', secret).update(`erasure\n${playerId}`).digest('hex')}`;
}

export function decideErasePlayer(intent: Intent, { playerId, digest, reason }: ErasePlayer): DecidedAction {
  const input = { player: digest, reason };
  const effect = { kind: 'player.erase', player: playerId, digest, reason };
  return decideAction({ intent, kind: ERASE_PLAYER, input, reason, effect });
}
