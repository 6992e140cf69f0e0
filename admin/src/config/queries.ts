// What the page Config reads, and under which keys it is cached.
import { balanceConfigs, type ConfigChange, previewBalanceConfig, proposals } from '@onceward/client';
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { client } from '../session/api.ts';
import { describeDocuments } from './judge-client.ts';
import type { Documents, Sentence } from './words/describe.ts';

/** Null: the documents are not known yet. Published documents never change, so neither do the sentences. */
export const describeQuery = (documents: Documents | null, found: readonly Sentence[] | null = null) =>
  queryOptions({
    queryKey: ['describe', documents, found],
    queryFn: () => describeDocuments(documents as Documents, found),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
    enabled: documents !== null,
  });

/** What is looked at: a text, an earlier version, or what somebody proposed. */
export type Publishable =
  | { readonly document: string }
  | { readonly version: number }
  | { readonly proposalId: number };

export interface Terms {
  /** ISO 8601; null: now. */
  readonly publishAt: string | null;
  readonly cancels: number | null;
  readonly keeps: number | null;
}

export const AT_ONCE: Terms = { publishAt: null, cancels: null, keeps: null };

/** What the server says of it: it also knows earlier versions, and counts what players hold. */
export const previewQuery = (what: Publishable | null, terms: Terms = AT_ONCE) =>
  queryOptions({
    queryKey: ['previewBalanceConfig', what, terms],
    queryFn: () => client.query(previewBalanceConfig, { ...what, ...terms }),
    enabled: what !== null,
    staleTime: 15_000,
    gcTime: 60_000,
  });

/** As the comparison names them. */
export const sentencesOf = (changes: readonly ConfigChange[]): Sentence[] =>
  changes.map(({ severity, path, text }) => ({
    severity: severity.toLowerCase() as Sentence['severity'],
    path,
    text,
  }));

export const versionsQuery = infiniteQueryOptions({
  queryKey: ['balanceConfigs'],
  queryFn: ({ pageParam }) => client.query(balanceConfigs, { first: 20, after: pageParam }),
  initialPageParam: null as string | null,
  getNextPageParam: ({ pageInfo: { hasNextPage, endCursor } }) => (hasNextPage ? endCursor : null),
});

/** Publications that wait for an approval, or for those who proposed them. */
export const waitingQuery = queryOptions({
  queryKey: ['proposals', 'config.publish'],
  queryFn: async () => {
    const { edges } = await client.query(proposals, { waiting: true, first: 100 });
    return edges.map(({ node }) => node).filter(({ kind }) => kind === 'config.publish');
  },
});
