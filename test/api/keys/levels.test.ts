/** Experience, levels and their grants: computed from the balance that the transaction reads, and paid once. */
import { beforeEach, describe, expect, it } from 'vitest';
import { changedExample, publish } from '../../support/worker/balance.ts';
import { asPlayer, asServer, asStaff, receiptOf, resultOf } from '../../support/worker/client.ts';
import { addStaffMember, ledgerFaults, ledgerState } from '../../support/worker/ledger-state.ts';
import { seasonedPlayer, victory } from '../../support/worker/scenes.ts';
import type { Receipt } from '../../support/worker/schema-types.ts';
import { fresh } from '../../support/worker/service.ts';
import { spending } from '../../support/worker/stat-points.ts';

beforeEach(() => publish(changedExample(() => {})));

const useCurve = (experienceForLevel: string) =>
  publish(changedExample(({ levels }) => Object.assign(levels, { experienceForLevel })));

async function giveExperience(playerId: string, amount: number): Promise<Receipt> {
  const staff = asStaff(await addStaffMember(fresh('staff')));
  const grants = [{ resource: 'experience', amount }];
  return receiptOf(await staff.manualReward({ playerId, grants, reason: 'practice' }));
}

/** Wins duels at the same time. Each gives 60 experience. */
async function winDuels(playerId: string, count: number): Promise<Receipt[]> {
  const server = asServer();
  const duels = Array.from({ length: count }, (_, index) =>
    server.claimReward({ type: 'pvp_victory', playerId, key: `duel-${index}`, facts: { rating_gap: 0 } }),
  );
  return (await Promise.all(duels)).map(receiptOf);
}

describe('a level grants stat points', () => {
  it('records experience, coins and the level-ups of one victory in one claim at one version', async () => {
    const playerId = fresh('player');
    const receipt = receiptOf(await asServer().claimReward({ ...victory, playerId, key: 'cup-1' }));
    expect(receipt).toMatchObject({
      levelBefore: 1,
      levelAfter: 3,
      changes: [
        { resource: 'auric_coins', before: 0, after: 64, sequence: 1 },
        { resource: 'experience', before: 0, after: 500, sequence: 1 },
        { resource: 'levels_paid', before: 0, after: 2, sequence: 1 },
        { resource: 'stat_points', before: 0, after: 6, sequence: 1 },
      ],
      player: {
        version: 1,
        level: 3,
        experience: { current: 500, levelBeganAt: 300, nextLevelAt: 600 },
        unspentStatPoints: 6,
      },
    });
    expect(await ledgerState(playerId)).toMatchObject({ version: 1, granted: 1, entries: 4 });
    expect(await ledgerFaults(playerId)).toEqual([]);
  });

  it('pays each of several levels at once by its own rule', async () => {
    const playerId = await seasonedPlayer();
    // To 5,500: level 11. Levels 4 to 9 and 11 give three points, level 10 gives five.
    expect(await giveExperience(playerId, 5_000)).toMatchObject({
      levelBefore: 3,
      levelAfter: 11,
      player: { unspentStatPoints: 6 + 7 * 3 + 5 },
    });
    expect(await ledgerState(playerId)).toMatchObject({ balances: { levels_paid: 10 } });
  });

  it('pays a level at exactly its experience and not one point earlier', async () => {
    const playerId = fresh('player');
    await winDuels(playerId, 1);
    expect(await giveExperience(playerId, 39)).toMatchObject({
      levelAfter: 1,
      player: { unspentStatPoints: 0 },
    });
    expect(await giveExperience(playerId, 1)).toMatchObject({
      levelAfter: 2,
      player: { unspentStatPoints: 3 },
    });
  });

  it('pays each level once when sixty-four claims give experience at once', async () => {
    const playerId = fresh('player');
    const receipts = await winDuels(playerId, 64);
    // 64 × 60 = 3,840 experience: level 9 (3,600), eight level-ups of three points.
    const { balances } = await ledgerState(playerId);
    expect(balances).toMatchObject({ experience: 3_840, levels_paid: 8, stat_points: 24 });
    const paid = receipts.flatMap(({ changes }) =>
      changes.filter(({ resource }) => resource === 'levels_paid'),
    );
    expect(paid.reduce((sum, { delta }) => sum + delta, 0)).toBe(8);
    // In the order of versions, each receipt starts at the level where the previous one ended.
    const inOrder = receipts.toSorted((a, b) => a.claim.playerVersion - b.claim.playerVersion);
    expect(inOrder.map(({ levelBefore }) => levelBefore)).toEqual([
      1,
      ...inOrder.slice(0, -1).map(({ levelAfter }) => levelAfter),
    ]);
    expect(await ledgerFaults(playerId)).toEqual([]);
  });

  it('pays no level-up of a changed curve with a claim that gives no experience', async () => {
    const playerId = await seasonedPlayer();
    await useCurve('10 * level * (level - 1)');
    const { changes } = receiptOf(await asServer().claimReward({ type: 'weekly_chest', playerId }));
    expect(changes.map(({ resource }) => resource)).toEqual(['lumees', 'summon_tokens']);
  });
});

describe('a changed level curve', () => {
  it('pays no level twice when the curve becomes slower and then returns to the first one', async () => {
    const playerId = await seasonedPlayer();
    await useCurve('500 * level * (level - 1)');
    // Level 1 under this curve, with two levels paid already: reaching 2 and 3 again gives nothing.
    expect(await giveExperience(playerId, 600)).toMatchObject({
      levelBefore: 1,
      levelAfter: 2,
      player: { unspentStatPoints: 6 },
    });
    expect(await giveExperience(playerId, 2_000)).toMatchObject({
      levelBefore: 2,
      levelAfter: 3,
      player: { unspentStatPoints: 6 },
    });
    expect(await giveExperience(playerId, 3_000)).toMatchObject({
      levelBefore: 3,
      levelAfter: 4,
      player: { unspentStatPoints: 9 },
    });
    expect(await ledgerState(playerId)).toMatchObject({ balances: { levels_paid: 3 } });
    await publish(changedExample(() => {}));
    // 6,100 experience is level 11 under the first curve: levels 5 to 11 are due, and level 10 gives five points.
    expect(await giveExperience(playerId, 1)).toMatchObject({
      levelAfter: 11,
      player: { unspentStatPoints: 9 + 6 * 3 + 5 },
    });
    expect(await ledgerState(playerId)).toMatchObject({ balances: { levels_paid: 10 } });
    expect(await ledgerFaults(playerId)).toEqual([]);
  });

  it('pays the levels of a faster curve once, with the next experience', async () => {
    const playerId = await seasonedPlayer();
    await useCurve('10 * level * (level - 1)');
    const receipts = await winDuels(playerId, 8);
    // 980 experience: level 10 (900). Levels 4 to 9 give three points each, level 10 five.
    expect(Math.max(...receipts.map(({ levelAfter }) => levelAfter ?? 0))).toBe(10);
    expect(await ledgerState(playerId)).toMatchObject({
      balances: { levels_paid: 9, stat_points: 6 + 6 * 3 + 5 },
    });
  });

  it('applies changed level grants only to levels that are not paid yet', async () => {
    const playerId = await seasonedPlayer();
    await publish(
      changedExample(({ levels }) => Object.assign(levels.grants, { stat_points: 100, lumees: 'level' })),
    );
    const receipt = await giveExperience(playerId, 100);
    expect(receipt).toMatchObject({ levelAfter: 4, player: { unspentStatPoints: 106 } });
    expect(await ledgerState(playerId)).toMatchObject({ balances: { levels_paid: 3, lumees: 4 } });
  });
});

describe('stat points', () => {
  it('keeps unspent and spent points equal to what levels granted when spends and level-ups race', async () => {
    const playerId = await seasonedPlayer();
    const player = asPlayer(playerId);
    const spends = [{ energy: 1 }, { stamina: 1, health: 1 }, { health: 2 }].map(spending);
    await Promise.all([
      winDuels(playerId, 16),
      ...Array.from({ length: 32 }, async (_, index) =>
        resultOf(await player.spendStatPoints(spends[index % 3] ?? spending({ energy: 1 }))),
      ),
    ]);
    // 500 + 16 × 60 = 1,460 experience: level 5, four level-ups.
    const { balances } = await ledgerState(playerId);
    expect(balances.levels_paid).toBe(4);
    const of = (resource: string) => balances[resource] ?? 0;
    expect(of('stat_points')).toBeGreaterThanOrEqual(0);
    expect(of('stat_points') + of('stat:energy') + of('stat:stamina') + of('stat:health')).toBe(4 * 3);
    expect(await ledgerFaults(playerId)).toEqual([]);
  });

  it('raises each maximum by the points spent, as the config says', async () => {
    const player = asPlayer(await seasonedPlayer());
    const receipt = receiptOf(await player.spendStatPoints(spending({ energy: 1, stamina: 2, health: 3 })));
    const stats = [
      { name: 'energy', points: 1, maximum: 110 },
      { name: 'health', points: 3, maximum: 650 },
      { name: 'stamina', points: 2, maximum: 120 },
    ];
    expect(receipt.player).toMatchObject({ unspentStatPoints: 0, stats });
    expect(receipt.changes).toMatchObject([
      // A resource that regenerates up to a maximum is written before the maximum rises.
      { resource: 'energy', before: 0, after: 100, cause: 'OPENING' },
      { resource: 'stamina', before: 0, after: 100, cause: 'OPENING' },
      { resource: 'stat_points', before: 6, after: 0, delta: -6, cause: 'OPERATION' },
      { resource: 'stat:energy', after: 1, cause: 'OPERATION' },
      { resource: 'stat:health', after: 3, cause: 'OPERATION' },
      { resource: 'stat:stamina', after: 2, cause: 'OPERATION' },
    ]);
    const { unspentStatPoints, stats: read } = resultOf(await player.me());
    expect({ unspentStatPoints, stats: read }).toEqual({ unspentStatPoints: 0, stats });
  });
});
