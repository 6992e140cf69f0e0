/** writeNote: what staff write about a player. The claim of the action holds digests, so the text is in one place, under the player. */
import { sha256 } from './canonical.ts';
import type { Intent } from './decide.ts';
import { type ActionKind, type DecidedAction, decideAction } from './staff-action.ts';
import type { NoteText } from './values.ts';

export const WRITE_NOTE = {
  name: 'writeNote',
  claimType: 'note',
  permission: 'note:write',
} as const satisfies ActionKind;

export interface WriteNote {
  readonly playerId: string;
  readonly text: NoteText;
}

export function decideWriteNote(intent: Intent, { playerId, text }: WriteNote): DecidedAction {
  // With the key, so that the same text gives the same digest under the same key alone.
  const digest = (value: string) => `sha256:${sha256(`${intent.idempotencyKey}\n${value}`)}`;
  const input = { playerId: digest(playerId), text: digest(text) };
  const effect = { kind: 'note.write', player: playerId, text };
  return decideAction({ intent, kind: WRITE_NOTE, input, effect });
}
