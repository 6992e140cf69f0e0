/** Grants to many players with onFull: what exceeds a ceiling waits in the inbox, whole. */
import { beforeAll, describe, expect, it } from 'vitest';
import { changedExample, publish } from '../support/worker/balance.ts';
import { admin, campaignIn, economist, named, newList } from '../support/worker/campaigns.ts';
import {
  asPlayer,
  asServer,
  asStaff,
  faultOf,
  receiptOf,
  resultAs,
  resultOf,
} from '../support/worker/client.ts';
import { callOf, gift, grant, lumeesOf, typesOf } from '../support/worker/gifts.ts';
import { addStaffMember, ledgerFaults, usedByStaff } from '../support/worker/ledger-state.ts';
import { catchLines, linesOf } from '../support/worker/log-lines.ts';
import { newStaff } from '../support/worker/loyalty.ts';
import { playerWith } from '../support/worker/players.ts';
import type { CollectRewardsReceipt, GrantManyReceipt, InboxReward } from '../support/worker/schema-types.ts';
import { fresh, freshKey } from '../support/worker/service.ts';
import { movingNothing, writingNothing } from '../support/worker/stillness.ts';
import { atOnce } from '../support/worker/waves.ts';

beforeAll(() =>
  publish(
    changedExample(({ resources }) => {
      // Without onFull, what does not fit is cut off.
      Object.assign(resources.lumees, { ceiling: 1000, atCeiling: 'clamp' });
    }),
  ),
);

const nearlyFull = async () => (await playerWith({ lumees: 950 })).playerId;
const roomy = async () => (await playerWith({ lumees: 10 })).playerId;
const inboxOf = async (playerId: string): Promise<InboxReward[]> =>
  resultOf(await asPlayer(playerId).inbox({ first: 100 })).edges.map(({ node }) => node);
const collect = async (playerId: string): Promise<CollectRewardsReceipt> =>
  resultAs(await asPlayer(playerId).collectRewards({ all: true }), 'CollectRewardsReceipt');
const PENDING = { onFull: 'PENDING', title: 'Sorry', text: 'We were offline.' } as const;
const pendingOf = ({ items }: GrantManyReceipt) =>
  items.map(({ result }) => result.__typename === 'Receipt' && result.claim.becamePending);
describe('grantMany with onFull', () => {
  it('puts what does not fit into the inbox, whole, and says so', async () => {
    const [full, empty] = [await nearlyFull(), await roomy()];
    const [key, input] = [freshKey(), { ...callOf([gift(full), gift(empty)]), ...PENDING }];
    const first = await grant(input, { key });
    expect(first).toMatchObject({ granted: 2, pending: 1, rejected: 0, failed: 0 });
    expect(pendingOf(first)).toEqual([true, false]);
    expect([await lumeesOf(full), await lumeesOf(empty)]).toEqual([950, 110]);
    expect(await inboxOf(full)).toMatchObject([
      {
        ...{ type: 'campaign_grant', origin: 'SERVER', title: 'Sorry', text: 'We were offline.', from: null },
        gives: [{ resource: 'lumees', amount: 100 }],
      },
    ]);
    // The same call again, by its key and by another.
    const again = await writingNothing(full, () => grant(input, { key }));
    expect(again).toMatchObject({ granted: 2, pending: 1, replayed: true });
    expect(typesOf(await movingNothing(full, () => grant(input)))).toEqual([
      'AlreadyClaimed',
      'AlreadyClaimed',
    ]);
    expect(await inboxOf(full)).toHaveLength(1);
    for (const playerId of [full, empty]) expect(await ledgerFaults(playerId)).toEqual([]);
  });

  it('cuts off what does not fit without it, as the balance config says', async () => {
    const full = await nearlyFull();
    expect(await grant(callOf([gift(full)]))).toMatchObject({ granted: 1, pending: 0 });
    expect([await lumeesOf(full), await inboxOf(full)]).toEqual([1000, []]);
  });

  it('is collected once there is room, once, and not before', async () => {
    const full = await nearlyFull();
    const staff = asStaff(await addStaffMember(fresh('staff'), { role: 'admin' }));
    const { items } = await grant({ ...callOf([gift(full, 40), gift(full, 30, 'second')]), ...PENDING });
    expect(items.map(({ result }) => result.__typename)).toEqual(['Receipt', 'Receipt']);
    expect(await lumeesOf(full)).toBe(990);
    const refused = await movingNothing(full, () => collect(full));
    expect(refused.items.map(({ result }) => result.__typename)).toEqual(['LimitExceeded']);
    const [first] = items.map(({ result }) => (result.__typename === 'Receipt' ? result.claim.id : ''));
    receiptOf(await staff.reverseClaim({ playerId: full, claimId: first as string, reason: 'twice' }));
    const answers = await atOnce(4, () => collect(full));
    expect(answers.reduce((sum, { granted }) => sum + granted, 0)).toBe(1);
    expect([await lumeesOf(full), await inboxOf(full)]).toEqual([980, []]);
    expect(await ledgerFaults(full)).toEqual([]);
  });

  it('counts against the limits of staff as if it fitted, exactly', async () => {
    const { staff, staffId } = await newStaff({ budget: 250 });
    const players = await atOnce(3, nearlyFull);
    const input = { ...callOf(players.map((playerId) => gift(playerId))), ...PENDING };
    const receipt = await grant(input, { by: staff });
    expect(typesOf(receipt)).toEqual(['Receipt', 'Receipt', 'LimitExceeded']);
    expect(receipt).toMatchObject({ granted: 2, pending: 2, rejected: 1 });
    expect(await usedByStaff(staffId)).toMatchObject({ spent: 200, awards: 2 });
    expect(await inboxOf(players[0] as string)).toMatchObject([{ origin: 'STAFF' }]);
    expect(await inboxOf(players[2] as string)).toEqual([]);
  });

  it('is taken back whole by a reversal, pending or collected', async () => {
    const full = await nearlyFull();
    const staff = asStaff(await addStaffMember(fresh('staff'), { role: 'admin' }));
    const { items } = await grant({ ...callOf([gift(full)]), ...PENDING });
    const claimId = items.flatMap(({ result }) =>
      result.__typename === 'Receipt' ? [result.claim.id] : [],
    )[0];
    receiptOf(await staff.reverseClaim({ playerId: full, claimId: claimId as string, reason: 'a mistake' }));
    expect([await lumeesOf(full), await inboxOf(full)]).toEqual([950, []]);
    expect(await ledgerFaults(full)).toEqual([]);
  });

  it('writes one log line with counts, and none for an item that became pending', async () => {
    const full = await nearlyFull();
    catchLines();
    const { correlationId } = await grant({ ...callOf([gift(full)]), ...PENDING });
    expect(linesOf(correlationId)).toMatchObject([{ code: 'ITEMS', items: 1, granted: 1, pending: 1 }]);
  });

  it.each([
    [{ title: 'Sorry' }, 'onFull'],
    [{ onFull: 'PENDING', text: 'Sorry' }, 'title'],
    [{ onFull: 'PENDING', message: 'welcome_back', title: 'Sorry' }, 'message'],
    [{ onFull: 'PENDING', message: 'unknown_message' }, 'message'],
  ] as const)('is refused as %j, and nothing moves', async (over, field) => {
    const full = await nearlyFull();
    const answer = await movingNothing(full, () =>
      asServer().grantMany({ ...callOf([gift(full)]), ...over }),
    );
    expect(faultOf(answer)).toMatchObject({ code: 'BAD_USER_INPUT', field });
  });
});

describe('a campaign with onFull', () => {
  it('counts what became pending, in its dry run and in its report, and changes nothing else', async () => {
    const by = await economist();
    const players = [await nearlyFull(), await roomy(), await nearlyFull()];
    const listId = await newList(
      by,
      players.map((playerId) => ({ playerId })),
    );
    const input = {
      name: named('campaign'),
      listId,
      gives: [{ resource: 'lumees', amount: 100 }],
      reason: 'an outage',
    };
    const made = resultAs(await by.createCampaign({ ...input, ...PENDING }), 'CampaignReceipt').campaign;
    expect(made.onFull).toBe(true);
    const { id } = made;
    await campaignIn(by, id, 'READY');
    const proposed = resultAs(await by.runCampaign({ campaignId: id }), 'CampaignReceipt').campaign;
    const approval = { proposalId: proposed.proposalId ?? 0, reason: 'checked the dry run' };
    resultAs(await (await admin()).approveProposal(approval), 'ProposalReceipt');
    resultAs(await by.runCampaign({ campaignId: id }), 'CampaignReceipt');
    const done = await campaignIn(by, id, 'DONE');
    expect(done.forecast).toMatchObject({ players: 3, pending: 2 });
    expect(done.report).toMatchObject({ granted: 3, pending: 2, rejected: 0, remaining: 0, differences: [] });
    expect(await Promise.all(players.map(lumeesOf))).toEqual([950, 110, 950]);
    expect(await inboxOf(players[0] as string)).toMatchObject([{ origin: 'CAMPAIGN', title: 'Sorry' }]);
    expect(await inboxOf(players[1] as string)).toEqual([]);
    for (const playerId of players) expect(await ledgerFaults(playerId)).toEqual([]);
  });
});
