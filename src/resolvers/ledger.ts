/** ledger and claims: pages of a player's history, newest first. */
import { NO_CONFIG } from '../domain/command.ts';
import { type TierState, tierOf } from '../domain/player-state.ts';
import type { BalanceRules } from '../domain/rules.ts';
import { decodeCursor, type PageRequest } from '../ledger/page.ts';
import { CLAIMS_ORDER, type ClaimRow, readClaims } from '../ledger/read-claims.ts';
import { type LedgerEntryRow, type LedgerFilter, ledgerOrder, readLedger } from '../ledger/read-ledger.ts';
import type { RequestContext } from './context.ts';
import { FaultError } from './observe.ts';
import { checkPage, type PageArguments } from './paging.ts';
import { readAndLog, requireOwn } from './read.ts';

export interface HistoryRequest {
  readonly playerId: string;
  readonly filter: LedgerFilter;
  /** What the client asked for, and what it comes to where that is sound. */
  readonly asked: PageArguments;
  readonly page: PageRequest;
}

export interface LedgerEntry extends LedgerEntryRow {
  /** The tier of the entry's player before and after its claim; null where it was not asked for. */
  readonly tier: { readonly before: TierState; readonly after: TierState } | null;
}

export function ledger(
  request: HistoryRequest & { readonly withTiers: boolean },
  context: RequestContext,
): Promise<LedgerEntry[]> {
  return readAndLog(context, 'ledger', async (read, actor, { note }) => {
    note({ player: request.playerId });
    requireOwn(actor, request.playerId);
    const order = ledgerOrder(request.filter);
    checkPage(request.asked, (cursor) => decodeCursor(order, cursor) !== null);
    const rows = await read<LedgerEntryRow>((database) => readLedger(database, actor, request));
    return request.withTiers ? deriveTiers(rows) : rows.map((row) => ({ ...row, tier: null }));
  });
}

/** Under the tiers of each claim's own config version: an entry shows the tier of then, not what it would be today. */
function deriveTiers(rows: readonly LedgerEntryRow[]): LedgerEntry[] {
  const byVersion = new Map<number, BalanceRules['tiers']>();
  for (const { tiers, claim } of rows) if (tiers) byVersion.set(claim.configVersion, tiers);
  return rows.map((row) => {
    const tiers = byVersion.get(row.claim.configVersion);
    const { lifetime } = row;
    if (!tiers || !lifetime) throw new FaultError(NO_CONFIG);
    const tierAt = (points: number) => tierOf({ [tiers.resource]: points }, { tiers });
    return { ...row, tier: { before: tierAt(lifetime.before), after: tierAt(lifetime.after) } };
  });
}

export function claims(request: HistoryRequest, context: RequestContext): Promise<ClaimRow[]> {
  return readAndLog(context, 'claims', async (read, actor, { note }) => {
    note({ player: request.playerId });
    requireOwn(actor, request.playerId);
    checkPage(request.asked, (cursor) => decodeCursor(CLAIMS_ORDER, cursor) !== null);
    return read((database) => readClaims(database, actor, request));
  });
}
