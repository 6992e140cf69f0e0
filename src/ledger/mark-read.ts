/** Marks pending rewards of a player as read: one request to Neon. It is no claim, and repeating it changes nothing. */
import { parseClaimId } from '../domain/claim-id.ts';
import type { ClaimId } from '../domain/values.ts';
import { type Database, queryDatabase } from './database.ts';

/** `ids`: null: all that are pending. Returns how many were unread. */
export async function markPendingRead(
  { sql: neon }: Database,
  playerId: string,
  ids: readonly ClaimId[] | null,
): Promise<number> {
  const named = ids?.flatMap((id) => parseClaimId(id) ?? []) ?? null;
  const parameters = [
    playerId,
    named?.map(({ handle }) => handle) ?? null,
    named?.map(({ number }) => number) ?? null,
  ];
  const statement = 'SELECT onceward.mark_read($1::text, $2::text[], $3::integer[]) AS marked';
  const rows = await queryDatabase(() => neon.query(statement, parameters));
  return Number((rows as { marked: unknown }[])[0]?.marked ?? 0);
}
