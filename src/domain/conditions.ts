/** What a player must fulfil to claim or exchange something, and which of it they do not. Pure: also for screens. */
import type { Rejection } from './rejections.ts';
import type { Facts, PlayerCondition } from './rules.ts';

/** The text keys of the conditions that are not met, in their order. `inputs`: facts, and what they read of the player. */
export function unmetConditions(conditions: readonly PlayerCondition[], inputs: Facts): readonly string[] {
  return conditions.filter(({ when }) => !when(inputs)).map(({ text }) => text);
}

/** Why something is locked for this player: without the conditions that depend on facts, which only a claim has. */
export function lockedReasons(conditions: readonly PlayerCondition[], player: Facts): readonly string[] {
  return unmetConditions(
    conditions.filter(({ usesFacts }) => !usesFacts),
    player,
  );
}

/** The rejection that names what is not met, and keeps what was read of the player; null: everything is met. */
export function requirementsNotMet(
  claimType: string,
  { unmet, player }: { readonly unmet: readonly string[]; readonly player: Facts },
): Extract<Rejection, { kind: 'requirements_not_met' }> | null {
  if (unmet.length === 0) return null;
  return { kind: 'requirements_not_met', claimType, unmet, factsRead: player };
}
