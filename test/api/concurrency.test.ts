/** Simultaneous requests for one player: each claim is granted once, and balances are exact. */
import { beforeAll, describe, expect, it } from 'vitest';
import { serveExample } from '../support/worker/balance.ts';
import { asPlayer, asServer, asStaff, receiptOf, resultOf } from '../support/worker/client.ts';
import { addStaffMember, ledgerFaults, ledgerState } from '../support/worker/ledger-state.ts';
import { victory } from '../support/worker/scenes.ts';
import { fresh, freshKey } from '../support/worker/service.ts';
import { spending } from '../support/worker/stat-points.ts';
import { atOnce } from '../support/worker/waves.ts';

const AT_ONCE = 64;

beforeAll(serveExample);

describe('concurrency', () => {
  it('pays once when 64 requests with the same key arrive at once', async () => {
    const playerId = fresh('player');
    const input = { ...victory, playerId, key: 'cup-1', idempotencyKey: freshKey() };
    const receipts = (await atOnce(AT_ONCE, () => asServer().claimReward(input))).map(receiptOf);

    const originals = receipts.filter(({ replayed }) => !replayed);
    expect(originals).toHaveLength(1);
    for (const receipt of receipts) expect({ ...receipt, replayed: false }).toEqual(originals[0]);
    expect(await ledgerState(playerId)).toMatchObject({
      version: 1,
      granted: 1,
      rejected: 0,
      balances: { auric_coins: 64 },
    });
    expect(await ledgerFaults(playerId)).toEqual([]);
  });

  it('pays once when a claim arrives under 64 keys at once, and answers the others with the original', async () => {
    const playerId = fresh('player');
    const input = { ...victory, playerId, key: 'cup-1' };
    const results = (await atOnce(AT_ONCE, () => asServer().claimReward(input))).map(resultOf);

    const receipts = results.filter((result) => result.__typename === 'Receipt');
    const rejections = results.filter((result) => result.__typename === 'AlreadyClaimed');
    expect([receipts.length, rejections.length]).toEqual([1, AT_ONCE - 1]);
    for (const { original, changes } of rejections)
      expect({ original, changes }).toEqual({ original: receipts[0]?.claim, changes: receipts[0]?.changes });
    expect(await ledgerState(playerId)).toMatchObject({
      version: 1,
      granted: 1,
      balances: { auric_coins: 64 },
    });
    expect(await ledgerFaults(playerId)).toEqual([]);
  });

  it('lets 64 simultaneous requests spend exactly the ten points that there are', async () => {
    const playerId = fresh('player');
    const staff = asStaff(await addStaffMember(fresh('staff')));
    receiptOf(await asServer().claimReward({ ...victory, playerId, key: 'cup-1' }));
    // 500 experience are level 3, which gives six points. Four more make ten.
    const grants = [{ resource: 'stat_points', amount: 4 }];
    receiptOf(await staff.manualReward({ playerId, grants, reason: 'make it ten' }));
    const before = await ledgerState(playerId);
    expect(before.balances.stat_points).toBe(10);

    const results = (
      await atOnce(AT_ONCE, () => asPlayer(playerId).spendStatPoints(spending({ energy: 1 })))
    ).map(resultOf);
    const receipts = results.filter((result) => result.__typename === 'Receipt');
    const rejections = results.filter((result) => result.__typename === 'InsufficientBalance');
    expect([receipts.length, rejections.length]).toEqual([10, AT_ONCE - 10]);
    for (const rejection of rejections)
      expect(rejection).toMatchObject({ resource: 'stat_points', available: 0, required: 1 });
    const after = await ledgerState(playerId);
    expect(after.balances).toMatchObject({ stat_points: 0, 'stat:energy': 10 });
    // Two entries each, and one for the opening balance of energy before its maximum rose.
    expect(after.entries - before.entries).toBe(2 * 10 + 1);
    expect(await ledgerFaults(playerId)).toEqual([]);
  });

  it('adds up two different mutations of one player that arrive at the same time', async () => {
    const staff = asStaff(await addStaffMember(fresh('staff')));
    const players = Array.from({ length: 16 }, () => fresh('player'));
    const win = (playerId: string, key: string) => asServer().claimReward({ ...victory, playerId, key });
    const grants = [{ resource: 'auric_coins', amount: 7 }];
    const award = (playerId: string) => staff.manualReward({ playerId, grants, reason: 'at the same time' });
    await Promise.all(players.map((playerId) => win(playerId, 'cup-0')));
    await Promise.all(players.flatMap((playerId) => [win(playerId, 'cup-1'), award(playerId)]));
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
