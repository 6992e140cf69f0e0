import { beforeEach, expect, it } from 'vitest';
import { changedExample, publish } from '../support/worker/balance.ts';
import {
  asPlayer,
  asServer,
  asStaff,
  faultOf,
  type MutationInput,
  receiptOf,
  rejectionOf,
  resultOf,
} from '../support/worker/client.ts';
import { startIsolate } from '../support/worker/isolate.ts';
import { addStaffMember, ledgerFaults, ledgerState, usedByStaff } from '../support/worker/ledger-state.ts';
import { type Holder, playerWith } from '../support/worker/players.ts';
import { fresh } from '../support/worker/service.ts';
import { movingNothing, writingNothing } from '../support/worker/stillness.ts';
import { atOnce, tally } from '../support/worker/waves.ts';

beforeEach(() =>
  publish(
    changedExample(({ resources }) => {
      resources.lumees.spend = { perCall: 50, perDay: 120 };
      resources.lumees.take = { perCall: 200, perDay: 300, debt: true };
      resources.auric_coins.take = { perDay: 1_000 };
    }),
  ),
);

const lumeesOf = async (playerId: string) => (await ledgerState(playerId)).balances.lumees;
const charge = (playerId: string, over: Partial<MutationInput<'spendResource'>> = {}) => ({
  playerId,
  resource: 'lumees',
  amount: 10,
  reason: 'entry fee of cup-7',
  ...over,
});
const taking = (playerId: string, over: Partial<MutationInput<'takeResource'>> = {}) => ({
  playerId,
  resource: 'lumees',
  amount: 10,
  reason: 'given twice by a defect',
  ...over,
});

it('E10 charges a player what a game server asks, within the limits of the config, exactly under concurrency', async () => {
  const { playerId } = await playerWith({ lumees: 1_000 });
  const doors = [startIsolate(), startIsolate(), startIsolate()];
  const answers = await atOnce(64, (index) =>
    asServer(`arena-${index % 4}`).spendResource(charge(playerId), { door: doors[index % 3] }),
  );
  // 120 a day are twelve charges of 10, from whichever server.
  expect(tally(answers.map(resultOf))).toEqual({ Receipt: 12, SPENDINGS: 52 });
  expect(await lumeesOf(playerId)).toBe(880);
  expect(await ledgerFaults(playerId)).toEqual([]);

  const { playerId: other } = await playerWith({ lumees: 1_000 });
  const { claim, changes } = receiptOf(await asServer().spendResource(charge(other, { amount: 50 })));
  expect(claim).toMatchObject({ type: 'spending', operation: 'spendResource', reason: 'entry fee of cup-7' });
  expect(changes).toMatchObject([{ resource: 'lumees', delta: -50 }]);
  const above = await movingNothing(other, () => asServer().spendResource(charge(other, { amount: 51 })));
  expect(rejectionOf(above, 'LimitExceeded')).toMatchObject({
    limit: 'SPEND_AMOUNT',
    bound: 50,
    requested: 51,
  });
});

it('E10 never charges below the floor, and charges each key once', async () => {
  const { playerId } = await playerWith({ lumees: 25 });
  const answers = await atOnce(32, () => asServer().spendResource(charge(playerId)));
  expect(tally(answers.map(resultOf))).toEqual({ Receipt: 2, InsufficientBalance: 30 });
  expect(await lumeesOf(playerId)).toBe(5);
  const key = fresh('key');
  const same = await atOnce(32, () => asServer().spendResource(charge(playerId, { amount: 5 }), { key }));
  expect(new Set(same.map((answer) => receiptOf(answer).claim.id)).size).toBe(1);
  expect(await lumeesOf(playerId)).toBe(0);
  expect(await ledgerFaults(playerId)).toEqual([]);
});

it('E10 refuses callers, resources and requests without a reason, and writes nothing', async () => {
  const { playerId } = await playerWith({ lumees: 100 });
  const staff = asStaff(await addStaffMember(fresh('staff')));
  const auditor = asStaff(await addStaffMember(fresh('staff'), { role: 'auditor' }));
  const refused = [
    [() => asPlayer(playerId).spendResource(charge(playerId)), 'FORBIDDEN'],
    [() => staff.spendResource(charge(playerId)), 'FORBIDDEN'],
    [() => asServer().takeResource(taking(playerId)), 'FORBIDDEN'],
    [() => auditor.takeResource(taking(playerId)), 'FORBIDDEN'],
    [() => asServer().spendResource(charge(playerId, { resource: 'auric_coins' })), 'BAD_USER_INPUT'],
    [() => asServer().spendResource(charge(playerId, { reason: ' x ' })), 'BAD_USER_INPUT'],
    [() => asServer().spendResource(charge(playerId, { amount: 0 })), 'BAD_USER_INPUT'],
    [() => staff.takeResource(taking(playerId, { resource: 'credits' })), 'BAD_USER_INPUT'],
    [() => staff.takeResource(taking(playerId, { reason: '' })), 'BAD_USER_INPUT'],
    [
      () => staff.takeResource(taking(playerId, { resource: 'auric_coins', ifInsufficient: 'DEBT' })),
      'BAD_USER_INPUT',
    ],
  ] as const;
  for (const [send, code] of refused)
    expect(faultOf(await writingNothing(playerId, send as never)).code).toBe(code);
});

it('E10 takes from players within limits of its own, which no award uses', async () => {
  const players = await atOnce(4, () => playerWith({ lumees: 1_000 }));
  const staffId = await addStaffMember(fresh('staff'), { limit: 0, budget: 0 });
  const staff = asStaff(staffId);
  const answers = await atOnce(32, (index) =>
    staff.takeResource(taking((players[index % 4] as Holder).playerId, { amount: 40 })),
  );
  expect(tally(answers.map(resultOf))).toEqual({ Receipt: 7, STAFF_TAKE_PER_DAY: 25 });
  const left = await Promise.all(players.map(({ playerId }) => lumeesOf(playerId)));
  expect(left.reduce((sum: number, lumees) => sum + (lumees ?? 0), 0)).toBe(4_000 - 280);
  expect(await usedByStaff(staffId)).toEqual({ spent: 0, awards: 0 });
  const { playerId } = players[0] as Holder;
  const above = await movingNothing(playerId, () => staff.takeResource(taking(playerId, { amount: 201 })));
  expect(rejectionOf(above, 'LimitExceeded')).toMatchObject({
    limit: 'STAFF_TAKE',
    ceilingOf: 'lumees',
    bound: 200,
  });
  for (const each of players) expect(await ledgerFaults(each.playerId)).toEqual([]);
});

it('E10 refuses, takes what is there or leaves a debt, as staff say, and gives all of it back', async () => {
  const { playerId } = await playerWith({ lumees: 30 });
  const staff = asStaff(await addStaffMember(fresh('staff')));
  const hundred = (ifInsufficient: MutationInput<'takeResource'>['ifInsufficient']) =>
    staff.takeResource(taking(playerId, { amount: 100, ifInsufficient }));
  const refused = await movingNothing(playerId, () => hundred('REFUSE'));
  expect(rejectionOf(refused, 'InsufficientBalance')).toMatchObject({ available: 30, required: 100 });
  const cut = receiptOf(await hundred('TAKE_WHAT_IS_THERE'));
  expect(cut.changes).toMatchObject([{ before: 30, after: 0, requested: -100, cutOff: -70 }]);
  const indebted = receiptOf(await hundred('DEBT'));
  expect(indebted.changes).toMatchObject([{ before: 0, after: -100, cutOff: 0 }]);
  for (const { claim } of [indebted, cut])
    receiptOf(await staff.reverseClaim({ playerId, claimId: claim.id, reason: 'taken by mistake' }));
  expect(await lumeesOf(playerId)).toBe(30);
  expect(await ledgerFaults(playerId)).toEqual([]);
});

it('E10 hides from the player who took something and why', async () => {
  const { playerId } = await playerWith({ lumees: 30 });
  const staff = asStaff(await addStaffMember(fresh('staff')));
  const { claim } = receiptOf(await staff.takeResource(taking(playerId)));
  const shown = resultOf(await asPlayer(playerId).claim({ id: claim.id }))?.claim;
  expect(shown).toMatchObject({ type: 'taking', actorKind: 'STAFF', actorId: 'staff', reason: null });
});
