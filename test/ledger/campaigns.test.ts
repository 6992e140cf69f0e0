// Campaigns in the kernel: what is refused, and that a row is granted at most once.
import { describe, expect, test } from 'vitest';
import type { KernelOperation } from '../../src/ledger/kernel-contract.ts';
import { named, openCampaigns, rowsOf } from '../support/ledger/campaigns.ts';
import { granted, openLedger } from '../support/ledger/ledger.ts';
import { fresh, give, operation } from '../support/ledger/operations.ts';

const ledger = openLedger();
const { app, owner, addStaff, commit, playerLedger } = ledger;
const { current, act, newPlayers, newList, newCampaign, rowOf, nextCall, send, check, running, economist } =
  openCampaigns(ledger);

describe('a campaign', () => {
  test('is checked, approved by another member, and grants each row once; the report is what the ledger holds', async () => {
    const by = await economist();
    const players = await newPlayers(3);
    const nobody = fresh('nobody');
    const { id } = await running(by, rowsOf([...players, nobody]));
    expect(await send('commit', id, await nextCall(id))).toEqual({ kind: 'committed', state: 'done' });
    for (const player of players)
      expect(await playerLedger(player)).toMatchObject({ balances: { gold: 5 }, granted: 2 });
    const totals = { gold: { requested: 15, given: 15 } };
    expect(await rowOf(id)).toMatchObject({
      state: 'done',
      granted: '3',
      given: totals,
      refused: { unknown_player: 1 },
      forecast: { players: 3, gives: totals, refused: { unknown_player: 1 } },
      config_version: (await current()).config_version,
    });
  });

  test('in rows with amounts of their own gives each its own', async () => {
    const by = await economist();
    const [one = '', two = ''] = await newPlayers(2);
    const rows = [
      { player: one, item: 'rank-1', gives: { gold: 9 } },
      { player: two, item: 'rank-2', gives: { gold: 4 } },
    ];
    const { id } = await running(by, rows, null);
    await send('commit', id, await nextCall(id));
    expect((await playerLedger(one)).balances).toEqual({ gold: 9 });
    expect((await playerLedger(two)).balances).toEqual({ gold: 4 });
  });

  test('is not started without an approval, nor twice, nor with one of something else', async () => {
    const by = await economist();
    const { id } = await newCampaign(by, rowsOf(await newPlayers(1)));
    expect(await act(by, { kind: 'campaign.run', campaignId: id })).toMatchObject({
      rejection: { kind: 'campaign_refused', why: 'checking' },
    });
    await check(id);
    for (let attempt = 0; attempt < 2; attempt += 1)
      expect((await act(by, { kind: 'campaign.run', campaignId: id })).record.state).toBe('ready');
    expect(await send('commit', id, await nextCall(id))).toEqual({ kind: 'stopped' });
    expect((await rowOf(id)).granted).toBe('0');
  });

  test('that is paused or cancelled grants nothing more; a second cancel is refused', async () => {
    const by = await economist();
    const players = await newPlayers(2);
    const { id } = await running(by, rowsOf(players));
    await send('commit', id, await nextCall(id, 1));
    const call = await nextCall(id);
    expect((await act(by, { kind: 'campaign.pause', campaignId: id })).record.state).toBe('paused');
    expect(await send('commit', id, call)).toEqual({ kind: 'stopped' });
    expect((await act(by, { kind: 'campaign.resume', campaignId: id })).record.state).toBe('running');
    expect((await act(by, { kind: 'campaign.cancel', campaignId: id })).record.state).toBe('cancelled');
    expect(await send('commit', id, call)).toEqual({ kind: 'stopped' });
    expect(await act(by, { kind: 'campaign.cancel', campaignId: id })).toMatchObject({
      rejection: { kind: 'campaign_refused', why: 'cancelled' },
    });
    expect((await playerLedger(players[1] ?? '')).balances).toEqual({});
    expect(await rowOf(id)).toMatchObject({ granted: '1', given: { gold: { requested: 5, given: 5 } } });
  });

  test('grants a row once when sixteen calls send it at once', async () => {
    const by = await economist();
    const [player = ''] = await newPlayers(1);
    const { id } = await running(by, rowsOf([player]));
    const call = await nextCall(id);
    const answers = await Promise.all(Array.from({ length: 16 }, () => send('commit', id, call)));
    expect(answers.filter(({ kind }) => kind === 'committed')).toHaveLength(1);
    expect(await playerLedger(player)).toMatchObject({ balances: { gold: 5 }, granted: 2 });
  });

  test('leaves a row of a busy player for later, and ends when it was granted', async () => {
    const by = await economist();
    const players = await newPlayers(2);
    const { id } = await running(by, rowsOf(players));
    const holder = await owner.connect();
    await holder.query('BEGIN');
    await holder.query('SELECT FROM onceward.actors WHERE (id, kind) = ($1, 1) FOR UPDATE', [players[0]]);
    expect(await send('commit', id, await nextCall(id))).toEqual({ kind: 'committed', state: 'running' });
    await holder.query('COMMIT');
    holder.release();
    expect(await rowOf(id)).toMatchObject({ skipped: [1], granted: '1' });
    const call = await nextCall(id);
    expect(call.lines).toEqual([1]);
    expect(await send('commit', id, call)).toEqual({ kind: 'committed', state: 'done' });
    for (const player of players) expect((await playerLedger(player)).balances).toEqual({ gold: 5 });
  });

  test.each<[string, Partial<KernelOperation>]>([
    ['another amount', { postings: [give('gold', 500)] }],
    ['another resource', { postings: [give('gems', 5)], resources: ['gems'] }],
    ['another player', { player: 'player-of-mine' }],
    ['another key', { idempotency_key: 'campaign:of-my-own-choice' }],
    ['another source', { source: 'pending' }],
  ])('fails with %s than its list says, and nothing moves', async (_, over) => {
    const by = await economist();
    const [player = ''] = await newPlayers(1);
    const { id } = await running(by, rowsOf([player]));
    const before = await rowOf(id);
    await expect(send('commit', id, await nextCall(id, 100, over))).rejects.toMatchObject({ code: '22023' });
    expect(await rowOf(id)).toEqual(before);
    expect((await playerLedger(player)).balances).toEqual({});
  });

  test('that announces fails with a grant, and nothing moves', async () => {
    const by = await economist();
    const [player = ''] = await newPlayers(1);
    const { id } = await newCampaign(by, rowsOf([player]), { gold: 5 }, { message: { title: 'Sorry' } });
    await expect(send('check', id, await nextCall(id))).rejects.toMatchObject({ code: '22023' });
    expect(await rowOf(id)).toMatchObject({ state: 'checking', line: 0 });
    expect((await playerLedger(player)).balances).toEqual({});
  });

  test('counts a player who has the claim already, and gives nothing', async () => {
    const by = await economist();
    const [player = ''] = await newPlayers(1);
    const { id, name } = await running(by, rowsOf([player]));
    const earlier = { player, claim_type: 'campaign_grant', claim_key: `${name}/reward` };
    await granted(commit(operation({ ...earlier, postings: [give('gold', 5)] })));
    await send('commit', id, await nextCall(id));
    expect(await playerLedger(player)).toMatchObject({ balances: { gold: 5 } });
    expect(await rowOf(id)).toMatchObject({ state: 'done', granted: '0', refused: { already_claimed: 1 } });
  });

  test('whose instance was replaced is no longer driven by the old one', async () => {
    const by = await economist();
    const { id } = await running(by, rowsOf(await newPlayers(1)));
    const old = await nextCall(id);
    const { rows } = await app.query('SELECT onceward.next_campaign_instance($1) AS instance', [id]);
    expect(rows[0].instance).toBe(old.instance + 1);
    expect(await send('commit', id, old)).toEqual({ kind: 'stopped' });
    const fresh = await app.query(`SELECT onceward.next_campaign_instance($1, '1 hour') AS instance`, [id]);
    expect(fresh.rows[0]?.instance ?? null).toBeNull();
    expect(await send('commit', id, await nextCall(id))).toMatchObject({ state: 'done' });
  });

  test.each<[string, object | null, object, object]>([
    ['of an open list', { gold: 5 }, { open: true }, { kind: 'list_refused', why: 'open' }],
    ['that does not say what it gives', null, {}, { kind: 'list_refused', why: 'gives_missing' }],
    [
      'whose rows say it too',
      { gold: 5 },
      { gives: { gold: 1 } },
      { kind: 'list_refused', why: 'gives_twice' },
    ],
  ])('%s is not made', async (_, gives, { open, ...over }: { open?: boolean }, rejection) => {
    const by = await economist();
    const listId = open
      ? (await act(by, { kind: 'list.create', name: named('list'), query: null })).record.id
      : await newList(by, rowsOf(['p-1'], over));
    const name = named('campaign');
    const refused = await act(by, { kind: 'campaign.create', name, listId, gives, reason: 'an apology' });
    expect(refused).toMatchObject({ kind: 'rejected', rejection: { listId, ...rejection } });
    const { rows } = await owner.query('SELECT FROM onceward.campaigns WHERE name = $1', [name]);
    expect(rows).toEqual([]);
  });

  test('of a resource that staff cannot give is not started', async () => {
    const by = await economist();
    const { id } = await newCampaign(by, rowsOf(await newPlayers(1)), { unheard_of: 1 });
    await owner.query(`UPDATE onceward.campaigns SET state = 'ready' WHERE no = $1`, [id]);
    expect(await act(by, { kind: 'campaign.run', campaignId: id })).toMatchObject({
      rejection: { kind: 'campaign_refused', why: 'not_giveable', about: 'unheard_of' },
    });
  });

  test('is not managed by support, and nothing is written', async () => {
    const support = await addStaff();
    const answer = await act(support, { kind: 'list.create', name: named('list'), query: null });
    expect(answer).toMatchObject({ kind: 'forbidden', why: 'role' });
  });
});
