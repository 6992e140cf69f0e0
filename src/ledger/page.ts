/**
 * Paging by key, not by offset: a cursor is a position in a list, and every page costs the same. A page requested from its end is
 * read in the opposite order (`inverted`), and the caller reverses it.
 */
import { asc, type Column, desc, type SQL, type SQLWrapper, sql } from 'drizzle-orm';

export interface PageRequest {
  /** Only rows behind `after` and in front of `before`. */
  readonly after?: string | undefined;
  readonly before?: string | undefined;
  readonly limit: number;
  readonly inverted: boolean;
}

/** The order of a list. `list` names it: only its own cursors are valid. */
export interface PageOrder {
  readonly list: string;
  readonly direction: 'ascending' | 'descending';
  /** How many numbers make a position. */
  readonly width: number;
}

export function encodeCursor(list: string, position: readonly number[]): string {
  return btoa(`${list}/${position.join('.')}`);
}

/** Null: not a cursor of this list. */
export function decodeCursor({ list, width }: PageOrder, cursor: string): number[] | null {
  try {
    const [of, digits = '', ...rest] = atob(cursor).split('/');
    if (of !== list || rest.length > 0 || !/^\d+(\.\d+)*$/.test(digits)) return null;
    const position = digits.split('.').map(Number);
    return position.length === width && position.every(Number.isSafeInteger) ? position : null;
  } catch {
    return null;
  }
}

/** A position as a row of SQL values, for lists whose columns are not plain numbers. */
type Position = (numbers: readonly number[]) => SQL;

const plainNumbers: Position = (numbers) =>
  sql`(${sql.join(
    numbers.map((part) => sql`${part}::bigint`),
    sql`, `,
  )})`;

/**
 * The condition of a page and its order. `columns` are those of the order. The cursors must have been checked with
 * `decodeCursor`.
 */
export function pageOf(
  order: PageOrder,
  columns: readonly (Column | SQLWrapper)[],
  { after, before, inverted }: PageRequest,
  position: Position = plainNumbers,
): { readonly within: SQL[]; readonly orderBy: SQL[] } {
  const key = sql`(${sql.join([...columns], sql`, `)})`;
  const [behind, inFront] = order.direction === 'ascending' ? [sql`>`, sql`<`] : [sql`<`, sql`>`];
  const within: SQL[] = [];
  if (after) within.push(sql`${key} ${behind} ${position(decodeCursor(order, after) ?? [])}`);
  if (before) within.push(sql`${key} ${inFront} ${position(decodeCursor(order, before) ?? [])}`);
  const rises = (order.direction === 'ascending') !== inverted;
  return { within, orderBy: columns.map((column) => (rises ? asc(column) : desc(column))) };
}
