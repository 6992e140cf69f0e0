/** Rankings: each position once in the game, each player once per ranking, whatever is reported. */
import { beforeEach, expect, it } from 'vitest';
import { changedExample, publish } from '../support/worker/balance.ts';
import { asServer, type MutationInput, resultAs, resultOf } from '../support/worker/client.ts';
import { ledgerFaults, ledgerState } from '../support/worker/ledger-state.ts';
import { breakRequests } from '../support/worker/neon-control.ts';
import { rankedList, rankingIn } from '../support/worker/rankings.ts';
import { fresh, freshKey } from '../support/worker/service.ts';
import { atOnce } from '../support/worker/waves.ts';

beforeEach(() => publish(changedExample(() => {})));

type Input = MutationInput<'payoutRanking'>;

const rankingOf = (key: string, players: readonly string[]): Input => ({
  payout: 'arena',
  key,
  participants: players.length,
  ranks: players.map((playerId, index) => ({ playerId, rank: index + 1 })),
});
const lumeesOf = async (playerId: string) => (await ledgerState(playerId)).balances.lumees ?? 0;
const claimsOf = async (playerId: string) => (await ledgerState(playerId)).granted;

it('E12 pays sixteen different rankings of one tournament for eight players as one, each position and player once', async () => {
  const players = Array.from({ length: 8 }, () => fresh('player'));
  const key = fresh('tournament');
  // Each report ranks the players in another order.
  const reports = Array.from({ length: 16 }, (_, index) => {
    const from = index % players.length;
    const turned = [...players.slice(from), ...players.slice(0, from)];
    return rankingOf(key, index < 8 ? turned : turned.toReversed());
  });
  const answers = await atOnce(16, (index) =>
    asServer(`arena-${index}`).payoutRanking(reports[index] as Input),
  );
  const receipts = answers.map((answer) => resultAs(answer, 'PayoutRankingReceipt'));
  expect(receipts.reduce((sum, { failed }) => sum + failed, 0)).toBe(0);
  const granted = receipts.flatMap(({ items }) =>
    items.filter(({ result }) => result.__typename === 'Receipt'),
  );
  // Positions and players are taken by the first that comes: no more of one than of the other.
  expect(new Set(granted.map(({ position }) => position)).size).toBe(granted.length);
  expect(new Set(granted.map(({ playerId }) => playerId)).size).toBe(granted.length);
  for (const playerId of players) {
    expect(await claimsOf(playerId)).toBeLessThanOrEqual(1);
    expect(await ledgerFaults(playerId)).toEqual([]);
  }
  const paid = (await Promise.all(players.map(lumeesOf))).reduce((sum, amount) => sum + amount, 0);
  expect(paid).toBeLessThanOrEqual(1000 + 500 + 500 + 5 * 250);
});

it('E12 completes a ranking of which a part was lost, and pays nothing twice', async () => {
  const players = Array.from({ length: 150 }, () => fresh('player'));
  const [key, input] = [freshKey(), rankingOf(fresh('tournament'), players)];
  await breakRequests({ match: players[120] as string, kind: 'drop_before' });
  const first = resultAs(await asServer().payoutRanking(input, { key }), 'PayoutRankingReceipt');
  expect(first).toMatchObject({ granted: 100, failed: 50 });
  const second = resultAs(await asServer().payoutRanking(input, { key }), 'PayoutRankingReceipt');
  expect(second).toMatchObject({ granted: 150, failed: 0, replayed: true });
  const paid = await Promise.all(players.map(lumeesOf));
  expect(paid.reduce((sum, amount) => sum + amount, 0)).toBe(1000 + 500 + 500 + 7 * 250);
  expect(await Promise.all(players.map(claimsOf))).toEqual(players.map(() => 1));
});

it('E12 publishes an uploaded ranking as one result when every place was accepted, whatever is lost meanwhile', async () => {
  const players = Array.from({ length: 1_150 }, () => fresh('player'));
  const key = fresh('season');
  const listId = await rankedList(players);
  const broken = await Promise.all(
    (['drop_before', 'drop_after_commit', 'reset_mid_body', 'error'] as const).map((kind, index) =>
      breakRequests({ match: players[(index + 1) * 230] as string, kind }),
    ),
  );
  const input = { payout: 'arena', key, participants: players.length, listId };
  const { id } = resultAs(await asServer().createRanking(input), 'RankingReceipt').ranking;
  const pageAfter = async (after: string | null) =>
    resultOf(await asServer().rankingResult({ payout: 'arena', key, first: 100, after }));
  for (let { state } = await rankingIn(id, 'PAYING', 'PUBLISHED'); state === 'PAYING'; ) {
    const { edges } = await pageAfter(null);
    ({ state } = await rankingIn(id, 'PAYING', 'PUBLISHED'));
    if (state === 'PAYING') expect(edges).toEqual([]);
  }
  await Promise.all(broken.map(({ taken }) => taken()));
  expect(await rankingIn(id, 'PUBLISHED')).toMatchObject({ paid: 1_150, refused: [] });
  const shown: (string | null)[] = [];
  for (let after: string | null = null, more = true; more; ) {
    const { edges, pageInfo } = await pageAfter(after);
    shown.push(...edges.map(({ node }) => node.playerId));
    after = pageInfo.endCursor ?? null;
    more = pageInfo.hasNextPage;
  }
  expect(shown).toEqual(players);
  expect(await Promise.all(players.slice(0, 12).map(lumeesOf))).toEqual([
    ...[1000, 500, 500],
    ...Array.from({ length: 7 }, () => 250),
    ...[0, 0],
  ]);
  expect(await Promise.all(players.slice(0, 12).map(claimsOf))).toEqual(players.slice(0, 12).map(() => 1));
});
