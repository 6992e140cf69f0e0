/**
 * Limits on the GraphQL document: tokens, depth, aliases, directives and repeated fields. They are checked once per document
 * text (document-cache.ts keeps the result), before token, config and database.
 */
import { maxAliasesRule } from '@escape.tech/graphql-armor-max-aliases';
import { maxDepthRule } from '@escape.tech/graphql-armor-max-depth';
import { maxDirectivesRule } from '@escape.tech/graphql-armor-max-directives';
import {
  type ASTVisitor,
  Kind,
  parse,
  type SelectionSetNode,
  type ValidationContext,
  type ValidationRule,
} from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { graphqlErrors } from '../schema/errors.ts';

const DOCUMENT_LIMITS = {
  /** GraphiQL's introspection query has about 430. */
  tokens: 1_000,
  /** The deepest useful query of this schema has 6; introspection is bounded by its tokens. */
  depth: 8,
  /** Few: a hundred aliased mutations in one request would be a hundred operations under one rate limit. */
  aliases: 4,
  directives: 8,
  /** Of one field in one selection. Overlapping fragments repeat a field once each. */
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
    onParse: ({ setParseFn }) => setParseFn(parseWithLimit),
    onValidate: ({ addValidationRule }) => {
      for (const rule of RULES) addValidationRule(rule);
    },
  };
}

/** graphql-js counts tokens itself. */
function parseWithLimit(source: Parameters<typeof parse>[0], options?: Parameters<typeof parse>[1]) {
  return parse(source, { ...options, maxTokens: DOCUMENT_LIMITS.tokens });
}

/**
 * Refuses a selection with more than `most` of one field or fragment. GraphQL merges repeats into one answer, so an honest client
 * has no use for them, and validation compares each with every other. The fields of inline fragments count for the selection
 * that contains them.
 */
function limitRepeats(most: number): (context: ValidationContext) => ASTVisitor {
  return (context) => {
    const check = ({ selectionSet }: { readonly selectionSet?: SelectionSetNode | undefined }) => {
      const counts = new Map<string, number>();
      for (const name of selectionSet ? selectedNames(selectionSet) : []) {
        const count = (counts.get(name) ?? 0) + 1;
        counts.set(name, count);
        if (count > most) return context.reportError(graphqlErrors.repeated(most));
      }
    };
    return { OperationDefinition: check, FragmentDefinition: check, Field: check };
  };
}

/** No field name begins with "...": a fragment never counts for a field of the same name. */
function* selectedNames({ selections }: SelectionSetNode): Generator<string> {
  for (const selection of selections) {
    if (selection.kind === Kind.FIELD) yield (selection.alias ?? selection.name).value;
    else if (selection.kind === Kind.FRAGMENT_SPREAD) yield `...${selection.name.value}`;
    else yield* selectedNames(selection.selectionSet);
  }
}
