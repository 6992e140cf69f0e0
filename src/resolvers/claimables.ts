/** claimables: the claim types as a daily screen shows them to one player, read and judged at one moment. */
import { claimablesOf, pageOfClaimables, requestForClaimables } from '../domain/claimables.ts';
import { MAX_PAGE } from '../domain/screen.ts';
import { Claimables } from '../schema/screen.ts';
import { defineQuery } from './define-query.ts';
import { readPage, screenArguments } from './screen.ts';

const KIND = { pageOf: pageOfClaimables, requestFor: requestForClaimables };

export const claimables = defineQuery({
  name: 'claimables',
  description: `Claim types as a daily screen shows them to a player: the reward, the proof, whether it can be claimed now, and when again. At most ${MAX_PAGE} at once.`,
  type: Claimables,
  nullable: false,
  actors: ['player', 'server', 'staff'],
  args: screenArguments,
  resolve: async (args, reading) => {
    const { page, facts, rules } = await readPage(KIND, args, reading);
    return { facts, rules, ...claimablesOf(page, facts, rules) };
  },
  example: { first: 20 },
  notes: 'Servers and staff add "playerId".',
});
