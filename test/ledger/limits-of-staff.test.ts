// How many awards a staff member gives in a day is limited, exactly, apart from the budget.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { KernelOperation, KernelStaffTerms } from '../../src/ledger/kernel-contract.ts';
import { balancesOf } from '../support/ledger/answers.ts';
import { brokenInvariants } from '../support/ledger/invariants.ts';
import { granted, type Ledger, openLedger } from '../support/ledger/ledger.ts';
import { usedOf } from '../support/ledger/limits.ts';
import { award, fresh, give, operation, staffTerms, take } from '../support/ledger/operations.ts';
import { startOwnDatabase } from '../support/ledger/own-database.ts';
import { publishRules } from '../support/ledger/rules.ts';
import { standing } from '../support/ledger/standing.ts';
import { reversal } from '../support/ledger/systems.ts';

/** How many awards the config of this file's own database allows in a day. */
const AWARDS = 2;

let database: Awaited<ReturnType<typeof startOwnDatabase>>;
let ledger: Ledger;
beforeAll(async () => {
  database = await startOwnDatabase({}, { rules: false });
  ledger = openLedger(database);
  await publishRules(ledger.owner, { staff: { awards_per_day: AWARDS } });
});
afterAll(async () => {
  await ledger?.close();
  await database?.stop();
});

const commit: Ledger['commit'] = (sent) => ledger.commit(sent);
const addStaff: Ledger['addStaff'] = (options) => ledger.addStaff(options);

/** Awards are counted by the day, which the kernel compares with its own. */
const TODAY = staffTerms().day;
const TOMORROW = new Date(Date.parse(TODAY) + 86_400_000).toISOString().slice(0, 10);

const used = (subjectId: string) => usedOf(ledger.owner, subjectId);
const sound = async (...players: string[]) =>
  expect(await brokenInvariants(ledger.owner, players)).toEqual([]);

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
    for (const amount of [0, 5]) await granted(commit({ ...award(staff, amount), player }));
    const before = await standing(ledger.owner, player);
    expect(await commit({ ...award(staff, 1), player })).toMatchObject({
      rejection: {
        limit: 'staff_daily_awards',
        bound: 2,
        remaining: 0,
        requested: 1,
        renewsAt: '2026-11-03T00:00:00.000Z',
      },
    });
    expect(await standing(ledger.owner, player)).toEqual(before);
    await granted(commit({ ...award(staff, 1, { day: TOMORROW }), player }));
    expect(await used(staff)).toEqual({
      ...budget(5),
      ...awards(2),
      ...budget(1, TOMORROW),
      ...awards(1, TOMORROW),
    });
  });

  test('are bounded by the budget alone where the config has no bound', async () => {
    const unbounded = openLedger();
    const staff = await unbounded.addStaff();
    const player = fresh('player');
    await granted(unbounded.commit(operation({ player, postings: [] })));
    for (let count = 0; count < 5; count++) await granted(unbounded.commit({ ...award(staff, 1), player }));
    expect(await usedOf(unbounded.owner, staff)).toEqual({ ...budget(5), ...awards(5) });
    await unbounded.close();
  });

  test('do not include reversals: one’s own award can be taken back after the last one, once, and is free again', async () => {
    const staff = await addStaff();
    const player = await newPlayer();
    const send = (amount: number) => commit({ ...award(staff, amount), player });
    const [first, second] = [await granted(send(3)), await granted(send(5))];
    const takeBack = ({ claim }: typeof first) => commit(reversal(staff, claim));
    const outcomes = await Promise.all(Array.from({ length: 16 }, () => takeBack(second)));
    const [taken] = outcomes.filter((outcome) => outcome.kind === 'granted');
    expect(outcomes.filter(({ kind }) => kind === 'granted')).toHaveLength(1);
    expect(taken && balancesOf(taken)).toEqual({ gold: 3 });
    expect(await used(staff)).toEqual({ ...budget(3), ...awards(1) });
    await granted(send(1));
    const before = await standing(ledger.owner, player);
    expect(await send(1)).toMatchObject({ rejection: { limit: 'staff_daily_awards', remaining: 0 } });
    expect(await standing(ledger.owner, player)).toEqual(before);
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

  test('are separate from the budget: a reversal that leaves a debt spends it without being an award', async () => {
    const staff = await addStaff({ budget: 10 });
    const player = await newPlayer();
    await granted(commit(operation({ player, postings: [give('gold', 20)] })));
    const buy = (gold: number) => operation({ player, postings: [take('gold', gold), give('gems', gold)] });
    const [first, second] = [await granted(commit(buy(8))), await granted(commit(buy(3)))];
    await granted(commit(operation({ player, postings: [take('gems', 11)] })));
    await granted(commit(reversal(staff, first.claim, { allow_debt: true })));
    expect(await used(staff)).toEqual(budget(8));
    const before = await standing(ledger.owner, player);
    expect(await commit(reversal(staff, second.claim, { allow_debt: true }))).toMatchObject({
      rejection: { limit: 'staff_daily_budget', remaining: 2, requested: 3 },
    });
    expect(await standing(ledger.owner, player)).toEqual(before);
    expect(await used(staff)).toEqual(budget(8));
    await sound(player);
  });

  test('are exact when sixty-four go to sixty-four players at once', async () => {
    const staff = await addStaff();
    const players = await Promise.all(Array.from({ length: 64 }, newPlayer));
    const outcomes = await Promise.all(players.map((player) => commit({ ...award(staff, 1), player })));
    expect(outcomes.filter(({ kind }) => kind === 'granted')).toHaveLength(AWARDS);
    for (const refused of outcomes.filter(({ kind }) => kind !== 'granted'))
      expect(refused).toMatchObject({ rejection: { limit: 'staff_daily_awards', remaining: 0 } });
    expect(await used(staff)).toEqual({ ...budget(AWARDS), ...awards(AWARDS) });
    await sound(...players);
  });

  test('are exact when sixty-four go to sixty-four players in one call', async () => {
    const staff = await addStaff();
    const players = await Promise.all(Array.from({ length: 64 }, newPlayer));
    const { outcomes } = await ledger.commitAll(players.map((player) => ({ ...award(staff, 1), player })));
    expect(outcomes.map(({ kind }) => kind)).toEqual([
      ...Array(AWARDS).fill('granted'),
      ...Array(64 - AWARDS).fill('rejected'),
    ]);
    expect(await used(staff)).toEqual({ ...budget(AWARDS), ...awards(AWARDS) });
    await sound(...players);
  });
});
