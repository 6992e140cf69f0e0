/**
 * definePreview: a query that answers what a mutation would do now. It runs the mutation's own pipeline with the kernel's
 * read-only half: no key is taken and nothing is written.
 */
import type { InputFieldMap } from '@pothos/core';
import { type Decision, type Intent, NO_CONFIG } from '../domain/decide.ts';
import { forbidden } from '../domain/fault.ts';
import type { EvaluatedOperation, Previewed } from '../domain/receipt.ts';
import { previewOperation } from '../ledger/commit-operation.ts';
import { readFacts } from '../ledger/read-facts.ts';
import { builder, type RequestContext, type SchemaTypes } from '../schema/builder.ts';
import { expectedVersion } from '../schema/inputs.ts';
import { REJECTION_TYPES, type Rejected, rejectionTypeName } from '../schema/rejections.ts';
import { FORBIDDEN } from './authorise.ts';
import {
  authoriseAndParse,
  type DefinedMutation,
  defineInput,
  hiddenFrom,
  type Input,
  noteRejection,
  requireDeclared,
  typeNameOf,
} from './define-mutation.ts';
import type { Query } from './define-query.ts';
import { FaultError, type Observation, observe } from './observe.ts';
import { sendOperation, sumByResource } from './send-operation.ts';

interface PreviewDefinition<Fields extends InputFieldMap, Parsed, Shape extends Previewed> {
  readonly name: string;
  readonly description: string;
  /** The mutation that is previewed. Input, actors, rejections, parsing and example are the same. */
  readonly of: DefinedMutation<Fields, Parsed>;
  /** A preview makes no draw. */
  readonly decide: (intent: Intent, request: Parsed) => Decision;
  /** The object type that implements Preview. */
  readonly type: PothosSchemaTypes.ObjectRef<SchemaTypes, Shape, Shape>;
  readonly shape: (evaluated: EvaluatedOperation, request: Parsed) => Shape;
}

interface Versioned {
  readonly expectedVersion: number | null;
  readonly playerId?: string | null;
}

export function definePreview<Fields extends InputFieldMap, Parsed, Shape extends Previewed>(
  definition: PreviewDefinition<Fields, Parsed, Shape>,
): Query {
  const { name, description, of: mutation } = definition;
  const typeName = typeNameOf(name);
  const rejections = mutation.rejections.filter((kind) => kind !== 'idempotency_key_reused');
  const { InputType, complete } = defineInput(
    `${typeName}Input`,
    `As for ${mutation.name}, without an idempotency key.`,
    (t) => ({
      ...(mutation.definition.input(t) as InputFieldMap),
      expectedVersion: expectedVersion(t),
    }),
  );
  const Result = builder.unionType(`${typeName}Result`, {
    description: `Every outcome of ${name}.`,
    types: [definition.type, ...rejections.map((kind) => REJECTION_TYPES[kind])],
    resolveType: (result) =>
      'rejection' in result ? rejectionTypeName(result.rejection.kind) : definition.type,
  });
  builder.queryField(name, (t) =>
    t.field({
      type: Result,
      description,
      args: { input: t.arg({ type: InputType, required: true }) },
      // Pothos cannot see that the union of a type parameter is not a list.
      resolve: ((_: unknown, { input }: { input: object }, context: RequestContext) =>
        observe(context, name, async (observation) => {
          const completed = complete(input) as Input<Fields> & Versioned;
          const answer = await run(definition, completed, { context, observation });
          return requireDeclared(name, answer, rejections);
        })) as never,
    }),
  );
  const { actors, permission, example } = mutation;
  return { root: 'query', name, description, actors, permission, example: { input: example }, notes: '' };
}

async function run<Fields extends InputFieldMap, Parsed, Shape extends Previewed>(
  { name, of: mutation, shape, decide }: PreviewDefinition<Fields, Parsed, Shape>,
  input: Input<Fields> & Versioned,
  { context, observation }: { context: RequestContext; observation: Observation },
): Promise<Shape | Rejected> {
  const { actor, playerId, request } = await authoriseAndParse(mutation.definition, name, input, {
    context,
    observation,
  });
  // A preview takes no key. The kernel looks one up all the same, so it gets one that nobody has used.
  const { requestId: idempotencyKey, services } = context;
  const { expectedVersion } = input;
  const { operation, fault, alternatives, rules, answer } = await sendOperation(context, observation, {
    intent: { actor, playerId, idempotencyKey, expectedVersion },
    decide: (intent) => decide(intent, request),
    read: (needed) => readFacts(services.database, playerId, needed),
    send: (operation, held) => previewOperation(services.database, operation, held),
  });
  switch (answer.kind) {
    case 'preview':
      if (!rules) throw new FaultError(NO_CONFIG);
      observation.note({ requested: sumByResource(answer.changes) });
      return shape({ found: answer, operation, rules, alternatives: alternatives ?? null }, request);
    case 'rejected':
      return noteRejection(observation, hiddenFrom(context, answer.rejection), answer);
    case 'forbidden':
      throw new FaultError(forbidden(FORBIDDEN[answer.why]));
    case 'unknown_key':
      throw new FaultError(fault ?? NO_CONFIG);
  }
}
