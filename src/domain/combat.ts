/**
 * applyDamage and heal: a game server changes a player's current health, or a staff member corrects it, between 0 and the maximum
 * of the player's stats. The kernel starts from the balance that it finds, so concurrent changes are never overwritten.
 */
import { type Decision, decide, type Intent, lookup, type Plan } from './decide.ts';
import { badInput, type Fault } from './fault.ts';
import type { Posting } from './moves.ts';
import type { OperationKind } from './operation.ts';
import { give, take } from './postings.ts';
import type { CombatRules } from './rules.ts';
import type { PositiveInt, Reason } from './values.ts';

export const APPLY_DAMAGE = {
  name: 'applyDamage',
  claimType: 'damage',
  permission: 'combat:correct',
} as const satisfies OperationKind;

export const HEAL = {
  name: 'heal',
  claimType: 'healing',
  permission: 'combat:correct',
} as const satisfies OperationKind;

export interface HealthChange {
  readonly amount: PositiveInt;
  /** Where it came from, such as an encounter. Kept with the claim. */
  readonly source: string | null;
  /** Required of staff. */
  readonly reason: Reason | null;
}

export interface Damage extends HealthChange {
  /** One of the config's list; null: the config has none. */
  readonly type: string | null;
}

/** Damage beyond the player's health is cut off. */
export function decideApplyDamage(intent: Intent, { type, ...change }: Damage): Decision {
  return decide(
    { intent, kind: APPLY_DAMAGE, input: { type, ...inputOf(change) } },
    ({ combat, resources }) => {
      const health = resources.get(combat?.health ?? '');
      const fault = combat && health ? checkType(type, combat) : NO_COMBAT;
      if (!health || fault) return lookup(fault ?? NO_COMBAT);
      return changeOf(intent, change, {
        claimType: APPLY_DAMAGE.claimType,
        posting: take(health, change.amount),
      });
    },
  );
}

/** Healing beyond the player's maximum is cut off. */
export function decideHeal(intent: Intent, change: HealthChange): Decision {
  return decide({ intent, kind: HEAL, input: inputOf(change) }, ({ combat, resources }) => {
    const health = resources.get(combat?.health ?? '');
    if (!health) return lookup(NO_COMBAT);
    return changeOf(intent, change, { claimType: HEAL.claimType, posting: give(health, change.amount) });
  });
}

function inputOf({ amount, source, reason }: HealthChange) {
  return { amount, source, reason };
}

function changeOf(
  { idempotencyKey }: Intent,
  { reason }: HealthChange,
  { claimType, posting }: { readonly claimType: string; readonly posting: Posting },
): Plan {
  // Two equal hits are two events: the client's key is the only name of each.
  const claim = { claimType, claimKey: idempotencyKey };
  return { kind: 'commit', ...claim, postings: [{ ...posting, atLimit: 'clamp' }], reason };
}

function checkType(type: string | null, { damageTypes }: CombatRules): Fault | null {
  const list = damageTypes.join(', ');
  if (damageTypes.length === 0)
    return type === null ? null : badInput('type', 'leave it out: the balance config has no damageTypes');
  if (type === null) return badInput('type', `required; the balance config allows: ${list}`);
  return damageTypes.includes(type)
    ? null
    : badInput('type', `is no damage type; the balance config allows: ${list}`);
}

const NO_COMBAT: Fault = {
  code: 'BAD_USER_INPUT',
  field: null,
  message: 'The balance config has no combat: set combat.health to the resource that damage takes',
};
