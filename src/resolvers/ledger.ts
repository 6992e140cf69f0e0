/** ledger and claims: pages of a player's history, newest first. */
import { badInput } from '../domain/fault.ts';
import { decodeCursor, type PageRequest } from '../ledger/page.ts';
import { type ClaimRow, readClaims } from '../ledger/read-claims.ts';
import { type LedgerEntryRow, type LedgerFilter, readLedger } from '../ledger/read-ledger.ts';
import type { RequestContext } from './context.ts';
import { FaultError } from './observe.ts';
import { readAndLog, requireOwn } from './read.ts';

export interface HistoryRequest {
  readonly playerId: string;
  readonly filter: LedgerFilter;
  readonly page: PageRequest;
}

export function ledger(request: HistoryRequest, context: RequestContext): Promise<LedgerEntryRow[]> {
  return readAndLog(context, 'ledger', async (read, actor, { note }) => {
    note({ player: request.playerId });
    requireOwn(actor, request.playerId);
    checkCursors(request.page, request.filter.resource === null ? 2 : 1);
    return read((database) => readLedger(database, actor, request));
  });
}

export function claims(request: HistoryRequest, context: RequestContext): Promise<ClaimRow[]> {
  return readAndLog(context, 'claims', async (read, actor, { note }) => {
    note({ player: request.playerId });
    requireOwn(actor, request.playerId);
    checkCursors(request.page, 1);
    return read((database) => readClaims(database, actor, request));
  });
}

function checkCursors({ after, before }: PageRequest, parts: number): void {
  for (const [field, cursor] of Object.entries({ after, before })) {
    if (cursor !== undefined && decodeCursor(cursor, parts) === null) {
      throw new FaultError(badInput(field, 'not a cursor of this list (same player, same filter); take it from pageInfo or an edge'));
    }
  }
}
