/** Reads a connection page by page, as a client does. */
import { type Answer, resultOf } from './client.ts';
import type { PageInfo } from './schema-types.ts';

export interface Connection<Node> {
  readonly edges: readonly { readonly cursor: string; readonly node: Node }[];
  readonly pageInfo: PageInfo;
}

export interface PageInput {
  readonly first?: number | null;
  readonly last?: number | null;
  readonly after?: string | null;
  readonly before?: string | null;
}

interface Reading {
  readonly size: number;
  /** From the last page to the first. The order of the nodes is the same. */
  readonly backward?: boolean;
  /** Runs after each page. */
  readonly between?: () => Promise<unknown>;
}

const MAX_PAGES = 200;

/** The nodes of all pages. `read` sends the request for one page. */
export async function readAll<Node>(
  read: (page: PageInput) => Promise<Answer<Connection<Node>>>,
  { size, backward = false, between = async () => {} }: Reading,
): Promise<Node[]> {
  const nodes: Node[] = [];
  let cursor: string | null = null;
  for (let pages = 0; pages < MAX_PAGES; pages += 1) {
    const page: PageInput = backward ? { last: size, before: cursor } : { first: size, after: cursor };
    const { edges, pageInfo } = resultOf(await read(page));
    const found = edges.map(({ node }) => node);
    if (backward) nodes.unshift(...found);
    else nodes.push(...found);
    if (!(backward ? pageInfo.hasPreviousPage : pageInfo.hasNextPage)) return nodes;
    cursor = backward ? pageInfo.startCursor : pageInfo.endCursor;
    await between();
  }
  throw new Error(`After ${MAX_PAGES} pages there are still more.`);
}
