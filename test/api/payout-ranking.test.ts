import { beforeEach, describe, expect, it } from 'vitest';
import { changedExample, publish } from '../support/worker/balance.ts';
import { asServer, faultOf, type MutationInput, rejectionOf, resultAs } from '../support/worker/client.ts';
import { ledgerFaults, ledgerState } from '../support/worker/ledger-state.ts';
import { seasonedPlayer } from '../support/worker/scenes.ts';
import type { PayoutRankingReceipt } from '../support/worker/schema-types.ts';
import { fresh, freshKey } from '../support/worker/service.ts';
import { writingNothing } from '../support/worker/stillness.ts';
import { atOnce } from '../support/worker/waves.ts';

beforeEach(() => publish(changedExample(() => {})));

type Input = MutationInput<'payoutRanking'>;

const rankingOf = (players: readonly string[], over: Partial<Input> = {}): Input => ({
  payout: 'arena',
  key: fresh('week'),
  participants: players.length,
  ranks: players.map((playerId, index) => ({ playerId, rank: index + 1 })),
  ...over,
});
const pay = async (input: Input, key = freshKey()): Promise<PayoutRankingReceipt> =>
  resultAs(await asServer().payoutRanking(input, { key }), 'PayoutRankingReceipt');
const typesOf = ({ items }: PayoutRankingReceipt) => items.map(({ result }) => result.__typename);
const lumeesOf = async (playerId: string) => (await ledgerState(playerId)).balances.lumees ?? 0;

describe('a ranking', () => {
  it('is paid by the rank table, creates unknown players, and records ranks that get nothing', async () => {
    const players = Array.from({ length: 12 }, () => fresh('player'));
    const receipt = await pay(rankingOf(players));
    expect(receipt).toMatchObject({ granted: 12, rejected: 0, failed: 0 });
    expect(receipt.items.map(({ position, rank }) => [position, rank])).toEqual(
      players.map((_, index) => [index + 1, index + 1]),
    );
    expect(await Promise.all(players.map(lumeesOf))).toEqual([
      1000,
      ...[500, 500],
      ...Array.from({ length: 7 }, () => 250),
      ...[0, 0],
    ]);
    expect(await ledgerState(players[11] as string)).toMatchObject({ granted: 1, version: 1 });
    for (const playerId of players) expect(await ledgerFaults(playerId)).toEqual([]);
  });

  it('gives tied players what their rank gets, or parts of what their positions get', async () => {
    const tied = () =>
      rankingOf([], {
        participants: 3,
        ranks: [1, 1, 3].map((rank) => ({ playerId: fresh('player'), rank })),
      });
    const same = await pay(tied());
    await publish(changedExample(({ payouts }) => Object.assign(payouts.arena, { ties: 'share' })));
    const shared = await pay(tied());
    const given = ({ items }: PayoutRankingReceipt) =>
      Promise.all(items.map((item) => lumeesOf(item.playerId)));
    expect(await given(same)).toEqual([1000, 1000, 500]);
    expect(await given(shared)).toEqual([750, 750, 500]);
    await publish(changedExample(({ payouts }) => Object.assign(payouts.arena, { ties: 'refuse' })));
    const refused = tied();
    const answer = await asServer().payoutRanking(refused);
    expect(faultOf(answer)).toMatchObject({ code: 'BAD_USER_INPUT', field: 'ranks[0].rank' });
    expect(await given(same)).toEqual([1000, 1000, 500]);
    for (const { playerId } of refused.ranks)
      expect(await ledgerState(playerId)).toMatchObject({ version: null });
  });

  it('pays no position and no player a second time, whatever ranking is reported under its key', async () => {
    const players = await atOnce(4, seasonedPlayer);
    const input = rankingOf(players);
    await pay(input);
    const reversed = { ...input, ranks: rankingOf(players.toReversed()).ranks };
    expect(typesOf(await pay(reversed))).toEqual(players.map(() => 'AlreadyClaimed'));
    // Other players, at positions that are taken.
    const others = Array.from({ length: 4 }, () => fresh('player'));
    const taken = await pay({ ...input, ranks: rankingOf(others).ranks });
    expect(typesOf(taken)).toEqual(others.map(() => 'AlreadyClaimed'));
    // A player of the ranking, at a position that is free.
    const beyond = {
      ...input,
      participants: 5,
      from: 5,
      ranks: [{ playerId: players[0] as string, rank: 5 }],
    };
    expect(typesOf(await pay(beyond))).toEqual(['AlreadyClaimed']);
    expect(await Promise.all(players.map(lumeesOf))).toEqual([1000, 500, 500, 250]);
    for (const playerId of others) expect(await lumeesOf(playerId)).toBe(0);
  });

  it('may be sent in parts', async () => {
    const players = Array.from({ length: 7 }, () => fresh('player'));
    const { key, ranks } = rankingOf(players);
    const part = (from: number, until: number) =>
      rankingOf([], { key, participants: 7, from, ranks: ranks.slice(from - 1, until) });
    expect(await pay(part(4, 7))).toMatchObject({ granted: 4 });
    expect(await pay(part(1, 4))).toMatchObject({ granted: 3, rejected: 1 });
    expect(await Promise.all(players.map(lumeesOf))).toEqual([1000, 500, 500, 250, 250, 250, 250]);
  });
});

describe('the key of a call', () => {
  it('with another ranking is reused, and nothing moves', async () => {
    const players = await atOnce(2, seasonedPlayer);
    const [key, input] = [freshKey(), rankingOf(players)];
    await pay(input, key);
    const other = { ...input, ranks: rankingOf(players.toReversed()).ranks };
    const answer = await writingNothing(players[0] as string, () => asServer().payoutRanking(other, { key }));
    expect(rejectionOf(answer, 'IdempotencyKeyReused')).toMatchObject({ fields: ['ranks'] });
  });

  it('stays free where the ranking is refused', async () => {
    const playerId = await seasonedPlayer();
    const key = freshKey();
    const one = { playerId, rank: 1 };
    const cases: [Partial<Input>, string][] = [
      [{ participants: 2 }, 'participants'],
      [{ participants: 1, ranks: [one, { playerId: fresh('player'), rank: 2 }] }, 'participants'],
      [{ participants: 2, ranks: [one, { playerId, rank: 2 }] }, 'ranks[1].playerId'],
      [{ ranks: [{ playerId, rank: 2 }] }, 'ranks[0].rank'],
      [{ payout: 'no_such_payout' }, 'payout'],
      [{ participants: 10_001 }, 'participants'],
    ];
    for (const [over, field] of cases) {
      const input = { ...rankingOf([playerId]), ...over };
      const answer = await writingNothing(playerId, () => asServer().payoutRanking(input, { key }));
      expect(faultOf(answer)).toMatchObject({ code: 'BAD_USER_INPUT', field });
    }
    expect(await pay(rankingOf([playerId]), key)).toMatchObject({ granted: 1 });
  });
});
