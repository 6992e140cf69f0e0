// What staff take: limits of their own that publishing writes, counted under the lock on the staff member's row.
import { describe, expect, test } from 'vitest';
import type { KernelOperation, KernelPosting } from '../../src/ledger/kernel-contract.ts';
import { brokenInvariants } from '../support/ledger/invariants.ts';
import { granted, openLedger } from '../support/ledger/ledger.ts';
import { award, fresh, give, operation, staffTerms, take } from '../support/ledger/operations.ts';
import { standing } from '../support/ledger/standing.ts';
import { reversal } from '../support/ledger/systems.ts';

const { commit, playerLedger, addStaff, owner } = openLedger();
const TODAY = staffTerms().day;

async function playerWith(gold: number): Promise<string> {
  const player = fresh('player');
  await granted(commit(operation({ player, postings: [give('gold', gold), give('gems', 100)] })));
  return player;
}

function taking(staff: string, player: string, posting: KernelPosting, over: Partial<KernelOperation> = {}) {
  return award(
    staff,
    0,
    {},
    {
      name: 'takeResource',
      permission: 'reward:take',
      claim_type: 'taking',
      player,
      postings: [posting],
      ...over,
    },
  );
}

const usedBy = async (staff: string) => {
  const { rows } = await owner.query(
    `SELECT "limit", used::float8 FROM onceward.limits_by_name
      WHERE kind = 'staff' AND subject_id = $1 AND period = $2 AND used > 0 ORDER BY "limit"`,
    [staff, TODAY],
  );
  return Object.fromEntries(rows.map(({ limit, used }) => [limit, used]));
};

describe('what a staff member takes', () => {
  test('is no award: it uses no budget and none of the awards of the day', async () => {
    const [staff, player] = [await addStaff({ limit: 0, budget: 0 }), await playerWith(100)];
    await granted(commit(taking(staff, player, take('gold', 30))));
    expect(await usedBy(staff)).toEqual({ 'staff:take:gold': 30 });
    expect((await playerLedger(player)).balances.gold).toBe(70);
    expect(await brokenInvariants(owner, [player])).toEqual([]);
  });

  test.each<[string, KernelPosting, object]>([
    [
      'more than the bound of one taking',
      take('gold', 31),
      { limit: 'staff_take', resource: 'gold', bound: 30, requested: 31 },
    ],
    [
      'more than the bound of a day',
      take('gems', 51),
      { limit: 'staff_take_per_day', resource: 'gems', bound: 50, remaining: 50 },
    ],
    [
      'what was not published as takeable',
      take('amber', 1),
      { limit: 'staff_take', resource: 'amber', bound: 0, requested: 1 },
    ],
  ])('is refused: %s', async (_, posting, rejection) => {
    const [staff, player] = [await addStaff(), await playerWith(100)];
    await granted(commit(operation({ player, postings: [give('amber', 5)] })));
    const before = await standing(owner, player);
    expect(await commit(taking(staff, player, posting))).toMatchObject({ kind: 'rejected', rejection });
    expect(await standing(owner, player)).toEqual(before);
    expect(await usedBy(staff)).toEqual({});
  });

  test('counts as it was requested, also where the floor cut it off', async () => {
    const [staff, player] = [await addStaff(), await playerWith(7)];
    const { changes } = await granted(commit(taking(staff, player, take('gold', 30, { clamp: true }))));
    expect(changes).toMatchObject([{ resource: 'gold', delta: -7, requested: -30 }]);
    expect(await usedBy(staff)).toEqual({ 'staff:take:gold': 30 });
  });

  test('may leave a debt where the posting has no floor', async () => {
    const [staff, player] = [await addStaff(), await playerWith(7)];
    await granted(commit(taking(staff, player, give('gold', -30))));
    expect((await playerLedger(player)).balances.gold).toBe(-23);
    expect(await brokenInvariants(owner, [player])).toEqual([]);
  });

  test('counts as a gift what an operation that takes would give', async () => {
    const [staff, player] = [await addStaff({ limit: 5, budget: 5 }), await playerWith(7)];
    const before = await standing(owner, player);
    expect(await commit(taking(staff, player, give('gold', 6)))).toMatchObject({
      rejection: { limit: 'staff_reward', bound: 5, requested: 6 },
    });
    expect(await standing(owner, player)).toEqual(before);
  });

  test('never exceeds the day, when 24 takings from three players arrive at once', async () => {
    const staff = await addStaff();
    const players = await Promise.all([playerWith(100), playerWith(100), playerWith(100)]);
    const outcomes = await Promise.all(
      Array.from({ length: 24 }, (_, index) =>
        commit(taking(staff, players[index % 3] as string, take('gold', 7))),
      ),
    );
    const kinds = outcomes.map((outcome) =>
      outcome.kind === 'rejected' ? outcome.rejection.kind : outcome.kind,
    );
    expect(kinds.filter((kind) => kind === 'granted')).toHaveLength(7);
    expect(kinds.filter((kind) => kind === 'limit_exceeded')).toHaveLength(17);
    expect(await usedBy(staff)).toEqual({ 'staff:take:gold': 49 });
    const ledgers = await Promise.all(players.map(playerLedger));
    expect(ledgers.reduce((sum, { balances }) => sum + (balances.gold ?? 0), 0)).toBe(300 - 49);
  });

  test('is given back by a reversal, and the share of the day with it', async () => {
    const [staff, player] = [await addStaff(), await playerWith(100)];
    const { claim } = await granted(commit(taking(staff, player, take('gold', 30))));
    await granted(commit(reversal(staff, claim)));
    expect((await playerLedger(player)).balances.gold).toBe(100);
    expect(await usedBy(staff)).toEqual({});
    expect(await brokenInvariants(owner, [player])).toEqual([]);
  });
});

test('the limits of what staff take are rows of the version that was published', async () => {
  const { rows } = await owner.query(
    `SELECT n.name, t.per_call::float8, t.per_day::float8 FROM onceward.take_limits t
       JOIN onceward.names n ON (n.kind, n.no) = (1, t.resource)
      WHERE t.config_version = (SELECT max(version) FROM onceward.balance_configs) ORDER BY n.name`,
  );
  expect(rows).toEqual([
    { name: 'gems', per_call: null, per_day: 50 },
    { name: 'gold', per_call: 30, per_day: 50 },
  ]);
});
