/** Undos, and the players who differ after one. */
import { and, eq, sql } from 'drizzle-orm';
import type { Actor } from '../domain/actor.ts';
import type { Database, Reads } from './database.ts';
import { decodeCursor, encodeCursor, type PageOrder, type PageRequest, pageOf } from './page.ts';
import { type AuditedList, type Authorised, readAs, readListAs } from './read-authority.ts';
import { idOf } from './read-names.ts';
import { undoPlayers as p, undos } from './undo-tables.ts';

/** As `undo_json` shows it (drizzle/kernel/46_undo.sql). The caller names its shape. */
export function readUndo<Shape>(database: Database, actor: Actor, id: number): Promise<Authorised<Shape>> {
  return readAs(
    database,
    actor,
    (reads) =>
      reads
        .select({ undo: sql<unknown>`onceward.undo_json(${undos.no})` })
        .from(undos)
        .where(eq(undos.no, id)),
    ({ undo }) => undo as Shape,
    'ledger:search',
  );
}

export interface UndoPlayer {
  readonly player: number;
  readonly playerId: string;
  readonly forecast: string[] | null;
  readonly differs: string[] | null;
}

const PLAYERS: PageOrder = { list: 'undo-players', direction: 'ascending', width: 1 };

export const undoPlayerCursor = ({ player }: UndoPlayer) => encodeCursor(PLAYERS.list, [player]);
export const isUndoPlayerCursor = (cursor: string) => decodeCursor(PLAYERS, cursor) !== null;

interface PlayersRequest {
  readonly undoId: number;
  readonly page: PageRequest;
}

export function readUndoPlayers(
  database: Database,
  actor: Actor,
  list: AuditedList,
  request: PlayersRequest,
): Promise<Authorised<UndoPlayer>> {
  return readListAs(
    database,
    actor,
    list,
    (reads) => [undoPlayersStatement(reads, request)] as const,
    ([rows]) => [...rows],
  );
}

function undoPlayersStatement(reads: Reads, { undoId, page }: PlayersRequest) {
  const { within, orderBy } = pageOf(PLAYERS, [p.player], page);
  return reads
    .select({ player: p.player, playerId: idOf(p.player), forecast: p.forecast, differs: p.differs })
    .from(p)
    .where(and(eq(p.undo, undoId), ...within))
    .orderBy(...orderBy)
    .limit(page.limit);
}
