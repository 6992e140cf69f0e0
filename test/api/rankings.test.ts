/** Rankings that are uploaded as a list: what is refused, what is published, and how rejected places are settled. */
import { createScheduledController } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Env } from '../../src/env.ts';
import { changedExample, publish } from '../support/worker/balance.ts';
import { economist, openList } from '../support/worker/campaigns.ts';
import {
  asPlayer,
  asServer,
  asStaff,
  faultOf,
  rejectionOf,
  resultAs,
  resultOf,
} from '../support/worker/client.ts';
import { currentWorker } from '../support/worker/cold-worker.ts';
import {
  addStaffMember,
  auditEvents,
  ledgerFaults,
  ledgerState,
  owner,
} from '../support/worker/ledger-state.ts';
import { holdPlayer } from '../support/worker/locks.ts';
import { breakRequests } from '../support/worker/neon-control.ts';
import { newRanking, rankedList, rankedRows, rankingIn } from '../support/worker/rankings.ts';
import { seasonedPlayer } from '../support/worker/scenes.ts';
import { fresh, freshKey } from '../support/worker/service.ts';

beforeEach(() => publish(changedExample(() => {})));

const somebody = (count: number) => Array.from({ length: count }, () => fresh('player'));
const lumeesOf = async (playerId: string) => (await ledgerState(playerId)).balances.lumees ?? 0;
const resultFor = async (key: string, by = asServer()) =>
  resultOf(await by.rankingResult({ payout: 'arena', key, first: 100 })).edges.map(({ node }) => node);
const placed = (players: readonly string[]) =>
  players.map((playerId, index) => ({ playerId, rank: index + 1 }));

describe('createRanking', () => {
  it('pays every place by the rank table, creates unknown players, and publishes one result', async () => {
    const players = somebody(12);
    const { id, key } = await newRanking(players);
    expect(await rankingIn(id, 'PUBLISHED', 'UNSETTLED')).toMatchObject({
      state: 'PUBLISHED',
      paid: 12,
      refused: [],
    });
    expect(await Promise.all(players.map(lumeesOf))).toEqual([
      1000,
      ...[500, 500],
      ...Array.from({ length: 7 }, () => 250),
      ...[0, 0],
    ]);
    const result = await resultFor(key);
    expect(result.map(({ playerId, position, rank }) => [playerId, position, rank])).toEqual(
      players.map((player, index) => [player, index + 1, index + 1]),
    );
    expect(result[0]?.gives).toEqual([
      { resource: 'auric_coins', amount: 50 },
      { resource: 'lumees', amount: 1000 },
    ]);
    expect(result[11]?.gives).toEqual([]);
    for (const player of players) expect(await ledgerFaults(player)).toEqual([]);
  });

  it('shows players what each place got and who has their own, and audits what staff read', async () => {
    const players = somebody(3);
    const { id, key } = await newRanking(players);
    await rankingIn(id, 'PUBLISHED');
    const seen = await resultFor(key, asPlayer(players[1] as string));
    expect(seen.map(({ playerId }) => playerId)).toEqual([null, players[1], null]);
    expect(seen.map(({ gives }) => gives.at(-1)?.amount)).toEqual([1000, 500, 500]);
    const staffId = await addStaffMember(fresh('auditor'), { role: 'auditor' });
    expect((await resultFor(key, asStaff(staffId))).map(({ playerId }) => playerId)).toEqual(players);
    expect(await auditEvents(staffId)).toMatchObject([{ action: 'rankingResult', outcome: 'listed' }]);
    const page = resultOf(await asServer().rankingResult({ payout: 'arena', key, first: 2 }));
    const rest = resultOf(
      await asServer().rankingResult({ payout: 'arena', key, first: 2, after: page.pageInfo.endCursor }),
    );
    expect([...page.edges, ...rest.edges].map(({ node }) => node.position)).toEqual([1, 2, 3]);
  });

  it('gives tied places what the payout says of ties, also where they are in different calls', async () => {
    await publish(changedExample(({ payouts }) => Object.assign(payouts.arena, { ties: 'share' })));
    const players = somebody(150);
    // All of them share the first rank: 1000 + 2 × 500 + 7 × 250 lumees for 150.
    const { id } = await newRanking(players, { ranks: players.map(() => 1) });
    await rankingIn(id, 'PUBLISHED');
    expect(new Set(await Promise.all(players.map(lumeesOf)))).toEqual(new Set([25]));
  });

  it('is paid by the rank table that it was made under, also of a player who was busy meanwhile', async () => {
    const [busy, other] = [await seasonedPlayer(), fresh('player')];
    const held = await holdPlayer(busy, 20);
    const { id } = await newRanking([busy, other]);
    while ((await rankingIn(id, 'PAYING')).paid < 1);
    await publish(
      changedExample(({ payouts }) => {
        payouts.arena.ranks = [{ to: 10, gives: { lumees: 1 } }];
      }),
    );
    await held.letGo();
    await rankingIn(id, 'PUBLISHED');
    expect(await Promise.all([busy, other].map(lumeesOf))).toEqual([1000, 500]);
  });

  it.each<[string, readonly number[], number, string, object]>([
    ['another number of participants', [1, 2], 3, 'OTHER_PARTICIPANTS', { lines: ['2'] }],
    ['a rank that is no position', [1, 3, 3], 3, 'NOT_RANKED', { lines: ['2'] }],
    ['a rank behind its own', [2, 2], 2, 'NOT_RANKED', { lines: ['1'] }],
  ])('refuses %s, and pays nothing', async (_, ranks, participants, why, more) => {
    const players = ranks.map(() => fresh('player'));
    const listId = await rankedList(players, ranks);
    const input = { payout: 'arena', key: fresh('week'), participants, listId };
    expect(rejectionOf(await asServer().createRanking(input), 'ListRefused')).toMatchObject({ why, ...more });
    expect(await Promise.all(players.map(lumeesOf))).toEqual(players.map(() => 0));
    expect(await resultFor(input.key)).toEqual([]);
  });

  it('refuses a list without ranks, an open one, and ties that the payout does not allow', async () => {
    await publish(changedExample(({ payouts }) => Object.assign(payouts.arena, { ties: 'refuse' })));
    const by = asServer();
    const key = fresh('week');
    const whyOf = async (listId: number, participants: number) =>
      rejectionOf(await by.createRanking({ payout: 'arena', key, participants, listId }), 'ListRefused').why;
    expect(await whyOf(await rankedList(somebody(3), [1, 1, 3]), 3)).toBe('TIED');
    const open = await openList(null, rankedRows(somebody(1)), by);
    expect(await whyOf(open, 1)).toBe('OPEN');
    const plain = await openList(null, [{ playerId: fresh('player') }], by);
    resultAs(await by.closeList({ listId: plain }), 'ListReceipt');
    expect(await whyOf(plain, 1)).toBe('NOT_RANKED');
  });

  it('refuses an unknown payout, and more participants than a ranking may have', async () => {
    const listId = await rankedList(somebody(1));
    const input = { payout: 'arena', key: fresh('week'), participants: 1, listId };
    for (const [over, field] of [
      [{ payout: 'no_such_payout' }, 'payout'],
      [{ participants: 10_001 }, 'participants'],
    ] as const)
      expect(faultOf(await asServer().createRanking({ ...input, ...over }))).toMatchObject({
        code: 'BAD_USER_INPUT',
        field,
      });
  });

  it('names the lines of rows that have a rank and say what they give', async () => {
    const listId = await openList(null, [], asServer());
    const rows = [{ playerId: 'p-1', rank: 1, gives: [{ resource: 'lumees', amount: 1 }] }];
    const answer = await asServer().uploadListChunk({ listId, chunk: 1, rows });
    expect(faultOf(answer)).toMatchObject({ code: 'BAD_USER_INPUT', field: 'rows' });
    expect(answer.errors?.[0]?.message).toContain('line 1 has a rank');
  });
});

describe('a game server', () => {
  it('sees and uses neither lists nor rankings of another one, and asks no query over players', async () => {
    const other = asServer('other-1');
    const players = somebody(1);
    const listId = await rankedList(players);
    const input = { payout: 'arena', key: fresh('week'), participants: 1, listId };
    expect(rejectionOf(await other.createRanking(input), 'UnknownRecord').record).toBe('list');
    const open = await openList(null, [], asServer());
    const chunk = { listId: open, chunk: 1, rows: rankedRows(players) };
    expect(rejectionOf(await other.uploadListChunk(chunk), 'UnknownRecord').id).toBe(open);
    const { id } = await newRanking(somebody(1));
    await rankingIn(id, 'PUBLISHED');
    expect(resultOf(await other.ranking({ id }))).toBeNull();
    expect(rejectionOf(await other.cancelRanking({ rankingId: id }), 'UnknownRecord').record).toBe('ranking');
    const query = await other.createList({
      name: fresh('list').replaceAll('-', '_'),
      query: { levelAtLeast: 1 },
    });
    expect(faultOf(query)).toMatchObject({ code: 'FORBIDDEN' });
  });

  it('makes one ranking of a key, also where the request is repeated or sent at once', async () => {
    const players = somebody(4);
    const listId = await rankedList(players);
    const input = { payout: 'arena', key: fresh('week'), participants: 4, listId };
    const key = freshKey();
    const answers = await Promise.all([
      ...Array.from({ length: 4 }, () => asServer().createRanking(input, { key })),
      ...Array.from({ length: 4 }, () => asServer().createRanking(input)),
    ]);
    const made = answers.filter(({ result }) => result?.__typename === 'RankingReceipt');
    expect([1, 4]).toContain(made.length);
    const { id } = resultAs(made[0] as (typeof made)[number], 'RankingReceipt').ranking;
    await rankingIn(id, 'PUBLISHED');
    expect(rejectionOf(await asServer().createRanking(input), 'NameTaken').id).toBe(id);
    expect(await Promise.all(players.map(lumeesOf))).toEqual([1000, 500, 500, 250]);
  });
});

describe('a place that is rejected', () => {
  it('is named, keeps the ranking from being published, and is paid by a retry once it is settled', async () => {
    const [first = '', second = '', third = ''] = somebody(3);
    const key = fresh('week');
    // Somebody has reported the third player as the first.
    const wrong = { payout: 'arena', key, participants: 3, from: 1, ranks: placed([third]) };
    const [paid] = resultAs(await asServer().payoutRanking(wrong), 'PayoutRankingReceipt').items;
    const { id } = await newRanking([first, second, third], { key });
    const unsettled = await rankingIn(id, 'UNSETTLED');
    expect(unsettled).toMatchObject({ paid: 1, refused: [{ why: 'already_claimed', places: 2 }] });
    const staffId = await addStaffMember(fresh('admin'), { role: 'admin' });
    const staff = asStaff(staffId);
    const { edges } = resultOf(await staff.rankingRefusals({ rankingId: id }));
    expect(edges.map(({ node }) => node)).toEqual([
      { position: 1, playerId: first, why: 'already_claimed' },
      { position: 3, playerId: third, why: 'already_claimed' },
    ]);
    expect(await auditEvents(staffId)).toMatchObject([{ action: 'rankingRefusals', outcome: 'listed' }]);
    for (const reader of [asPlayer(second), asServer(), staff])
      expect(await resultFor(key, reader)).toEqual([]);

    // Nothing was settled: the retry changes nothing.
    resultAs(await asServer().retryRanking({ rankingId: id }), 'RankingReceipt');
    expect(await rankingIn(id, 'UNSETTLED')).toMatchObject({ paid: 1 });
    const claimId = paid?.result.__typename === 'Receipt' ? paid.result.claim.id : '';
    const reversal = { playerId: third, claimId, reopen: true, reason: 'a wrong report' };
    resultAs(await staff.reverseClaim(reversal), 'Receipt');
    resultAs(await staff.retryRanking({ rankingId: id }), 'RankingReceipt');
    expect(await rankingIn(id, 'PUBLISHED', 'UNSETTLED')).toMatchObject({
      state: 'PUBLISHED',
      paid: 3,
      refused: [],
    });
    expect(await Promise.all([first, second, third].map(lumeesOf))).toEqual([1000, 500, 500]);
    expect((await resultFor(key)).map(({ playerId }) => playerId)).toEqual([first, second, third]);
  });

  it('is none where the same place was paid before by payoutRanking', async () => {
    const players = somebody(3);
    const key = fresh('week');
    const part = { payout: 'arena', key, participants: 3, from: 1, ranks: placed(players.slice(0, 2)) };
    resultAs(await asServer().payoutRanking(part), 'PayoutRankingReceipt');
    const { id } = await newRanking(players, { key });
    expect(await rankingIn(id, 'PUBLISHED', 'UNSETTLED')).toMatchObject({ state: 'PUBLISHED', paid: 3 });
    expect(await Promise.all(players.map(lumeesOf))).toEqual([1000, 500, 500]);
    expect((await resultFor(key)).map(({ gives }) => gives.at(-1)?.amount)).toEqual([1000, 500, 500]);
  });

  it('is not published after a cancellation, which frees the key of the ranking and is refused twice', async () => {
    const [first = '', second = ''] = somebody(2);
    const key = fresh('week');
    const wrong = { payout: 'arena', key, participants: 2, from: 1, ranks: placed([second]) };
    resultAs(await asServer().payoutRanking(wrong), 'PayoutRankingReceipt');
    const { id } = await newRanking([first, second], { key });
    await rankingIn(id, 'UNSETTLED');
    const by = await economist();
    resultAs(await by.cancelRanking({ rankingId: id }), 'RankingReceipt');
    for (const again of [by.cancelRanking({ rankingId: id }), by.retryRanking({ rankingId: id })])
      expect(rejectionOf(await again, 'RankingRefused')).toMatchObject({ rankingId: id, why: 'CANCELLED' });
    const corrected = await newRanking([second, first], { key });
    await rankingIn(corrected.id, 'PUBLISHED');
    expect((await resultFor(key)).map(({ playerId }) => playerId)).toEqual([second, first]);
    expect(await Promise.all([first, second].map(lumeesOf))).toEqual([500, 1000]);
  });
});

describe('a ranking that dies', () => {
  it('is continued by the schedule, and pays each place once', async () => {
    const players = somebody(230);
    const listId = await rankedList(players);
    const input = { payout: 'arena', key: fresh('week'), participants: 230, listId };
    // The answers to the first call with the last place get lost until the service gives up.
    const broken = await breakRequests({ match: players[229] as string, kind: 'drop_after_commit' });
    const { id } = resultAs(await asServer().createRanking(input), 'RankingReceipt').ranking;
    await rankingIn(id, 'PUBLISHED', 'PAYING');
    await broken.lift();
    // As if the driver had died an hour ago, after a part of the places.
    await rankingIn(id, 'PUBLISHED');
    await owner`DELETE FROM onceward.ranking_rows WHERE ranking = ${id} AND line > 100`;
    await owner`
      UPDATE onceward.rankings SET state = 'paying', line = 100, ended_at = NULL, stepped_at = now() - interval '1 hour'
       WHERE no = ${id}`;
    expect(await resultFor(input.key)).toEqual([]);
    const before = await Promise.all(players.map(ledgerState));
    await currentWorker().scheduled(createScheduledController(), env as unknown as Env);
    expect(await rankingIn(id, 'PUBLISHED')).toMatchObject({ paid: 230, refused: [] });
    expect(await Promise.all(players.map(ledgerState))).toEqual(before);
    const total = (await Promise.all(players.map(lumeesOf))).reduce((sum, amount) => sum + amount, 0);
    expect(total).toBe(1000 + 500 + 500 + 7 * 250);
  });

  it('does not keep the schedule busy where no place is left', async () => {
    const { id } = await newRanking(somebody(1));
    await rankingIn(id, 'PUBLISHED');
    await owner`
      UPDATE onceward.rankings SET state = 'paying', ended_at = NULL, stepped_at = now() - interval '1 hour'
       WHERE no = ${id}`;
    await currentWorker().scheduled(createScheduledController(), env as unknown as Env);
    await owner`UPDATE onceward.rankings SET state = 'cancelled' WHERE no = ${id}`;
  }, 30_000);
});
