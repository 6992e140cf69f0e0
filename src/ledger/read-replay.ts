/** Pages of stored claims for a replay under another config, for staff (drizzle/kernel/16_replay.sql). */
import { sql } from 'drizzle-orm';
import type { Actor } from '../domain/actor.ts';
import type { ReplayRows } from '../domain/replay-rows.ts';
import { type Database, queryDatabase, type Reads } from './database.ts';
import { decodeCursor, encodeCursor, type PageOrder } from './page.ts';
import { type AuditedList, type Authorised, auditStatement } from './read-authority.ts';
import { isoTime } from './read-record.ts';

/**
 * The most claims of a page. More than of any other list: a replay reads a million, no person looks at them, and a row names no player.
 */
export const REPLAY_PAGE = 1_000;

/** The audited replay in four parts of 32 bits, a player's number, and that of their claim. */
const REPLAY: PageOrder = { list: 'replay', direction: 'ascending', width: 6 };
const MAX_INTEGER = 2 ** 31 - 1;

/** Where a page goes on: the replay that the audit has, and the last claim before. */
export interface ReplayPosition {
  /** A UUID. */
  readonly replay: string;
  readonly player: number;
  readonly number: number;
}

export interface ReplayPage extends ReplayRows {
  /** The end of the window (ISO 8601): claims from then on are not read. */
  readonly until: string;
  /** How much of all players is behind: from 0 to 1. */
  readonly progress: number;
  /** Null: it is the last page. */
  readonly next: string | null;
}

/** Null: not a cursor of a replay. */
export function replayPosition(cursor: string): ReplayPosition | null {
  const [a = 0, b = 0, c = 0, d = 0, player = 0, number = 0] = decodeCursor(REPLAY, cursor) ?? [-1];
  const parts = [a, b, c, d];
  if (parts.some((part) => part < 0 || part >= 2 ** 32) || number > MAX_INTEGER) return null;
  const hex = parts.map((part) => part.toString(16).padStart(8, '0')).join('');
  return { replay: hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5'), player, number };
}

function cursorOf(replay: string, [player, number]: readonly [number, number]): string {
  const hex = replay.replaceAll('-', '');
  const parts = [0, 8, 16, 24].map((from) => Number.parseInt(hex.slice(from, from + 8), 16));
  return encodeCursor(REPLAY.list, [...parts, player, number]);
}

interface ReplayRequest {
  /** Null: a replay begins, and is audited. */
  readonly after: ReplayPosition | null;
  readonly first: number;
}

/** One row, which is the page; none: the audit has no such replay of this staff member. */
export async function readReplay(
  { reads }: Database,
  actor: Actor,
  list: AuditedList,
  { after, first }: ReplayRequest,
): Promise<Authorised<ReplayPage>> {
  if (actor.kind !== 'staff') return { kind: 'forbidden' };
  const position = after ?? { replay: list.correlationId, player: 0, number: 0 };
  const page = pageStatement(reads, actor.id, list, position, first);
  const answers: readonly { readonly answer: unknown }[][] = await queryDatabase(async () =>
    after === null
      ? await reads.batch([auditStatement(reads, actor.id, list), page])
      : await reads.batch([page]),
  );
  const found = answers.map(([row]) => row?.answer);
  if (found[0] === 'forbidden' || found[0] === 'too_often') return { kind: found[0] };
  const answer = found.at(-1) as KernelReplayPage;
  if (answer.kind === 'page') return { kind: 'read', rows: [pageOf(answer, position.replay)] };
  return answer.kind === 'unknown' ? { kind: 'read', rows: [] } : { kind: answer.kind };
}

type KernelReplayPage =
  | { readonly kind: 'forbidden' | 'too_often' | 'unknown' }
  | {
      readonly kind: 'page';
      readonly until: number;
      readonly page: ReplayRows & {
        readonly next: readonly [number, number] | null;
        readonly looked_at: number;
      };
    };

function pageStatement(
  reads: Reads,
  staffId: string,
  { needs }: AuditedList,
  { replay, player, number }: ReplayPosition,
  first: number,
) {
  const answer = sql<KernelReplayPage>`onceward.replay_page(${staffId}, ${needs}, ${replay}::uuid, ${player}::bigint,
    ${number}::integer, ${first}::integer)`;
  return reads.select({ answer }).from(sql`(SELECT) AS one`);
}

function pageOf({ until, page }: Extract<KernelReplayPage, { kind: 'page' }>, replay: string): ReplayPage {
  const { claims, names, next, looked_at: progress } = page;
  return { claims, names, until: isoTime(until), progress, next: next && cursorOf(replay, next) };
}
