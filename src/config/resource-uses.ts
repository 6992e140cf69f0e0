/** Every place where a document gives or takes a resource by name, so that each check of them sees all of them. */
import type { BalanceDocument } from './schema.ts';

export interface ResourceUse {
  readonly path: readonly PropertyKey[];
  readonly resource: string;
  readonly kind: 'reward' | 'grant' | 'cost' | 'give' | 'draw';
}

export function resourceUses({
  claimTypes,
  levels,
  exchanges,
  drawTables,
}: BalanceDocument): readonly ResourceUse[] {
  const uses: ResourceUse[] = [];
  const add = (kind: ResourceUse['kind'], path: readonly PropertyKey[], record: object) => {
    for (const resource of Object.keys(record)) uses.push({ path: [...path, resource], resource, kind });
  };
  for (const [type, { rewards }] of Object.entries(claimTypes))
    add('reward', ['claimTypes', type, 'rewards'], rewards);
  for (const [name, { costs, gives }] of Object.entries(exchanges)) {
    add('cost', ['exchanges', name, 'costs'], costs);
    add('give', ['exchanges', name, 'gives'], gives);
  }
  for (const [table, { outcomes }] of Object.entries(drawTables)) {
    for (const [outcome, { gives }] of Object.entries(outcomes))
      add('draw', ['drawTables', table, 'outcomes', outcome, 'gives'], gives);
  }
  add('grant', ['levels', 'grants'], levels.grants);
  return uses;
}
