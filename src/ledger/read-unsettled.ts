/**
 * A page of the rewards that were announced and not yet claimed, oldest first. An announcement's ID begins with its time
 * (UUID version 7), so it is the order, the cursor, and the bound of a time: an index holds them together with the player
 * or the claim type, and what was settled long ago costs nothing.
 */
import type { Actor } from '../domain/actor.ts';
import { PATTERNS } from '../domain/values.ts';
import type { Database } from './database.ts';
import { cursorPosition, encodeCursor, type PageRequest } from './page.ts';
import { type Authorised, readAs } from './read-authority.ts';
import { join, type Sql, sql } from './sql.ts';

export interface UnsettledFilter {
  readonly playerId: string | null;
  readonly type: string | null;
  /** Announced before this moment. */
  readonly before: Date | null;
}

export interface UnsettledClaim {
  readonly playerId: string;
  readonly type: string;
  readonly key: string;
  readonly announcedAt: string;
  readonly announcementId: string;
  readonly configVersion: number;
  readonly gives: readonly { readonly resource: string; readonly amount: number }[];
}

const UNSETTLED = 'unsettled';

export function unsettledCursor({ announcementId }: UnsettledClaim): string {
  return encodeCursor(UNSETTLED, [announcementId]);
}

export function isUnsettledCursor(cursor: string): boolean {
  return PATTERNS.claimId.expression.test(cursorPosition(UNSETTLED, cursor) ?? '');
}

/** Cursors must have been checked with `isUnsettledCursor`. */
export function readUnsettled(
  database: Database,
  actor: Actor,
  { filter, page }: { filter: UnsettledFilter; page: PageRequest },
): Promise<Authorised<UnsettledClaim>> {
  const direction = page.inverted ? sql`DESC` : sql`ASC`;
  return readAs<UnsettledClaim>(
    database,
    actor,
    sql`SELECT jsonb_build_object(
          'playerId', o.player_id, 'type', o.claim_type, 'key', o.claim_key,
          'announcedAt', onceward.iso_utc(o.announced_at), 'announcementId', o.announced_by,
          'configVersion', o.plan->'configVersion', 'gives', (
            SELECT coalesce(jsonb_agg(jsonb_build_object('resource', p->'resource', 'amount', p->'delta') ORDER BY place), '[]')
              FROM jsonb_array_elements(o.plan->'postings') WITH ORDINALITY AS posting(p, place))) AS row
        FROM onceward.owed_claims o WHERE ${join(conditions(filter, page), ' AND ')}
        ORDER BY o.announced_by ${direction} LIMIT ${page.limit}`,
  );
}

function conditions({ playerId, type, before }: UnsettledFilter, page: PageRequest): Sql[] {
  const id = (cursor: string) => sql`${cursorPosition(UNSETTLED, cursor) ?? ''}::uuid`;
  const all = [sql`true`];
  if (playerId !== null) all.push(sql`o.player_id = ${playerId}`);
  if (type !== null) all.push(sql`o.claim_type = ${type}`);
  if (page.after) all.push(sql`o.announced_by > ${id(page.after)}`);
  if (page.before) all.push(sql`o.announced_by < ${id(page.before)}`);
  if (before !== null) {
    all.push(sql`o.announced_at < ${before.toISOString()}::timestamptz`);
    // Where to stop looking: the ID is made a little after the moment that is recorded, within the same call.
    all.push(sql`o.announced_by < ${firstIdAt(before.getTime() + LONGEST_CALL_MS)}::uuid`);
  }
  return all;
}

/** Longer than the role's statement_timeout. */
const LONGEST_CALL_MS = 60_000;

/** The lowest UUID of version 7 at a time; times before 1970 have none below it. */
function firstIdAt(timeMs: number): string {
  const digits = Math.max(0, timeMs).toString(16).padStart(12, '0');
  return `${digits.slice(0, 8)}-${digits.slice(8)}-7000-8000-000000000000`;
}
