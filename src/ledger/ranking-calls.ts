/** The calls in which an uploaded ranking is paid (drizzle/kernel/49_rankings.sql). */
import type { Operation } from '../domain/operation.ts';
import type { PaidRanking, RankedRow } from '../domain/rankings.ts';
import type { Database } from './database.ts';
import { encodeOperation } from './encode-operation.ts';
import { CONTRACT_VERSION } from './kernel-contract.ts';
import { askLedger, decodeRowsAnswer, type KernelRowsAnswer, type RowsAnswer } from './rows-answer.ts';

export type RankingState = 'paying' | 'unsettled' | 'published' | 'cancelled';

export interface RankingStep extends Omit<PaidRanking, 'id'> {
  /** `alone`: it was busy, and is sent by itself. */
  readonly rows: readonly (RankedRow & { readonly alone: boolean })[];
}

/** Null: nothing is to be paid. */
export function readRankingStep(
  database: Database,
  rankingId: number,
  rows: number,
): Promise<RankingStep | null> {
  const statement = 'SELECT onceward.ranking_step($1::bigint, $2::integer) AS answer';
  return askLedger(database, statement, [rankingId, rows]);
}

interface PlacesCall {
  readonly rankingId: number;
  /** Ascending. */
  readonly lines: readonly number[];
  /** One for each line. */
  readonly operations: readonly Operation[];
  readonly held: readonly string[];
}

export async function sendPlaces(
  database: Database,
  { rankingId, lines, operations, held }: PlacesCall,
): Promise<RowsAnswer<RankingState>> {
  const statement =
    'SELECT onceward.commit_places($1, $2::bigint, $3::integer[], $4::jsonb, $5::text[]) AS answer';
  const encoded = JSON.stringify(operations.map(encodeOperation));
  const sent = [CONTRACT_VERSION, rankingId, lines, encoded, held];
  return decodeRowsAnswer(await askLedger<KernelRowsAnswer<RankingState>>(database, statement, sent));
}

/** It says why in the ranking. */
export async function stopRanking(database: Database, rankingId: number, why: string): Promise<void> {
  await askLedger(database, 'SELECT onceward.stop_ranking($1::bigint, $2) AS answer', [rankingId, why]);
}

/** The rankings in which nothing has happened for so long. */
export function stalledRankings(database: Database, stalledSeconds: number): Promise<number[]> {
  const statement = 'SELECT to_json(onceward.stalled_rankings(make_interval(secs => $1))) AS answer';
  return askLedger(database, statement, [stalledSeconds]);
}
