/**
 * Limits on the GraphQL document itself: tokens, depth, aliases, directives and repeats. They are judged once for each document
 * text (document-cache.ts keeps the verdict), before token, config and database.
 */
import { maxAliasesRule } from '@escape.tech/graphql-armor-max-aliases';
import { maxDepthRule } from '@escape.tech/graphql-armor-max-depth';
import { maxDirectivesRule } from '@escape.tech/graphql-armor-max-directives';
import { parse, type ValidationRule } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { limitRepeats } from './repeated-fields.ts';

const DOCUMENT_LIMITS = {
  /** GraphiQL's introspection query has about 430. */
  tokens: 1_000,
  /** The deepest useful query of this schema has 6; introspection is judged by its tokens. */
  depth: 8,
  /** Few: a hundred aliased mutations in one request are a hundred operations under one rate limit. */
  aliases: 4,
  directives: 8,
  /** Of one field in one selection. Fragments that overlap repeat a field once each. */
  repeats: 8,
} as const;

const RULES = [
  maxDepthRule({ n: DOCUMENT_LIMITS.depth, flattenFragments: true }),
  maxAliasesRule({ n: DOCUMENT_LIMITS.aliases, allowList: [] }),
  maxDirectivesRule({ n: DOCUMENT_LIMITS.directives }),
  limitRepeats(DOCUMENT_LIMITS.repeats),
] as ValidationRule[];

export function limitDocuments(): Plugin {
  return {
    onParse: ({ setParseFn }) => setParseFn(limitedParse),
    onValidate: ({ addValidationRule }) => {
      for (const rule of RULES) addValidationRule(rule);
    },
  };
}

/** graphql-js counts tokens itself. */
function limitedParse(source: Parameters<typeof parse>[0], options?: Parameters<typeof parse>[1]) {
  return parse(source, { ...options, maxTokens: DOCUMENT_LIMITS.tokens });
}
