// What staff give counts in the value that the config gives each resource, or against a limit of its own.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { KernelPosting } from '../../src/ledger/kernel-contract.ts';
import { brokenInvariants } from '../support/ledger/invariants.ts';
import { granted, type Ledger, openLedger } from '../support/ledger/ledger.ts';
import { usedOf } from '../support/ledger/limits.ts';
import { award, fresh, give, operation, staffTerms, take } from '../support/ledger/operations.ts';
import { startOwnDatabase } from '../support/ledger/own-database.ts';
import { publishRules } from '../support/ledger/rules.ts';
import { standing } from '../support/ledger/standing.ts';
import { reversal } from '../support/ledger/systems.ts';

/** A database of this file's own, because it publishes other values. */
let database: Awaited<ReturnType<typeof startOwnDatabase>>;
let ledger: Ledger;
beforeAll(async () => {
  database = await startOwnDatabase();
  ledger = openLedger(database);
});
afterAll(async () => {
  await ledger?.close();
  await database?.stop();
});

const commit: Ledger['commit'] = (sent) => ledger.commit(sent);
const addStaff: Ledger['addStaff'] = (options) => ledger.addStaff(options);
const MOST = Number.MAX_SAFE_INTEGER;
const TODAY = staffTerms().day;

async function newPlayer(): Promise<string> {
  const player = fresh('player');
  await granted(commit(operation({ player, postings: [] })));
  return player;
}

const awardOf = (staff: string, player: string, ...postings: KernelPosting[]) =>
  award(staff, 0, {}, { player, postings });

/** Used today, by limit. */
async function used(staff: string): Promise<Record<string, number>> {
  const all = await usedOf(ledger.owner, staff);
  return Object.fromEntries(
    Object.entries(all).map(([name, amount]) => [name.replace(` ${TODAY}`, ''), amount]),
  );
}

async function expectRefused(sent: ReturnType<typeof awardOf>, rejection: object): Promise<void> {
  const state = async () => [
    await standing(ledger.owner, sent.player),
    await usedOf(ledger.owner, sent.actor_id),
  ];
  const before = await state();
  expect(await commit(sent)).toMatchObject({
    kind: 'rejected',
    rejection: { kind: 'limit_exceeded', ...rejection },
  });
  expect(await state()).toEqual(before);
}

describe('the limits of staff', () => {
  test('count each resource in its value: a diamond as much as a hundred gold', async () => {
    const [staff, player] = [await addStaff(), await newPlayer()];
    await granted(commit(awardOf(staff, player, give('diamonds', 9), give('gold', 100))));
    expect(await used(staff)).toEqual({ 'staff:budget': 1_000, 'staff:awards': 1 });
    await expectRefused(awardOf(staff, player, give('diamonds', 9), give('gold', 101)), {
      limit: 'staff_reward',
      resource: null,
      bound: 1_000,
      requested: 1_001,
    });
    await granted(commit(awardOf(await addStaff({ limit: 2_000 }), player, give('diamonds', 20))));
    expect(await brokenInvariants(ledger.owner, [player])).toEqual([]);
  });

  test('bound the day in value', async () => {
    const [staff, player] = [await addStaff({ budget: 250 }), await newPlayer()];
    await granted(commit(awardOf(staff, player, give('diamonds', 2))));
    await expectRefused(awardOf(staff, player, give('diamonds', 1)), {
      limit: 'staff_daily_budget',
      resource: null,
      bound: 250,
      remaining: 50,
      requested: 100,
    });
    await granted(commit(awardOf(staff, player, give('gold', 50))));
    expect(await used(staff)).toEqual({ 'staff:budget': 250, 'staff:awards': 2 });
  });

  test('of a resource with a limit of its own bound its units, and count nothing in value', async () => {
    const [staff, player] = [await addStaff({ limit: 0, budget: 0 }), await newPlayer()];
    await expectRefused(awardOf(staff, player, give('rubies', 31)), {
      limit: 'staff_reward',
      resource: 'rubies',
      bound: 30,
      remaining: 30,
      requested: 31,
    });
    await granted(commit(awardOf(staff, player, give('rubies', 30))));
    expect(await used(staff)).toEqual({ 'staff:budget': 0, 'staff:awards': 1, 'staff:resource:rubies': 30 });
    await expectRefused(awardOf(staff, player, give('rubies', 21)), {
      limit: 'staff_daily_budget',
      resource: 'rubies',
      bound: 50,
      remaining: 20,
      requested: 21,
      renewsAt: '2026-11-03T00:00:00.000Z',
    });
    await granted(commit(awardOf(staff, player, give('rubies', 15), give('rubies', 5))));
    expect(await brokenInvariants(ledger.owner, [player])).toEqual([]);
  });

  test('refuse a resource that has neither, also among others and as a payment that is given back', async () => {
    const [staff, player] = [await addStaff(), await newPlayer()];
    const refused = { limit: 'staff_reward', resource: 'relics', bound: 0, requested: 1 };
    await expectRefused(awardOf(staff, player, give('relics', 1)), refused);
    await expectRefused(
      awardOf(staff, player, give('gold', 1), give('relics', 1), give('rubies', 1)),
      refused,
    );
    expect(await used(staff)).toEqual({});
  });

  test.each([
    ['the value of one resource', [give('diamonds', MOST)]],
    ['the sum of two', [give('gold', MOST), give('gems', 1)]],
    ['the units of one with a limit of its own', [give('rubies', MOST), give('rubies', MOST)]],
  ])('refuse more than an amount can be, without an error: %s', async (_, postings) => {
    const [staff, player] = [await addStaff({ limit: MOST, budget: MOST }), await newPlayer()];
    await expectRefused(awardOf(staff, player, ...postings), { requested: MOST });
  });

  test('are exact when thirty-two awards of value are made at once', async () => {
    const staff = await addStaff({ budget: 1_050 });
    const players = await Promise.all(Array.from({ length: 32 }, newPlayer));
    const outcomes = await Promise.all(
      players.map((player) => commit(awardOf(staff, player, give('diamonds', 1)))),
    );
    expect(outcomes.filter(({ kind }) => kind === 'granted')).toHaveLength(10);
    expect(await used(staff)).toMatchObject({ 'staff:budget': 1_000 });
  });
});

describe('a reversal on the same day', () => {
  test('gives back the value that the award was made at, after another value was published', async () => {
    const [staff, player] = [await addStaff(), await newPlayer()];
    const { claim } = await granted(commit(awardOf(staff, player, give('diamonds', 5), give('rubies', 7))));
    await granted(commit(awardOf(staff, player, give('gold', 30))));
    const { rows } = await ledger.owner.query(
      `SELECT limits_used AS used FROM onceward.claims_by_name WHERE (player_id, number) = ($1, $2)`,
      [player, claim.number],
    );
    expect(rows[0].used.map((use: unknown[]) => use[4])).toEqual([500, 7, 1]);
    const now = { per_reward: null, per_day: null };
    const values = [
      { ...now, resource: 'diamonds', value: 3 },
      { ...now, resource: 'rubies', value: 3 },
    ];
    await publishRules(ledger.owner, { staff: { values } });
    await granted(commit(reversal(staff, claim, { resources: ['diamonds', 'rubies'] })));
    expect(await used(staff)).toEqual({ 'staff:budget': 30, 'staff:awards': 1, 'staff:resource:rubies': 0 });
    expect(await brokenInvariants(ledger.owner, [player])).toEqual([]);
    const { rows: pages } = await ledger.owner.query(`SELECT onceward.integrity_page('', 1000) AS page`);
    expect(pages[0].page.faults).toEqual([]);
    await publishRules(ledger.owner);
  });

  test('of a payment that leaves a debt counts the value of what it gives back', async () => {
    const [staff, player] = [await addStaff({ budget: 250 }), await newPlayer()];
    await granted(commit(operation({ player, postings: [give('diamonds', 9)] })));
    const { claim } = await granted(
      commit(operation({ player, postings: [take('diamonds', 3), give('gems', 1)] })),
    );
    await granted(commit(operation({ player, postings: [take('gems', 1)] })));
    await expectRefused(reversal(staff, claim, { resources: ['diamonds', 'gems'], allow_debt: true }), {
      limit: 'staff_daily_budget',
      bound: 250,
      requested: 300,
    });
  });
});
