/** inbox: what is pending for a player, as an inbox shows it. */
import { type InboxTexts, inboxTexts } from '../domain/inbox.ts';
import {
  type InboxOrder,
  type InboxReward as InboxRewardRow,
  inboxCursor,
  isInboxCursor,
  readInbox,
} from '../ledger/read-inbox.ts';
import { builder } from '../schema/builder.ts';
import { ResourceAmount } from '../schema/preview.ts';
import { actingPlayer } from './authorise.ts';
import { defineConnection, PAGE } from './define-query.ts';
import { PendingDraws } from './pending-rewards.ts';
import { currentRules } from './player.ts';
import { textsIn } from './screen.ts';

const RewardOrigin = builder.enumType('RewardOrigin', {
  description: 'Where a pending reward comes from.',
  values: {
    SERVER: { value: 'server', description: 'A game server announced it.' },
    STAFF: { value: 'staff', description: 'A staff member announced it.' },
    CAMPAIGN: { value: 'campaign', description: 'A campaign announced it.' },
    TRANSFER: {
      value: 'transfer',
      description: 'Another player gave it, and it did not fit under the ceiling of its resource.',
    },
    BREAKER: {
      value: 'breaker',
      description: 'A claim gave it, and a breaker of the balance config held it back for review.',
    },
    FROZEN: { value: 'frozen', description: 'A claim gave it while the player was frozen.' },
  } as const,
});

const InboxReward = builder.objectRef<InboxRewardRow & InboxTexts>('InboxReward').implement({
  description: 'A pending reward. It leaves the inbox when it is paid, taken back or expired.',
  fields: (t) => ({
    id: t.exposeID('announcementId', {
      description: 'The claim ID of its announcement, or of the transfer.',
    }),
    type: t.exposeString('type', { description: 'The claim type that it is paid as.' }),
    title: t.exposeString('title', {
      nullable: true,
      description:
        'What was sent with it; else that of its message, or of its claim type, in the language that was asked for. Null: the config has none.',
    }),
    text: t.exposeString('text', { nullable: true, description: 'As `title`.' }),
    origin: t.expose('origin', { type: RewardOrigin }),
    isHeld: t.exposeBoolean('isHeld', {
      description: 'True: nobody can collect it until staff release it.',
    }),
    from: t.expose('from', {
      type: 'PlayerId',
      nullable: true,
      description: 'Of a transfer: the player who gave it.',
    }),
    gives: t.field({
      type: [ResourceAmount],
      description:
        'What it pays, whatever the config says then. A ceiling may clamp it, and levels that it reaches add their own grants.',
      resolve: ({ gives }) => [...gives],
    }),
    draws: t.field({
      type: [PendingDraws],
      description: 'Its draws are rolled already, and shown when it is paid.',
      resolve: ({ draws }) => [...draws],
    }),
    announcedAt: t.expose('announcedAt', { type: 'DateTime' }),
    expiresAt: t.expose('expiresAt', {
      type: 'DateTime',
      nullable: true,
      description: 'From this moment on it cannot be paid; null: it does not expire.',
    }),
    readAt: t.expose('readAt', { type: 'DateTime', nullable: true, description: 'Null: it is unread.' }),
  }),
});

const orderOf = ({ unreadFirst }: { readonly unreadFirst?: boolean | null | undefined }): InboxOrder =>
  (unreadFirst ?? true) ? 'unread' : 'newest';

export const inbox = defineConnection({
  name: 'inbox',
  description: `What is pending for a player: announced rewards, also those of staff and campaigns, and gifts that did not fit. ${PAGE.defaultSize} per page, at most ${PAGE.maxSize}.`,
  type: InboxReward,
  actors: ['player', 'server', 'staff'],
  args: (t) => ({
    unreadFirst: t.boolean({
      description: 'True, the default: unread rewards, then read ones, the newest of each first.',
    }),
    language: t({
      type: 'Language',
      description: 'Of titles and texts; a missing one, and all by default, in the default language.',
    }),
    playerId: t({ type: 'PlayerId', description: 'Servers and staff: the player. Players see their own.' }),
  }),
  authorisePlayer: ({ playerId }, { actor, note }) => {
    note({ player: actingPlayer(actor, playerId ?? null) });
  },
  cursor: (args) => {
    const order = orderOf(args);
    return {
      toCursor: (row: InboxRewardRow & InboxTexts) => inboxCursor(order, row),
      isValid: (cursor) => isInboxCursor(order, cursor),
    };
  },
  resolve: async (args, page, { actor, context, read }) => {
    const { catalogue } = await currentRules(context);
    const texts = await textsIn(args.language ?? null, { catalogue }, context);
    const playerId = actingPlayer(actor, args.playerId ?? null);
    const rows = await read((database) =>
      readInbox(database, actor, { playerId, order: orderOf(args), page }),
    );
    return rows.map((row) => ({ ...row, ...inboxTexts(row, catalogue, texts) }));
  },
  example: { first: 20 },
  notes: 'Servers and staff add "playerId".',
});
