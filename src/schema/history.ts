/** ledger and claims: a player's history as Relay connections, newest first, paged by key. */
import { resolveCursorConnection } from '@pothos/plugin-relay';
import { encodeCursor } from '../ledger/page.ts';
import { CLAIMS, type ClaimRow } from '../ledger/read-claims.ts';
import { type LedgerFilter, ledgerList, ledgerPosition } from '../ledger/read-ledger.ts';
import { claims, type LedgerEntry as LedgerEntryShape, ledger } from '../resolvers/ledger.ts';
import { builder } from './builder.ts';
import { PAGE, soundPage } from './paging.ts';
import { NextTier } from './player.ts';
import { BalanceChange, ChangeCause, RewardClaim } from './reward-claim.ts';
import { selects } from './selected-fields.ts';

const HistoryFilter = builder.inputType('HistoryFilter', {
  description: 'Narrows a history; what is left out does not narrow it.',
  fields: (t) => ({
    resource: t.field({ type: 'ResourceName' }),
    claimType: t.field({
      type: 'ClaimType',
      description:
        'Also the names of exchanges, and the ledger’s own: `manual_reward`, `spend_stat_points`, `reversal`, `transfer`, `damage`, `healing`, `announcement`, `import`.',
    }),
    from: t.field({ type: 'DateTime', description: 'From this moment on.' }),
    to: t.field({ type: 'DateTime', description: 'Before this moment.' }),
  }),
});

function filterOf(filter: Partial<Record<keyof LedgerFilter, unknown>> | null | undefined): LedgerFilter {
  return { resource: null, claimType: null, from: null, to: null, ...(filter as Partial<LedgerFilter>) };
}

/** What makes a page read tiers, in the same request. */
const TIER_FIELDS = new Set([
  'tierBefore',
  'tierAfter',
  'lifetimePointsBefore',
  'lifetimePointsAfter',
  'nextTier',
]);
const TIER_OF_THEN =
  "Of the entry's player, by the tiers of the config version that the claim was computed with.";

const LedgerEntry = builder.objectRef<LedgerEntryShape>('LedgerEntry').implement({
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
    cause: t.expose('cause', { type: ChangeCause }),
    playerVersion: t.expose('playerVersion', { type: 'SafeInt' }),
    recordedAt: t.expose('recordedAt', { type: 'DateTime' }),
    claim: t.expose('claim', { type: RewardClaim }),
    tierBefore: t.string({
      nullable: true,
      description: `The tier before the claim. ${TIER_OF_THEN} Null below the first tier.`,
      resolve: (entry) => tierOf(entry).before.name,
    }),
    tierAfter: t.string({
      nullable: true,
      description: 'The tier after the claim. Null below the first tier.',
      resolve: (entry) => tierOf(entry).after.name,
    }),
    lifetimePointsBefore: t.field({
      type: 'SafeInt',
      description: 'The lifetime points before the claim, whatever this entry moved.',
      resolve: (entry) => tierOf(entry).before.lifetimePoints,
    }),
    lifetimePointsAfter: t.field({
      type: 'SafeInt',
      description: 'The lifetime points after the claim.',
      resolve: (entry) => tierOf(entry).after.lifetimePoints,
    }),
    nextTier: t.field({
      type: NextTier,
      nullable: true,
      description: 'The tier that came next after the claim, and what was missing. Null at the top.',
      resolve: (entry) => tierOf(entry).after.next,
    }),
  }),
});

/** A page that was read without tiers has none to show: a defect of ours, if it is ever asked for them. */
function tierOf({ tier }: LedgerEntryShape): NonNullable<LedgerEntryShape['tier']> {
  if (!tier) throw new Error('tiers of a page that was read without them');
  return tier;
}

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
    resolve: (_, { playerId, filter, ...args }, context, info) =>
      resolveCursorConnection<Promise<LedgerEntryShape[]>>(
        {
          args: soundPage(args),
          ...PAGE,
          toCursor: (entry) =>
            encodeCursor(ledgerList(filterOf(filter)), ledgerPosition(entry, filterOf(filter))),
        },
        (page) => {
          const withTiers = selects(info, ['edges', 'node'], TIER_FIELDS);
          return ledger({ playerId, filter: filterOf(filter), asked: args, page, withTiers }, context);
        },
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
