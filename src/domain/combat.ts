/**
 * applyDamage and heal: a game server changes a player's current health, between 0 and the maximum of the player's stats. The
 * kernel starts from the balance that it finds, so concurrent changes are never overwritten.
 */
import { type Decision, decide, type Intent, lookup } from './decide.ts';
import type { Fault } from './fault.ts';
import type { OperationKind } from './operation.ts';
import { give, resourceRule, take } from './postings.ts';
import type { PositiveInt } from './values.ts';

export const APPLY_DAMAGE = {
  name: 'applyDamage',
  claimType: 'damage',
  permission: 'reward:claim',
} as const satisfies OperationKind;

export const HEAL = {
  name: 'heal',
  claimType: 'healing',
  permission: 'reward:claim',
} as const satisfies OperationKind;

export interface HealthChange {
  readonly amount: PositiveInt;
  /** Where it came from, such as an encounter. Kept with the claim. */
  readonly source: string | null;
}

/** Damage beyond the player's health is cut off. */
export function decideApplyDamage(intent: Intent, change: HealthChange): Decision {
  return decideHealthChange(intent, change, APPLY_DAMAGE);
}

/** Healing beyond the player's maximum is cut off. */
export function decideHeal(intent: Intent, change: HealthChange): Decision {
  return decideHealthChange(intent, change, HEAL);
}

function decideHealthChange(
  intent: Intent,
  { amount, source }: HealthChange,
  kind: typeof APPLY_DAMAGE | typeof HEAL,
): Decision {
  return decide({ intent, kind, input: { amount, source } }, (rules) => {
    if (!rules.combat) return lookup(NO_COMBAT);
    const health = resourceRule(rules, rules.combat.health);
    const posting = kind === APPLY_DAMAGE ? take(health, amount) : give(health, amount);
    return {
      kind: 'commit',
      claimType: kind.claimType,
      // Two equal hits are two events: the client's key is the only name of each.
      claimKey: intent.idempotencyKey,
      postings: [{ ...posting, atLimit: 'clamp' }],
    };
  });
}

const NO_COMBAT: Fault = {
  code: 'BAD_USER_INPUT',
  field: null,
  message: 'The balance config has no combat: set combat.health to the resource that damage takes',
};
