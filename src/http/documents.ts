/**
 * From the text of a GraphQL document to a valid one: limits on tokens, depth, aliases, directives and repeated fields, and a
 * cache of valid documents, because a game sends the same few again and again. Nothing is kept of a document that is invalid or
 * whose sender has no token: anyone may send those.
 */
import { maxAliasesRule } from '@escape.tech/graphql-armor-max-aliases';
import { maxDepthRule } from '@escape.tech/graphql-armor-max-depth';
import { maxDirectivesRule } from '@escape.tech/graphql-armor-max-directives';
import {
  type ASTVisitor,
  type DocumentNode,
  type GraphQLError,
  type GraphQLSchema,
  Kind,
  parse,
  type SelectionSetNode,
  specifiedRules,
  type ValidationContext,
  type ValidationRule,
  validate,
} from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { graphqlErrors, MAX_ERRORS } from '../schema/errors.ts';
import { explainLiterals } from './input-errors.ts';

const DOCUMENT_LIMITS = {
  /** GraphiQL's introspection query has about 430. */
  tokens: 1_000,
  /** The deepest useful query of this schema has 6; introspection is bounded by its tokens. */
  depth: 8,
  /** Few: each aliased query is an operation. */
  aliases: 4,
  directives: 8,
  /** Of one field in one selection. Overlapping fragments repeat a field once each. */
  repeats: 8,
} as const;

export const DOCUMENT_RULES = [
  maxDepthRule({ n: DOCUMENT_LIMITS.depth, flattenFragments: true }),
  maxAliasesRule({ n: DOCUMENT_LIMITS.aliases, allowList: [] }),
  maxDirectivesRule({ n: DOCUMENT_LIMITS.directives }),
  limitRepeats(DOCUMENT_LIMITS.repeats),
] as ValidationRule[];
const ALL_RULES = [...specifiedRules, ...DOCUMENT_RULES];

/** Replaces Yoga's cache, which keeps texts of any length from anyone and sets a timer on every request. */
export function guardDocuments(isAuthenticated: (request: Request) => boolean): Plugin {
  const valid = new ValidDocuments();
  return {
    onParse: ({ params: { source }, setParsedDocument, setParseFn }) => {
      const known = valid.find(source as string);
      if (known === undefined) setParseFn(parseDocument);
      else setParsedDocument(known);
    },
    onValidate: ({ params: { documentAST }, context, setResult, setValidationFn }) => {
      if (valid.has(documentAST)) setResult([]);
      else
        setValidationFn((schema: GraphQLSchema, document: DocumentNode) => {
          const errors = validateDocument(schema, document);
          if (errors.length === 0 && isAuthenticated(context.request)) valid.add(document);
          return errors;
        });
    },
  };
}

/** graphql-js counts tokens itself. */
export function parseDocument(source: Parameters<typeof parse>[0]): DocumentNode {
  return parse(source, { maxTokens: DOCUMENT_LIMITS.tokens });
}

function validateDocument(schema: GraphQLSchema, document: DocumentNode): GraphQLError[] {
  const errors = validate(schema, document, ALL_RULES, { maxErrors: MAX_ERRORS });
  return explainLiterals(schema, document, errors.slice(0, MAX_ERRORS));
}

/** In UTF-16 units. A longer document is never kept. GraphiQL's introspection query has fewer than 2,000. */
const MAX_LENGTH = 8_000;
/** Of all documents that are kept. A token takes about 150 bytes, so they take 9 of an isolate's 128 MB. */
const MAX_KEPT_TOKENS = 60_000;
/** The text of a document of few tokens may be long. */
const MIN_COUNTED_TOKENS = 100;

/** Valid documents by text, bounded by their tokens. */
class ValidDocuments {
  /** The least recently used first. */
  readonly #byText = new Map<string, DocumentNode>();
  #tokens = 0;

  find(text: string): DocumentNode | undefined {
    const document = this.#byText.get(text);
    if (document === undefined) return undefined;
    this.#byText.delete(text);
    this.#byText.set(text, document);
    return document;
  }

  has(document: DocumentNode): boolean {
    return this.#byText.get(textOf(document)) === document;
  }

  add(document: DocumentNode): void {
    const text = textOf(document);
    // Another request may have added the same text meanwhile.
    if (text.length > MAX_LENGTH || this.#byText.has(text)) return;
    this.#byText.set(text, document);
    this.#tokens += weightOf(document);
    for (const [oldest, evicted] of this.#byText) {
      if (this.#tokens <= MAX_KEPT_TOKENS) return;
      this.#byText.delete(oldest);
      this.#tokens -= weightOf(evicted);
    }
  }
}

const textOf = ({ loc }: DocumentNode) => loc?.source.body ?? '';
const weightOf = ({ tokenCount = DOCUMENT_LIMITS.tokens }: DocumentNode) =>
  Math.max(tokenCount, MIN_COUNTED_TOKENS);

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
