// Uploaded rankings in the kernel: a place is paid once, whatever dies, and only as the list says.
import { describe, expect, test } from 'vitest';
import { CONTRACT_VERSION, type KernelOperation } from '../../src/ledger/kernel-contract.ts';
import { named, openCampaigns } from '../support/ledger/campaigns.ts';
import { openLedger } from '../support/ledger/ledger.ts';
import { fresh, give, operation } from '../support/ledger/operations.ts';

const ledger = openLedger();
const { app, owner, playerLedger } = ledger;
const { act, current } = openCampaigns(ledger);

const SERVER = { actor_kind: 'server' };
const RULE = { name: 'arena', ties: 'same', rows: [{ to: 1, gives: [{ resource: 'gold', amount: 10 }] }] };

interface Step {
  readonly handle: string;
  readonly attempt: number;
  readonly rows: readonly { line: number; player: string; rank: number; tied: number }[];
}

async function newRanking(players: readonly string[], by = fresh('server')) {
  const { record: list } = await act(by, { kind: 'list.create', name: named('list'), query: null }, SERVER);
  const rows = players.map((player, index) => ({ player, rank: index + 1 }));
  await act(by, { kind: 'list.chunk', listId: list.id, chunk: 1, digest: 'd', rows }, SERVER);
  await act(by, { kind: 'list.close', listId: list.id }, SERVER);
  const key = fresh('week');
  const action = { payout: 'arena', key, participants: players.length, listId: list.id, rule: RULE };
  const made = await act(by, { kind: 'ranking.create', ...action }, SERVER);
  expect(made).toMatchObject({ kind: 'granted', record: { state: 'paying', paid: 0 } });
  return { id: made.record.id as number, key, by };
}

const rowOf = async (id: number) =>
  (await owner.query('SELECT * FROM onceward.rankings WHERE no = $1', [id])).rows[0];

/** The next places, as the Worker sends them. `over` changes each operation. */
async function nextCall(id: number, most = 100, over: Partial<KernelOperation> = {}) {
  const { rows } = await app.query('SELECT onceward.ranking_step($1, $2) AS step', [id, most]);
  const step = rows[0].step as Step & { key: string; participants: number };
  const config = await current();
  const operations = step.rows.map(({ line, player, rank, tied }) => ({
    ...operation({
      name: 'payoutRanking',
      player,
      actor_id: `ranking:${id}`,
      permission: 'reward:claim',
      idempotency_key: `ranking:${step.handle}:${step.attempt}:${line}`,
      input: { payout: 'arena', key: step.key, participants: step.participants, position: line, rank, tied },
      claim_type: 'payout',
      claim_key: `arena/${step.key}`,
      source_keys: [{ game: true, resource: 'gems', key: `${step.key}/${line}` }],
      postings: [give('gold', rank === 1 ? 10 : 1)],
    }),
    ...config,
    ...over,
  }));
  return { lines: step.rows.map(({ line }) => line), operations };
}
type Call = Awaited<ReturnType<typeof nextCall>>;

async function send(id: number, { lines, operations }: Call, by: { query: typeof app.query } = app) {
  const sent = [CONTRACT_VERSION, id, lines, JSON.stringify(operations)];
  const { rows } = await by.query("SELECT onceward.commit_places($1, $2, $3, $4, '{}') AS answer", sent);
  return rows[0].answer;
}

const somebody = (count: number) => Array.from({ length: count }, () => fresh('player'));

describe('an uploaded ranking', () => {
  test('is published in the call that pays its last place, and takes no call after it', async () => {
    const players = somebody(3);
    const { id } = await newRanking(players);
    expect(await send(id, await nextCall(id, 2))).toEqual({ kind: 'committed', state: 'paying' });
    const last = await nextCall(id);
    expect(last.lines).toEqual([3]);
    expect(await send(id, last)).toEqual({ kind: 'committed', state: 'published' });
    expect(await send(id, last)).toEqual({ kind: 'stopped' });
    expect(await rowOf(id)).toMatchObject({ paid: 3, refused: {}, ended_at: expect.any(Date) });
    const { rows } = await owner.query(
      'SELECT given FROM onceward.ranking_rows WHERE ranking = $1 ORDER BY line',
      [id],
    );
    expect(rows.map(({ given }) => given)).toEqual([{ gold: 10 }, { gold: 1 }, { gold: 1 }]);
  });

  test('pays each place once when calls die before their commit, and when their answers are lost', async () => {
    const players = somebody(30);
    const { id } = await newRanking(players);
    const client = await app.connect();
    for (let turn = 0; (await rowOf(id)).state === 'paying'; turn += 1) {
      const call = await nextCall(id, 7);
      await client.query('BEGIN');
      await send(id, call, client as never);
      await client.query(turn % 3 === 0 ? 'ROLLBACK' : 'COMMIT');
      // The answer was lost: the same call again.
      if (turn % 3 === 1) expect(['moved', 'stopped']).toContain((await send(id, call)).kind);
    }
    client.release();
    expect(await rowOf(id)).toMatchObject({ state: 'published', paid: 30 });
    for (const [index, player] of players.entries())
      expect(await playerLedger(player)).toMatchObject({
        balances: { gold: index === 0 ? 10 : 1 },
        granted: 1,
      });
  });

  test('pays each place once when sixteen drivers pay it at once', async () => {
    const players = somebody(60);
    const { id } = await newRanking(players);
    const drive = async () => {
      for (let turn = 0; turn < 200 && (await rowOf(id)).state === 'paying'; turn += 1)
        // Another driver may have paid the last place meanwhile.
        await nextCall(id, 9).then(
          (call) => send(id, call),
          () => {},
        );
    };
    await Promise.all(Array.from({ length: 16 }, drive));
    expect(await rowOf(id)).toMatchObject({ state: 'published', paid: 60, refused: {} });
    for (const player of players) expect((await playerLedger(player)).granted).toBe(1);
  });

  test('tries a rejected place again under another key, and no other place', async () => {
    const [first = '', second = ''] = somebody(2);
    const { id, by } = await newRanking([first, second]);
    const call = await nextCall(id);
    // The second place is rejected: its key is that of the first.
    const [paid, rejected] = call.operations as [KernelOperation, KernelOperation];
    const source_keys = paid.source_keys;
    expect(await send(id, { ...call, operations: [paid, { ...rejected, source_keys }] })).toEqual({
      kind: 'committed',
      state: 'unsettled',
    });
    expect(await rowOf(id)).toMatchObject({ paid: 1, refused: { already_claimed: 1 } });
    expect((await playerLedger(second)).balances).toEqual({});
    expect((await act(by, { kind: 'ranking.retry', rankingId: id }, SERVER)).record.state).toBe('paying');
    const retry = await nextCall(id);
    expect(retry.lines).toEqual([2]);
    expect(retry.operations[0]?.idempotency_key).not.toBe(rejected.idempotency_key);
    expect(await send(id, retry)).toEqual({ kind: 'committed', state: 'published' });
    expect((await playerLedger(first)).balances).toEqual({ gold: 10 });
    expect((await playerLedger(second)).balances).toEqual({ gold: 1 });
  });

  test.each<[string, Partial<KernelOperation>]>([
    ['another player', { player: 'player-of-mine' }],
    ['another key', { idempotency_key: 'ranking:of-my-own-choice' }],
    ['another position', { input: { payout: 'arena', key: 'k', position: 2, rank: 1, tied: 1 } }],
    ['another source', { source: 'pending' }],
  ])('fails with %s than its list says, and nothing moves', async (_, over) => {
    const [player = ''] = somebody(1);
    const { id } = await newRanking([player]);
    const before = await rowOf(id);
    await expect(send(id, await nextCall(id, 100, over))).rejects.toMatchObject({ code: '22023' });
    expect(await rowOf(id)).toEqual(before);
    expect((await playerLedger(player)).balances).toEqual({});
  });

  test('is made by a server that nobody knew, and not by one that lacks the permission or asks a query', async () => {
    const by = fresh('server');
    expect((await newRanking(somebody(1), by)).by).toBe(by);
    const query = {
      kind: 'list.create',
      name: named('list'),
      query: { createdFrom: '2026-01-01T00:00:00Z' },
    };
    await expect(act(fresh('server'), query, SERVER)).rejects.toMatchObject({ code: '22023' });
    const campaign = { kind: 'campaign.cancel', campaignId: 1 };
    await expect(act(fresh('server'), campaign, SERVER)).rejects.toMatchObject({ code: '22023' });
  });
});
