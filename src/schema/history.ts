/** ledger and claims: a player's history as Relay connections, newest first, paged by key. */
import { resolveCursorConnection } from '@pothos/plugin-relay';
import { encodeCursor } from '../ledger/page.ts';
import { CLAIMS, type ClaimRow } from '../ledger/read-claims.ts';
import { type LedgerEntryRow, type LedgerFilter, ledgerList, ledgerPosition } from '../ledger/read-ledger.ts';
import { claims, isPageSize, ledger, MAX_PAGE_SIZE, type PageArguments } from '../resolvers/ledger.ts';
import { builder } from './builder.ts';
import { BalanceChange, RewardClaim } from './reward-claim.ts';

const PAGE = { defaultSize: 20, maxSize: MAX_PAGE_SIZE } as const;

/** Without the page sizes that the resolver is about to refuse: Pothos would throw before it, or cut them silently. */
function soundPage({ first, last, ...cursors }: PageArguments): PageArguments {
  return {
    ...cursors,
    first: first && !isPageSize(first) ? null : first,
    last: last && !isPageSize(last) ? null : last,
  };
}

const HistoryFilter = builder.inputType('HistoryFilter', {
  description: 'Narrows a history; what is left out does not narrow it.',
  fields: (t) => ({
    resource: t.field({ type: 'ResourceName' }),
    claimType: t.field({
      type: 'ClaimType',
      description: 'Also `manual_reward`, `spend_stat_points` and `reversal`.',
    }),
    from: t.field({ type: 'DateTime', description: 'From this moment on.' }),
    to: t.field({ type: 'DateTime', description: 'Before this moment.' }),
  }),
});

function filterOf(filter: Partial<Record<keyof LedgerFilter, unknown>> | null | undefined): LedgerFilter {
  return { resource: null, claimType: null, from: null, to: null, ...(filter as Partial<LedgerFilter>) };
}

const LedgerEntry = builder.objectRef<LedgerEntryRow>('LedgerEntry').implement({
  description: 'One balance moved, and why. Entries are never changed or removed.',
  fields: (t) => ({
    resource: t.expose('resource', { type: 'ResourceName' }),
    sequence: t.expose('sequence', {
      type: 'SafeInt',
      description: 'From 1 for each player and resource, without gaps.',
    }),
    before: t.expose('before', {
      type: 'SafeInt',
      description: 'The `after` of the previous entry of this resource.',
    }),
    after: t.expose('after', { type: 'SafeInt' }),
    delta: t.expose('delta', { type: 'SafeInt' }),
    requested: t.expose('requested', {
      type: 'SafeInt',
      description: 'Differs from delta where a floor or ceiling cut it.',
    }),
    playerVersion: t.expose('playerVersion', { type: 'SafeInt' }),
    recordedAt: t.expose('recordedAt', { type: 'DateTime' }),
    claim: t.expose('claim', { type: RewardClaim }),
  }),
});

export const ClaimWithChanges = builder.objectRef<ClaimRow>('ClaimWithChanges').implement({
  description: 'A granted claim and everything that it moved.',
  fields: (t) => ({
    claim: t.field({ type: RewardClaim, resolve: (row) => row }),
    changes: t.expose('changes', { type: [BalanceChange] }),
  }),
});

builder.queryField('ledger', (t) =>
  t.connection({
    type: LedgerEntry,
    description: `A player's ledger entries, newest first; ${PAGE.defaultSize} to a page, ${PAGE.maxSize} at most.`,
    args: { playerId: t.arg({ type: 'PlayerId', required: true }), filter: t.arg({ type: HistoryFilter }) },
    resolve: (_, { playerId, filter, ...args }, context) =>
      resolveCursorConnection<Promise<LedgerEntryRow[]>>(
        {
          args: soundPage(args),
          ...PAGE,
          toCursor: (entry) =>
            encodeCursor(ledgerList(filterOf(filter)), ledgerPosition(entry, filterOf(filter))),
        },
        (page) => ledger({ playerId, filter: filterOf(filter), asked: args, page }, context),
      ),
  }),
);

builder.queryField('claims', (t) =>
  t.connection({
    type: ClaimWithChanges,
    description: `A player's granted claims, newest first; ${PAGE.defaultSize} to a page, ${PAGE.maxSize} at most.`,
    args: { playerId: t.arg({ type: 'PlayerId', required: true }), filter: t.arg({ type: HistoryFilter }) },
    resolve: (_, { playerId, filter, ...args }, context) =>
      resolveCursorConnection<Promise<ClaimRow[]>>(
        { args: soundPage(args), ...PAGE, toCursor: (row) => encodeCursor(CLAIMS, [row.playerVersion]) },
        (page) => claims({ playerId, filter: filterOf(filter), asked: args, page }, context),
      ),
  }),
);
