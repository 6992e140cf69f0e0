/** What all connections share: how large a page is, and page sizes that are left to the resolver to refuse. */
import { isPageSize, MAX_PAGE_SIZE, type PageArguments } from '../resolvers/paging.ts';

export const PAGE = { defaultSize: 20, maxSize: MAX_PAGE_SIZE } as const;

/** Without the page sizes that the resolver is about to refuse: Pothos would throw before it, or cut them silently. */
export function soundPage({ first, last, ...cursors }: PageArguments): PageArguments {
  return {
    ...cursors,
    first: first && !isPageSize(first) ? null : first,
    last: last && !isPageSize(last) ? null : last,
  };
}
