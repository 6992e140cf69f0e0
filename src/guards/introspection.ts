/** Who may ask for the schema: servers and staff; anybody on a local stack. `__typename` stays open to all. */
import { BREAK, type DocumentNode, visit } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { RequestContext } from '../resolvers/context.ts';
import { graphqlErrors } from '../telemetry/graphql-errors.ts';

export function guardIntrospection({ openToAll }: { openToAll: boolean }): Plugin<RequestContext> {
  if (openToAll) return {};
  return {
    onExecute: ({ args, setResultAndStopExecution }) => {
      const { actor } = args.contextValue as RequestContext;
      const mayAsk = actor?.kind === 'staff' || actor?.kind === 'server';
      if (!mayAsk && asksForSchema(args.document)) {
        setResultAndStopExecution({ errors: [graphqlErrors.forbiddenIntrospection()] });
      }
    },
  };
}

/** document-cache.ts keeps one document for one text, so the answer is found once for each. */
const verdicts = new WeakMap<DocumentNode, boolean>();

function asksForSchema(document: DocumentNode): boolean {
  let verdict = verdicts.get(document);
  if (verdict === undefined) {
    verdict = false;
    visit(document, {
      Field: ({ name }) => {
        if (name.value !== '__schema' && name.value !== '__type') return undefined;
        verdict = true;
        return BREAK;
      },
    });
    verdicts.set(document, verdict);
  }
  return verdict;
}
