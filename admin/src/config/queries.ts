// What the page Config reads, and under which keys it is cached.
import { queryOptions } from '@tanstack/react-query';
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
