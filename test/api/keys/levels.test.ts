/** Experience, levels and what a level gives: computed from the balance that the transaction finds, and paid once. */
import { beforeEach, describe, expect, it } from 'vitest';
import { changedExample, publish } from '../../support/worker/balance.ts';
import { addStaffMember, ledgerFaults, ledgerState } from '../../support/worker/ledger-state.ts';
import { claimReward, manualReward, resultOf, spendStatPoints } from '../../support/worker/mutations.ts';
import { seasonedPlayer, victory } from '../../support/worker/scenes.ts';
import { fresh, playerToken, send, serverToken, staffToken } from '../../support/worker/service.ts';

beforeEach(() => publish(changedExample(() => {})));

const useCurve = (experienceForLevel: string) =>
  publish(changedExample(({ levels }) => Object.assign(levels, { experienceForLevel })));

/** The receipt of an award of experience. */
async function giveExperience(playerId: string, amount: number) {
  const token = await staffToken(await addStaffMember(fresh('staff')));
  const grants = [{ resource: 'experience', amount }];
  return resultOf(await manualReward({ playerId, grants, reason: 'practice' }, { token }));
}

/** 60 experience and more for a duel. */
const duel = async (playerId: string, key: string) =>
  resultOf(
    await claimReward(
      { type: 'pvp_victory', playerId, key, facts: { rating_gap: 0 } },
      { token: await serverToken() },
    ),
  );

describe('a level grants stat points', () => {
  it('experience, coins and the level-ups of one victory are one claim, at one version', async () => {
    const playerId = fresh('player');
    const receipt = resultOf(
      await claimReward({ ...victory, playerId, key: 'cup-1' }, { token: await serverToken() }),
    );
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

  it('for each level of several at once, each by its own rule', async () => {
    const playerId = await seasonedPlayer();
    // To 5,500: level 11. Levels 4 to 9 and 11 give three points, level 10 gives five.
    const receipt = await giveExperience(playerId, 5_000);
    expect(receipt).toMatchObject({
      levelBefore: 3,
      levelAfter: 11,
      player: { unspentStatPoints: 6 + 7 * 3 + 5 },
    });
    expect(await ledgerState(playerId)).toMatchObject({ balances: { levels_paid: 10 } });
  });

  it('at the very point where it begins, and not one before', async () => {
    const playerId = fresh('player');
    await duel(playerId, 'duel-1');
    expect(await giveExperience(playerId, 39)).toMatchObject({
      levelAfter: 1,
      player: { unspentStatPoints: 0 },
    });
    expect(await giveExperience(playerId, 1)).toMatchObject({
      levelAfter: 2,
      player: { unspentStatPoints: 3 },
    });
  });

  it('once, when experience arrives in sixty-four claims at once', async () => {
    const playerId = fresh('player');
    const receipts = await Promise.all(
      Array.from({ length: 64 }, (_, index) => duel(playerId, `duel-${index}`)),
    );
    // 64 × 60 = 3,840 experience: level 9 (3,600), eight level-ups of three points.
    const state = await ledgerState(playerId);
    expect(state.balances).toMatchObject({ experience: 3_840, levels_paid: 8, stat_points: 24 });
    const paid = receipts.flatMap(({ changes }) =>
      changes.filter(({ resource }: { resource: string }) => resource === 'levels_paid'),
    );
    expect(paid.reduce((sum, { delta }) => sum + delta, 0)).toBe(8);
    // Level by level, each receipt begins where the one before it ended.
    const inOrder = receipts.toSorted((a, b) => a.claim.playerVersion - b.claim.playerVersion);
    expect(inOrder.map(({ levelBefore }) => levelBefore)).toEqual([
      1,
      ...inOrder.slice(0, -1).map(({ levelAfter }) => levelAfter),
    ]);
    expect(await ledgerFaults(playerId)).toEqual([]);
  });

  it('only when experience is given: other claims pay no level-up that a changed curve has made due', async () => {
    const playerId = await seasonedPlayer();
    await useCurve('10 * level * (level - 1)');
    const token = await serverToken();
    const { changes } = resultOf(await claimReward({ type: 'weekly_chest', playerId }, { token }));
    expect(changes.map(({ resource }: { resource: string }) => resource)).toEqual([
      'lumees',
      'summon_tokens',
    ]);
  });
});

describe('a curve changed afterwards', () => {
  it('pays no level twice: slower, then back, while experience is earned', async () => {
    const playerId = await seasonedPlayer();
    await useCurve('500 * level * (level - 1)');
    // Level 1 under this curve, and two levels paid already: reaching 2 and 3 again gives nothing.
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
    // 6,100 experience are level 11 under the first curve: levels 5 to 11 are due, and level 10 gives five.
    expect(await giveExperience(playerId, 1)).toMatchObject({
      levelAfter: 11,
      player: { unspentStatPoints: 9 + 6 * 3 + 5 },
    });
    expect(await ledgerState(playerId)).toMatchObject({ balances: { levels_paid: 10 } });
    expect(await ledgerFaults(playerId)).toEqual([]);
  });

  it('faster: what became due is paid with the next experience, once', async () => {
    const playerId = await seasonedPlayer();
    await useCurve('10 * level * (level - 1)');
    const receipts = await Promise.all(
      Array.from({ length: 8 }, (_, index) => duel(playerId, `duel-${index}`)),
    );
    // 980 experience: level 10 (900). Levels 4 to 9 give three points each, level 10 five.
    expect(Math.max(...receipts.map(({ levelAfter }) => levelAfter))).toBe(10);
    expect(await ledgerState(playerId)).toMatchObject({
      balances: { levels_paid: 9, stat_points: 6 + 6 * 3 + 5 },
    });
  });

  it('other grants count from the next level on: levels that were paid are not paid up', async () => {
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
  const ME = '{ me { unspentStatPoints stats { name points maximum } } }';

  it('unspent and allocated add up to what levels granted, whatever is spent and refused at once', async () => {
    const playerId = await seasonedPlayer();
    const token = await playerToken(playerId);
    await Promise.all([
      ...Array.from({ length: 16 }, (_, index) => duel(playerId, `duel-${index}`)),
      ...Array.from({ length: 32 }, (_, index) =>
        spendStatPoints([{ energy: 1 }, { stamina: 1, health: 1 }, { health: 2 }][index % 3] as object, {
          token,
        }),
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

  it('raise the maxima by the config: base and so much for each point', async () => {
    const playerId = await seasonedPlayer();
    const token = await playerToken(playerId);
    const receipt = resultOf(await spendStatPoints({ energy: 1, stamina: 2, health: 3 }, { token }));
    const stats = [
      { name: 'ENERGY', points: 1, maximum: 110 },
      { name: 'STAMINA', points: 2, maximum: 120 },
      { name: 'HEALTH', points: 3, maximum: 650 },
    ];
    expect(receipt).toMatchObject({ player: { unspentStatPoints: 0, stats } });
    expect(receipt.changes).toMatchObject([
      // What regenerates up to a maximum is written down before the maximum rises.
      { resource: 'energy', before: 0, after: 100, cause: 'OPENING' },
      { resource: 'stamina', before: 0, after: 100, cause: 'OPENING' },
      { resource: 'stat_points', before: 6, after: 0, delta: -6, cause: 'OPERATION' },
      { resource: 'stat:energy', after: 1, cause: 'OPERATION' },
      { resource: 'stat:stamina', after: 2, cause: 'OPERATION' },
      { resource: 'stat:health', after: 3, cause: 'OPERATION' },
    ]);
    expect((await send(ME, {}, { token })).data.me).toEqual({ unspentStatPoints: 0, stats });
  });
});
