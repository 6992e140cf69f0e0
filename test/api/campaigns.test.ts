/** Lists and campaigns through the API: bad input by line, states, the schedule, and a deployment without the Workflow binding. */
import { createScheduledController } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Env } from '../../src/env.ts';
import { changedExample, publish, serveExample } from '../support/worker/balance.ts';
import {
  admin,
  campaignIn,
  economist,
  GIVES,
  named,
  newCampaign,
  newList,
  startedCampaign,
} from '../support/worker/campaigns.ts';
import {
  asServer,
  asStaff,
  faultOf,
  receiptOf,
  rejectionOf,
  resultAs,
  resultOf,
} from '../support/worker/client.ts';
import { coldWorker, currentWorker, doorTo } from '../support/worker/cold-worker.ts';
import { addStaffMember, auditEvents, ledgerState, owner } from '../support/worker/ledger-state.ts';
import { seasonedPlayer, victory } from '../support/worker/scenes.ts';
import { fresh, freshKey } from '../support/worker/service.ts';

beforeAll(serveExample);

const gives = (resource: string, amount = 5) => [{ resource, amount }];

describe('uploadListChunk', () => {
  it('names the lines that are wrong, and stores nothing', async () => {
    const by = await economist();
    const { list } = resultAs(await by.createList({ name: named('list') }), 'ListReceipt');
    const rows = [
      { playerId: 'p-1', gives: gives('lumees') },
      { playerId: 'p-2', gives: gives('no_such_resource') },
      { playerId: 'p-3', gives: gives('levels_paid') },
      { playerId: 'p-1', gives: gives('lumees') },
      { playerId: 'p-4', gives: [...gives('lumees'), ...gives('lumees')] },
    ];
    const answer = await by.uploadListChunk({ listId: list.id, chunk: 2, rows });
    expect(faultOf(answer)).toMatchObject({ code: 'BAD_USER_INPUT', field: 'rows' });
    const message = answer.errors?.[0]?.message ?? '';
    for (const part of [
      'line 1002 gives no_such_resource',
      'line 1003 gives levels_paid',
      'line 1004 names the player of line 1001',
      'line 1005 must give 1 to 10 resources',
    ])
      expect(message).toContain(part);
    const refused = await by.closeList({ listId: list.id });
    expect(rejectionOf(refused, 'ListRefused')).toMatchObject({ why: 'EMPTY', lines: [] });
  });

  it.each([
    ['no rows', 1, 0],
    ['1,001 rows', 1, 1_001],
    ['chunk 201', 201, 1],
  ])('refuses %s', async (_, chunk, count) => {
    const by = await economist();
    const { list } = resultAs(await by.createList({ name: named('list') }), 'ListReceipt');
    const rows = Array.from({ length: count }, (__, index) => ({ playerId: `p-${index}` }));
    const answer = await by.uploadListChunk({ listId: list.id, chunk, rows });
    expect(faultOf(answer)).toMatchObject({ code: 'BAD_USER_INPUT' });
  });

  it('keeps no player in its claim', async () => {
    const by = await economist();
    const player = fresh('player');
    const key = freshKey();
    const { list } = resultAs(await by.createList({ name: named('list') }), 'ListReceipt');
    const rows = [{ playerId: player }];
    resultAs(await by.uploadListChunk({ listId: list.id, chunk: 1, rows }, { key }), 'ListReceipt');
    const [claim] =
      await owner`SELECT input::text AS input FROM onceward.reward_claims WHERE idempotency_key = ${key}`;
    expect(claim?.input).not.toContain(player);
  });
});

describe('a list of a query', () => {
  it('finds players by level, tier and balance', async () => {
    const by = await economist();
    const from = new Date().toISOString();
    const [champion, beginner] = [await seasonedPlayer(), fresh('player')];
    receiptOf(await asServer().claimReward({ type: 'weekly_chest', playerId: beginner }));
    const query = {
      createdFrom: from,
      levelAtLeast: 3,
      levelAtMost: 3,
      balances: [{ resource: 'auric_coins', atLeast: 64, atMost: 64 }],
    };
    const made = resultAs(await by.createList({ name: named('list'), query }), 'ListReceipt');
    let { list } = made;
    while (!list.isFilled) list = resultAs(await by.fillList({ listId: list.id }), 'ListReceipt').list;
    ({ list } = resultAs(await by.closeList({ listId: list.id }), 'ListReceipt'));
    const rows = await owner`
      SELECT a.id FROM onceward.list_rows r JOIN onceward.actors a ON a.no = r.player WHERE r.list = ${list.id}`;
    expect(rows).toEqual([{ id: champion }]);
    const page = resultOf(await by.lists({ first: 1 }));
    expect(page.edges.map(({ node }) => node.id)).toEqual([list.id]);
  });

  it.each<[string, object]>([
    ['a resource that regenerates', { balances: [{ resource: 'energy', atLeast: 1 }] }],
    ['an unknown resource', { balances: [{ resource: 'gld', atLeast: 1 }] }],
    ['an unknown tier', { tier: 'Wood' }],
  ])('is not made for %s', async (_, query) => {
    const answer = await (await economist()).createList({ name: named('list'), query });
    expect(faultOf(answer)).toMatchObject({ code: 'BAD_USER_INPUT' });
  });
});

describe('createCampaign', () => {
  it('is refused for a resource that staff cannot give', async () => {
    const by = await economist();
    const listId = await newList(by, [{ playerId: fresh('player') }]);
    const input = { name: named('campaign'), listId, gives: gives('levels_paid'), reason: 'an apology' };
    expect(faultOf(await by.createCampaign(input))).toMatchObject({ code: 'BAD_USER_INPUT', field: 'gives' });
  });

  it('makes one campaign of a name, also where the request is repeated', async () => {
    const by = await economist();
    const listId = await newList(by, [{ playerId: fresh('player') }]);
    const [key, input] = [
      freshKey(),
      { name: named('campaign'), listId, gives: GIVES, reason: 'an apology' },
    ];
    const first = resultAs(await by.createCampaign(input, { key }), 'CampaignReceipt');
    const again = resultAs(await by.createCampaign(input, { key }), 'CampaignReceipt');
    expect([again.replayed, again.campaign.id]).toEqual([true, first.campaign.id]);
    expect(rejectionOf(await by.createCampaign(input), 'NameTaken').id).toBe(first.campaign.id);
  });

  it('says what is missing where there is no Workflow binding, and makes nothing', async () => {
    const by = await economist();
    const listId = await newList(by, [{ playerId: fresh('player') }]);
    const door = doorTo(await coldWorker(), { CAMPAIGNS: undefined } as Partial<Env>);
    const input = { name: named('campaign'), listId, gives: GIVES, reason: 'an apology' };
    const answer = await by.createCampaign(input, { door });
    expect(faultOf(answer)).toMatchObject({ code: 'BAD_USER_INPUT' });
    expect(answer.errors?.[0]?.message).toContain('CAMPAIGNS');
    const rows = await owner`SELECT FROM onceward.campaigns WHERE name = ${input.name}`;
    expect(rows).toEqual([]);
  });
});

describe('runCampaign', () => {
  it('needs no approval up to the value that the config allows', async () => {
    await publish(
      changedExample((document) => {
        document.campaigns = { approvalAbove: 25 };
      }),
    );
    const by = await economist();
    const [one, two] = [await seasonedPlayer(), await seasonedPlayer()];
    const small = await newCampaign([one], by);
    await campaignIn(by, small.id, 'READY');
    resultAs(await by.runCampaign({ campaignId: small.id }), 'CampaignReceipt');
    const done = await campaignIn(by, small.id, 'DONE');
    expect(done).toMatchObject({ proposalId: null, value: 25 });
    const large = await newCampaign([one, two], by);
    await campaignIn(by, large.id, 'READY');
    const { campaign } = resultAs(await by.runCampaign({ campaignId: large.id }), 'CampaignReceipt');
    expect(campaign).toMatchObject({ state: 'READY', proposalId: expect.any(Number) });
    await serveExample();
  });

  it('grants under a config that was published after it was approved', async () => {
    const by = await economist();
    const player = await seasonedPlayer();
    const { id } = await newCampaign([player], by);
    await campaignIn(by, id, 'READY');
    const proposed = resultAs(await by.runCampaign({ campaignId: id }), 'CampaignReceipt').campaign;
    const approval = { proposalId: proposed.proposalId ?? 0, reason: 'checked' };
    resultAs(await (await admin()).approveProposal(approval), 'ProposalReceipt');
    await publish(
      changedExample((document) => {
        document.description = fresh('edition');
      }),
    );
    resultAs(await by.runCampaign({ campaignId: id }), 'CampaignReceipt');
    await campaignIn(by, id, 'DONE');
    expect((await ledgerState(player)).balances.lumees).toBe(25);
  });
});

describe('a campaign', () => {
  it('counts who had it already, and names the difference to its dry run', async () => {
    const by = await economist();
    const player = await seasonedPlayer();
    const other = fresh('late');
    const { id } = await newCampaign([player, other], by);
    await campaignIn(by, id, 'READY');
    // Exists only now.
    receiptOf(await asServer().claimReward({ ...victory, playerId: other, key: 'cup-9' }));
    const proposed = resultAs(await by.runCampaign({ campaignId: id }), 'CampaignReceipt').campaign;
    const approval = { proposalId: proposed.proposalId ?? 0, reason: 'checked' };
    resultAs(await (await admin()).approveProposal(approval), 'ProposalReceipt');
    resultAs(await by.runCampaign({ campaignId: id }), 'CampaignReceipt');
    const { report } = await campaignIn(by, id, 'DONE');
    expect(report.differences).toEqual([
      'players: 1 in the dry run, 2 in the end',
      'lumees requested: 25 in the dry run, 50 in the end',
      'lumees given: 25 in the dry run, 50 in the end',
      'unknown_player: 1 in the dry run, 0 in the end',
    ]);
  });

  it('that is cancelled twice is refused the second time', async () => {
    const by = await economist();
    const { id } = await newCampaign([fresh('player')], by);
    resultAs(await by.cancelCampaign({ campaignId: id }), 'CampaignReceipt');
    expect(rejectionOf(await by.cancelCampaign({ campaignId: id }), 'CampaignRefused')).toMatchObject({
      why: 'CANCELLED',
      about: null,
    });
  });

  it('whose Workflow has died is continued by the schedule', async () => {
    const by = await economist();
    const player = await seasonedPlayer();
    const { id } = await startedCampaign([player], by);
    await campaignIn(by, id, 'DONE');
    // As if the instance had died before its first row, an hour ago.
    await owner`
      UPDATE onceward.campaigns SET state = 'running', line = 0, granted = 0, given = '{}', stepped_at = now() - interval '1 hour'
       WHERE no = ${id}`;
    await owner`DELETE FROM onceward.campaign_rows WHERE campaign = ${id}`;
    const before = await ledgerState(player);
    await currentWorker().scheduled(createScheduledController(), env as unknown as Env);
    const done = await campaignIn(by, id, 'DONE');
    // The keys of its rows are known: nothing is granted twice.
    expect(done.report.granted).toBe(1);
    expect(await ledgerState(player)).toEqual(before);
  });

  it('lists the rows that gave nothing to those who manage campaigns', async () => {
    const by = await economist();
    const nobody = fresh('nobody');
    const { id } = await startedCampaign([nobody], by);
    await campaignIn(by, id, 'DONE');
    const auditor = await addStaffMember(fresh('economist'), { role: 'economist' });
    const { edges } = resultOf(await asStaff(auditor).campaignRefusals({ campaignId: id }));
    expect(edges.map(({ node }) => node)).toEqual([{ line: 1, playerId: nobody, why: 'unknown_player' }]);
    expect(await auditEvents(auditor)).toMatchObject([{ action: 'campaignRefusals', outcome: 'listed' }]);
  });
});
