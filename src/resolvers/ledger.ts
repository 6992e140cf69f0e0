/** ledger: a player's ledger entries, newest first. */
import type { GraphQLResolveInfo, SelectionSetNode } from 'graphql';
import { NO_CONFIG } from '../domain/decide.ts';
import { type TierState, tierOf } from '../domain/player-state.ts';
import type { BalanceRules } from '../domain/rules.ts';
import { decodeCursor, encodeCursor } from '../ledger/page.ts';
import { ledgerOrder } from '../ledger/read-entries.ts';
import { type LedgerEntryRow, ledgerPosition, readLedger } from '../ledger/read-ledger.ts';
import { builder } from '../schema/builder.ts';
import { ChangeCause, RewardClaim } from '../schema/claim.ts';
import { filterOf, HistoryFilter } from '../schema/inputs.ts';
import { NextTier } from '../schema/player.ts';
import { requireOwn } from './authorise.ts';
import { defineConnection, PAGE } from './define-query.ts';
import { FaultError } from './observe.ts';

interface Entry extends LedgerEntryRow {
  /** The tier of the player before and after the claim, null where the config had none; null where the query did not ask for it. */
  readonly tier: { readonly before: TierState | null; readonly after: TierState | null } | null;
}

/** Tiers are read only if one of these fields is selected, in the same request. */
const TIER_FIELDS = new Set([
  'tierBefore',
  'tierAfter',
  'lifetimePointsBefore',
  'lifetimePointsAfter',
  'nextTier',
]);

const LedgerEntry = builder.objectRef<Entry>('LedgerEntry').implement({
  description: 'One balance moved, and why. Entries are never changed or removed.',
  fields: (t) => ({
    resource: t.expose('resource', { type: 'ResourceName' }),
    sequence: t.expose('sequence', {
      type: 'SafeInt',
      description: 'From 1 per player and resource, without gaps.',
    }),
    before: t.expose('before', {
      type: 'SafeInt',
      description: 'The `after` of the previous entry of this resource.',
    }),
    after: t.expose('after', { type: 'SafeInt' }),
    delta: t.expose('delta', { type: 'SafeInt' }),
    requested: t.expose('requested', {
      type: 'SafeInt',
      description: 'It differs from `delta` where a floor or ceiling clamped it.',
    }),
    cause: t.expose('cause', { type: ChangeCause }),
    playerVersion: t.field({ type: 'SafeInt', resolve: ({ claim }) => claim.playerVersion }),
    recordedAt: t.field({ type: 'DateTime', resolve: ({ claim }) => claim.claimedAt }),
    claim: t.expose('claim', { type: RewardClaim }),
    tierBefore: t.string({
      nullable: true,
      description:
        "The tier before the claim. It is the entry's player's, by the tiers of the claim's config version. Null below the first tier, and where that version has no tiers.",
      resolve: (entry) => tiersOf(entry).before?.name ?? null,
    }),
    tierAfter: t.string({
      nullable: true,
      description: 'The tier after the claim. Null as tierBefore.',
      resolve: (entry) => tiersOf(entry).after?.name ?? null,
    }),
    lifetimePointsBefore: t.field({
      type: 'SafeInt',
      nullable: true,
      description:
        'The lifetime points before the claim, whatever this entry moved. Null where there were no tiers.',
      resolve: (entry) => tiersOf(entry).before?.lifetimePoints ?? null,
    }),
    lifetimePointsAfter: t.field({
      type: 'SafeInt',
      nullable: true,
      description: 'The lifetime points after the claim. Null where there were no tiers.',
      resolve: (entry) => tiersOf(entry).after?.lifetimePoints ?? null,
    }),
    nextTier: t.field({
      type: NextTier,
      nullable: true,
      description: 'The next tier after the claim, and what was missing. Null at the highest tier.',
      resolve: (entry) => tiersOf(entry).after?.next ?? null,
    }),
  }),
});

/** A page that was read without tiers is a defect of ours if they are asked for. */
function tiersOf({ tier }: Entry): NonNullable<Entry['tier']> {
  if (!tier) throw new Error('tiers were asked of a page that was read without them');
  return tier;
}

/** Under the tiers of each claim's own config version: the tier that the player had then. */
function withTiers(rows: readonly LedgerEntryRow[]): Entry[] {
  const byVersion = new Map<number, BalanceRules['tiers']>();
  for (const { tiers, claim } of rows) if (tiers) byVersion.set(claim.configVersion, tierRulesOf(tiers));
  return rows.map((row) => {
    const tiers = byVersion.get(row.claim.configVersion);
    const { lifetime } = row;
    if (tiers === undefined || !lifetime) throw new FaultError(NO_CONFIG);
    const tierAt = (points: number) => tiers && tierOf({ [tiers.resource]: points }, { tiers });
    return { ...row, tier: { before: tierAt(lifetime.before), after: tierAt(lifetime.after) } };
  });
}

function tierRulesOf({ resource, tiers }: NonNullable<LedgerEntryRow['tiers']>): BalanceRules['tiers'] {
  return resource === null || tiers === null ? null : { resource, tiers };
}

/**
 * Whether one of `names` is selected below `path`, the fields on the way down from the resolved one. Directives are ignored.
 * Each fragment is visited once per step of the path, because fragments that spread each other several times would otherwise
 * take exponential time.
 */
function selects(
  { fieldNodes, fragments }: GraphQLResolveInfo,
  path: readonly string[],
  names: ReadonlySet<string>,
): boolean {
  const visited = new Set<string>();
  const isNew = (name: string, rest: readonly string[]): boolean => {
    const key = `${rest.length} ${name}`;
    return !visited.has(key) && visited.add(key) !== undefined;
  };
  const found = (set: SelectionSetNode | undefined, rest: readonly string[]): boolean =>
    set?.selections.some((node) => {
      if (node.kind === 'InlineFragment') return found(node.selectionSet, rest);
      const name = node.name.value;
      if (node.kind === 'FragmentSpread')
        return isNew(name, rest) && found(fragments[name]?.selectionSet, rest);
      const [step, ...below] = rest;
      if (step === undefined) return names.has(name);
      return name === step && found(node.selectionSet, below);
    }) ?? false;
  return fieldNodes.some(({ selectionSet }) => found(selectionSet, path));
}

export const ledger = defineConnection({
  name: 'ledger',
  description: `A player's ledger entries, newest first; ${PAGE.defaultSize} per page, at most ${PAGE.maxSize}. Those of archived claims are not listed: \`claim\` finds them.`,
  type: LedgerEntry,
  actors: ['player', 'server', 'staff'],
  args: (t) => ({ playerId: t({ type: 'PlayerId', required: true }), filter: t({ type: HistoryFilter }) }),
  authorisePlayer: ({ playerId }, { actor, note }) => {
    note({ player: playerId });
    requireOwn(actor, playerId);
  },
  cursor: (args) => {
    const filter = filterOf(args.filter);
    const order = ledgerOrder(filter);
    return {
      toCursor: (entry: Entry) => encodeCursor(order.list, ledgerPosition(entry, filter)),
      isValid: (cursor) => decodeCursor(order, cursor) !== null,
    };
  },
  resolve: async ({ playerId, filter }, page, { actor, info, read }) => {
    const tiers = selects(info, ['edges', 'node'], TIER_FIELDS);
    const request = { playerId, filter: filterOf(filter), page, withTiers: tiers };
    const rows = await read((database) => readLedger(database, actor, request));
    return tiers ? withTiers(rows) : rows.map((row) => ({ ...row, tier: null }));
  },
  example: { playerId: 'player-1', first: 20 },
});
