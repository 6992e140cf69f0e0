/** The old names of pending.ts, until the tests of test/systems use the typed client. */
import { withToken } from './client.ts';
import type { Result } from './mutations.ts';
import { announce, pendingKeys, pendingRewards } from './pending.ts';
import type { PendingFilter } from './schema-types.ts';
import type { SendOptions } from './service.ts';

export const announced = announce;
export const owedKeys = pendingKeys;

export function unsettled(filter: PendingFilter | null, { token }: SendOptions): Promise<Result[]> {
  return pendingRewards(withToken(token), filter);
}
