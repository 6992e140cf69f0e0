/**
 * Parsed documents and what validation said of them, by their text: a game sends the same few over and over. Bounded in
 * number and in length, since the texts are anybody's; what isn't kept is parsed each time. In place of Yoga's own cache,
 * which keeps a thousand texts of any length and sets a timer on every request.
 */
import type { DocumentNode } from 'graphql';
import type { Plugin } from 'graphql-yoga';

const MAX_DOCUMENTS = 200;
/** Of a text, in UTF-16 units. GraphiQL's introspection query has fewer than 2,000. */
const MAX_LENGTH = 8_000;

/** Comes after every plugin that takes part in parsing and validating: it keeps what came of them all. */
export function cacheDocuments(): Plugin {
  const documents = new Map<string, DocumentNode>();
  const verdicts = new WeakMap<DocumentNode, readonly Error[]>();

  /** A Map knows the order of its entries: the first is the one whose last use is longest ago. */
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
      const verdict = verdicts.get(documentAST);
      if (verdict === undefined) return ({ result }) => void verdicts.set(documentAST, result);
      setResult([...verdict]);
      return undefined;
    },
  };
}
