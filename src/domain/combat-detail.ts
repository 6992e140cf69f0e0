/** What a claim of damage or healing records besides what it moved, read from its stored input. */

export interface CombatDetail {
  /** Of damage: one of the config's types. */
  readonly type: string | null;
  readonly source: string | null;
}

/** The names of the mutations of combat.ts. */
const OPERATIONS: readonly string[] = ['applyDamage', 'heal'];

/** Null: the claim is neither damage nor healing. */
export function combatDetailOf(operation: string, input: unknown): CombatDetail | null {
  if (!OPERATIONS.includes(operation)) return null;
  const { type = null, source = null } = input as Partial<CombatDetail>;
  return { type, source };
}
