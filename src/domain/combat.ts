/**
 * applyDamage and heal: a game server moves a player's current health, between 0 and what the player's stats allow. The
 * ledger reckons from the balance that it finds, so that nothing that happens beside it is overwritten.
 */
import { type Command, cannot, commit, type Decision, draftOperation, NO_CONFIG } from './command.ts';
import { badInput, type Fault } from './fault.ts';
import { MAX_AMOUNT } from './operation.ts';
import { give, resourceRule, take } from './postings.ts';

export const DAMAGE = 'damage';
export const HEALING = 'healing';

export interface HealthChange {
  readonly amount: number;
  /** What it came from, such as an encounter: kept with the claim. */
  readonly source: string | null;
}

export function checkHealthChange({ amount }: HealthChange): Fault | null {
  return amount < 1 ? badInput('amount', `must be an integer from 1 to ${MAX_AMOUNT}`) : null;
}

/** What is more than the player's health is cut off. */
export function decideApplyDamage(command: Command, change: HealthChange): Decision {
  return decide(command, change, 'applyDamage');
}

/** What is more than the player's maximum is cut off. */
export function decideHeal(command: Command, change: HealthChange): Decision {
  return decide(command, change, 'heal');
}

function decide(command: Command, { amount, source }: HealthChange, name: 'applyDamage' | 'heal'): Decision {
  const draft = draftOperation(command, { name, permission: 'reward:claim', input: { amount, source } });
  const { rules } = command;
  if (!rules) return cannot(draft, NO_CONFIG);
  if (!rules.combat) return cannot(draft, NO_COMBAT);
  const health = resourceRule(rules, rules.combat.health);
  const posting = name === 'heal' ? give(health, amount) : take(health, amount);
  return commit(draft, rules, {
    claimType: name === 'heal' ? HEALING : DAMAGE,
    claimKey: command.idempotencyKey,
    postings: [{ ...posting, atLimit: 'clamp' }],
  });
}

const NO_COMBAT: Fault = {
  code: 'BAD_USER_INPUT',
  field: null,
  message: 'The balance config names no health resource (combat.health): this game has no damage',
};
