import { beforeAll, expect, it } from 'vitest';
import { serveExample } from '../support/worker/balance.ts';
import { admin, campaignIn, economist, newCampaign, startedCampaign } from '../support/worker/campaigns.ts';
import { rejectionOf, resultAs, resultOf } from '../support/worker/client.ts';
import { ledgerFaults, ledgerState, owner } from '../support/worker/ledger-state.ts';
import { seasonedPlayer } from '../support/worker/scenes.ts';
import { fresh } from '../support/worker/service.ts';
import { atOnce } from '../support/worker/waves.ts';

beforeAll(serveExample);

const seasoned = (count: number) => Promise.all(Array.from({ length: count }, seasonedPlayer));
const lumeesOf = async (player: string) => (await ledgerState(player)).balances.lumees ?? 0;

it('E13 grants each player of a campaign once, and its report agrees with dry run and ledger', async () => {
  const by = await economist();
  const players = await seasoned(130);
  const { id, name } = await startedCampaign([...players, fresh('nobody')], by);
  const done = await campaignIn(by, id, 'DONE');
  const totals = [{ resource: 'lumees', requested: 3_250, given: 3_250 }];
  const refused = [{ why: 'unknown_player', rows: 1 }];
  expect(done.forecast).toMatchObject({ players: 130, gives: totals, refused });
  expect(done.report).toMatchObject({
    ...{ granted: 130, already: 0, rejected: 1, pending: 0, remaining: 0 },
    ...{ gives: totals, refused, differences: [] },
  });
  const [held] = await owner`
    SELECT count(*)::int AS claims, count(DISTINCT c.player)::int AS players, sum(e.delta)::int AS lumees
      FROM onceward.actors a JOIN onceward.reward_claims c ON c.actor = a.no
      JOIN onceward.ledger_entries e ON (e.player, e.number) = (c.player, c.number)
     WHERE a.kind = 2 AND a.id = ${`campaign:${name}`}`;
  expect(held).toEqual({ claims: 130, players: 130, lumees: 3_250 });
  expect(await lumeesOf(players[0] ?? '')).toBe(25);
  for (const player of players.slice(0, 5)) expect(await ledgerFaults(player)).toEqual([]);
});

it('E13 lets nobody start a campaign alone, and runs what was approved once', async () => {
  const by = await admin();
  const [player = ''] = await seasoned(1);
  const { id } = await newCampaign([player], by);
  await campaignIn(by, id, 'READY');
  const { proposalId } = resultAs(await by.runCampaign({ campaignId: id }), 'CampaignReceipt').campaign;
  const approval = { proposalId: proposalId ?? 0, reason: 'it is mine' };
  expect(rejectionOf(await by.approveProposal(approval), 'ProposalRefused').why).toBe('OWN');
  const auditor = await economist();
  expect(rejectionOf(await auditor.approveProposal(approval), 'ProposalRefused').why).toBe('ROLE');
  expect(await lumeesOf(player)).toBe(0);
  resultAs(await (await admin()).approveProposal(approval), 'ProposalReceipt');
  const starts = await atOnce(8, () => by.runCampaign({ campaignId: id }));
  expect(starts.filter(({ result }) => result?.__typename === 'CampaignReceipt')).toHaveLength(1);
  await campaignIn(by, id, 'DONE');
  expect(await lumeesOf(player)).toBe(25);
});

it('E13 grants nothing after a pause was answered, and goes on where it was', async () => {
  const by = await economist();
  const players = await seasoned(3);
  const holder = players[0] ?? '';
  const { id } = await startedCampaign(players, by);
  const paused = await by.pauseCampaign({ campaignId: id });
  if (paused.result?.__typename === 'CampaignReceipt') {
    const before = await Promise.all(players.map(lumeesOf));
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(await Promise.all(players.map(lumeesOf))).toEqual(before);
    resultAs(await by.resumeCampaign({ campaignId: id }), 'CampaignReceipt');
  }
  const done = await campaignIn(by, id, 'DONE');
  expect(done.report.granted).toBe(3);
  expect(await lumeesOf(holder)).toBe(25);
  expect(rejectionOf(await by.pauseCampaign({ campaignId: id }), 'CampaignRefused').why).toBe('DONE');
  expect(resultOf(await by.campaignRefusals({ campaignId: id })).edges).toEqual([]);
});
