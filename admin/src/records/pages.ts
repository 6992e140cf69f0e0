// Reading lists of records page by page: for tables that grow, and for exports of all of a list.
import { infiniteQueryOptions } from '@tanstack/react-query';

/** A page as the API's connections are. */
export interface Page<Row> {
  readonly edges: readonly { readonly node: Row }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

type ReadPage<Row> = (request: {
  readonly first: number;
  readonly after: string | null;
}) => Promise<Page<Row>>;

const SHOWN = 20;
const EXPORTED = 100;
/** The API limits requests; more rows belong into a report of the database. */
const MAX_EXPORTED = 20_000;

export const pagesQuery = <Row>(key: readonly unknown[], read: ReadPage<Row>, first = SHOWN) =>
  infiniteQueryOptions({
    queryKey: key,
    queryFn: ({ pageParam }) => read({ first, after: pageParam }),
    initialPageParam: null as string | null,
    getNextPageParam: ({ pageInfo: { hasNextPage, endCursor } }: Page<Row>) =>
      hasNextPage ? endCursor : null,
  });

export const rowsOf = <Row>(pages: readonly Page<Row>[] | undefined): Row[] =>
  (pages ?? []).flatMap(({ edges }) => edges.map(({ node }) => node));

export async function readAll<Row>(
  read: ReadPage<Row>,
  onRows: (count: number) => void,
): Promise<{ readonly rows: readonly Row[]; readonly isWhole: boolean }> {
  const rows: Row[] = [];
  for (let after: string | null = null; rows.length < MAX_EXPORTED; ) {
    const { edges, pageInfo } = await read({ first: EXPORTED, after });
    rows.push(...edges.map(({ node }) => node));
    onRows(rows.length);
    if (!pageInfo.hasNextPage) return { rows, isWhole: true };
    after = pageInfo.endCursor;
  }
  return { rows, isWhole: false };
}
