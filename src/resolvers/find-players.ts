/** findPlayers: players by what a report names. */
import { badInput } from '../domain/fault.ts';
import { type FoundPlayer, findPlayers as find, PLAYER_MATCHES } from '../ledger/find-players.ts';
import { builder } from '../schema/builder.ts';
import { defineQuery, PAGE } from './define-query.ts';
import { FaultError } from './observe.ts';

const PlayerMatch = builder.enumType('PlayerMatch', {
  description: 'What the text of a search was found as.',
  values: Object.fromEntries(PLAYER_MATCHES.map((value) => [value.toUpperCase(), { value }])) as Record<
    Uppercase<(typeof PLAYER_MATCHES)[number]>,
    { value: (typeof PLAYER_MATCHES)[number] }
  >,
});

const FoundPlayerType = builder.objectRef<FoundPlayer>('FoundPlayer').implement({
  description: 'A player whom a search found, and by what.',
  fields: (t) => ({
    playerId: t.expose('playerId', { type: 'PlayerId' }),
    match: t.expose('match', { type: PlayerMatch }),
    type: t.exposeString('type', {
      nullable: true,
      description: 'The claim type; of a source key its resource; null where the ID itself matched.',
    }),
    key: t.exposeString('key', { nullable: true, description: 'The claim key or source key that matched.' }),
    at: t.expose('at', {
      type: 'DateTime',
      description: 'When the claim was made or rejected; of an ID when the player was created.',
    }),
  }),
});

export const findPlayers = defineQuery({
  name: 'findPlayers',
  description: `Players whose ID begins with the text, and those with a claim, rejection or game-wide source (such as a store’s order) of exactly this claim ID, key or correlation ID. ${PAGE.defaultSize}, at most ${PAGE.maxSize}. Each search is audited.`,
  type: [FoundPlayerType],
  nullable: false,
  actors: ['staff'],
  permission: 'ledger:search',
  args: (t) => ({
    text: t({ type: 'PlayerId', required: true, description: 'What to look for.' }),
    first: t({ type: 'PositiveInt', description: `At most ${PAGE.maxSize}.` }),
  }),
  resolve: async ({ text, first }, { actor, audited, read }) => {
    const size = first ?? PAGE.defaultSize;
    if (size > PAGE.maxSize)
      throw new FaultError(badInput('first', `must be an integer from 1 to ${PAGE.maxSize}`));
    return await read((database) => find(database, actor, audited({ text }), { text, first: size }));
  },
  example: { text: 'player-', first: 20 },
  notes: 'For staff.',
});
