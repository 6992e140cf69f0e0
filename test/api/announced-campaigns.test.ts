/** Campaigns that announce into the inbox, and the undo of what a campaign or a ranking gave. */
import { beforeAll, describe, expect, it } from 'vitest';
import { serveExample } from '../support/worker/balance.ts';
import { admin, campaignIn, economist, GIVES, named, newList } from '../support/worker/campaigns.ts';
import {
  asPlayer,
  asServer,
  type Client,
  faultOf,
  receiptOf,
  rejectionOf,
  resultAs,
  resultOf,
} from '../support/worker/client.ts';
import { ledgerFaults, ledgerState, owner } from '../support/worker/ledger-state.ts';
import { newRanking, rankingIn } from '../support/worker/rankings.ts';
import { seasonedPlayer } from '../support/worker/scenes.ts';
import type { Campaign } from '../support/worker/schema-types.ts';
import { fresh } from '../support/worker/service.ts';
import { approvedUndo, newUndo, supporter, undoIn } from '../support/worker/undo.ts';
import { atOnce } from '../support/worker/waves.ts';

beforeAll(serveExample);

const ANNOUNCE = { title: 'We are sorry', text: 'The servers were down.' };
const seasoned = (count: number) => Promise.all(Array.from({ length: count }, seasonedPlayer));
const lumeesOf = async (player: string) => (await ledgerState(player)).balances.lumees ?? 0;
const inboxOf = async (player: string) =>
  resultOf(await asPlayer(player).inbox({})).edges.map(({ node }) => node);
const collectAll = (player: string) => asPlayer(player).collectRewards({ all: true });
const DAY_MS = 86_400_000;

async function newAnnouncement(by: Client, players: readonly string[], announce: object = ANNOUNCE) {
  const rows = players.map((playerId) => ({ playerId }));
  const input = {
    name: named('campaign'),
    listId: await newList(by, rows),
    gives: GIVES,
    announce,
    reason: 'an apology',
  };
  return resultAs(await by.createCampaign(input as never), 'CampaignReceipt').campaign;
}

async function approveAndRun(by: Client, id: number): Promise<void> {
  const { proposalId } = resultAs(await by.runCampaign({ campaignId: id }), 'CampaignReceipt').campaign;
  const approval = { proposalId: proposalId ?? 0, reason: 'checked the dry run' };
  resultAs(await (await admin()).approveProposal(approval), 'ProposalReceipt');
  resultAs(await by.runCampaign({ campaignId: id }), 'CampaignReceipt');
}

async function announced(players: readonly string[], announce?: object): Promise<Campaign> {
  const by = await economist();
  const { id } = await newAnnouncement(by, players, announce);
  await campaignIn(by, id, 'READY');
  await approveAndRun(by, id);
  return campaignIn(by, id, 'DONE', 'PAUSED');
}

describe('a campaign that announces', () => {
  it('makes a pending reward for each player, and its report agrees with the dry run', async () => {
    const players = await seasoned(3);
    const expiresAt = new Date(Date.now() + DAY_MS).toISOString();
    const done = await announced([...players, fresh('nobody')], { ...ANNOUNCE, expiresAt });
    const gives = [{ resource: 'lumees', requested: 75, given: 75 }];
    const refused = [{ why: 'unknown_player', rows: 1 }];
    expect(done).toMatchObject({ state: 'DONE', announces: { ...ANNOUNCE, expiresAt } });
    expect(done.forecast).toEqual({ players: 3, pending: 0, gives, refused });
    expect(done.report).toMatchObject({
      granted: 3,
      rejected: 1,
      pending: 0,
      gives,
      refused,
      differences: [],
    });
    for (const player of players) {
      expect(await lumeesOf(player)).toBe(0);
      expect(await inboxOf(player)).toMatchObject([{ ...ANNOUNCE, expiresAt, origin: 'CAMPAIGN' }]);
      expect(await ledgerFaults(player)).toEqual([]);
    }
    const [first = ''] = players;
    const answers = await atOnce(4, () => collectAll(first));
    const receipts = answers.flatMap((answer) => resultAs(answer, 'CollectRewardsReceipt').items);
    expect(receipts.filter(({ result }) => result.__typename === 'Receipt')).toHaveLength(1);
    expect(await lumeesOf(first)).toBe(25);
    expect(await inboxOf(first)).toEqual([]);
  });

  it('announces to each player once, also where a campaign of that name has granted it before', async () => {
    const [one = '', two = ''] = await seasoned(2);
    const by = await economist();
    const { id, name } = await newAnnouncement(by, [one, two]);
    const items = [{ playerId: one, item: 'reward', gives: GIVES }];
    const many = { campaign: name, items, reason: 'by hand' };
    resultAs(await (await admin()).grantMany(many), 'GrantManyReceipt');
    await campaignIn(by, id, 'READY');
    await approveAndRun(by, id);
    const { report } = await campaignIn(by, id, 'DONE');
    expect(report).toMatchObject({ granted: 1, already: 1 });
    expect(await inboxOf(one)).toEqual([]);
    expect(await inboxOf(two)).toHaveLength(1);
  });

  it('is not made with an expiry in the past, and stops once what it announces has expired', async () => {
    const by = await economist();
    const player = await seasonedPlayer();
    const listId = await newList(by, [{ playerId: player }]);
    const announce = { ...ANNOUNCE, expiresAt: new Date(Date.now() - DAY_MS) };
    const input = { name: named('campaign'), listId, gives: GIVES, announce, reason: 'an apology' };
    expect(faultOf(await by.createCampaign(input as never))).toMatchObject({
      code: 'BAD_USER_INPUT',
      field: 'announce.expiresAt',
    });
    const expiresAt = new Date(Date.now() + DAY_MS);
    const { id } = await newAnnouncement(by, [player], { ...ANNOUNCE, expiresAt });
    await campaignIn(by, id, 'READY');
    await owner`UPDATE onceward.campaigns SET expires_at = now() - interval '1 minute' WHERE no = ${id}`;
    await approveAndRun(by, id);
    expect(await campaignIn(by, id, 'PAUSED', 'DONE')).toMatchObject({
      state: 'PAUSED',
      stopped: expect.stringContaining('expired'),
      report: { granted: 0 },
    });
    expect(await inboxOf(player)).toEqual([]);
  });
});

describe('the undo of a campaign', () => {
  it('withdraws what was not collected, reverses what was, and touches nothing else', async () => {
    const [collected = '', waiting = '', both = ''] = await seasoned(3);
    const campaign = await announced([collected, waiting]);
    const other = await announced([both, waiting]);
    for (const player of [collected, both]) resultAs(await collectAll(player), 'CollectRewardsReceipt');
    const by = await supporter();
    const { id, ...ready } = await approvedUndo({ filter: { campaign: campaign.id } }, by);
    expect(ready).toMatchObject({ claims: 2, players: 2 });
    resultAs(await by.runUndo({ undoId: id }), 'UndoReceipt');
    const done = await undoIn(by, id, 'done');
    expect(done.result).toMatchObject({ reversed: 2, refused: [], debts: 0 });
    expect(done.result).toEqual(done.forecast);
    expect(await Promise.all([collected, waiting, both].map(lumeesOf))).toEqual([0, 0, 25]);
    expect((await inboxOf(waiting)).length).toBe(1);
    resultAs(await collectAll(waiting), 'CollectRewardsReceipt');
    expect(await lumeesOf(waiting)).toBe(25);
    for (const player of [collected, waiting, both]) expect(await ledgerFaults(player)).toEqual([]);
    const again = await newUndo({ filter: { campaign: campaign.id } }, by);
    expect((await undoIn(by, again.id, 'ready')).forecast).toMatchObject({
      reversed: 0,
      refused: [{ why: 'already_claimed', claims: 2 }],
    });
    expect(other.report.granted).toBe(2);
  });

  it('leaves nobody a reward that is collected while it runs', async () => {
    const players = await seasoned(24);
    const campaign = await announced(players);
    const by = await supporter();
    const { id } = await approvedUndo({ filter: { campaign: campaign.id } }, by);
    await Promise.all([
      by.runUndo({ undoId: id }),
      ...players.map((player) => collectAll(player)),
      ...players.map((player) => collectAll(player)),
    ]);
    const done = await undoIn(by, id, 'done');
    expect(done.result).toMatchObject({ reversed: 24, refused: [] });
    expect(await Promise.all(players.map(lumeesOf))).toEqual(players.map(() => 0));
    for (const player of players) {
      expect(await inboxOf(player)).toEqual([]);
      expect(await ledgerFaults(player)).toEqual([]);
    }
  });

  it('reverses what a ranking paid', async () => {
    const players = [fresh('player'), fresh('player')];
    const ranking = await newRanking(players);
    await rankingIn(ranking.id, 'PUBLISHED');
    receiptOf(await asServer().claimReward({ type: 'weekly_chest', playerId: players[0] as string }));
    const by = await supporter();
    const { id } = await approvedUndo({ filter: { ranking: ranking.id } }, by);
    resultAs(await by.runUndo({ undoId: id }), 'UndoReceipt');
    expect((await undoIn(by, id, 'done')).result).toMatchObject({ reversed: 2, refused: [] });
    expect(await Promise.all(players.map(lumeesOf))).toEqual([500, 0]);
  });

  it('is refused while the campaign runs, for one that nobody made, and together with another filter', async () => {
    const by = await supporter();
    const maker = await economist();
    const { id } = await newAnnouncement(maker, [fresh('player')]);
    const create = (filter: object) => by.createUndo({ filter: filter as never, reason: 'a mistake' });
    expect(rejectionOf(await create({ campaign: id }), 'StillAtWork')).toMatchObject({
      ...{ record: 'campaign', id },
    });
    expect(rejectionOf(await create({ campaign: 999_999 }), 'UnknownRecord').record).toBe('campaign');
    expect(rejectionOf(await create({ ranking: 999_999 }), 'UnknownRecord').record).toBe('ranking');
    for (const filter of [{ campaign: id, type: 'weekly_chest' }, {}])
      expect(faultOf(await create(filter))).toMatchObject({ code: 'BAD_USER_INPUT', field: 'filter' });
  });
});
