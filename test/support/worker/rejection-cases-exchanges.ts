/** Rejections of exchange and transferResource, with what removes the reason. */
import { expect } from 'vitest';
import { asPlayer, receiptOf, resultAs } from './client.ts';
import {
  byPlayer,
  byServer,
  giveChest,
  publishChanged,
  publishExample,
  publishLocked,
  REQUIREMENTS_NOT_MET,
  type RejectionCase,
  type Request,
} from './rejection-case.ts';
import { seasonedPlayer } from './scenes.ts';
import type { ExchangeInput, LimitKind, TransferResourceInput } from './schema-types.ts';
import { fresh } from './service.ts';

const exchange = (input: Omit<ExchangeInput, 'idempotencyKey'>) =>
  byPlayer(({ client, options }) => client.exchange(input, options));

/** By a player who has 500 lumees, at version 2, to another player. */
async function transfer(
  over: Partial<TransferResourceInput> = {},
): Promise<Request & { readonly otherPlayerId: string }> {
  const playerId = await giveChest(await seasonedPlayer());
  const toPlayerId = over.toPlayerId ?? (await seasonedPlayer());
  const input = { resource: 'lumees', amount: 3, ...over, toPlayerId };
  const request = await byPlayer(({ client, options }) => client.transferResource(input, options), playerId);
  return { ...request, otherPlayerId: toPlayerId };
}

const publishTransferRule = (rule: object) =>
  publishChanged(({ resources }) => {
    resources.lumees.transfer = rule;
  });

/** A summon token costs one auric coin. */
const publishTokenLimit = (perDay: number) =>
  publishChanged(({ exchanges }) => {
    Object.assign(exchanges.buy_summon_token, { costs: { auric_coins: 1 }, perDay });
  });

const limitExceeded = (limit: LimitKind, fields: object): RejectionCase['expected'] => ({
  __typename: 'LimitExceeded',
  limit,
  renewsAt: limit === 'EXCHANGES' || limit === 'TRANSFERS' ? expect.any(String) : null,
  ...fields,
});

export const EXCHANGE_REJECTIONS: readonly RejectionCase[] = [
  {
    name: 'transferResource to a player who declines gifts',
    prepare: async () => {
      const request = await transfer();
      const accept = async (accept: boolean) =>
        receiptOf(await asPlayer(request.otherPlayerId).acceptGifts({ accept }));
      await accept(false);
      return { ...request, removeReason: () => accept(true) };
    },
    expected: { __typename: 'GiftsDeclined' },
  },
  {
    name: 'exchange without the token that it costs',
    prepare: async () => {
      const request = await exchange({ exchange: 'summon' });
      return { ...request, removeReason: () => giveChest(request.playerId) };
    },
    expected: { __typename: 'InsufficientBalance', resource: 'summon_tokens', available: 0, required: 1 },
  },
  {
    name: 'exchange without the regenerated charge that it costs',
    prepare: async () => {
      await publishChanged(({ resources }) => {
        resources.drop_charges.startsWith = 0;
      });
      return { ...(await exchange({ exchange: 'drop' })), removeReason: publishExample };
    },
    expected: { __typename: 'InsufficientBalance', resource: 'drop_charges', available: 0, required: 1 },
  },
  {
    name: 'exchange above its daily limit',
    prepare: async () => {
      await publishTokenLimit(2);
      const request = await byServer(({ client, playerId, options }) =>
        client.exchange({ exchange: 'buy_summon_token', quantity: 3, playerId }, options),
      );
      return { ...request, removeReason: () => publishTokenLimit(3) };
    },
    expected: limitExceeded('EXCHANGES', { ceilingOf: null, bound: 2, remaining: 2, requested: 3 }),
  },
  {
    name: 'exchange that gives more than a ceiling allows',
    prepare: async () => {
      await publishChanged(({ resources }) => {
        resources.auric_coins.ceiling = 66;
      });
      return { ...(await exchange({ exchange: 'drop' })), removeReason: publishExample };
    },
    expected: limitExceeded('RESOURCE_CEILING', {
      ceilingOf: 'auric_coins',
      bound: 66,
      remaining: 2,
      requested: 5,
    }),
  },
  {
    name: 'exchange with another expected version',
    prepare: async () => {
      const request = await exchange({ exchange: 'drop', expectedVersion: 2 });
      return { ...request, removeReason: () => giveChest(request.playerId) };
    },
    expected: { __typename: 'VersionConflict', expected: 2, current: 1 },
  },
  {
    name: 'exchange of an unknown name',
    prepare: async () => {
      const removeReason = () =>
        publishChanged(({ exchanges }) => {
          exchanges.barter = { costs: { auric_coins: 1 }, gives: { lumees: 1 } };
        });
      return { ...(await exchange({ exchange: 'barter' })), removeReason };
    },
    expected: { __typename: 'UnknownExchange', exchange: 'barter' },
  },
  {
    name: 'exchange of what is locked for the player',
    prepare: async () => {
      await publishLocked('exchanges', 'drop');
      return { ...(await exchange({ exchange: 'drop' })), removeReason: publishExample };
    },
    expected: { ...REQUIREMENTS_NOT_MET, claimType: 'drop' },
  },
  {
    name: 'exchange with terms that no longer hold',
    prepare: async () => {
      const { terms } = resultAs(
        await asPlayer(fresh('player')).previewExchange({ exchange: 'drop' }),
        'ExchangePreview',
      );
      await publishChanged(({ exchanges }) => {
        exchanges.drop.costs.drop_charges = 2;
      });
      return { ...(await exchange({ exchange: 'drop', terms })), removeReason: publishExample };
    },
    expected: {
      __typename: 'TermsChanged',
      costs: [{ resource: 'drop_charges', amount: 2 }],
      gives: [{ resource: 'auric_coins', amount: 5 }],
    },
  },
  {
    name: 'transferResource of more than the player has',
    prepare: async () => {
      const request = await transfer({ amount: 501 });
      const removeReason = async () => {
        const back = { toPlayerId: request.playerId, resource: 'lumees', amount: 1 };
        const other = asPlayer(await giveChest(request.otherPlayerId));
        receiptOf(await other.transferResource(back));
      };
      return { ...request, removeReason };
    },
    expected: {
      __typename: 'InsufficientBalance',
      resource: 'lumees',
      available: 500,
      required: 501,
      counterpartyId: null,
    },
  },
  {
    name: 'transferResource above the limit of one transfer',
    prepare: async () => {
      await publishTransferRule({ perTransfer: 2 });
      return { ...(await transfer()), removeReason: publishExample };
    },
    expected: limitExceeded('TRANSFER_AMOUNT', {
      ceilingOf: 'lumees',
      bound: 2,
      remaining: 2,
      requested: 3,
    }),
  },
  {
    name: 'transferResource above the daily limit',
    prepare: async () => {
      await publishTransferRule({ perDay: 4 });
      const request = await transfer();
      receiptOf(await request.send(fresh('key')));
      return { ...request, removeReason: publishExample };
    },
    expected: limitExceeded('TRANSFERS', { bound: 4, remaining: 1, requested: 3 }),
  },
  {
    name: 'transferResource above the ceiling of the recipient',
    prepare: async () => {
      await publishChanged(({ resources }) => {
        resources.lumees.ceiling = 502;
      });
      const toPlayerId = await giveChest(await seasonedPlayer());
      return { ...(await transfer({ toPlayerId })), removeReason: publishExample };
    },
    expected: limitExceeded('RECIPIENT_CEILING', {
      ceilingOf: 'lumees',
      // The giver does not learn what the recipient has or may hold.
      bound: 0,
      remaining: 0,
      requested: 3,
    }),
  },
  {
    name: 'transferResource to an unknown player',
    prepare: async () => {
      const request = await transfer({ toPlayerId: fresh('nobody') });
      return { ...request, removeReason: () => giveChest(request.otherPlayerId) };
    },
    expected: { __typename: 'UnknownPlayer', playerId: expect.stringMatching(/^nobody-/) },
  },
  {
    name: 'transferResource with another expected version',
    prepare: async () => {
      const request = await transfer({ expectedVersion: 3 });
      const removeReason = async () =>
        receiptOf(await asPlayer(request.playerId).exchange({ exchange: 'drop' }));
      return { ...request, removeReason };
    },
    expected: { __typename: 'VersionConflict', expected: 3, current: 2 },
  },
];
