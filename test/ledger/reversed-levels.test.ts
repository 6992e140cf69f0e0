import { describe, expect, test } from 'vitest';
import type { Milestone } from '../../src/domain/moves.ts';
import { brokenInvariants } from '../support/ledger/invariants.ts';
import { granted, openLedger } from '../support/ledger/ledger.ts';
import { fresh, give, operation, take } from '../support/ledger/operations.ts';
import { standing } from '../support/ledger/standing.ts';
import { reversal } from '../support/ledger/systems.ts';

const { commit, playerLedger, addStaff, owner } = openLedger();

/** Levels at 100, 300 and 600 experience that give 1, 10 and 100 points: which level was paid shows in the points. */
const curve = (floor: number | null, thresholds = [100, 300, 600]): Milestone => ({
  resource: 'experience',
  thresholds,
  paidResource: 'levels_paid',
  grants: [{ resource: 'points', amounts: [1, 10, 100], floor, ceiling: null, atLimit: 'reject' }],
});
const win = (playerId: string, amount: number) =>
  operation({ playerId, postings: [give('experience', amount)], milestones: [curve(null)] });

const balances = async (playerId: string) => (await playerLedger(playerId)).balances;
const reverse = async (claim: { playerId: string; id: string }, levels: Milestone, allowDebt = false) =>
  commit(reversal(await addStaff(), claim, { allowDebt, milestones: [levels] }));

describe('levels after a reversal', () => {
  test('claims that crossed different levels: the experience that is left is paid, and earned again it pays exactly once more', async () => {
    const playerId = fresh('player');
    const first = await granted(commit(win(playerId, 100)));
    await granted(commit(win(playerId, 200)));
    expect(await balances(playerId)).toEqual({ experience: 300, levels_paid: 2, points: 11 });

    // What the first claim set off was level 1; what the player no longer reaches is level 2.
    const back = await reverse(first.claim, curve(0));
    expect(back).toMatchObject({
      kind: 'granted',
      changes: [
        { resource: 'experience', delta: -100, cause: 'operation' },
        { resource: 'levels_paid', delta: -1, cause: 'milestone' },
        { resource: 'points', delta: -10, cause: 'milestone' },
      ],
    });
    expect(await balances(playerId)).toEqual({ experience: 200, levels_paid: 1, points: 1 });

    for (const amount of [50, 50, 50]) await granted(commit(win(playerId, amount)));
    expect(await balances(playerId)).toEqual({ experience: 350, levels_paid: 2, points: 11 });
    expect(await brokenInvariants(owner, [playerId])).toEqual([]);
  });

  test('in whatever order claims are reversed, the points are those of the levels that are reached', async () => {
    for (const order of [
      [0, 1, 2],
      [2, 0, 1],
      [1, 2, 0],
    ]) {
      const playerId = fresh('player');
      const claims = [];
      for (const amount of [150, 200, 400]) claims.push((await granted(commit(win(playerId, amount)))).claim);
      for (const index of order) {
        expect(await reverse(claims[index] as (typeof claims)[0], curve(0))).toMatchObject({
          kind: 'granted',
        });
        const { experience = 0, levels_paid, points } = await balances(playerId);
        const reached = [100, 300, 600].filter((threshold) => threshold <= experience).length;
        expect([levels_paid, points]).toEqual([reached, [0, 1, 11, 111][reached]]);
      }
      expect(await balances(playerId)).toEqual({ experience: 0, levels_paid: 0, points: 0 });
    }
  });

  test('points that were spent refuse it, and nothing moves; or leave a debt, where staff choose so', async () => {
    const playerId = fresh('player');
    const { claim } = await granted(commit(win(playerId, 300)));
    await granted(commit(operation({ playerId, postings: [take('points', 5), give('stat', 5)] })));
    const before = await standing(owner, playerId);
    expect(await reverse(claim, curve(0))).toMatchObject({
      rejection: { kind: 'insufficient_balance', resource: 'points', available: 6, required: 11 },
    });
    expect(await standing(owner, playerId)).toEqual(before);
    expect(await reverse(claim, curve(null), true)).toMatchObject({ kind: 'granted' });
    expect(await balances(playerId)).toEqual({ experience: 0, levels_paid: 0, points: -5, stat: 5 });
  });

  test('a curve that was made steeper takes nothing back, unless the balance falls below one of its thresholds', async () => {
    const playerId = fresh('player');
    await granted(commit(win(playerId, 310)));
    const small = await granted(commit(win(playerId, 5)));
    const large = await granted(commit(win(playerId, 100)));
    const steeper = (floor: number | null) => curve(floor, [200, 1_000, 2_000]);
    expect(await reverse(small.claim, steeper(0))).toMatchObject({
      changes: [{ resource: 'experience', delta: -5 }],
    });
    expect(await balances(playerId)).toEqual({ experience: 410, levels_paid: 2, points: 11 });
    expect(await reverse(large.claim, curve(0, [350, 1_000, 2_000]))).toMatchObject({
      changes: [{ delta: -100 }, { resource: 'levels_paid', delta: -2 }, { resource: 'points', delta: -11 }],
    });
  });

  test('a claim that gave no experience takes no level back', async () => {
    const playerId = fresh('player');
    await granted(commit(win(playerId, 100)));
    const { claim } = await granted(commit(operation({ playerId })));
    const back = await reverse(claim, curve(0));
    expect(back).toMatchObject({ changes: [{ resource: 'gold', delta: -10 }] });
  });

  test('giving back what a claim took pays no level twice', async () => {
    const playerId = fresh('player');
    await granted(commit(win(playerId, 300)));
    const spent = await granted(
      commit(operation({ playerId, postings: [take('experience', 250)], milestones: [curve(null)] })),
    );
    expect(await balances(playerId)).toEqual({ experience: 50, levels_paid: 0, points: 0 });
    expect(await reverse(spent.claim, curve(0))).toMatchObject({ kind: 'granted' });
    expect(await balances(playerId)).toEqual({ experience: 300, levels_paid: 2, points: 11 });
  });
});

/** Two wins as the kernel wrote them before entries said what moved them: 100 experience with level 1, 200 with level 2. */
async function olderWins(): Promise<{ playerId: string; id: string }> {
  const playerId = fresh('player');
  await owner.query(`INSERT INTO onceward.players (id, version) VALUES ($1, 2)`, [playerId]);
  const ids: string[] = [];
  for (const version of [1, 2]) {
    const { rows } = await owner.query(
      `INSERT INTO onceward.reward_claims (player_id, operation, claim_type, claim_key, idempotency_key, fingerprint, input,
         outcome, actor_kind, actor_id, config_version, correlation_id, player_version, balances_after, claimed_at)
       VALUES ($1, 'claimReward', 'win', $2::text, 'older-key-0000000' || $2::text, 'f', '{}', 'granted', 'server', 's', 1, 'c',
         $2::bigint, '{"experience": 300, "levels_paid": 2, "points": 11}', now() - interval '1 day')
       RETURNING id`,
      [playerId, version],
    );
    ids.push(rows[0].id);
  }
  await owner.query(
    `INSERT INTO onceward.ledger_entries (player_id, claim_id, resource, sequence, player_version, ordinal,
                                          balance_before, delta, balance_after, requested, recorded_at)
     SELECT $1, ($2::uuid[])[e.version], e.resource, e.version, e.version, e.ordinal, e.before, e.delta, e.before + e.delta,
            e.delta, now() - interval '1 day'
       FROM (VALUES (1, 1, 'experience', 0, 100), (1, 2, 'levels_paid', 0, 1), (1, 3, 'points', 0, 1),
                    (2, 1, 'experience', 100, 200), (2, 2, 'levels_paid', 1, 1), (2, 3, 'points', 1, 10))
            AS e(version, ordinal, resource, before, delta)`,
    [playerId, ids],
  );
  await owner.query(
    `INSERT INTO onceward.balances (player_id, resource, amount, last_sequence)
     VALUES ($1, 'experience', 300, 2), ($1, 'levels_paid', 2, 2), ($1, 'points', 11, 2)`,
    [playerId],
  );
  return { playerId, id: ids[0] as string };
}

test('claims that are older than the causes of entries are reversed like all others', async () => {
  const claim = await olderWins();
  expect(await reverse(claim, curve(0))).toMatchObject({ kind: 'granted' });
  expect(await balances(claim.playerId)).toEqual({ experience: 200, levels_paid: 1, points: 1 });
  await granted(commit(win(claim.playerId, 100)));
  expect(await balances(claim.playerId)).toEqual({ experience: 300, levels_paid: 2, points: 11 });
});
