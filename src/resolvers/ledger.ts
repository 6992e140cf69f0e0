/** ledger and claims: pages of a player's history, newest first. */
import { badInput } from '../domain/fault.ts';
import { decodeCursor, type PageRequest } from '../ledger/page.ts';
import { CLAIMS, type ClaimRow, readClaims } from '../ledger/read-claims.ts';
import { type LedgerEntryRow, type LedgerFilter, ledgerList, readLedger } from '../ledger/read-ledger.ts';
import type { RequestContext } from './context.ts';
import { FaultError } from './observe.ts';
import { readAndLog, requireOwn } from './read.ts';

export interface HistoryRequest {
  readonly playerId: string;
  readonly filter: LedgerFilter;
  /** What the client asked for, and what it comes to where that is sound. */
  readonly asked: PageArguments;
  readonly page: PageRequest;
}

export interface PageArguments {
  readonly first?: number | null | undefined;
  readonly last?: number | null | undefined;
  readonly after?: string | null | undefined;
  readonly before?: string | null | undefined;
}

export const MAX_PAGE_SIZE = 100;

export function isPageSize(size: number): boolean {
  return size >= 0 && size <= MAX_PAGE_SIZE;
}

export function ledger(request: HistoryRequest, context: RequestContext): Promise<LedgerEntryRow[]> {
  return readAndLog(context, 'ledger', async (read, actor, { note }) => {
    note({ player: request.playerId });
    requireOwn(actor, request.playerId);
    checkPage(request.asked, ledgerList(request.filter));
    return read((database) => readLedger(database, actor, request));
  });
}

export function claims(request: HistoryRequest, context: RequestContext): Promise<ClaimRow[]> {
  return readAndLog(context, 'claims', async (read, actor, { note }) => {
    note({ player: request.playerId });
    requireOwn(actor, request.playerId);
    checkPage(request.asked, CLAIMS);
    return read((database) => readClaims(database, actor, request));
  });
}

/** Judged here and not while arguments are parsed: after permission, and with a line in the log. */
function checkPage({ first, last, after, before }: PageArguments, list: string): void {
  for (const [field, size] of Object.entries({ first, last })) {
    if (size && !isPageSize(size)) {
      throw new FaultError(badInput(field, `must be an integer from 0 to ${MAX_PAGE_SIZE}`));
    }
  }
  for (const [field, cursor] of Object.entries({ after, before })) {
    // An empty list has empty cursors; they stand for its beginning.
    if (cursor && decodeCursor(list, cursor) === null) {
      const problem =
        'not a cursor of this list (same player, same filter); take it from pageInfo or an edge';
      throw new FaultError(badInput(field, problem));
    }
  }
}
