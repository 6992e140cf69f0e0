/** balanceConfig: a published balance config, as it was published. Not for players: it tells what is to come. */
import { forbidden } from '../domain/fault.ts';
import { type PublishedConfigRow, readConfigAs } from '../ledger/read-config.ts';
import type { RequestContext } from './context.ts';
import { FaultError } from './observe.ts';
import { readAndLog } from './read.ts';

/** Null: no such version. */
export function balanceConfig(
  version: number | null,
  context: RequestContext,
): Promise<PublishedConfigRow | null> {
  return readAndLog(context, 'balanceConfig', async (read, actor) => {
    if (actor.kind === 'player')
      throw new FaultError(forbidden('The balance config is shown to servers and staff'));
    const [row] = await read((database) => readConfigAs(database, actor, version ?? 'current'));
    return row ?? null;
  });
}
