/**
 * Paging by key, not by offset: a cursor is a position in a list, and every page costs the same. Lists are newest first. A page
 * requested from its end is read oldest first (`inverted`), and the caller reverses it.
 */
import { join, type Sql, sql } from './sql.ts';

export interface PageRequest {
  /** Only rows older than `after` and newer than `before`. */
  readonly after?: string | undefined;
  readonly before?: string | undefined;
  readonly limit: number;
  readonly inverted: boolean;
}

/** The columns that order the rows, all descending. `list` names the order: only its own cursors are valid. */
export interface PageOrder {
  readonly list: string;
  readonly columns: readonly Sql[];
}

export function encodeCursor(list: string, position: readonly (number | string)[]): string {
  return btoa(`${list}/${position.join('.')}`);
}

/** Null: not a cursor of this list with one number per column. */
export function decodeCursor(
  { list, columns }: { readonly list: string; readonly columns: readonly unknown[] },
  cursor: string,
): number[] | null {
  const digits = cursorPosition(list, cursor);
  if (digits === null || !/^\d+(\.\d+)?$/.test(digits)) return null;
  const position = digits.split('.').map(Number);
  return position.length === columns.length && position.every(Number.isSafeInteger) ? position : null;
}

/** The unchecked content of a cursor of this list; null: it is not one. */
export function cursorPosition(list: string, cursor: string): string | null {
  try {
    const [of, position, ...rest] = atob(cursor).split('/');
    return of === list && position !== undefined && rest.length === 0 ? position : null;
  } catch {
    return null;
  }
}

/** The conditions, order and limit of a page. The cursors must have been checked with `decodeCursor`. */
export function pageClause(
  order: PageOrder,
  { after, before, limit, inverted }: PageRequest,
  conditions: Sql[],
): Sql {
  const { columns } = order;
  const key = sql`(${join(columns, ', ')})`;
  const bound = (cursor: string) => {
    const position = decodeCursor(order, cursor) ?? [];
    return sql`(${join(
      position.map((part) => sql`${part}::bigint`),
      ', ',
    )})`;
  };
  const all = [...conditions];
  if (after) all.push(sql`${key} < ${bound(after)}`);
  if (before) all.push(sql`${key} > ${bound(before)}`);
  const direction = inverted ? sql`ASC` : sql`DESC`;
  const sorted = join(
    columns.map((column) => sql`${column} ${direction}`),
    ', ',
  );
  return sql`WHERE ${join(all, ' AND ')} ORDER BY ${sorted} LIMIT ${limit}`;
}
