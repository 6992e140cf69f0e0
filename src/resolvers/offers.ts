/** offers: the exchanges as a shop shows them to one player, read and judged at one moment. */
import { offersOf, pageOfOffers, requestForOffers } from '../domain/offers.ts';
import { MAX_PAGE } from '../domain/screen.ts';
import { Offers } from '../schema/screen.ts';
import { defineQuery } from './define-query.ts';
import { readPage, screenArguments } from './screen.ts';

const KIND = { pageOf: pageOfOffers, requestFor: requestForOffers };

export const offers = defineQuery({
  name: 'offers',
  description: `Exchanges as a shop shows them to a player: price, odds, what is left of limits, and why one cannot be bought now. At most ${MAX_PAGE} at once. \`exchange\` decides by the same rules, but another operation may come in between.`,
  type: Offers,
  nullable: false,
  actors: ['player', 'server', 'staff'],
  args: screenArguments,
  resolve: async (args, reading) => {
    const { page, facts, rules } = await readPage(KIND, args, reading);
    return { facts, rules, ...offersOf(page, facts, rules) };
  },
  example: { first: 20 },
  notes: 'Servers and staff add "playerId".',
});
