// What a player may do in a period is limited, exactly, also where the limit was published in the middle of the period.
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { KernelLimitUse } from '../../src/ledger/kernel-contract.ts';
import { brokenInvariants } from '../support/ledger/invariants.ts';
import { granted, openLedger } from '../support/ledger/ledger.ts';
import { usedOf } from '../support/ledger/limits.ts';
import { fresh, give, operation, take } from '../support/ledger/operations.ts';
import { standing } from '../support/ledger/standing.ts';
import { limitUse, transfer } from '../support/ledger/systems.ts';

const { commit, commitAll, owner, playerLedger } = openLedger();

/** Nothing before the first use counts. */
const FROM_NOW = { since: 'infinity' };
const limited = (player: string, ...uses: Partial<KernelLimitUse>[]) =>
  operation({
    player,
    postings: [give('gold', 1)],
    limits: (uses.length === 0 ? [{}] : uses).map((use) => limitUse({ ...FROM_NOW, ...use })),
  });

const used = (subjectId: string) => usedOf(owner, subjectId);
const sound = async (...players: string[]) => expect(await brokenInvariants(owner, players)).toEqual([]);

describe('a limit', () => {
  test('grants what fits, and rejects more with what is left and when it renews', async () => {
    const player = fresh('player');
    await granted(commit(limited(player, { amount: 2 })));
    const before = await standing(owner, player);
    expect(await commit(limited(player, { amount: 2 }))).toMatchObject({
      rejection: {
        kind: 'limit_exceeded',
        limit: 'exchanges',
        resource: null,
        bound: 3,
        remaining: 1,
        requested: 2,
        renewsAt: '2026-11-03T00:00:00.000Z',
      },
    });
    expect(await standing(owner, player)).toEqual(before);
    await granted(commit(limited(player, { amount: 1 })));
    expect(await used(player)).toEqual({ 'exchange:training 2026-11-02': 3 });
    await sound(player);
  });

  test('is counted separately for each player, name and period', async () => {
    const [one, other] = [fresh('player'), fresh('player')];
    const full = { amount: 3 };
    for (const sent of [
      limited(one, full),
      limited(other, full),
      limited(one, { ...full, name: 'exchange:drop' }),
      limited(one, { ...full, period: '2026-11-03' }),
    ])
      await granted(commit(sent));
    const before = await standing(owner, one);
    expect(await commit(limited(one))).toMatchObject({ rejection: { remaining: 0 } });
    expect(await standing(owner, one)).toEqual(before);
  });

  test('counts nothing for replays and rejections', async () => {
    const player = fresh('player');
    const sent = limited(player);
    await granted(commit(sent));
    await granted(commit(sent));
    const before = await standing(owner, player);
    expect(await commit({ ...sent, idempotency_key: fresh('key') })).toMatchObject({ kind: 'rejected' });
    const poor = operation({ player, postings: [take('gold', 99)], limits: [limitUse()] });
    expect(await commit(poor)).toMatchObject({ rejection: { kind: 'insufficient_balance' } });
    expect(await standing(owner, player)).toEqual(before);
    expect(await used(player)).toEqual({ 'exchange:training 2026-11-02': 1 });
  });

  test('rejects the whole operation where it is one of several: the first that is full is named', async () => {
    const player = fresh('player');
    const second = { name: 'transfer:gold', rejection: 'transfers', bound: 1 };
    await granted(commit(limited(player, {}, second)));
    const before = await standing(owner, player);
    expect(await commit(limited(player, {}, second))).toMatchObject({
      rejection: { limit: 'transfers', bound: 1, remaining: 0 },
    });
    expect(await standing(owner, player)).toEqual(before);
  });

  test('has nothing left, and never less, after it was lowered below what was used', async () => {
    const player = fresh('player');
    await granted(commit(limited(player, { amount: 3 })));
    const before = await standing(owner, player);
    expect(await commit(limited(player, { bound: 1 }))).toMatchObject({
      rejection: { bound: 1, remaining: 0 },
    });
    expect(await standing(owner, player)).toEqual(before);
  });

  test('is checked before balances', async () => {
    const sent = operation({ postings: [take('gold', 1)], limits: [limitUse({ bound: 0 })] });
    expect(await commit(sent)).toMatchObject({ rejection: { kind: 'limit_exceeded' } });
    expect(await used(sent.player)).toEqual({});
  });

  test('with a name that was never published is an error of the caller, and nothing is written', async () => {
    const sent = limited(fresh('player'), { name: 'exchange:never' });
    await expect(commit(sent)).rejects.toMatchObject({ code: '22023' });
    expect(await playerLedger(sent.player)).toMatchObject({ version: null, rejected: 0 });
  });

  test('of twenty is exact when sixty-four operations arrive at once', async () => {
    const player = fresh('player');
    const outcomes = await Promise.all(
      Array.from({ length: 64 }, () => commit(limited(player, { amount: 3, bound: 20 }))),
    );
    expect(outcomes.filter(({ kind }) => kind === 'granted')).toHaveLength(6);
    for (const refused of outcomes.filter(({ kind }) => kind !== 'granted'))
      expect(refused).toMatchObject({ rejection: { kind: 'limit_exceeded', remaining: 2 } });
    expect(await used(player)).toEqual({ 'exchange:training 2026-11-02': 18 });
    expect(await playerLedger(player)).toMatchObject({ version: 6, balances: { gold: 6 } });
    await sound(player);
  });

  test('of three is exact for ten operations of one player in one call', async () => {
    const player = fresh('player');
    const { outcomes } = await commitAll(Array.from({ length: 10 }, () => limited(player)));
    expect(outcomes.map(({ kind }) => kind)).toEqual([
      ...Array(3).fill('granted'),
      ...Array(7).fill('rejected'),
    ]);
    expect(await used(player)).toEqual({ 'exchange:training 2026-11-02': 3 });
    await sound(player);
  });
});

describe('a limit that is published in the middle of its period', () => {
  /** Two quests, of two units and of three, and one chest. */
  async function playerWithPast(): Promise<string> {
    const player = fresh('player');
    await granted(commit(operation({ player, units: 2 })));
    await granted(commit(operation({ player, units: 3 })));
    await granted(commit(operation({ player, units: 7, claim_type: 'chest' })));
    return player;
  }
  const ofQuests = { name: 'claims:quest', bound: 9, since: '2026-01-01T00:00:00Z' };

  test('counts the units of the claims of its type since the period began, once', async () => {
    const player = await playerWithPast();
    const before = await standing(owner, player);
    expect(await commit(limited(player, { ...ofQuests, amount: 5 }))).toMatchObject({
      rejection: { bound: 9, remaining: 4, requested: 5 },
    });
    expect(await standing(owner, player)).toEqual(before);
    await granted(commit({ ...limited(player, ofQuests), units: 1 }));
    expect(await used(player)).toEqual({ 'claims:quest 2026-11-02': 6 });
    // The claim above is one more quest, but the counter exists by now.
    await granted(commit({ ...limited(player, { ...ofQuests, amount: 2 }), units: 2 }));
    expect(await used(player)).toEqual({ 'claims:quest 2026-11-02': 8 });
    await sound(player);
  });

  test('counts nothing from before the period', async () => {
    const player = await playerWithPast();
    await sleep(5);
    const since = new Date().toISOString();
    await sleep(5);
    await granted(commit(operation({ player, units: 4 })));
    await granted(commit(limited(player, { ...ofQuests, since })));
    expect(await used(player)).toEqual({ 'claims:quest 2026-11-02': 5 });
  });

  test('counts what a transfer’s sender gave of the resource, and not what they received', async () => {
    const [from, to] = [fresh('player'), fresh('player')];
    for (const player of [from, to])
      await granted(commit(operation({ player, postings: [give('gold', 100)] })));
    for (const amount of [10, 20]) await granted(commit(transfer(from, to, amount)));
    await granted(commit(transfer(to, from, 50)));
    const perDay = limitUse({
      name: 'transfer:gold',
      claim_type: 'transfer',
      resource: 'gold',
      rejection: 'transfers',
      since: '2026-01-01T00:00:00Z',
      bound: 40,
    });
    const sent = (amount: number) => transfer(from, to, amount, {}, { limits: [{ ...perDay, amount }] });
    const before = await standing(owner, from, to);
    expect(await commit(sent(11))).toMatchObject({ rejection: { bound: 40, remaining: 10, requested: 11 } });
    expect(await standing(owner, from, to)).toEqual(before);
    await granted(commit(sent(10)));
    expect(await used(from)).toEqual({ 'transfer:gold 2026-11-02': 40 });
    await sound(from, to);
  });

  test('is exact when sixty-four operations use it for the first time at once', async () => {
    const player = await playerWithPast();
    const outcomes = await Promise.all(Array.from({ length: 64 }, () => commit(limited(player, ofQuests))));
    expect(outcomes.filter(({ kind }) => kind === 'granted')).toHaveLength(4);
    expect(await used(player)).toEqual({ 'claims:quest 2026-11-02': 9 });
    await sound(player);
  });
});
