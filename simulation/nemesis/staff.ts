/** The staff of a seed: their rows, made before it begins, and enabled again after they were disabled. */
import { withClient } from '../../cli/connect.ts';
import { addStaff } from '../../cli/staff-store.ts';
import { staffOf, type World } from '../schedule/world.ts';

export async function hireStaff(ownerDatabaseUrl: string, world: World): Promise<void> {
  for (const member of staffOf(world)) await addStaff(ownerDatabaseUrl, member);
}

/** Throws where the answer was lost. */
export async function enableStaff(ownerDatabaseUrl: string, id: string): Promise<boolean> {
  const { rowCount } = await withClient(ownerDatabaseUrl, (client) =>
    client.query('UPDATE onceward.staff SET disabled_at = NULL WHERE id = $1', [id]),
  );
  return rowCount === 1;
}
