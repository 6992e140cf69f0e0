/**
 * freezePlayer and unfreezePlayer: staff stop what a player gains and spends, and let it go on (drizzle/kernel/79_freeze.sql). They
 * move nothing; a player who is frozen already stays so.
 */
import { type Decision, decide, type Intent } from './decide.ts';
import type { OperationKind } from './operation.ts';
import type { Reason } from './values.ts';

export const FREEZE_PLAYER = {
  name: 'freezePlayer',
  claimType: 'freeze',
  permission: 'player:freeze',
} as const satisfies OperationKind;

export const UNFREEZE_PLAYER = {
  name: 'unfreezePlayer',
  claimType: 'unfreeze',
  permission: 'player:freeze',
} as const satisfies OperationKind;

interface Freeze {
  readonly reason: Reason;
}

const decideFreeze =
  (kind: typeof FREEZE_PLAYER | typeof UNFREEZE_PLAYER) =>
  (intent: Intent, { reason }: Freeze): Decision =>
    decide({ intent, kind, input: { reason } }, () => ({
      kind: 'commit',
      claimType: kind.claimType,
      // A player can be frozen any number of times: the client's key is the only name of each.
      claimKey: intent.idempotencyKey,
      freezes: kind === FREEZE_PLAYER,
      reason,
    }));

export const decideFreezePlayer = decideFreeze(FREEZE_PLAYER);
export const decideUnfreezePlayer = decideFreeze(UNFREEZE_PLAYER);
