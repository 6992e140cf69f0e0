/** What claims record besides what they moved, read from their stored input. */

/** Of damage and healing. */
export interface CombatDetail {
  /** Of damage: one of the config's types. */
  readonly type: string | null;
  readonly source: string | null;
}

/** The names of the mutations of combat.ts. */
const COMBAT: readonly string[] = ['applyDamage', 'heal'];

/** Null: the claim is neither damage nor healing. */
export function combatDetailOf(operation: string, input: unknown): CombatDetail | null {
  if (!COMBAT.includes(operation)) return null;
  const { type = null, source = null } = input as Partial<CombatDetail>;
  return { type, source };
}

/** The option of a choose-one offer that the request named; null: there was nothing to choose. */
export function chosenIn(operation: string, input: unknown): string | null {
  if (operation !== 'exchange') return null;
  return (input as { readonly choose?: string }).choose ?? null;
}
