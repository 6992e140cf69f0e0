/**
 * The last checks before a document is executed: one mutation per request, the rate of operations, and introspection. Then
 * graphql-js executes it; Yoga's own executor adds deferred fragments, streams and cancellation, which nothing here uses.
 */
import {
  BREAK,
  type DocumentNode,
  type ExecutionArgs,
  GraphQLIncludeDirective,
  GraphQLSkipDirective,
  getDirectiveValues,
  getOperationAST,
  getVariableValues,
  Kind,
  OperationTypeNode,
  type SelectionNode,
  type SelectionSetNode,
  visit,
} from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { mayRead, mayServerAsk } from '../ledger/read-authority.ts';
import { shownError } from '../resolvers/observe.ts';
import type { RequestContext } from '../schema/builder.ts';
import { graphqlErrors } from '../schema/errors.ts';
import { executeWithInputErrors } from './input-errors.ts';

interface Options {
  /** A local stack shows its schema to everyone. */
  readonly isSchemaOpen: boolean;
}

export function guardExecution({ isSchemaOpen }: Options): Plugin<RequestContext> {
  const run = (args: ExecutionArgs) => {
    const operations = countOperations(args);
    const introspects = !isSchemaOpen && asksForSchema(args.document);
    if (operations <= 1 && !introspects) return executeWithInputErrors(args);
    return check(args, operations, introspects).then(() => executeWithInputErrors(args));
  };
  const check = async (args: ExecutionArgs, operations: number, introspects: boolean) => {
    const context = args.contextValue as RequestContext;
    const kind = getOperationAST(args.document, args.operationName)?.operation;
    if (operations > 1 && kind === OperationTypeNode.MUTATION) throw graphqlErrors.severalMutations();
    if (operations > 1) await context.countMore(operations - 1);
    if (introspects && !(await mayIntrospect(context))) throw graphqlErrors.forbiddenIntrospection();
  };
  return { onExecute: ({ setExecuteFn }) => setExecuteFn(run) };
}

/**
 * How many operations a request executes: the root fields that graphql-js would collect, without `__typename` and
 * introspection. If variables do not fit their types it executes none.
 */
function countOperations({ schema, document, operationName, variableValues }: ExecutionArgs): number {
  const operation = getOperationAST(document, operationName);
  if (!operation) return 0;
  const [first, ...others] = operation.selectionSet.selections;
  // The usual case, without variables that are read twice.
  if (first?.kind === Kind.FIELD && others.length === 0) return 1;
  const { coerced } = getVariableValues(schema, operation.variableDefinitions ?? [], variableValues ?? {});
  if (!coerced) return 0;
  const names = new Set<string>();
  const spread = new Set<string>();
  const collect = ({ selections }: SelectionSetNode): void => {
    for (const selection of selections) {
      if (!isIncluded(selection, coerced)) continue;
      if (selection.kind === Kind.FIELD) {
        if (!selection.name.value.startsWith('__')) names.add((selection.alias ?? selection.name).value);
      } else if (selection.kind === Kind.INLINE_FRAGMENT) collect(selection.selectionSet);
      else if (!spread.has(selection.name.value)) {
        spread.add(selection.name.value);
        collect(fragmentNamed(document, selection.name.value));
      }
    }
  };
  collect(operation.selectionSet);
  return names.size;
}

function isIncluded(selection: SelectionNode, variables: Record<string, unknown>): boolean {
  return (
    getDirectiveValues(GraphQLSkipDirective, selection, variables)?.if !== true &&
    getDirectiveValues(GraphQLIncludeDirective, selection, variables)?.if !== false
  );
}

/** A valid document defines each fragment that it spreads. */
function fragmentNamed({ definitions }: DocumentNode, name: string): SelectionSetNode {
  for (const definition of definitions)
    if (definition.kind === Kind.FRAGMENT_DEFINITION && definition.name.value === name)
      return definition.selectionSet;
  throw new Error('a fragment is not defined');
}

/** Introspection is for servers and staff who are not disabled. `__typename` is open to all. */
async function mayIntrospect({ actor, services }: RequestContext): Promise<boolean> {
  if (!actor || actor.kind === 'player') return false;
  try {
    return await (actor.kind === 'staff'
      ? mayRead(services.database, actor.id)
      : mayServerAsk(services.database, actor));
  } catch (error) {
    throw shownError(error);
  }
}

/** Of documents that are kept (documents.ts), so that each is visited once. */
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
