/** integrity: staff look whether the ledger is sound, some players at a time. */
import { badInput, forbidden } from '../domain/fault.ts';
import { type IntegrityPage, readIntegrity } from '../ledger/read-integrity.ts';
import type { RequestContext } from './context.ts';
import { FaultError } from './observe.ts';
import { readAndLog } from './read.ts';

/** So that a page ends well within the database's time limit for one statement. */
export const MAX_PLAYERS_PER_PAGE = 500;

export function integrity(
  { after, players }: { after: string | null; players: number },
  context: RequestContext,
): Promise<IntegrityPage> {
  return readAndLog(context, 'integrity', async (read, actor) => {
    if (actor.kind !== 'staff') throw new FaultError(forbidden('Only staff may check the ledger'));
    if (players < 1 || players > MAX_PLAYERS_PER_PAGE)
      throw new FaultError(badInput('players', `must be 1 to ${MAX_PLAYERS_PER_PAGE}`));
    const [page] = await read((database) => readIntegrity(database, actor, { after: after ?? '', players }));
    if (!page) throw new Error('integrity_page brought no row');
    return page;
  });
}
