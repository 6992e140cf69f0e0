/** Rejections of spendResource and takeResource, with what removes the reason. */
import { expect } from 'vitest';
import { asStaff, type MutationInput, receiptOf } from './client.ts';
import { addStaffMember } from './ledger-state.ts';
import {
  byServer,
  byStaff,
  giveChest,
  publishChanged,
  publishExample,
  type RejectionCase,
  type Request,
} from './rejection-case.ts';
import { fresh } from './service.ts';

const lumees = { resource: 'lumees', amount: 5, reason: 'for the tests' };

const spend = (over: Partial<MutationInput<'spendResource'>> = {}) =>
  byServer(({ client, playerId, options }) =>
    client.spendResource({ ...lumees, playerId, ...over }, options),
  );

const take = (over: Partial<MutationInput<'takeResource'>> = {}, playerId?: string) =>
  byStaff(
    ({ client, playerId: player, options }) =>
      client.takeResource({ ...lumees, playerId: player, ...over }, options),
    {
      ...(playerId !== undefined && { playerId }),
    },
  );

const publishDebits = (debits: object) =>
  publishChanged(({ resources }) => Object.assign(resources.lumees, debits));

/** The player has 500 lumees, at version 2. */
async function rich<R extends Request>(made: Promise<R>): Promise<R> {
  const request = await made;
  await giveChest(request.playerId);
  return request;
}

export const DEBIT_REJECTIONS: readonly RejectionCase[] = [
  {
    name: 'spendResource of a frozen player',
    prepare: async () => {
      const request = await rich(spend());
      const staff = asStaff(await addStaffMember(fresh('staff')));
      const of = { playerId: request.playerId, reason: 'a suspicion' };
      receiptOf(await staff.freezePlayer(of));
      return { ...request, removeReason: async () => receiptOf(await staff.unfreezePlayer(of)) };
    },
    expected: { __typename: 'PlayerFrozen', code: 'PLAYER_FROZEN' },
  },
  {
    name: 'spendResource of more than there is',
    prepare: async () => {
      const request = await spend();
      return { ...request, removeReason: () => giveChest(request.playerId) };
    },
    expected: { __typename: 'InsufficientBalance', resource: 'lumees', available: 0, required: 5 },
  },
  {
    name: 'spendResource above the bound of one charge',
    prepare: async () => {
      await publishDebits({ spend: { perCall: 4 } });
      return { ...(await rich(spend())), removeReason: publishExample };
    },
    expected: {
      __typename: 'LimitExceeded',
      limit: 'SPEND_AMOUNT',
      ceilingOf: 'lumees',
      bound: 4,
      remaining: 4,
      requested: 5,
      renewsAt: null,
    },
  },
  {
    name: 'spendResource above the limit of the day',
    prepare: async () => {
      await publishDebits({ spend: { perDay: 4 } });
      return { ...(await rich(spend())), removeReason: publishExample };
    },
    expected: {
      __typename: 'LimitExceeded',
      limit: 'SPENDINGS',
      ceilingOf: 'lumees',
      bound: 4,
      remaining: 4,
      requested: 5,
      renewsAt: expect.any(String),
    },
  },
  {
    name: 'spendResource with another expected version',
    prepare: async () => {
      const request = await rich(spend({ expectedVersion: 3 }));
      return { ...request, removeReason: () => giveMore(request.playerId) };
    },
    expected: { __typename: 'VersionConflict', expected: 3, current: 2 },
  },
  {
    name: 'takeResource of more than there is',
    prepare: async () => {
      const request = await take();
      return { ...request, removeReason: () => giveChest(request.playerId) };
    },
    expected: { __typename: 'InsufficientBalance', resource: 'lumees', available: 0, required: 5 },
  },
  {
    name: 'takeResource above the bound of one taking',
    prepare: async () => {
      await publishDebits({ take: { perCall: 4, perDay: 9 } });
      return { ...(await rich(take())), removeReason: publishExample };
    },
    expected: {
      __typename: 'LimitExceeded',
      limit: 'STAFF_TAKE',
      ceilingOf: 'lumees',
      bound: 4,
      remaining: 4,
      requested: 5,
      renewsAt: null,
    },
  },
  {
    name: 'takeResource above the limit of the day',
    prepare: async () => {
      await publishDebits({ take: { perDay: 4 } });
      return { ...(await rich(take())), removeReason: publishExample };
    },
    expected: {
      __typename: 'LimitExceeded',
      limit: 'STAFF_TAKE_PER_DAY',
      ceilingOf: 'lumees',
      bound: 4,
      remaining: 4,
      requested: 5,
      renewsAt: expect.any(String),
    },
  },
  {
    name: 'takeResource with another expected version',
    prepare: async () => {
      const request = await rich(take({ expectedVersion: 3 }));
      return { ...request, removeReason: () => giveMore(request.playerId) };
    },
    expected: { __typename: 'VersionConflict', expected: 3, current: 2 },
  },
  {
    name: 'takeResource from an unknown player',
    prepare: async () => {
      const request = await take({}, fresh('nobody'));
      return { ...request, removeReason: () => giveChest(request.playerId) };
    },
    expected: { __typename: 'UnknownPlayer' },
  },
];

/** Raises the version by one. */
async function giveMore(playerId: string): Promise<void> {
  const staff = asStaff(await addStaffMember(fresh('staff')));
  const grants = [{ resource: 'lumees', amount: 1 }];
  receiptOf(await staff.manualReward({ playerId, grants, reason: 'for the tests' }));
}
