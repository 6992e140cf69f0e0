/** unsettledClaims: what is owed and not yet paid. Players see their own; servers and staff see all. */
import type { PageRequest } from '../ledger/page.ts';
import {
  isUnsettledCursor,
  readUnsettled,
  type UnsettledClaim,
  type UnsettledFilter,
} from '../ledger/read-unsettled.ts';
import { ownId, type RequestContext } from './context.ts';
import { checkPage, type PageArguments } from './paging.ts';
import { readAndLog, requireOwn } from './read.ts';

export interface UnsettledRequest {
  readonly filter: UnsettledFilter;
  /** What the client asked for, and what it comes to where that is sound. */
  readonly asked: PageArguments;
  readonly page: PageRequest;
}

export function unsettledClaims(
  { filter, asked, page }: UnsettledRequest,
  context: RequestContext,
): Promise<UnsettledClaim[]> {
  return readAndLog(context, 'unsettledClaims', async (read, actor, { note }) => {
    const playerId = filter.playerId ?? ownId(context);
    note({ player: playerId });
    requireOwn(actor, playerId, 'filter.playerId');
    checkPage(asked, isUnsettledCursor);
    return read((database) => readUnsettled(database, actor, { filter: { ...filter, playerId }, page }));
  });
}
