/**
 * Limits on the GraphQL document itself: tokens, depth, aliases and directives. They are judged once for each document
 * text (Yoga caches the verdict), before token, config and database.
 */
import { maxAliasesPlugin } from '@escape.tech/graphql-armor-max-aliases';
import { maxDepthPlugin } from '@escape.tech/graphql-armor-max-depth';
import { maxDirectivesPlugin } from '@escape.tech/graphql-armor-max-directives';
import { parse } from 'graphql';
import type { Plugin } from 'graphql-yoga';

const DOCUMENT_LIMITS = {
  /** GraphiQL's introspection query has about 430. */
  tokens: 1_000,
  /** The deepest useful query of this schema has 6; introspection is judged by its tokens. */
  depth: 8,
  /** Few: a hundred aliased mutations in one request are a hundred operations under one rate limit. */
  aliases: 4,
  directives: 8,
} as const;

export function documentLimits(): Plugin[] {
  const { tokens, depth, aliases, directives } = DOCUMENT_LIMITS;
  return [
    {
      onParse: ({ parseFn, setParseFn }) => {
        // graphql-js counts tokens itself; wrapping keeps whatever parse function Yoga has chosen out of the way.
        if (parseFn !== limitedParse) setParseFn(limitedParse);
      },
    },
    maxDepthPlugin({ n: depth, flattenFragments: true }) as Plugin,
    maxAliasesPlugin({ n: aliases, allowList: [] }) as Plugin,
    maxDirectivesPlugin({ n: directives }) as Plugin,
  ];

  function limitedParse(source: Parameters<typeof parse>[0], options?: Parameters<typeof parse>[1]) {
    return parse(source, { ...options, maxTokens: tokens });
  }
}
