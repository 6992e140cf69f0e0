/** Player and what is derived of one: experience, tier and stats; me and player. */
import type { PlayerState, TierState } from '../domain/player-state.ts';
import { STATS } from '../domain/rules.ts';
import { me, player } from '../resolvers/player.ts';
import { builder } from './builder.ts';

const StatName = builder.enumType('StatName', {
  description: 'What stat points can be put into.',
  values: Object.fromEntries(STATS.map((stat) => [stat.toUpperCase(), { value: stat }])) as Record<
    Uppercase<(typeof STATS)[number]>,
    { value: (typeof STATS)[number] }
  >,
});

interface HeldResource {
  readonly resource: string;
  readonly amount: number;
  readonly regeneration: PlayerState['regenerations'][string] | null;
}

const Regeneration = builder.objectRef<NonNullable<HeldResource['regeneration']>>('Regeneration').implement({
  description: 'What time brings back. The amount beside it has been reckoned up to this very moment.',
  fields: (t) => ({
    upTo: t.expose('upTo', { type: 'SafeInt', description: 'How far it comes back.' }),
    nextUnitAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When the next unit is there; null where it is full.',
      resolve: ({ nextUnitAt }) => nextUnitAt?.toISOString() ?? null,
    }),
    fullAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When it will be full, if nothing is spent; null where it is.',
      resolve: ({ fullAt }) => fullAt?.toISOString() ?? null,
    }),
  }),
});

const Balance = builder.objectRef<HeldResource>('Balance').implement({
  description: 'How much of a resource a player has.',
  fields: (t) => ({
    resource: t.expose('resource', { type: 'ResourceName' }),
    amount: t.expose('amount', {
      type: 'SafeInt',
      description: 'With what time has brought back, up to this moment.',
    }),
    regeneration: t.expose('regeneration', {
      type: Regeneration,
      nullable: true,
      description: 'Null for what does not come back with time.',
    }),
  }),
});

const Experience = builder.objectRef<PlayerState['experience']>('Experience').implement({
  description: 'Where a player stands between two levels.',
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
  description: 'The tier that comes next.',
  fields: (t) => ({
    name: t.exposeString('name'),
    from: t.expose('from', { type: 'SafeInt', description: 'The lifetime points at which it begins.' }),
    missing: t.expose('missing', { type: 'SafeInt', description: 'The lifetime points still missing.' }),
  }),
});

const Tier = builder.objectRef<TierState>('Tier').implement({
  description: 'The loyalty tier, by lifetime points.',
  fields: (t) => ({
    name: t.exposeString('name', { nullable: true, description: 'Null below the first tier.' }),
    lifetimePoints: t.expose('lifetimePoints', { type: 'SafeInt' }),
    next: t.expose('next', { type: NextTier, nullable: true, description: 'Null at the highest tier.' }),
  }),
});

const StatValue = builder.objectRef<PlayerState['stats'][number]>('StatValue').implement({
  description:
    'A stat: the points put into it, and the maximum that follows from them (base + points × per point, by config).',
  fields: (t) => ({
    name: t.expose('stat', { type: StatName }),
    points: t.expose('points', { type: 'SafeInt' }),
    maximum: t.expose('maximum', { type: 'SafeInt' }),
  }),
});

export const Player = builder.objectRef<PlayerState>('Player').implement({
  description:
    'A player. Level, tier and maxima are derived from balances and the balance config, never stored.',
  fields: (t) => ({
    id: t.expose('id', { type: 'PlayerId' }),
    version: t.expose('version', {
      type: 'SafeInt',
      description:
        'Grows by one with every granted claim. Send it as `expectedVersion` to act on this state and no other.',
    }),
    balances: t.field({
      type: [Balance],
      description: 'Every resource that ever moved, begins with something or comes back with time, by name.',
      resolve: ({ balances, regenerations }) =>
        Object.entries(balances)
          .map(([resource, amount]) => ({ resource, amount, regeneration: regenerations[resource] ?? null }))
          .sort((a, b) => (a.resource < b.resource ? -1 : 1)),
    }),
    balance: t.field({
      type: 'SafeInt',
      description: 'The balance of one resource; 0 where it never moved.',
      args: { resource: t.arg({ type: 'ResourceName', required: true }) },
      resolve: ({ balances }, { resource }) =>
        Object.hasOwn(balances, resource) ? (balances[resource] ?? 0) : 0,
    }),
    level: t.exposeInt('level'),
    experience: t.expose('experience', { type: Experience }),
    tier: t.expose('tier', { type: Tier }),
    unspentStatPoints: t.expose('unspentStatPoints', { type: 'SafeInt' }),
    stats: t.expose('stats', { type: [StatValue] }),
  }),
});

builder.queryField('me', (t) =>
  t.field({
    type: Player,
    description: 'The player of this token, as of now. A player who has done nothing yet is at version 0.',
    resolve: (_, __, context) => me(context),
  }),
);

builder.queryField('player', (t) =>
  t.field({
    type: Player,
    nullable: true,
    description:
      'A player, as of now; null where nothing was ever done for that ID. Players see themselves alone.',
    args: { id: t.arg({ type: 'PlayerId', required: true }) },
    resolve: (_, { id }, context) => player(id, context),
  }),
);
