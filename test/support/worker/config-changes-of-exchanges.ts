/** The numbers of exchanges and draws: how to turn each, and what a client then sees. */
import type { Document } from './balance.ts';
import { award, type ConfigChange, gain } from './config-looks.ts';
import { exchange, resultOf } from './mutations.ts';
import { previewExchange } from './previews.ts';
import { fresh, serverToken } from './service.ts';

const make = async (name: string, playerId = fresh('player'), quantity = 1) =>
  exchange({ exchange: name, playerId, quantity }, { token: await serverToken() });

/** The receipt of a summon, of a player who was awarded the tokens. */
async function summon(name: 'summon' | 'multi_summon') {
  const playerId = fresh('player');
  await award('summon_tokens', 10, playerId);
  return resultOf(await make(name, playerId));
}
const heroes = ({ changes }: Document) =>
  changes
    .filter(({ resource }: Document) => resource.startsWith('hero:'))
    .reduce((sum: number, { delta }: Document) => sum + delta, 0);

export const CHANGES_OF_EXCHANGES: readonly ConfigChange[] = [
  {
    number: 'what an exchange costs',
    turn: ({ exchanges }) => {
      exchanges.drop.costs.drop_charges = 2;
    },
    look: async () => gain('drop_charges', await make('drop')),
    before: -1,
    after: -2,
  },
  {
    number: 'what an exchange gives',
    turn: ({ exchanges }) => {
      exchanges.drop.gives.auric_coins = 6;
    },
    look: async () => gain('auric_coins', await make('drop')),
    before: 5,
    after: 6,
  },
  {
    number: 'how often an exchange is made at once',
    turn: ({ exchanges }) => {
      exchanges.drop.maxQuantity = 3;
    },
    look: async () => gain('auric_coins', await make('drop', fresh('player'), 3)),
    before: 'BAD_USER_INPUT',
    after: 15,
  },
  {
    number: 'how often an exchange is made in a day',
    turn: ({ exchanges }) => {
      exchanges.training.perDay = 1;
    },
    look: async () => {
      const playerId = fresh('player');
      await make('training', playerId);
      return gain('experience', await make('training', playerId));
    },
    before: 50,
    after: 'EXCHANGES_PER_DAY',
  },
  {
    number: 'an exchange more',
    turn: ({ exchanges }) => {
      exchanges.alms = { costs: { stamina: 1 }, gives: { lumees: 2 } };
    },
    look: async () => gain('lumees', await make('alms')),
    before: 'UnknownExchange',
    after: 2,
  },
  {
    number: 'how often an exchange draws',
    turn: ({ exchanges }) => {
      exchanges.summon.draws.summons = 3;
    },
    look: async () => (await summon('summon')).claim.draws.length,
    before: 1,
    after: 3,
  },
  {
    number: 'the weight of an outcome',
    turn: ({ drawTables }) => {
      drawTables.summons.outcomes.legendary_dragon_queen.weight = 160;
    },
    look: async () => (await summon('summon')).claim.draws[0].of,
    before: 10_000,
    after: 10_100,
  },
  {
    number: 'what an outcome gives',
    turn: ({ drawTables }) => {
      for (const { gives } of Object.values<Document>(drawTables.summons.outcomes))
        for (const hero of Object.keys(gives)) gives[hero] = 2;
    },
    look: async () => heroes(await summon('multi_summon')),
    before: 11,
    after: 22,
  },
  {
    number: 'after how many draws an outcome is certain',
    turn: ({ drawTables }) => {
      drawTables.summons.guarantee.after = 1;
    },
    // Of eleven draws, none but a legendary one is followed by one that is not guaranteed.
    look: async () =>
      (await summon('multi_summon')).claim.draws.some(({ guaranteed }: Document) => guaranteed),
    before: false,
    after: true,
  },
  {
    number: 'which outcomes are certain',
    turn: ({ drawTables }) => {
      drawTables.summons.guarantee.outcomes = ['epic_warlock', 'legendary_dragon_queen'];
    },
    look: async () => {
      const input = { exchange: 'summon', playerId: fresh('player') };
      await award('summon_tokens', 1, input.playerId);
      const { data } = await previewExchange(input, { token: await serverToken() });
      return data?.result.draws[0].guarantee.outcomes;
    },
    before: ['legendary_dragon_queen'],
    after: ['epic_warlock', 'legendary_dragon_queen'],
  },
];
