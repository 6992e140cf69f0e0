// What one player receives from others, and how old an account must be to give: judged under the recipient's lock, by the kernel's clock.
import { describe, expect, test } from 'vitest';
import type { KernelLimitUse, KernelOperation } from '../../src/ledger/kernel-contract.ts';
import { granted, openLedger } from '../support/ledger/ledger.ts';
import { usedOf } from '../support/ledger/limits.ts';
import { fresh, give, operation } from '../support/ledger/operations.ts';
import { reversalHelpers } from '../support/ledger/reversals.ts';
import { standing } from '../support/ledger/standing.ts';
import { limitUse, transfer } from '../support/ledger/systems.ts';

const ledger = openLedger();
const { commit, commitAll, owner } = ledger;
const { reverse, expectSound } = reversalHelpers(ledger);

const holder = async (gold = 100) => {
  const player = fresh('player');
  await granted(commit(operation({ player, postings: [give('gold', gold)] })));
  return player;
};
const received = (amount: number, over: Partial<KernelLimitUse> = {}): KernelLimitUse =>
  limitUse({
    ...{
      kind: 'recipient',
      name: 'claims:chest',
      period: 'ever',
      since: '-infinity',
      claim_type: 'transfer',
    },
    ...{ resource: 'gold', bound: 30, rejection: 'recipient_limit', renews_at: null },
    amount,
    ...over,
  });
const sent = (from: string, to: string, amount: number, over: Partial<KernelLimitUse> = {}) =>
  transfer(from, to, amount, {}, { limits: [received(amount, over)] });
const used = async (player: string) => (await usedOf(owner, player))['claims:chest ever'];

describe('the limit of what one player receives', () => {
  test('is exact where many accounts give to one at the same time, alone and in batches', async () => {
    const taker = await holder(0);
    const givers = await Promise.all(Array.from({ length: 20 }, () => holder()));
    const alone = givers.slice(0, 10).map((giver) => commit(sent(giver, taker, 2)));
    const batches = [10, 15].map((from) =>
      commitAll(givers.slice(from, from + 5).map((giver) => sent(giver, taker, 2))),
    );
    const outcomes = [
      ...(await Promise.all(alone)),
      ...(await Promise.all(batches)).flatMap((batch) => batch.outcomes),
    ];
    const busy = outcomes.filter(({ kind }) => kind === 'busy').length;
    for (let i = 0; i < busy; i += 1) await commit(sent(givers[i] as string, taker, 2));
    expect(await used(taker)).toBe(30);
    const refused = outcomes.filter(({ kind }) => kind === 'rejected');
    for (const one of refused)
      expect(one).toMatchObject({
        rejection: { limit: 'recipient_limit', resource: 'gold', bound: 0, remaining: 0, requested: 2 },
      });
    await expectSound(taker, ...givers);
  });

  test('says nothing of what the other player received, and nothing moves', async () => {
    const [giver, taker] = [await holder(), await holder(0)];
    await granted(commit(sent(giver, taker, 25)));
    const before = await standing(owner, giver, taker);
    expect(await commit(sent(giver, taker, 6))).toMatchObject({
      rejection: { kind: 'limit_exceeded', limit: 'recipient_limit', bound: 0, remaining: 0, requested: 6 },
    });
    expect(await standing(owner, giver, taker)).toEqual(before);
    // What they give is another matter.
    await granted(commit(transfer(taker, giver, 25)));
    await expectSound(giver, taker);
  });

  test('counts what was received before it was published, and not what was given', async () => {
    const [giver, taker] = [await holder(), await holder()];
    const early = await granted(commit(transfer(giver, taker, 10)));
    await granted(commit(transfer(taker, giver, 50)));
    const late = await granted(commit(sent(giver, taker, 5)));
    expect(await used(taker)).toBe(15);
    await granted(reverse(late.claim));
    expect(await used(taker)).toBe(15);
    await granted(reverse(late.claim, { reopen: true }));
    expect(await used(taker)).toBe(10);
    await granted(reverse(early.claim, { reopen: true }));
    expect(await used(taker)).toBe(0);
    await expectSound(giver, taker);
  });

  test('has a counter of its own for each side of a transfer', async () => {
    const [giver, taker] = [await holder(), await holder()];
    const both = (from: string, to: string, amount: number): KernelOperation => {
      const given = limitUse({
        name: 'transfer:gold',
        period: 'ever',
        since: '-infinity',
        claim_type: 'transfer',
      });
      return transfer(
        from,
        to,
        amount,
        {},
        {
          limits: [{ ...given, resource: 'gold', amount, bound: 40 }, received(amount)],
        },
      );
    };
    await granted(commit(transfer(giver, taker, 3)));
    await granted(commit(both(giver, taker, 20)));
    const back = await granted(commit(both(taker, giver, 7)));
    expect(await usedOf(owner, giver)).toEqual({ 'transfer:gold ever': 23, 'claims:chest ever': 7 });
    expect(await usedOf(owner, taker)).toEqual({ 'transfer:gold ever': 7, 'claims:chest ever': 23 });
    await granted(reverse(back.claim, { reopen: true }));
    expect(await usedOf(owner, giver)).toEqual({ 'transfer:gold ever': 23, 'claims:chest ever': 0 });
    expect(await usedOf(owner, taker)).toEqual({ 'transfer:gold ever': 0, 'claims:chest ever': 23 });
    await expectSound(giver, taker);
  });

  test('comes after what refuses the giver', async () => {
    const [giver, taker] = [await holder(5), await holder(0)];
    await granted(commit(sent(await holder(), taker, 30)));
    expect(await commit(sent(giver, taker, 6))).toMatchObject({
      rejection: { kind: 'insufficient_balance' },
    });
  });
});

describe('the age of an account that gives', () => {
  const aged = (from: string, to: string, hours: number) =>
    transfer(from, to, 4, {}, { age: { hours, resource: 'gold', requested: 4 } });
  const createdHoursAgo = (player: string, hours: number) =>
    owner.query(
      `UPDATE onceward.actors SET created_at = clock_timestamp() - make_interval(secs => $2) WHERE id = $1`,
      [player, hours * 3600],
    );

  test('is that of the kernel’s clock, and a rejection says when it is reached', async () => {
    const [giver, taker] = [await holder(), await holder(0)];
    await createdHoursAgo(giver, 23.999);
    const before = await standing(owner, giver, taker);
    const refused = await commit(aged(giver, taker, 24));
    expect(refused).toMatchObject({
      rejection: { kind: 'limit_exceeded', limit: 'account_age', resource: 'gold', bound: 24, requested: 4 },
    });
    const { rejection } = refused as unknown as { rejection: { renewsAt: string } };
    expect(rejection.renewsAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    expect(Math.abs(Date.parse(rejection.renewsAt) - Date.now())).toBeLessThan(60_000);
    expect(await standing(owner, giver, taker)).toEqual(before);
    await createdHoursAgo(giver, 24.001);
    await granted(commit(aged(giver, taker, 24)));
    await expectSound(giver, taker);
  });

  test('is that of the giver and not of the recipient', async () => {
    const [giver, taker] = [await holder(), await holder(0)];
    await createdHoursAgo(giver, 100);
    await granted(commit(aged(giver, taker, 24)));
    expect(await commit(aged(taker, giver, 24))).toMatchObject({ rejection: { limit: 'account_age' } });
  });
});
