// A frozen player among many who are given something by one call, a campaign or a ranking: their part is held, and counted so.
import { beforeAll, describe, expect, it } from 'vitest';
import { serveExample } from '../support/worker/balance.ts';
import { admin, campaignIn, economist, startedCampaign } from '../support/worker/campaigns.ts';
import { asPlayer, asServer, asStaff, receiptOf, resultAs, resultOf } from '../support/worker/client.ts';
import { callOf, gift, grant, lumeesOf } from '../support/worker/gifts.ts';
import { addStaffMember, ledgerFaults } from '../support/worker/ledger-state.ts';
import { newRanking, rankingIn } from '../support/worker/rankings.ts';
import { seasonedPlayer } from '../support/worker/scenes.ts';
import { fresh, freshKey } from '../support/worker/service.ts';

beforeAll(serveExample);

/** A frozen player, and one who is not. */
async function frozenAndFree() {
  const [frozen, free] = [await seasonedPlayer(), await seasonedPlayer()];
  const staff = asStaff(await addStaffMember(fresh('staff')));
  receiptOf(await staff.freezePlayer({ playerId: frozen, reason: 'a suspicion' }));
  return { frozen, free, staff };
}
const gives = (lumees: number) => expect.arrayContaining([{ resource: 'lumees', amount: lumees }]);
const inboxOf = async (playerId: string) =>
  resultOf(await asPlayer(playerId).inbox({ first: 10 })).edges.map(({ node }) => node);

type Pair = Awaited<ReturnType<typeof frozenAndFree>>;

/** What is held is nothing yet; unfreezing pays nothing, and one release of two pays it. */
async function expectPaidOnceReleased({ frozen, staff }: Pair, lumees: number): Promise<void> {
  expect(await lumeesOf(frozen)).toBe(0);
  expect(await inboxOf(frozen)).toMatchObject([{ isHeld: true, origin: 'FROZEN', gives: gives(lumees) }]);
  receiptOf(await staff.unfreezePlayer({ playerId: frozen, reason: 'nothing was found' }));
  expect(
    resultAs(await asPlayer(frozen).collectRewards({ all: true }), 'CollectRewardsReceipt').granted,
  ).toBe(0);
  expect(await lumeesOf(frozen)).toBe(0);
  for (const settled of [1, 0]) {
    const released = await staff.releaseRewards({ playerId: frozen, reason: 'nothing was found' });
    expect(resultAs(released, 'HeldReceipt').settlement).toMatchObject({ settled });
  }
  expect(await lumeesOf(frozen)).toBe(lumees);
  expect(await ledgerFaults(frozen)).toEqual([]);
}

describe('a frozen player', () => {
  it('of a call of grantMany is granted and held, also when the call is sent again', async () => {
    const pair = await frozenAndFree();
    const [key, input] = [freshKey(), callOf([gift(pair.frozen), gift(pair.free)])];
    for (const replayed of [false, true]) {
      const receipt = await grant(input, { key });
      expect(receipt).toMatchObject({ granted: 2, pending: 1, rejected: 0, failed: 0, replayed });
      expect(receipt.items).toMatchObject([
        { result: { claim: { becamePending: true }, changes: [] } },
        { result: { claim: { becamePending: false }, changes: [{ delta: 100 }] } },
      ]);
    }
    expect(await lumeesOf(pair.free)).toBe(100);
    await expectPaidOnceReleased(pair, 100);
  });

  it('of a payout keeps the place, which nobody else gets, and is paid nothing', async () => {
    const pair = await frozenAndFree();
    const ranking = {
      payout: 'arena',
      key: fresh('tournament'),
      participants: 2,
      ranks: [pair.frozen, pair.free].map((playerId, index) => ({ playerId, rank: index + 1 })),
    };
    const receipt = resultAs(await asServer().payoutRanking(ranking), 'PayoutRankingReceipt');
    expect(receipt).toMatchObject({ granted: 2, pending: 1, rejected: 0, failed: 0 });
    // Another player in the place of the frozen one gets nothing.
    const late = await seasonedPlayer();
    const ranks = [{ playerId: late, rank: 1 }, ranking.ranks[1] as { playerId: string; rank: number }];
    const again = resultAs(await asServer().payoutRanking({ ...ranking, ranks }), 'PayoutRankingReceipt');
    expect(again).toMatchObject({ granted: 0, rejected: 2 });
    expect([await lumeesOf(pair.free), await lumeesOf(late)]).toEqual([500, 0]);
    await expectPaidOnceReleased(pair, 1_000);
  });

  it('of an uploaded ranking keeps the place, and the result is published', async () => {
    const pair = await frozenAndFree();
    const key = fresh('week');
    const { id } = await newRanking([pair.frozen, pair.free], { key });
    const done = await rankingIn(id, 'PUBLISHED', 'UNSETTLED');
    expect(done).toMatchObject({ state: 'PUBLISHED', paid: 2, refused: [] });
    const { edges } = resultOf(await asServer().rankingResult({ payout: 'arena', key, first: 10 }));
    expect(edges.map(({ node }) => node)).toMatchObject([
      { playerId: pair.frozen, position: 1, gives: [] },
      { playerId: pair.free, position: 2, gives: gives(500) },
    ]);
    await expectPaidOnceReleased(pair, 1_000);
  });

  it('of a campaign is granted and held, as its dry run said, and the report counts them', async () => {
    const pair = await frozenAndFree();
    const by = await economist();
    const { id } = await startedCampaign([pair.frozen, pair.free], by);
    const done = await campaignIn(by, id, 'DONE');
    const totals = [{ resource: 'lumees', requested: 50, given: 25 }];
    expect(done.forecast).toMatchObject({ players: 2, pending: 1, gives: totals, refused: [] });
    expect(done.report).toMatchObject({
      ...{ granted: 2, already: 0, rejected: 0, pending: 1, remaining: 0 },
      ...{ gives: totals, refused: [], differences: [] },
    });
    expect(await lumeesOf(pair.free)).toBe(25);
    await expectPaidOnceReleased(pair, 25);
  });

  it('who is frozen after the dry run is held too, and the report names the difference', async () => {
    const [player, by] = [await seasonedPlayer(), await admin()];
    const staff = asStaff(await addStaffMember(fresh('staff')));
    const freeze = () => staff.freezePlayer({ playerId: player, reason: 'a suspicion' });
    const { id } = await startedCampaign([player], by, freeze);
    const done = await campaignIn(by, id, 'DONE');
    expect(done.forecast).toMatchObject({ players: 1, pending: 0 });
    expect(done.report).toMatchObject({ granted: 1, pending: 1, gives: [{ requested: 25, given: 0 }] });
    expect(done.report.differences).not.toEqual([]);
    await expectPaidOnceReleased({ frozen: player, free: player, staff }, 25);
  });
});
