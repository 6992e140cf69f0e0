/**
 * Caches parsed documents and their validation results by text: a game sends the same few documents again and again. The number
 * and the length are bounded, because anyone may send a text. It replaces Yoga's cache, which keeps a thousand texts of any
 * length and sets a timer on every request.
 */
import type { DocumentNode } from 'graphql';
import type { Plugin } from 'graphql-yoga';

const MAX_DOCUMENTS = 200;
/** In UTF-16 units. GraphiQL's introspection query has fewer than 2,000. */
const MAX_LENGTH = 8_000;

/** Must come after every plugin that takes part in parsing and validation: it keeps their common result. */
export function cacheDocuments(): Plugin {
  const documents = new Map<string, DocumentNode>();
  const results = new WeakMap<DocumentNode, readonly Error[]>();

  /** A Map keeps insertion order: the first entry is the least recently used one. */
  function keep(text: string, document: DocumentNode): void {
    documents.delete(text);
    documents.set(text, document);
    const [oldest] = documents.size > MAX_DOCUMENTS ? documents.keys() : [];
    if (oldest !== undefined) documents.delete(oldest);
  }

  return {
    onParse: ({ params, setParsedDocument }) => {
      const text = params.source.toString();
      const known = documents.get(text);
      if (known === undefined) {
        return ({ result }) => {
          if (result !== null && !(result instanceof Error) && text.length <= MAX_LENGTH) keep(text, result);
        };
      }
      keep(text, known);
      setParsedDocument(known);
      return undefined;
    },
    onValidate: ({ params: { documentAST }, setResult }) => {
      const known = results.get(documentAST);
      if (known === undefined) return ({ result }) => void results.set(documentAST, result);
      setResult([...known]);
      return undefined;
    },
  };
}
