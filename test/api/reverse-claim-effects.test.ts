/** What reverseClaim gives back and takes back: of exchanges with draws, of spent stat points, and of level-ups. */
import { describe, expect, it } from 'vitest';
import { changedExample, type Document, publish } from '../support/worker/balance.ts';
import { asPlayer, asServer, asStaff, receiptOf, rejectionOf, resultAs } from '../support/worker/client.ts';
import { addStaffMember, ledgerFaults, ledgerState } from '../support/worker/ledger-state.ts';
import { balanceIn, letTimePass, playerWith, viewOf } from '../support/worker/players.ts';
import type { IfInsufficient, Receipt } from '../support/worker/schema-types.ts';
import { fresh } from '../support/worker/service.ts';
import { spending } from '../support/worker/stat-points.ts';
import { movingNothing } from '../support/worker/stillness.ts';

async function reverse(playerId: string, claimId: string, ifInsufficient: IfInsufficient = 'REFUSE') {
  const staff = asStaff(await addStaffMember(fresh('staff')));
  return staff.reverseClaim({ playerId, claimId, reason: 'made by mistake', ifInsufficient });
}
const changesOf = ({ changes }: Receipt) =>
  changes.map(({ resource, before, after }) => [resource, before, after]);

describe('reverseClaim of a summon', () => {
  const LEGEND = 'legendary_dragon_queen';

  /** Publishes two outcomes, of which this one is almost certain. The legend is certain after three draws without it. */
  const publishOutcome = (outcome: string) =>
    publish(
      changedExample(({ drawTables: { summons } }: Document) => {
        summons.guarantees[0].after = 3;
        const { common_militia, [LEGEND]: legend } = summons.outcomes;
        summons.outcomes = { common_militia, [LEGEND]: legend };
        for (const [name, each] of Object.entries<Document>(summons.outcomes))
          each.weight = name === outcome ? 1_000_000 : 1;
      }),
    );
  const summon = async (playerId: string) =>
    receiptOf(await asPlayer(playerId).exchange({ exchange: 'summon' }));
  async function summonOutcome(playerId: string, outcome: string): Promise<Receipt> {
    await publishOutcome(outcome);
    const receipt = await summon(playerId);
    expect(receipt.claim.draws[0]?.outcome).toBe(outcome);
    return receipt;
  }

  it.each([
    'REFUSE',
    'DEBT',
  ] as const)('a reversed summon takes the hero, returns the token and keeps the guarantee that a later legend restarted (%s)', async (ifInsufficient) => {
    const { playerId } = await playerWith({ summon_tokens: 9 });
    const { claim } = await summonOutcome(playerId, 'common_militia');
    await summonOutcome(playerId, LEGEND);
    const reversal = receiptOf(await reverse(playerId, claim.id, ifInsufficient));
    expect(changesOf(reversal)).toEqual([
      ['hero:militia', 1, 0],
      ['summon_tokens', 7, 8],
    ]);
    const { balances } = await ledgerState(playerId);
    expect(balances).toMatchObject({ 'pity:summons': 0, 'hero:dragon_queen': 1 });
    // Three draws without a legend, then the guaranteed one.
    for (let draw = 0; draw < 3; draw++) await summonOutcome(playerId, 'common_militia');
    expect((await summon(playerId)).claim.draws).toMatchObject([{ outcome: LEGEND, guaranteed: true }]);
    expect(await ledgerFaults(playerId)).toEqual([]);
  });

  it('a reversed legend counts the draws before it for the guarantee again, and the preview shows it', async () => {
    const { playerId } = await playerWith({ summon_tokens: 9 });
    for (let draw = 0; draw < 2; draw++) await summonOutcome(playerId, 'common_militia');
    const { claim } = await summonOutcome(playerId, LEGEND);
    await summonOutcome(playerId, 'common_militia');
    expect(changesOf(receiptOf(await reverse(playerId, claim.id)))).toEqual([
      ['hero:dragon_queen', 1, 0],
      ['pity:summons', 1, 3],
      ['summon_tokens', 5, 6],
    ]);
    const preview = await asPlayer(playerId).previewExchange({ exchange: 'summon' });
    const [odds] = resultAs(preview, 'ExchangePreview').draws;
    expect(odds?.guarantees[0]).toMatchObject({ since: 3, certainWithin: 1 });
    expect((await summon(playerId)).claim.draws).toMatchObject([{ outcome: LEGEND, guaranteed: true }]);
    expect(await ledgerFaults(playerId)).toEqual([]);
  });
});

describe('reverseClaim of spent stat points', () => {
  /** Five points in energy raised its maximum from 100 to 150, and five hours of regeneration filled it. */
  async function createRestedPlayer() {
    await publish(changedExample(() => {}));
    const { playerId } = await playerWith({ lumees: 1 });
    const { claim } = receiptOf(await asPlayer(playerId).spendStatPoints(spending({ energy: 5 })));
    await letTimePass(playerId, 'energy', 5 * 3_600);
    expect((await energyOf(playerId)).amount).toBe(150);
    return { playerId, claimId: claim.id };
  }
  const energyOf = async (playerId: string) => balanceIn(await viewOf(playerId), 'energy');
  const train = async (playerId: string) =>
    receiptOf(await asPlayer(playerId).exchange({ exchange: 'training' }));

  it('reversed stat points keep the energy that regenerated under the higher maximum, and record it as a change of its own', async () => {
    const { playerId, claimId } = await createRestedPlayer();
    const { changes } = receiptOf(await reverse(playerId, claimId));
    expect(changes.map(({ resource, before, after, cause }) => [resource, before, after, cause])).toEqual([
      ['energy', 100, 150, 'REGENERATION'],
      ['stat:energy', 5, 0, 'OPERATION'],
      ['stat_points', 1, 6, 'OPERATION'],
    ]);
    expect(await energyOf(playerId)).toEqual({
      resource: 'energy',
      amount: 150,
      regeneration: { upTo: 100, nextUnitAt: null, fullAt: null },
    });
    expect(await ledgerFaults(playerId)).toEqual([]);
  });

  it('reversed stat points leave the same energy whether the player trains before or after the reversal', async () => {
    const before = await createRestedPlayer();
    await train(before.playerId);
    receiptOf(await reverse(before.playerId, before.claimId));
    expect((await energyOf(before.playerId)).amount).toBe(140);
    const after = await createRestedPlayer();
    receiptOf(await reverse(after.playerId, after.claimId));
    await train(after.playerId);
    expect((await energyOf(after.playerId)).amount).toBe(140);
  });
});

describe.each(['reject', 'clamp'] as const)('reverseClaim of a level-up with atCeiling: %s', (atCeiling) => {
  /** Each level gives ten gems, and a sale takes ten. */
  const publishGems = () =>
    publish(
      changedExample(({ resources, levels, exchanges }) => {
        resources.gems = { atCeiling };
        levels.grants.gems = 10;
        exchanges.gem_sale = { costs: { gems: 10 }, gives: { lumees: 1 } };
      }),
    );
  /** Gives a hundred experience, which is one level. */
  const win = async (playerId: string) => {
    const matches = { type: 'tournament_xp', key: fresh('cup'), facts: { matches: 4 } };
    return receiptOf(await asServer().claimReward({ ...matches, playerId }));
  };

  it('a level-up cannot be reversed after its grant was spent, except as a debt that the next level-up pays', async () => {
    await publishGems();
    const playerId = fresh('player');
    const { claim } = await win(playerId);
    expect((await ledgerState(playerId)).balances).toMatchObject({ levels_paid: 1, gems: 10 });
    receiptOf(await asPlayer(playerId).exchange({ exchange: 'gem_sale' }));

    const rejected = await movingNothing(playerId, () => reverse(playerId, claim.id));
    expect(rejectionOf(rejected, 'InsufficientBalance')).toMatchObject({
      resource: 'gems',
      available: 0,
      required: 10,
    });

    receiptOf(await reverse(playerId, claim.id, 'DEBT'));
    expect((await ledgerState(playerId)).balances).toMatchObject({ levels_paid: 0, gems: -10 });
    await win(playerId);
    expect((await ledgerState(playerId)).balances).toMatchObject({ levels_paid: 1, gems: 0 });
    expect(await ledgerFaults(playerId)).toEqual([]);
  });
});
