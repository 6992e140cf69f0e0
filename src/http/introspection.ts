/** Limits introspection to servers and staff; a local stack allows everyone. `__typename` is open to all. */
import { BREAK, type DocumentNode, visit } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { RequestContext } from '../schema/context.ts';
import { graphqlErrors } from '../schema/errors.ts';

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

/** document-cache.ts keeps one document per text, so each is visited once. */
const answers = new WeakMap<DocumentNode, boolean>();

function asksForSchema(document: DocumentNode): boolean {
  let answer = answers.get(document);
  if (answer === undefined) {
    answer = false;
    visit(document, {
      Field: ({ name }) => {
        if (name.value !== '__schema' && name.value !== '__type') return undefined;
        answer = true;
        return BREAK;
      },
    });
    answers.set(document, answer);
  }
  return answer;
}
