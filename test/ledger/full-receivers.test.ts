// A gift that does not fit under a ceiling becomes a pending reward of its receiver, whole, where its operation says so.
import { describe, expect, test } from 'vitest';
import type { KernelOperation } from '../../src/ledger/kernel-contract.ts';
import { fullHelpers, ROOM } from '../support/ledger/full.ts';
import { type Granted, granted, openLedger } from '../support/ledger/ledger.ts';
import { usedOf } from '../support/ledger/limits.ts';
import { operation } from '../support/ledger/operations.ts';
import { reversalHelpers } from '../support/ledger/reversals.ts';
import { standing } from '../support/ledger/standing.ts';
import { limitUse, reversal, transfer } from '../support/ledger/systems.ts';

const ledger = openLedger();
const { commit, commitAll, owner, addStaff, playerLedger } = ledger;
const { holder, pendingOf, collect, spend } = fullHelpers(ledger);
const { balancesOf, reverse, expectSound, expectRejected } = reversalHelpers(ledger);

const MESSAGE = { name: 'gift_waiting' };
const onFull = { origin: 4, message: MESSAGE } as const;

/** A gift under the recipient's ceiling of 100. */
const gift = (from: string, to: string, amount: number, over: Partial<KernelOperation> = {}) =>
  transfer(from, to, amount, ROOM, { on_full: onFull, ...over });
const numberOf = async (player: string) => (await playerLedger(player)).number as number;

/** A pair whose recipient has a pending gift of 30, and the transfer. */
async function pendingGift(): Promise<{ giver: string; taker: string; sent: Granted; number: number }> {
  const [giver, taker] = [await holder(50), await holder(90)];
  const sent = await granted(commit(gift(giver, taker, 30)));
  return { giver, taker, sent, number: await numberOf(taker) };
}

describe('a gift that exceeds the ceiling of its recipient', () => {
  test('is paid by the giver and becomes pending, whole', async () => {
    const [giver, taker] = [await holder(50), await holder(90)];
    const before = await playerLedger(taker);
    const sent = gift(giver, taker, 30);
    const outcome = await granted(commit(sent));
    expect(outcome).toMatchObject({
      ...{ claim: { becamePending: true }, counterpartyChanges: [] },
      changes: [{ resource: 'gold', delta: -30 }],
    });
    expect(await commit(sent)).toMatchObject({
      ...{ kind: 'granted', replayed: true, claim: { becamePending: true }, counterpartyChanges: [] },
    });
    expect(await balancesOf(giver)).toEqual({ gold: 20 });
    expect(await playerLedger(taker)).toEqual({ ...before, number: 2 });
    expect(await pendingOf(taker)).toEqual([
      {
        ...{ claim_key: 'received/2', type: 'transfer', origin: 4, number: 2, expires_at: null },
        ...{ message: MESSAGE, amount: '30' },
      },
    ]);
    await expectSound(giver, taker);
  });

  test('is refused as before where the operation does not say so, and nothing moves', async () => {
    const [giver, taker] = [await holder(50), await holder(90)];
    const before = await standing(owner, giver, taker);
    expect(await commit(gift(giver, taker, 30, { on_full: null }))).toMatchObject({
      rejection: { kind: 'limit_exceeded', limit: 'recipient_ceiling' },
    });
    expect(await standing(owner, giver, taker)).toEqual(before);
  });

  test('moves at once where it fits', async () => {
    const [giver, taker] = [await holder(50), await holder(90)];
    expect(await granted(commit(gift(giver, taker, 10)))).toMatchObject({ claim: { becamePending: null } });
    expect(await balancesOf(taker)).toEqual({ gold: 100 });
    expect(await pendingOf(taker)).toEqual([]);
    await expectSound(giver, taker);
  });

  test('stays pending while there is no room, and is collected once when there is', async () => {
    const { giver, taker, number } = await pendingGift();
    const before = await standing(owner, giver, taker);
    expect(await collect(taker, number)).toMatchObject({
      rejection: { kind: 'limit_exceeded', limit: 'resource_ceiling', remaining: 10, requested: 30 },
    });
    expect(await standing(owner, giver, taker)).toEqual(before);
    await spend(taker, 20);
    const paid = await granted(collect(taker, number));
    expect(paid).toMatchObject({ changes: [{ delta: 30 }], claim: { type: 'transfer' } });
    expect(await collect(taker, number)).toMatchObject({
      rejection: { kind: 'already_claimed', number: paid.claim.number, reversedBy: null },
    });
    expect(await balancesOf(taker)).toEqual({ gold: 100 });
    expect(await pendingOf(taker)).toEqual([]);
    await expectSound(giver, taker);
  });

  test.each([
    ['the giver has too little', {}, 60, { kind: 'insufficient_balance' }],
    ['the recipient declines gifts', { declines: true }, 30, { kind: 'gifts_declined' }],
    ['the recipient received too much', { bound: 20 }, 30, { limit: 'recipient_limit' }],
  ])('is refused where %s, and nothing moves', async (_, {
    declines,
    bound,
  }: { declines?: boolean; bound?: number }, amount, rejection) => {
    const [giver, taker] = [await holder(50), await holder(90)];
    if (declines)
      await granted(commit(operation({ player: taker, postings: [], resources: [], accepts_gifts: false })));
    const limits = bound === undefined ? [] : [received(amount, bound)];
    const before = await standing(owner, giver, taker);
    expect(await commit(gift(giver, taker, amount, { limits }))).toMatchObject({ rejection });
    expect(await standing(owner, giver, taker)).toEqual(before);
  });
});

const received = (amount: number, bound: number) =>
  limitUse({
    ...{
      kind: 'recipient',
      name: 'claims:chest',
      period: 'ever',
      since: '-infinity',
      claim_type: 'transfer',
    },
    ...{ resource: 'gold', bound, rejection: 'recipient_limit', renews_at: null, amount },
  });
const usedBy = async (player: string) => (await usedOf(owner, player))['claims:chest ever'];

describe('a limit of what one player receives', () => {
  test('counts a pending gift when it is given, and collecting it does not count again', async () => {
    const [giver, taker] = [await holder(200), await holder(90)];
    await granted(commit(gift(giver, taker, 30, { limits: [received(30, 100)] })));
    expect(await usedBy(taker)).toBe(30);
    await spend(taker, 90);
    await granted(collect(taker, 2));
    expect(await usedBy(taker)).toBe(30);
    const before = await standing(owner, giver, taker);
    expect(await commit(gift(giver, taker, 71, { limits: [received(71, 100)] }))).toMatchObject({
      rejection: { limit: 'recipient_limit' },
    });
    expect(await standing(owner, giver, taker)).toEqual(before);
    await expectSound(giver, taker);
  });

  test('that is published later counts pending and collected gifts, and gives them back where they are reopened', async () => {
    const [giver, taker] = [await holder(200), await holder(90)];
    const collected = await granted(commit(gift(giver, taker, 30)));
    const waiting = await granted(commit(gift(giver, taker, 40)));
    await spend(taker, 90);
    await granted(collect(taker, 2));
    await granted(commit(gift(giver, taker, 5, { limits: [received(5, 200)] })));
    expect(await usedBy(taker)).toBe(75);
    await expectSound(giver, taker);
    await granted(reverse(waiting.claim, { reopen: true }));
    expect(await usedBy(taker)).toBe(35);
    await granted(reverse(collected.claim, { reopen: true }));
    expect(await usedBy(taker)).toBe(5);
    await expectSound(giver, taker);
  });
});

describe('reversing a gift that did not fit', () => {
  test('withdraws it while it is pending', async () => {
    const { giver, taker, sent, number } = await pendingGift();
    await granted(reverse(sent.claim));
    expect([await balancesOf(giver), await balancesOf(taker)]).toEqual([{ gold: 50 }, { gold: 90 }]);
    expect(await pendingOf(taker)).toEqual([]);
    const before = await standing(owner, giver, taker);
    expect(await collect(taker, number)).toMatchObject({ rejection: { kind: 'not_announced' } });
    expect(await standing(owner, giver, taker)).toEqual(before);
    await expectSound(giver, taker);
  });

  test('takes it from its recipient once it is collected, and says so to the next who collects it', async () => {
    const { giver, taker, sent, number } = await pendingGift();
    await spend(taker, 20);
    await granted(collect(taker, number));
    const back = await granted(reverse(sent.claim));
    expect(back).toMatchObject({ changes: [{ delta: 30 }], counterpartyChanges: [{ delta: -30 }] });
    expect([await balancesOf(giver), await balancesOf(taker)]).toEqual([{ gold: 50 }, { gold: 70 }]);
    expect(await collect(taker, number)).toMatchObject({
      rejection: { kind: 'already_claimed', reversedBy: { number: await numberOf(taker) } },
    });
    expect(await reverse(sent.claim)).toMatchObject({ rejection: { kind: 'already_claimed' } });
    await expectSound(giver, taker);
  });

  test('is refused where its recipient has spent it, or leaves them a debt', async () => {
    const { giver, taker, sent, number } = await pendingGift();
    await spend(taker, 90);
    await granted(collect(taker, number));
    await spend(taker, 25);
    const before = await standing(owner, giver, taker);
    expect(await reverse(sent.claim)).toMatchObject({
      rejection: { kind: 'insufficient_balance', available: 5, required: 30 },
    });
    expect(await standing(owner, giver, taker)).toEqual(before);
    await granted(reverse(sent.claim, { allow_debt: true }));
    expect([await balancesOf(giver), await balancesOf(taker)]).toEqual([{ gold: 50 }, { gold: -25 }]);
    await expectSound(giver, taker);
  });

  test('is the only way to take it back: what was collected cannot be reversed alone', async () => {
    const { giver, taker, number } = await pendingGift();
    await spend(taker, 20);
    const paid = await granted(collect(taker, number));
    await expectRejected(paid.claim, {}, { kind: 'not_reversible', why: 'collected' });
    await expectRejected(paid.claim, { reopen: true }, { kind: 'not_reversible', why: 'collected' });
    await expectSound(giver, taker);
  });
});

describe('at the same time', () => {
  test('gifts to a nearly full recipient move as far as they fit, and the others wait', async () => {
    const taker = await holder(70);
    const givers = await Promise.all(Array.from({ length: 12 }, () => holder(50)));
    const alone = givers.slice(0, 6).map((giver) => commit(gift(giver, taker, 20)));
    const together = commitAll(givers.slice(6).map((giver) => gift(giver, taker, 20)));
    const outcomes = [...(await Promise.all(alone)), ...(await together).outcomes];
    const made = outcomes.filter((outcome) => outcome.kind === 'granted');
    expect(outcomes.every(({ kind }) => kind === 'granted' || kind === 'busy')).toBe(true);
    const waiting = made.filter(({ claim }) => claim.becamePending);
    expect(made.length - waiting.length).toBe(1);
    expect(await balancesOf(taker)).toEqual({ gold: 90 });
    expect(await pendingOf(taker)).toHaveLength(waiting.length);
    await expectSound(taker, ...givers);
  });

  test('collecting and reversing leave the gift with one of the two players', async () => {
    const staff = await addStaff({ role: 'admin', limit: 1_000_000, budget: 1_000_000 });
    const ends = await Promise.all(
      Array.from({ length: 16 }, async () => {
        const { giver, taker, sent, number } = await pendingGift();
        await spend(taker, 20);
        const [collected, reversed] = await Promise.all([
          collect(taker, number),
          commit(reversal(staff, sent.claim)),
          collect(taker, number),
        ]);
        expect(reversed.kind).toBe('granted');
        expect([await balancesOf(giver), await balancesOf(taker)]).toEqual([{ gold: 50 }, { gold: 70 }]);
        expect(await pendingOf(taker)).toEqual([]);
        await expectSound(giver, taker);
        return collected.kind;
      }),
    );
    expect(ends.every((kind) => ['granted', 'rejected'].includes(kind))).toBe(true);
  });
});

test('only a plain gift can become pending', async () => {
  const player = await holder(90);
  for (const over of [
    { source_keys: [{ game: false, resource: 'gold', key: 'once' }] },
    { on_full: { origin: 5, message: null } },
    { source: 'pending' as const, postings: [] },
  ]) {
    const before = await standing(owner, player);
    await expect(commit(operation({ player, on_full: onFull, ...over }))).rejects.toThrow(
      /only_a_plain_gift_becomes_pending/,
    );
    expect(await standing(owner, player)).toEqual(before);
  }
});
