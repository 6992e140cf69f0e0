// What game servers give counts against limits of each server; what staff correct counts against none.
import { describe, expect, test } from 'vitest';
import type { KernelOperation } from '../../src/ledger/kernel-contract.ts';
import { brokenInvariants } from '../support/ledger/invariants.ts';
import { granted, openLedger } from '../support/ledger/ledger.ts';
import { award, fresh, give, operation, staffTerms, take } from '../support/ledger/operations.ts';
import { standing } from '../support/ledger/standing.ts';
import { reversal } from '../support/ledger/systems.ts';

const { commit, playerLedger, addStaff, owner } = openLedger();

async function newPlayer(): Promise<string> {
  const player = fresh('player');
  await granted(commit(operation({ player, postings: [] })));
  return player;
}

/** The tests publish 200 in value for one reward of a server, and 300 for its day. */
const reward = (server: string, player: string, amount: number, over: Partial<KernelOperation> = {}) =>
  award(server, amount, {}, { actor_kind: 'server', player, creates_player: true, ...over });

const spentBy = async (server: string) => {
  const { rows } = await owner.query(
    `SELECT used::float8 FROM onceward.limits_by_name
      WHERE kind = 'staff' AND subject_id = $1 AND "limit" = 'staff:budget'`,
    [server],
  );
  return rows[0]?.used ?? 0;
};

describe('a reward that a game server gives', () => {
  test('counts against the budget of that server alone, and leaves an audit event', async () => {
    const [server, other, player] = [fresh('server'), fresh('server'), await newPlayer()];
    await granted(commit(reward(server, player, 200)));
    await granted(commit(reward(other, player, 200)));
    expect(await Promise.all([server, other].map(spentBy))).toEqual([200, 200]);
    const { rows } = await owner.query(
      'SELECT actor_kind, action, outcome, amount::int FROM onceward.audit_by_name WHERE actor_id = $1',
      [server],
    );
    expect(rows).toEqual([{ actor_kind: 'server', action: 'manualReward', outcome: 'granted', amount: 200 }]);
    expect(await brokenInvariants(owner, [player])).toEqual([]);
  });

  test.each<[string, KernelOperation['postings'], object]>([
    [
      'above the bound of one reward',
      [give('gold', 201)],
      { limit: 'server_reward', bound: 200, requested: 201 },
    ],
    ['above it in value', [give('diamonds', 3)], { limit: 'server_reward', bound: 200, requested: 300 }],
    [
      'of a resource that counts in units',
      [give('rubies', 1)],
      { limit: 'server_reward', resource: 'rubies', bound: 0 },
    ],
    [
      'of a resource without a value',
      [give('relics', 1)],
      { limit: 'server_reward', resource: 'relics', bound: 0 },
    ],
  ])('is refused %s, and moves nothing', async (_, postings, rejection) => {
    const [server, player] = [fresh('server'), await newPlayer()];
    const before = await standing(owner, player);
    expect(await commit(reward(server, player, 0, { postings }))).toMatchObject({ rejection });
    expect(await standing(owner, player)).toEqual(before);
    expect(await spentBy(server)).toBe(0);
  });

  test('never exceeds the day of its server, when 24 rewards to six players arrive at once', async () => {
    const server = fresh('server');
    const players = await Promise.all(Array.from({ length: 6 }, newPlayer));
    const outcomes = await Promise.all(
      Array.from({ length: 24 }, (_, index) => commit(reward(server, players[index % 6] as string, 40))),
    );
    expect(outcomes.filter(({ kind }) => kind === 'granted')).toHaveLength(7);
    expect(await spentBy(server)).toBe(280);
    const ledgers = await Promise.all(players.map(playerLedger));
    expect(ledgers.reduce((sum, { balances }) => sum + (balances.gold ?? 0), 0)).toBe(280);
    expect(await brokenInvariants(owner, players)).toEqual([]);
  });

  test('gives its share of the day back where staff reopen it', async () => {
    const [server, player] = [fresh('server'), await newPlayer()];
    const { claim } = await granted(commit(reward(server, player, 150)));
    await granted(commit(reversal(await addStaff({ role: 'admin' }), claim, { reopen: true })));
    expect(await spentBy(server)).toBe(0);
    expect(await brokenInvariants(owner, [player])).toEqual([]);
  });

  test('cannot be given without its terms, and no other operation of a server can have them', async () => {
    const player = await newPlayer();
    const before = await standing(owner, player);
    for (const forged of [
      reward(fresh('server'), player, 5, { staff: null }),
      reward(fresh('server'), player, 5, { permission: 'reward:claim' }),
    ])
      await expect(commit(forged)).rejects.toMatchObject({ code: '23514' });
    expect(await standing(owner, player)).toEqual(before);
  });
});

describe('a correction by staff', () => {
  const correction = (staff: string, player: string, postings: KernelOperation['postings']) =>
    award(
      staff,
      0,
      {},
      { name: 'heal', permission: 'combat:correct', claim_type: 'healing', player, postings },
    );

  test('of health uses no limits, in both directions', async () => {
    const [staff, player] = [await addStaff({ limit: 0, budget: 0 }), await newPlayer()];
    await granted(commit(correction(staff, player, [take('health', 30, { clamp: true })])));
    const { changes } = await granted(
      commit(correction(staff, player, [give('health', 20, { ceiling: 500, clamp: true })])),
    );
    expect(changes).toMatchObject([{ resource: 'health', delta: 20 }]);
    const { rows } = await owner.query(
      `SELECT sum(used)::int AS used FROM onceward.limits_by_name WHERE subject_id = $1 AND period = $2`,
      [staff, staffTerms().day],
    );
    expect(rows).toEqual([{ used: 0 }]);
    expect(await brokenInvariants(owner, [player])).toEqual([]);
  });

  test('of anything else is a gift', async () => {
    const [staff, player] = [await addStaff({ limit: 5, budget: 5 }), await newPlayer()];
    const before = await standing(owner, player);
    expect(await commit(correction(staff, player, [give('gold', 6)]))).toMatchObject({
      rejection: { kind: 'limit_exceeded', limit: 'staff_reward', bound: 5 },
    });
    expect(await standing(owner, player)).toEqual(before);
  });
});
