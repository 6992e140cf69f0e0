/**
 * Lists of players, for campaigns and rankings: uploaded in chunks of rows, or found by a query over players. A list that is closed never
 * changes.
 */
import { unknownResource } from './campaign-grant.ts';
import { canonicalJson, type Json, sha256 } from './canonical.ts';
import type { Intent } from './decide.ts';
import { badInput, type Fault } from './fault.ts';
import { checkGrants, type Grant } from './manual-reward.ts';
import { type PlayerQuery, queryOf } from './player-query.ts';
import type { BalanceRules } from './rules.ts';
import { type DecidedAction, decideAction } from './staff-action.ts';

const KIND = { permission: 'list:manage' } as const;
export const CREATE_LIST = { ...KIND, name: 'createList', claimType: 'list_creation' } as const;
export const UPLOAD_LIST_CHUNK = { ...KIND, name: 'uploadListChunk', claimType: 'list_chunk' } as const;
export const FILL_LIST = { ...KIND, name: 'fillList', claimType: 'list_filling' } as const;
export const CLOSE_LIST = { ...KIND, name: 'closeList', claimType: 'list_closing' } as const;

/** The rows of one chunk. Line n of chunk c is line (c − 1) × CHUNK_ROWS + n of the list. */
export const CHUNK_ROWS = 1_000;
export const MAX_CHUNKS = 200;
/** How many lines a fault names. */
const NAMED_LINES = 10;

export interface ListRow {
  readonly playerId: string;
  readonly item: string | null;
  readonly gives: readonly Grant[] | null;
  /** In a ranking; null: it is none. */
  readonly rank: number | null;
}

export interface CreateList {
  readonly name: string;
  /** Null: rows are uploaded. */
  readonly query: PlayerQuery | null;
}

export interface UploadListChunk {
  readonly listId: number;
  readonly chunk: number;
  readonly rows: readonly ListRow[];
}

export function decideCreateList(intent: Intent, { name, query }: CreateList): DecidedAction {
  const input = { name, query: query as Json };
  const asked = query && intent.rules ? queryOf(query, intent.rules) : null;
  const found = asked && 'query' in asked ? asked.query : null;
  const effect = { kind: 'list.create', name, query: found };
  return decideAction({ intent, kind: CREATE_LIST, input, effect }, () =>
    asked && 'fault' in asked ? asked.fault : null,
  );
}

export function decideUploadListChunk(
  intent: Intent,
  { listId, chunk, rows }: UploadListChunk,
): DecidedAction {
  const stored = rows.map(({ playerId: player, item, gives, rank }) => ({
    player,
    ...(item !== null && { item }),
    ...(gives !== null && { gives: amountsOf(gives) }),
    ...(rank !== null && { rank }),
  }));
  // The rows are in the list: the claim keeps their digest.
  const digest = sha256(canonicalJson(stored));
  const input = { listId, chunk, rows: rows.length, digest };
  const effect = { kind: 'list.chunk', listId, chunk, digest, rows: stored };
  return decideAction({ intent, kind: UPLOAD_LIST_CHUNK, input, effect }, (rules) =>
    checkChunk(rows, chunk, rules),
  );
}

export function decideFillList(intent: Intent, { listId }: { readonly listId: number }): DecidedAction {
  return decideAction({
    intent,
    kind: FILL_LIST,
    input: { listId },
    effect: { kind: 'list.fill', listId },
  });
}

export function decideCloseList(intent: Intent, { listId }: { readonly listId: number }): DecidedAction {
  return decideAction({
    intent,
    kind: CLOSE_LIST,
    input: { listId },
    effect: { kind: 'list.close', listId },
  });
}

export function amountsOf(gives: readonly Grant[]): Record<string, number> {
  const sorted = gives.toSorted((a, b) => (a.resource < b.resource ? -1 : 1));
  return Object.fromEntries(sorted.map(({ resource, amount }) => [resource, amount]));
}

function checkChunk(rows: readonly ListRow[], chunk: number, rules: BalanceRules): Fault | null {
  if (chunk > MAX_CHUNKS) return badInput('chunk', `must be an integer from 1 to ${MAX_CHUNKS}`);
  if (rows.length < 1 || rows.length > CHUNK_ROWS)
    return badInput('rows', `must have 1 to ${CHUNK_ROWS} rows`);
  const first = new Map<string, number>();
  const lineOf = (index: number) => (chunk - 1) * CHUNK_ROWS + index + 1;
  const problems = rows.flatMap((row, index) => {
    const { playerId } = row;
    const earlier = first.get(playerId);
    if (earlier === undefined) first.set(playerId, index);
    const found =
      earlier === undefined ? problemOf(row, rules) : `names the player of line ${lineOf(earlier)}`;
    return found ? [`line ${lineOf(index)} ${found}`] : [];
  });
  if (problems.length === 0) return null;
  const named = problems.slice(0, NAMED_LINES).join('; ');
  const more = problems.length > NAMED_LINES ? `; and ${problems.length - NAMED_LINES} more lines` : '';
  return badInput('rows', `${named}${more}`);
}

function problemOf({ gives, item, rank }: ListRow, rules: BalanceRules): string | null {
  if (rank !== null && (gives !== null || item !== null))
    return 'has a rank: the rank table says what it gives';
  if (gives === null) return null;
  if (checkGrants(gives)) return 'must give 1 to 10 resources, each named once';
  const unknown = unknownResource(amountsOf(gives), rules);
  return unknown && `gives ${unknown}, which staff cannot give`;
}
