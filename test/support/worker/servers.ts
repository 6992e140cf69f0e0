/** Game servers of the registry, made without the API. */
import { owner } from './ledger-state.ts';
import { fresh } from './service.ts';

export interface Bounds {
  readonly keyIds?: readonly string[];
  readonly operations?: readonly string[];
  readonly claimTypes?: readonly string[];
  readonly largestAmount?: number;
  readonly claimsPerHour?: number;
  readonly valuePerHour?: number;
}

/** A server of its own with these bounds. */
export async function registerServer(bounds: Bounds, id = fresh('server')): Promise<string> {
  await owner`SELECT onceward.set_server(onceward.register_actor('server', ${id}), ${JSON.stringify(bounds)}::jsonb)`;
  return id;
}

const onNewServer = { input: () => ({ serverId: fresh('server') }) };

/** What the scenes of these operations need: a server. */
export const ON_SERVERS = {
  setServer: onNewServer,
  disableServer: onNewServer,
  enableServer: { input: async () => ({ serverId: await registerServer({}) }) },
};
