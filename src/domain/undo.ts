/**
 * Undoing an incident: the claims that a filter selects are reversed, newest first for each player. These are the actions of staff on
 * an undo, and the reversal that its steps repeat. The kernel selects, tries and reverses (drizzle/kernel/46_undo.sql).
 */
import type { Json } from './canonical.ts';
import { encodeClaimId } from './claim-id.ts';
import type { Decision, Intent } from './decide.ts';
import { decideReverseClaim } from './reverse-claim.ts';
import { type DecidedAction, decideAction } from './staff-action.ts';
import { constrained, type Reason } from './values.ts';

const KIND = { permission: 'undo:manage' } as const;
export const CREATE_UNDO = { ...KIND, name: 'createUndo', claimType: 'undo_creation' } as const;
export const RUN_UNDO = { ...KIND, name: 'runUndo', claimType: 'undo_start' } as const;
export const PAUSE_UNDO = { ...KIND, name: 'pauseUndo', claimType: 'undo_pause' } as const;
export const RESUME_UNDO = { ...KIND, name: 'resumeUndo', claimType: 'undo_resumption' } as const;
export const CANCEL_UNDO = { ...KIND, name: 'cancelUndo', claimType: 'undo_cancellation' } as const;

/** Players that one filter names. */
export const MAX_UNDO_PLAYERS = 1_000;

/** Which claims; all of it has to hold. */
export interface UndoFilter {
  /** A claim type or exchange, or one that the ledger reserves. */
  readonly type: string | null;
  readonly configVersion: number | null;
  /** When they were granted (ISO 8601, UTC): from this moment on, and before that one. */
  readonly from: string | null;
  readonly until: string | null;
  /** The game server that made them. */
  readonly server: string | null;
  readonly players: readonly string[] | null;
  /** All that a campaign granted or announced, or a ranking paid, and nothing else. */
  readonly campaign: number | null;
  readonly ranking: number | null;
}

export interface CreateUndo {
  readonly filter: UndoFilter;
  readonly ifInsufficient: 'refuse' | 'debt';
  readonly reason: Reason;
}

export function decideCreateUndo(intent: Intent, request: CreateUndo): DecidedAction {
  const { ifInsufficient, reason } = request;
  const filter: Record<string, Json> = {};
  for (const [name, value] of Object.entries(request.filter)) if (value !== null) filter[name] = value;
  const input = { filter, ifInsufficient, reason };
  const effect = { kind: 'undo.create', filter, debt: ifInsufficient === 'debt', reason };
  return decideAction({ intent, kind: CREATE_UNDO, input, reason, effect });
}

type UndoKind = typeof RUN_UNDO | typeof PAUSE_UNDO | typeof RESUME_UNDO | typeof CANCEL_UNDO;

/** An action that needs nothing but the undo. */
export function decideOnUndo(kind: UndoKind, effect: 'run' | 'pause' | 'resume' | 'cancel') {
  return (intent: Intent, { undoId }: { readonly undoId: number }): DecidedAction =>
    decideAction({ intent, kind, input: { undoId }, effect: { kind: `undo.${effect}`, undoId } });
}

const NO_CLAIM = constrained('ClaimId', encodeClaimId('0'.repeat(20), 1));
const NO_REASON = constrained('Reason', 'undo');

/** A reversal without its claim: what it says of the config and the day. The kernel sets everything else. */
export function undoTemplate(intent: Intent): Decision {
  return decideReverseClaim(intent, {
    claimId: NO_CLAIM,
    reopen: false,
    quantity: null,
    reason: NO_REASON,
    ifInsufficient: 'refuse',
  });
}
