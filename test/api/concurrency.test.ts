import { beforeAll, describe, expect, it } from 'vitest';
import { serveExample } from '../support/worker/balance.ts';
import { addStaffMember, ledgerFaults, ledgerState } from '../support/worker/ledger-state.ts';
import {
  claimReward,
  manualReward,
  original,
  resultOf,
  spendStatPoints,
} from '../support/worker/mutations.ts';
import { fresh, freshKey, playerToken, serverToken, staffToken } from '../support/worker/service.ts';

const AT_ONCE = 64;
const times = <T>(run: (index: number) => Promise<T>) =>
  Promise.all(Array.from({ length: AT_ONCE }, (_, index) => run(index)));

/** A tournament that was won: 500 experience and min(150, 16 × 4) auric coins by the example config. */
const victory = { type: 'tournament_reward', facts: { rank: 1, participants: 16 } };

beforeAll(serveExample);

describe('concurrency', () => {
  it('pays once when one key arrives sixty-four times at once', async () => {
    const playerId = fresh('player');
    const token = await serverToken();
    const input = { ...victory, playerId, key: 'cup-1', idempotencyKey: freshKey() };
    const receipts = (await times(() => claimReward(input, { token }))).map(resultOf);

    expect(receipts.filter(({ replayed }) => replayed)).toHaveLength(AT_ONCE - 1);
    const [first] = receipts;
    expect(first.__typename).toBe('Receipt');
    for (const receipt of receipts) expect(original(receipt)).toEqual(original(first));
    expect(await ledgerState(playerId)).toMatchObject({
      version: 1,
      granted: 1,
      rejected: 0,
      balances: { auric_coins: 64 },
    });
    expect(await ledgerFaults(playerId)).toEqual([]);
  });

  it('pays once when one claim arrives under sixty-four keys at once, and shows the losers the original', async () => {
    const playerId = fresh('player');
    const token = await serverToken();
    const results = (await times(() => claimReward({ ...victory, playerId, key: 'cup-1' }, { token }))).map(
      resultOf,
    );

    const receipts = results.filter(({ __typename }) => __typename === 'Receipt');
    const losers = results.filter(({ __typename }) => __typename === 'AlreadyClaimed');
    expect([receipts.length, losers.length]).toEqual([1, AT_ONCE - 1]);
    for (const loser of losers) {
      expect(loser.claim.id).toBe(receipts[0].claim.id);
      expect(loser.changes).toEqual(receipts[0].changes);
    }
    expect(await ledgerState(playerId)).toMatchObject({
      version: 1,
      granted: 1,
      balances: { auric_coins: 64 },
    });
    expect(await ledgerFaults(playerId)).toEqual([]);
  });

  it('lets sixty-four spenders of ten points spend exactly ten', async () => {
    const playerId = fresh('player');
    const staff = await staffToken(await addStaffMember(fresh('staff')));
    await claimReward({ ...victory, playerId, key: 'cup-1' }, { token: await serverToken() });
    // 500 experience are level 3: six points. Four more make ten.
    resultOf(
      await manualReward(
        { playerId, grants: [{ resource: 'stat_points', amount: 4 }], reason: 'make it ten' },
        { token: staff },
      ),
    );
    const before = await ledgerState(playerId);
    expect(before.balances.stat_points).toBe(10);

    const token = await playerToken(playerId);
    const results = (await times(() => spendStatPoints({ energy: 1 }, { token }))).map(resultOf);
    const spent = results.filter(({ __typename }) => __typename === 'Receipt');
    const refused = results.filter(({ __typename }) => __typename === 'InsufficientBalance');
    expect([spent.length, refused.length]).toEqual([10, AT_ONCE - 10]);
    for (const refusal of refused)
      expect(refusal).toMatchObject({ resource: 'stat_points', available: 0, required: 1 });
    const after = await ledgerState(playerId);
    expect(after.balances).toMatchObject({ stat_points: 0, 'stat:energy': 10 });
    // Two for each, and the energy that was there before its maximum rose.
    expect(after.entries - before.entries).toBe(2 * 10 + 1);
    expect(await ledgerFaults(playerId)).toEqual([]);
  });

  it('adds two mutations of one player at the same instant up exactly', async () => {
    const staff = await staffToken(await addStaffMember(fresh('staff')));
    const server = await serverToken();
    const players = Array.from({ length: 16 }, () => fresh('player'));
    await Promise.all(
      players.map((playerId) => claimReward({ ...victory, playerId, key: 'cup-0' }, { token: server })),
    );
    await Promise.all(
      players.flatMap((playerId) => [
        claimReward({ ...victory, playerId, key: 'cup-1' }, { token: server }),
        manualReward(
          { playerId, grants: [{ resource: 'auric_coins', amount: 7 }], reason: 'at the same instant' },
          { token: staff },
        ),
      ]),
    );
    for (const playerId of players) {
      expect(await ledgerState(playerId)).toMatchObject({
        version: 3,
        granted: 3,
        balances: { auric_coins: 64 + 64 + 7 },
      });
      expect(await ledgerFaults(playerId)).toEqual([]);
    }
  });
});
