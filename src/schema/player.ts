/** Player, and what is derived from balances: experience, tier and stats. */
import type { PlayerState, TierState } from '../domain/player-state.ts';
import type { PlayerAfter as PlayerAfterShape } from '../domain/receipt.ts';
import { builder, type SchemaTypes } from './builder.ts';

interface HeldResource {
  readonly resource: string;
  readonly amount: number;
  readonly regeneration: PlayerState['regenerations'][string] | null;
}

const Regeneration = builder.objectRef<NonNullable<HeldResource['regeneration']>>('Regeneration').implement({
  description: 'How the balance regenerates. The amount next to it includes regeneration up to now.',
  fields: (t) => ({
    upTo: t.expose('upTo', { type: 'SafeInt', description: 'The balance at which regeneration stops.' }),
    nextUnitAt: t.field({
      type: 'DateTime',
      nullable: true,
      description:
        'When the next unit arrives; null where the balance is full. In a receipt, an interval that was running when its length changed counts as if it had always had the new length.',
      resolve: ({ nextUnitAt }) => nextUnitAt?.toISOString() ?? null,
    }),
    fullAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When the balance will be full if nothing is spent; null where it is full.',
      resolve: ({ fullAt }) => fullAt?.toISOString() ?? null,
    }),
  }),
});

export const Balance = builder.objectRef<HeldResource>('Balance').implement({
  description: 'How much of a resource a player has.',
  fields: (t) => ({
    resource: t.expose('resource', { type: 'ResourceName' }),
    amount: t.expose('amount', {
      type: 'SafeInt',
      description: 'Includes regeneration up to now; of a counter or streak, what still counts.',
    }),
    regeneration: t.expose('regeneration', {
      type: Regeneration,
      nullable: true,
      description: 'Null for resources that do not regenerate.',
    }),
  }),
});

const Experience = builder.objectRef<NonNullable<PlayerState['experience']>>('Experience').implement({
  description: 'Progress between two levels.',
  fields: (t) => ({
    current: t.expose('current', { type: 'SafeInt' }),
    levelBeganAt: t.expose('levelBeganAt', { type: 'SafeInt' }),
    nextLevelAt: t.expose('nextLevelAt', {
      type: 'SafeInt',
      nullable: true,
      description: 'Null at the highest level.',
    }),
  }),
});

export const NextTier = builder.objectRef<NonNullable<TierState['next']>>('NextTier').implement({
  description: 'The next tier.',
  fields: (t) => ({
    name: t.exposeString('name'),
    from: t.expose('from', { type: 'SafeInt', description: 'The lifetime points at which it begins.' }),
    missing: t.expose('missing', { type: 'SafeInt', description: 'The lifetime points still missing.' }),
  }),
});

const Tier = builder.objectRef<TierState>('Tier').implement({
  description: 'The loyalty tier, which follows from lifetime points.',
  fields: (t) => ({
    name: t.exposeString('name', { nullable: true, description: 'Null below the first tier.' }),
    lifetimePoints: t.expose('lifetimePoints', { type: 'SafeInt' }),
    next: t.expose('next', { type: NextTier, nullable: true, description: 'Null at the highest tier.' }),
  }),
});

const StatValue = builder.objectRef<PlayerState['stats'][number]>('StatValue').implement({
  description: 'A stat: the points put into it, and its maximum (`base + points × perPoint`, by config).',
  fields: (t) => ({
    name: t.expose('stat', { type: 'StatName' }),
    points: t.expose('points', { type: 'SafeInt' }),
    maximum: t.expose('maximum', { type: 'SafeInt' }),
  }),
});

const VERSION =
  'Rises with every granted operation of the player’s own that changes what they have; a received transfer leaves it. Send it as `expectedVersion` to act on this state only.';

export const NO_LEVELS = 'Null where the balance config has no levels.';
export const NO_TIER = 'Null below the first tier, and where the balance config has no tiers.';

/** What a player and the player of a receipt have in common. Both list balances, but not the same ones. */
const playerFields = <Shape extends PlayerAfterShape>(
  t: PothosSchemaTypes.ObjectFieldBuilder<SchemaTypes, Shape>,
  { balances, balance }: { readonly balances: string; readonly balance: string },
) => ({
  id: t.field({ type: 'PlayerId', resolve: ({ id }) => id }),
  version: t.field({ type: 'SafeInt', description: VERSION, resolve: ({ version }) => version }),
  balances: t.field({ type: [Balance], description: balances, resolve: heldResources }),
  balance: t.field({
    type: 'SafeInt',
    description: balance,
    args: { resource: t.arg({ type: 'ResourceName', required: true }) },
    resolve: ({ balances: held }, { resource }) =>
      Object.hasOwn(held, resource) ? (held[resource] ?? 0) : 0,
  }),
  level: t.int({ nullable: true, description: NO_LEVELS, resolve: ({ level }) => level }),
  experience: t.field({
    type: Experience,
    nullable: true,
    description: NO_LEVELS,
    resolve: ({ experience }) => experience,
  }),
  tier: t.field({
    type: Tier,
    nullable: true,
    description: 'Null where the balance config has no tiers.',
    resolve: ({ tier }) => tier,
  }),
  unspentStatPoints: t.field({
    type: 'SafeInt',
    nullable: true,
    description: 'Null where the balance config has no stat points.',
    resolve: (player) => player.unspentStatPoints,
  }),
  stats: t.field({
    type: [StatValue],
    description: 'The stats of the balance config, by name.',
    resolve: ({ stats }) => [...stats],
  }),
});

export function heldResources({
  balances,
  regenerations,
}: Pick<PlayerAfterShape, 'balances' | 'regenerations'>): HeldResource[] {
  return Object.entries(balances)
    .map(([resource, amount]) => ({ resource, amount, regeneration: regenerations[resource] ?? null }))
    .sort((a, b) => (a.resource < b.resource ? -1 : 1));
}

export const FROZEN_AT =
  'When staff froze the player: what the player claims is held, and what costs something is PLAYER_FROZEN. Null: the player is not frozen.';
export const frozenAtOf = ({ frozenAt }: PlayerState): string | null => frozenAt;

export const Player = builder.objectRef<PlayerState>('Player').implement({
  description:
    'A player. Level, tier and maxima are derived from balances and the balance config, never stored.',
  fields: (t) => ({
    ...playerFields(t, {
      balances: 'Every resource that ever moved, has an opening balance or regenerates, by name.',
      balance: 'The balance of one resource; 0 where it never moved.',
    }),
    acceptsGifts: t.boolean({
      description: 'Whether other players can give this player resources (acceptGifts).',
      resolve: ({ acceptsGifts }) => acceptsGifts,
    }),
    frozenAt: t.field({ type: 'DateTime', nullable: true, description: FROZEN_AT, resolve: frozenAtOf }),
    archivedClaims: t.field({
      type: 'SafeInt',
      description:
        'How many of the oldest claims with the player are in the archive. No list has them; `claim` finds each.',
      resolve: ({ archivedClaims }) => archivedClaims,
    }),
    isMerged: t.boolean({
      description: 'Whether the player was merged into an account, which has what they had (mergePlayer).',
      resolve: ({ isMerged }) => isMerged,
    }),
    mergedInto: t.field({
      type: 'PlayerId',
      nullable: true,
      description:
        'The account that the player was merged into; where that was merged too, the last one. Null where there is none, and for players: a guest’s token may be on a device of others.',
      resolve: ({ mergedInto }) => mergedInto,
    }),
    mergedFrom: t.field({
      type: ['PlayerId'],
      description:
        'The guests who were merged into the player, with those who were merged into them: at most the latest 100.',
      resolve: ({ mergedFrom }) => [...mergedFrom],
    }),
  }),
});

export const PlayerAfter = builder.objectRef<PlayerAfterShape>('PlayerAfter').implement({
  description:
    'What a receipt shows of the player: the balances that the claim moved, and what level, tier and stats follow from.',
  fields: (t) =>
    playerFields(t, {
      balances: 'Every balance that the claim moved, by name.',
      balance: 'One balance that the claim moved; 0 for any other.',
    }),
});
