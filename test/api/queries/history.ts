/** Reads histories page by page, as a client does. */
import { send } from '../../support/worker/service.ts';

export interface Page {
  readonly edges: readonly { readonly cursor: string; readonly node: Record<string, unknown> }[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
}

export type List = 'ledger' | 'claims';

const NODES = {
  ledger:
    'resource sequence before after delta playerVersion recordedAt claim { id type key playerVersion claimedAt }',
  claims: 'claim { id type key playerVersion claimedAt } changes { resource delta }',
} as const;

export interface PageArguments {
  readonly first?: unknown;
  readonly last?: unknown;
  readonly after?: unknown;
  readonly before?: unknown;
  readonly filter?: object | null;
}

function askPage(list: List, playerId: string, args: PageArguments, token: string) {
  return send<{ [list in List]: Page }>(
    `query($playerId: PlayerId!, $first: Int, $last: Int, $after: String, $before: String, $filter: HistoryFilter) {
      ${list}(playerId: $playerId, first: $first, last: $last, after: $after, before: $before, filter: $filter) {
        edges { cursor node { ${NODES[list]} } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }`,
    { playerId, ...args },
    { token },
  );
}

export async function readPage(
  list: List,
  playerId: string,
  args: PageArguments,
  token: string,
): Promise<Page> {
  const { data, errors } = await askPage(list, playerId, args, token);
  if (!data?.[list]) throw new Error(JSON.stringify(errors));
  return data[list];
}

/** Every node, newest first, whichever end the pages are read from. `between` runs after each page. */
export async function readAll(
  list: List,
  playerId: string,
  {
    size,
    backward = false,
    filter = null,
    between = async () => {},
  }: { size: number; backward?: boolean; filter?: object | null; between?: () => Promise<unknown> },
  token: string,
): Promise<Record<string, unknown>[]> {
  const nodes: Record<string, unknown>[] = [];
  let cursor: string | null = null;
  for (let pages = 0; pages < 200; pages += 1) {
    const args: PageArguments = backward
      ? { last: size, before: cursor, filter }
      : { first: size, after: cursor, filter };
    const { edges, pageInfo } = await readPage(list, playerId, args, token);
    const page = edges.map(({ node }) => node);
    if (backward) nodes.unshift(...page);
    else nodes.push(...page);
    const more = backward ? pageInfo.hasPreviousPage : pageInfo.hasNextPage;
    if (!more) return nodes;
    cursor = backward ? pageInfo.startCursor : pageInfo.endCursor;
    await between();
  }
  throw new Error('two hundred pages, and still more');
}
