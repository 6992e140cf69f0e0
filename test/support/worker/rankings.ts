/** Rankings that are uploaded as a list. The service pays them after its answers, as in production. */
import { named } from './campaigns.ts';
import { asServer, type Client, resultAs, resultOf } from './client.ts';
import { owner } from './ledger-state.ts';
import type { ListRowInput, Ranking, RankingState } from './schema-types.ts';
import { fresh } from './service.ts';

const CHUNK = 1_000;

/** Ranks that are not given are positions. */
export function rankedRows(players: readonly string[], ranks: readonly number[] = []): ListRowInput[] {
  return players.map((playerId, index) => ({ playerId, rank: ranks[index] ?? index + 1 }));
}

export async function rankedList(players: readonly string[], ranks?: readonly number[], by = asServer()) {
  const { list } = resultAs(await by.createList({ name: named('ranks') }), 'ListReceipt');
  const rows = rankedRows(players, ranks);
  for (let from = 0; from < rows.length; from += CHUNK) {
    const chunk = { listId: list.id, chunk: from / CHUNK + 1, rows: rows.slice(from, from + CHUNK) };
    resultAs(await by.uploadListChunk(chunk), 'ListReceipt');
  }
  resultAs(await by.closeList({ listId: list.id }), 'ListReceipt');
  return list.id;
}

export interface RankingTerms {
  readonly key?: string;
  readonly ranks?: readonly number[];
  readonly by?: Client;
}

export async function newRanking(
  players: readonly string[],
  { key = fresh('week'), ranks, by = asServer() }: RankingTerms = {},
): Promise<Ranking> {
  const listId = await rankedList(players, ranks, by);
  const input = { payout: 'arena', key, participants: players.length, listId };
  return resultAs(await by.createRanking(input), 'RankingReceipt').ranking;
}

/** The ranking as soon as it is in one of these states. */
export async function rankingIn(id: number, ...states: RankingState[]): Promise<Ranking> {
  for (;;) {
    const found = resultOf(await asServer().ranking({ id }));
    if (found && states.includes(found.state)) return found;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** A ranking of one player, in a state that its own history would bring it into. */
export async function rankingThatIs(state: string): Promise<number> {
  const { id } = await newRanking([fresh('player')]);
  await rankingIn(id, 'PUBLISHED');
  // As if it had stopped before its only place: a retry pays it.
  await owner`DELETE FROM onceward.ranking_rows WHERE ranking = ${id}`;
  await owner`
    UPDATE onceward.rankings SET state = ${state}, line = 0, paid = 0, ended_at = NULL WHERE no = ${id}`;
  return id;
}
