/** Every business "no" of exchange and transferResource, with what makes its reason go away. */
import { expect } from 'vitest';
import type { Document } from './balance.ts';
import { exchange, resultOf, transferResource } from './mutations.ts';
import {
  another,
  asPlayer,
  asServer,
  publishChanged,
  type Refusal,
  type Refused,
  serveNext,
} from './refused.ts';
import { seasonedPlayer } from './scenes.ts';
import { fresh, playerToken } from './service.ts';

/** Of a player who has 500 lumees, at version 2, to another one. */
async function transfer(
  over: object,
  mend: (refused: Omit<Refused, 'mend'>) => Promise<unknown>,
): Promise<Refused> {
  const [playerId, toPlayerId] = [await another(await seasonedPlayer()), await seasonedPlayer()];
  const input = { toPlayerId, resource: 'lumees', amount: 3, ...over };
  const asked = await asPlayer(input, { mutation: transferResource, playerId });
  const refused = { ...asked, otherPlayerId: input.toPlayerId };
  return { ...refused, mend: () => mend(refused) };
}
const limits = (transfer: object) =>
  publishChanged(({ resources }) => {
    resources.lumees.transfer = transfer;
  });
const limitExceeded = (limit: string, over: object) => ({
  __typename: 'LimitExceeded',
  limit,
  renewsAt: limit.endsWith('PER_DAY') ? expect.any(String) : null,
  ...over,
});
const tokens = (change: object) =>
  publishChanged(({ exchanges }) => {
    Object.assign(exchanges.buy_summon_token, { costs: { auric_coins: 1 } }, change);
  });
const barter = (document: Document) => {
  document.exchanges.barter = { costs: { auric_coins: 1 }, gives: { lumees: 1 } };
};

export const OF_EXCHANGES: readonly Refusal[] = [
  {
    name: 'exchange: insufficient balance, token given since',
    prepare: async () => {
      const refused = await asPlayer({ exchange: 'summon' }, { mutation: exchange });
      return { ...refused, mend: () => another(refused.playerId) };
    },
    told: { __typename: 'InsufficientBalance', resource: 'summon_tokens', available: 0, required: 1 },
  },
  {
    name: 'exchange: no more of what time brings back, time has passed since',
    prepare: async () => {
      await publishChanged(({ resources }) => {
        resources.drop_charges.startsWith = 0;
      });
      return { ...(await asPlayer({ exchange: 'drop' }, { mutation: exchange })), mend: serveNext };
    },
    told: { __typename: 'InsufficientBalance', resource: 'drop_charges', available: 0, required: 1 },
  },
  {
    name: 'exchange: more than a day allows, more allowed since',
    prepare: async () => {
      await tokens({ perDay: 2 });
      const refused = await asServer({ exchange: 'buy_summon_token', quantity: 3 }, { mutation: exchange });
      return { ...refused, mend: () => tokens({ perDay: 3 }) };
    },
    told: limitExceeded('EXCHANGES_PER_DAY', { ceilingOf: null, bound: 2, remaining: 2, requested: 3 }),
  },
  {
    name: 'exchange: what it gives does not fit, ceiling lifted since',
    prepare: async () => {
      await publishChanged(({ resources }) => {
        resources.auric_coins.ceiling = 66;
      });
      return { ...(await asPlayer({ exchange: 'drop' }, { mutation: exchange })), mend: serveNext };
    },
    told: limitExceeded('RESOURCE_CEILING', {
      ceilingOf: 'auric_coins',
      bound: 66,
      remaining: 2,
      requested: 5,
    }),
  },
  {
    name: 'exchange: version conflict, version reached since',
    prepare: async () => {
      const refused = await asPlayer({ exchange: 'drop', expectedVersion: 2 }, { mutation: exchange });
      return { ...refused, mend: () => another(refused.playerId) };
    },
    told: { __typename: 'VersionConflict', expected: 2, current: 1 },
  },
  {
    name: 'exchange: unknown exchange, exchange added since',
    prepare: async () => ({
      ...(await asPlayer({ exchange: 'barter' }, { mutation: exchange })),
      mend: () => publishChanged(barter),
    }),
    told: { __typename: 'UnknownExchange', exchange: 'barter' },
  },
  {
    name: 'transferResource: insufficient balance, given back since',
    prepare: () =>
      transfer({ amount: 501 }, async ({ playerId, otherPlayerId = '' }) => {
        const input = { toPlayerId: playerId, resource: 'lumees', amount: 1 };
        return transferResource(input, { token: await playerToken(await another(otherPlayerId)) });
      }),
    told: {
      __typename: 'InsufficientBalance',
      resource: 'lumees',
      available: 500,
      required: 501,
      counterpartyId: null,
    },
  },
  {
    name: 'transferResource: more than one transfer may be, more allowed since',
    prepare: async () => {
      await limits({ perTransfer: 2 });
      return transfer({}, serveNext);
    },
    told: limitExceeded('TRANSFER_AMOUNT', { ceilingOf: 'lumees', bound: 2, remaining: 2, requested: 3 }),
  },
  {
    name: 'transferResource: more than a day allows, more allowed since',
    prepare: async () => {
      await limits({ perDay: 4 });
      const refused = await transfer({}, serveNext);
      expect(resultOf(await refused.ask(fresh('key'))).__typename).toBe('Receipt');
      return refused;
    },
    told: limitExceeded('TRANSFER_PER_DAY', { bound: 4, remaining: 1, requested: 3 }),
  },
  {
    name: 'transferResource: the other player cannot hold it, ceiling lifted since',
    prepare: async () => {
      await publishChanged(({ resources }) => {
        resources.lumees.ceiling = 502;
      });
      const otherPlayerId = await another(await seasonedPlayer());
      return transfer({ toPlayerId: otherPlayerId }, serveNext);
    },
    told: limitExceeded('RECIPIENT_CEILING', {
      ceilingOf: 'lumees',
      // How much the other player may hold, or holds, is not the giver's to know.
      bound: 0,
      remaining: 0,
      requested: 3,
    }),
  },
  {
    name: 'transferResource: unknown player, player created since',
    prepare: () =>
      transfer({ toPlayerId: fresh('nobody') }, ({ otherPlayerId = '' }) => another(otherPlayerId)),
    told: { __typename: 'UnknownPlayer', playerId: expect.stringMatching(/^nobody-/) },
  },
  {
    name: 'transferResource: version conflict, version reached since',
    prepare: () =>
      transfer({ expectedVersion: 3 }, async ({ playerId }) =>
        exchange({ exchange: 'drop' }, { token: await playerToken(playerId) }),
      ),
    told: { __typename: 'VersionConflict', expected: 3, current: 2 },
  },
];
