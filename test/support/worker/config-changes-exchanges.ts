/** Changes of every kind of exchange and draw setting, with what a client observes before and after. */
import type { Document } from './balance.ts';
import { asServer, receiptOf, resultAs } from './client.ts';
import { award, type ConfigChange, gain } from './config-change.ts';
import type { Receipt } from './schema-types.ts';
import { fresh } from './service.ts';

const trade = (exchange: string, playerId = fresh('player'), quantity = 1) =>
  asServer().exchange({ exchange, playerId, quantity });

/** The receipt of a summon by a player with enough tokens. */
async function summon(name: 'summon' | 'multi_summon'): Promise<Receipt> {
  const playerId = fresh('player');
  await award('summon_tokens', 10, playerId);
  return receiptOf(await trade(name, playerId));
}

function heroes({ changes }: Receipt): number {
  return changes
    .filter(({ resource }) => resource.startsWith('hero:'))
    .reduce((sum, { delta }) => sum + delta, 0);
}

export const EXCHANGE_CHANGES: readonly ConfigChange[] = [
  {
    setting: 'the cost of an exchange',
    change: ({ exchanges }) => {
      exchanges.drop.costs.drop_charges = 2;
    },
    observe: async () => gain('drop_charges', await trade('drop')),
    before: -1,
    after: -2,
  },
  {
    setting: 'the amount that an exchange gives',
    change: ({ exchanges }) => {
      exchanges.drop.gives.auric_coins = 6;
    },
    observe: async () => gain('auric_coins', await trade('drop')),
    before: 5,
    after: 6,
  },
  {
    setting: 'the maximum quantity of an exchange',
    change: ({ exchanges }) => {
      exchanges.drop.maxQuantity = 3;
    },
    observe: async () => gain('auric_coins', await trade('drop', fresh('player'), 3)),
    before: 'BAD_USER_INPUT',
    after: 15,
  },
  {
    setting: 'the daily limit of an exchange',
    change: ({ exchanges }) => {
      exchanges.training.perDay = 1;
    },
    observe: async () => {
      const playerId = fresh('player');
      await trade('training', playerId);
      return gain('experience', await trade('training', playerId));
    },
    before: 50,
    after: 'EXCHANGES',
  },
  {
    setting: 'an additional exchange',
    change: ({ exchanges }) => {
      exchanges.alms = { costs: { stamina: 1 }, gives: { lumees: 2 } };
    },
    observe: async () => gain('lumees', await trade('alms')),
    before: 'UnknownExchange',
    after: 2,
  },
  {
    setting: 'the number of draws of an exchange',
    change: ({ exchanges }) => {
      exchanges.summon.draws.summons = 3;
    },
    observe: async () => (await summon('summon')).claim.draws.length,
    before: 1,
    after: 3,
  },
  {
    setting: 'the weight of an outcome',
    change: ({ drawTables }) => {
      drawTables.summons.outcomes.legendary_dragon_queen.weight = 160;
    },
    observe: async () => (await summon('summon')).claim.draws[0]?.of,
    before: 10_000,
    after: 10_100,
  },
  {
    setting: 'the amount that an outcome gives',
    change: ({ drawTables }) => {
      for (const { gives } of Object.values<Document>(drawTables.summons.outcomes))
        for (const hero of Object.keys(gives)) gives[hero] = 2;
    },
    observe: async () => heroes(await summon('multi_summon')),
    before: 11,
    after: 22,
  },
  {
    setting: 'the number of draws before the guarantee',
    change: ({ drawTables }) => {
      drawTables.summons.guarantees[0].after = 1;
    },
    // A draw is now guaranteed whenever the draw before it was not legendary.
    observe: async () => (await summon('multi_summon')).claim.draws.some(({ guaranteed }) => guaranteed),
    before: false,
    after: true,
  },
  {
    setting: 'the guaranteed outcomes',
    change: ({ drawTables }) => {
      drawTables.summons.guarantees[0].outcomes = ['epic_warlock', 'legendary_dragon_queen'];
    },
    observe: async () => {
      const playerId = fresh('player');
      await award('summon_tokens', 1, playerId);
      const preview = await asServer().previewExchange({ exchange: 'summon', playerId });
      return resultAs(preview, 'ExchangePreview').draws[0]?.guarantees[0]?.outcomes;
    },
    before: ['legendary_dragon_queen'],
    after: ['epic_warlock', 'legendary_dragon_queen'],
  },
];
