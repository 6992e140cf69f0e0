/** unsettledClaims: what is owed and not yet paid. Players see their own; servers and staff see all. */
import { forbidden } from '../domain/fault.ts';
import type { PageRequest } from '../ledger/page.ts';
import {
  isUnsettledCursor,
  readUnsettled,
  type UnsettledClaim,
  type UnsettledFilter,
} from '../ledger/read-unsettled.ts';
import { ownId, type RequestContext } from './context.ts';
import { FaultError } from './observe.ts';
import { checkPage, type PageArguments } from './paging.ts';
import { readAndLog } from './read.ts';

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
    const own = ownId(context);
    const playerId = filter.playerId ?? own;
    note({ player: playerId });
    if (own !== null && playerId !== own)
      throw new FaultError(forbidden('A player sees themselves alone', 'filter.playerId'));
    checkPage(asked, isUnsettledCursor);
    return read((database) => readUnsettled(database, actor, { filter: { ...filter, playerId }, page }));
  });
}
