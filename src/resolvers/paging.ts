/** What a client may ask of a page. Judged by the resolver and not while arguments are parsed: after permission, and with a line in the log. */
import { badInput } from '../domain/fault.ts';
import { FaultError } from './observe.ts';

export interface PageArguments {
  readonly first?: number | null | undefined;
  readonly last?: number | null | undefined;
  readonly after?: string | null | undefined;
  readonly before?: string | null | undefined;
}

export const MAX_PAGE_SIZE = 100;

export function isPageSize(size: number): boolean {
  return size >= 0 && size <= MAX_PAGE_SIZE;
}

/** `isCursor`: whether a cursor is one of the list that is asked for. */
export function checkPage(
  { first, last, after, before }: PageArguments,
  isCursor: (cursor: string) => boolean,
): void {
  for (const [field, size] of Object.entries({ first, last })) {
    if (size && !isPageSize(size)) {
      throw new FaultError(badInput(field, `must be an integer from 0 to ${MAX_PAGE_SIZE}`));
    }
  }
  for (const [field, cursor] of Object.entries({ after, before })) {
    // An empty list has empty cursors; they stand for its beginning.
    if (cursor && !isCursor(cursor)) {
      const problem =
        'not a cursor of this list (same player, same filter); take it from pageInfo or an edge';
      throw new FaultError(badInput(field, problem));
    }
  }
}
