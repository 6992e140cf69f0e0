// How many awards a staff member gives in a day is limited, exactly, apart from the budget.
import { describe, expect, test } from 'vitest';
import type { KernelOperation, KernelStaffTerms } from '../../src/ledger/kernel-contract.ts';
import { balancesOf } from '../support/ledger/answers.ts';
import { brokenInvariants } from '../support/ledger/invariants.ts';
import { granted, openLedger } from '../support/ledger/ledger.ts';
import { usedOf } from '../support/ledger/limits.ts';
import { award, fresh, give, operation, staffTerms, take } from '../support/ledger/operations.ts';
import { standing } from '../support/ledger/standing.ts';
import { reversal } from '../support/ledger/systems.ts';

const { commit, commitAll, owner, addStaff } = openLedger();

/** Awards are counted by the day, which the kernel compares with its own. */
const TODAY = staffTerms().day;
const TOMORROW = new Date(Date.parse(TODAY) + 86_400_000).toISOString().slice(0, 10);

const used = (subjectId: string) => usedOf(owner, subjectId);
const sound = async (...players: string[]) => expect(await brokenInvariants(owner, players)).toEqual([]);

describe('the awards of one staff member in a day', () => {
  const newPlayer = async () => {
    const player = fresh('player');
    await granted(commit(operation({ player, postings: [] })));
    return player;
  };
  const budget = (amount: number, day = TODAY) => ({ [`staff:budget ${day}`]: amount });
  const awards = (count: number, day = TODAY) => ({ [`staff:awards ${day}`]: count });
  const under = (sent: KernelOperation, terms: Partial<KernelStaffTerms>): KernelOperation => ({
    ...sent,
    staff: staffTerms(terms),
  });

  test('are counted, whatever they give, and start at zero the next day', async () => {
    const staff = await addStaff();
    const player = await newPlayer();
    for (const amount of [0, 5])
      await granted(commit({ ...award(staff, amount, { awards_per_day: 2 }), player }));
    const before = await standing(owner, player);
    expect(await commit({ ...award(staff, 1, { awards_per_day: 2 }), player })).toMatchObject({
      rejection: {
        limit: 'staff_daily_awards',
        bound: 2,
        remaining: 0,
        requested: 1,
        renewsAt: '2026-11-03T00:00:00.000Z',
      },
    });
    expect(await standing(owner, player)).toEqual(before);
    await granted(commit({ ...award(staff, 1, { awards_per_day: 2, day: TOMORROW }), player }));
    expect(await used(staff)).toEqual({
      ...budget(5),
      ...awards(2),
      ...budget(1, TOMORROW),
      ...awards(1, TOMORROW),
    });
  });

  test('are bounded by the budget alone where the config has no bound', async () => {
    const staff = await addStaff();
    const player = await newPlayer();
    for (let count = 0; count < 5; count++) await granted(commit({ ...award(staff, 1), player }));
    expect(await used(staff)).toEqual({ ...budget(5), ...awards(5) });
  });

  test('do not include reversals: one’s own award can be taken back after the last one, once, and is free again', async () => {
    const staff = await addStaff();
    const player = await newPlayer();
    const send = (amount: number) => commit({ ...award(staff, amount, { awards_per_day: 2 }), player });
    const [first, second] = [await granted(send(3)), await granted(send(5))];
    const takeBack = ({ claim }: typeof first) =>
      commit(under(reversal(staff, claim), { awards_per_day: 2 }));
    const outcomes = await Promise.all(Array.from({ length: 16 }, () => takeBack(second)));
    const [taken] = outcomes.filter((outcome) => outcome.kind === 'granted');
    expect(outcomes.filter(({ kind }) => kind === 'granted')).toHaveLength(1);
    expect(taken && balancesOf(taken)).toEqual({ gold: 3 });
    expect(await used(staff)).toEqual({ ...budget(3), ...awards(1) });
    await granted(send(1));
    const before = await standing(owner, player);
    expect(await send(1)).toMatchObject({ rejection: { limit: 'staff_daily_awards', remaining: 0 } });
    expect(await standing(owner, player)).toEqual(before);
    await sound(player);
  });

  test('are not given back by a colleague’s reversal, nor by one on another day', async () => {
    const [staff, colleague] = [await addStaff(), await addStaff()];
    const player = await newPlayer();
    const [one, two] = [
      await granted(commit({ ...award(staff, 3), player })),
      await granted(commit({ ...award(staff, 5), player })),
    ];
    await granted(commit(reversal(colleague, one.claim)));
    await granted(commit(under(reversal(staff, two.claim), { day: TOMORROW })));
    expect(await used(staff)).toEqual({ ...budget(8), ...awards(2), ...budget(0, TOMORROW) });
    await sound(player);
  });

  test('are separate from the budget: a reversal that hands out spends it without being an award', async () => {
    const staff = await addStaff({ budget: 10 });
    const player = await newPlayer();
    await granted(commit(operation({ player, postings: [give('gold', 20)] })));
    const [first, second] = [
      await granted(commit(operation({ player, postings: [take('gold', 8)] }))),
      await granted(commit(operation({ player, postings: [take('gold', 3)] }))),
    ];
    await granted(commit(reversal(staff, first.claim)));
    expect(await used(staff)).toEqual(budget(8));
    const before = await standing(owner, player);
    expect(await commit(reversal(staff, second.claim))).toMatchObject({
      rejection: { limit: 'staff_daily_budget', remaining: 2, requested: 3 },
    });
    expect(await standing(owner, player)).toEqual(before);
    expect(await used(staff)).toEqual(budget(8));
    await sound(player);
  });

  test('are exact when sixty-four go to sixty-four players at once', async () => {
    const staff = await addStaff();
    const players = await Promise.all(Array.from({ length: 64 }, newPlayer));
    const outcomes = await Promise.all(
      players.map((player) => commit({ ...award(staff, 1, { awards_per_day: 10 }), player })),
    );
    expect(outcomes.filter(({ kind }) => kind === 'granted')).toHaveLength(10);
    for (const refused of outcomes.filter(({ kind }) => kind !== 'granted'))
      expect(refused).toMatchObject({ rejection: { limit: 'staff_daily_awards', remaining: 0 } });
    expect(await used(staff)).toEqual({ ...budget(10), ...awards(10) });
    await sound(...players);
  });

  test('are exact when sixty-four go to sixty-four players in one call', async () => {
    const staff = await addStaff();
    const players = await Promise.all(Array.from({ length: 64 }, newPlayer));
    const { outcomes } = await commitAll(
      players.map((player) => ({ ...award(staff, 1, { awards_per_day: 10 }), player })),
    );
    expect(outcomes.map(({ kind }) => kind)).toEqual([
      ...Array(10).fill('granted'),
      ...Array(54).fill('rejected'),
    ]);
    expect(await used(staff)).toEqual({ ...budget(10), ...awards(10) });
    await sound(...players);
  });
});
