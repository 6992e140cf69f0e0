/** unsettledClaims: rewards that were announced and not yet claimed, as a Relay connection, oldest first, paged by key. */
import { resolveCursorConnection } from '@pothos/plugin-relay';
import { type UnsettledClaim as UnsettledShape, unsettledCursor } from '../ledger/read-unsettled.ts';
import { unsettledClaims } from '../resolvers/unsettled-claims.ts';
import { builder } from './builder.ts';
import { PAGE, soundPage } from './paging.ts';

const OwedAmount = builder.objectRef<UnsettledShape['gives'][number]>('OwedAmount').implement({
  description: 'How much of a resource is owed.',
  fields: (t) => ({
    resource: t.expose('resource', { type: 'ResourceName' }),
    amount: t.expose('amount', { type: 'SafeInt' }),
  }),
});

const UnsettledClaim = builder.objectRef<UnsettledShape>('UnsettledClaim').implement({
  description:
    'A reward that a game server has announced and nobody has claimed yet. It is gone from here the moment its claim is granted.',
  fields: (t) => ({
    playerId: t.expose('playerId', { type: 'PlayerId', description: 'Whom it is owed to.' }),
    type: t.expose('type', { type: 'ClaimType' }),
    key: t.expose('key', { type: 'ClaimKey', description: 'Which one: an encounter, a slip.' }),
    announcedAt: t.expose('announcedAt', { type: 'DateTime' }),
    announcementId: t.exposeID('announcementId', {
      description: 'The ID of the claim that announced it; `claim(id)` tells who and when.',
    }),
    gives: t.field({
      type: [OwedAmount],
      description:
        'What `recoverReward` pays, whatever the config says by then; a ceiling may cut it, and levels that it reaches give theirs beside it.',
      resolve: ({ gives }) => [...gives],
    }),
    configVersion: t.expose('configVersion', {
      type: 'SafeInt',
      description: 'The balance config that the amounts were computed with.',
    }),
  }),
});

const UnsettledFilter = builder.inputType('UnsettledFilter', {
  description: 'Narrows what is unsettled; what is left out does not narrow it.',
  fields: (t) => ({
    playerId: t.field({
      type: 'PlayerId',
      description: 'Whom it is owed to. Players see their own, with or without it.',
    }),
    type: t.field({ type: 'ClaimType' }),
    before: t.field({ type: 'DateTime', description: 'Announced before this moment.' }),
  }),
});

builder.queryField('unsettledClaims', (t) =>
  t.connection({
    type: UnsettledClaim,
    description: `Rewards that were announced and not yet claimed, oldest first; ${PAGE.defaultSize} to a page, ${PAGE.maxSize} at most. \`claimReward\` and \`recoverReward\` settle them.`,
    args: { filter: t.arg({ type: UnsettledFilter }) },
    resolve: (_, { filter, ...args }, context) =>
      resolveCursorConnection<Promise<UnsettledShape[]>>(
        { args: soundPage(args), ...PAGE, toCursor: unsettledCursor },
        (page) =>
          unsettledClaims(
            {
              filter: {
                playerId: filter?.playerId ?? null,
                type: filter?.type ?? null,
                before: filter?.before ?? null,
              },
              asked: args,
              page,
            },
            context,
          ),
      ),
  }),
);
