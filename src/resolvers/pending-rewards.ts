/** pendingRewards: rewards that were announced and not claimed yet, oldest first. */
import {
  isPendingCursor,
  type PendingReward as PendingRewardRow,
  pendingCursor,
  readPending,
  readPendingOfAll,
} from '../ledger/read-pending.ts';
import { builder } from '../schema/builder.ts';
import { ResourceAmount } from '../schema/preview.ts';
import { ownId, requireOwn } from './authorise.ts';
import { defineConnection, PAGE } from './define-query.ts';

export const PendingDraws = builder.objectRef<PendingRewardRow['draws'][number]>('PendingDraws').implement({
  description: 'How often a pending reward draws from a table.',
  fields: (t) => ({
    table: t.exposeString('table'),
    draws: t.expose('draws', { type: 'SafeInt' }),
  }),
});

const PendingReward = builder.objectRef<PendingRewardRow>('PendingReward').implement({
  description:
    'A reward that was announced and that nobody has claimed yet. It leaves the list when its claim is granted, or when it expires.',
  fields: (t) => ({
    playerId: t.expose('playerId', { type: 'PlayerId', description: 'The player who is owed the reward.' }),
    type: t.expose('type', { type: 'ClaimType' }),
    key: t.expose('key', { type: 'ClaimKey', description: 'Identifies the claim: an encounter, a slip.' }),
    announcedAt: t.expose('announcedAt', { type: 'DateTime' }),
    expiresAt: t.expose('expiresAt', {
      type: 'DateTime',
      nullable: true,
      description: 'From this moment on it cannot be paid; null: it does not expire.',
    }),
    announcementId: t.exposeID('announcementId', {
      description: 'The ID of the claim that announced it; `claim(id)` shows by whom and when.',
    }),
    gives: t.field({
      type: [ResourceAmount],
      description:
        'What `recoverReward` pays, whatever the config says then. A ceiling may clamp it, and levels that it reaches add their own grants.',
      resolve: ({ gives }) => [...gives],
    }),
    draws: t.field({
      type: [PendingDraws],
      description: 'Its draws are rolled already, and shown when it is paid.',
      resolve: ({ draws }) => [...draws],
    }),
    isHeld: t.exposeBoolean('isHeld', {
      description:
        'True: it was held back when its claim was made, and nobody can collect it until staff release it.',
    }),
    configVersion: t.expose('configVersion', {
      type: 'SafeInt',
      description: 'The balance config that computed the amounts.',
    }),
  }),
});

const PendingFilter = builder.inputType('PendingFilter', {
  description: 'Narrows the list. Fields that are left out do not narrow it.',
  fields: (t) => ({
    playerId: t.field({
      type: 'PlayerId',
      description: 'The player who is owed the reward. Players see their own, with or without it.',
    }),
    type: t.field({ type: 'ClaimType' }),
    before: t.field({ type: 'DateTime', description: 'Announced before this moment.' }),
  }),
});

export const pendingRewards = defineConnection({
  name: 'pendingRewards',
  description: `Rewards that were announced and not claimed yet, oldest first, without those that have expired; ${PAGE.defaultSize} per page, at most ${PAGE.maxSize}. \`claimReward\` and \`recoverReward\` pay them.`,
  type: PendingReward,
  actors: ['player', 'server', 'staff'],
  args: (t) => ({ filter: t({ type: PendingFilter }) }),
  authorisePlayer: ({ filter }, { actor, context, note }) => {
    const playerId = filter?.playerId ?? ownId(context);
    note({ player: playerId });
    requireOwn(actor, playerId, 'filter.playerId');
  },
  cursor: () => ({ toCursor: pendingCursor, isValid: isPendingCursor }),
  resolve: ({ filter }, page, { actor, context, audited, read }) => {
    const playerId = filter?.playerId ?? ownId(context);
    const { type = null, before = null } = filter ?? {};
    const request = { filter: { playerId, type, before }, page };
    if (actor.kind !== 'staff' || playerId !== null)
      return read((database) => readPending(database, actor, request));
    const list = audited({ type, before: before?.toISOString() ?? null });
    return read((database) => readPendingOfAll(database, actor, list, request));
  },
  example: { first: 20 },
});
