/** Marks pending rewards of a player as read: one request to Neon. It is no claim, and repeating it changes nothing. */
import type { Actor } from '../domain/actor.ts';
import { parseClaimId } from '../domain/claim-id.ts';
import type { ForbiddenReason } from '../domain/outcome.ts';
import type { ClaimId } from '../domain/values.ts';
import { type Database, queryDatabase } from './database.ts';

/** `ids`: null: all that are pending. Returns how many were unread; or why the game server may not do it. */
export async function markPendingRead(
  { sql: neon }: Database,
  actor: Actor,
  { playerId, ids }: { readonly playerId: string; readonly ids: readonly ClaimId[] | null },
): Promise<number | ForbiddenReason> {
  const named = ids?.flatMap((id) => parseClaimId(id) ?? []) ?? null;
  const parameters = [
    playerId,
    named?.map(({ handle }) => handle) ?? null,
    named?.map(({ number }) => number) ?? null,
    ...(actor.kind === 'server' ? [actor.id, actor.token?.keyId ?? null, actor.operation ?? null] : []),
  ];
  const statement = actor.kind === 'server' ? OF_SERVER : OF_PLAYER;
  const [row] = (await queryDatabase(() => neon.query(statement, parameters))) as Marked[];
  return row?.why ?? Number(row?.marked ?? 0);
}

interface Marked {
  readonly marked: unknown;
  readonly why?: ForbiddenReason | null;
}

const MARK = 'onceward.mark_read($1::text, $2::text[], $3::integer[])';
const OF_PLAYER = `SELECT ${MARK} AS marked`;
const OF_SERVER = `SELECT a.why, CASE WHEN a.why IS NULL THEN ${MARK} END AS marked
  FROM (SELECT onceward.why_not_read($4::text, $5::text, $6::text) AS why OFFSET 0) AS a`;
