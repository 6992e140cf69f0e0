/**
 * definePreview: a query that answers what a mutation would do now. It runs the mutation's own pipeline with the kernel's
 * read-only half: no key is taken and nothing is written.
 */
import type { InputFieldMap } from '@pothos/core';
import type { ActorKind } from '../domain/actor.ts';
import { type Decision, type Intent, NO_CONFIG } from '../domain/decide.ts';
import { forbidden } from '../domain/fault.ts';
import type { Judged, Previewed } from '../domain/receipt.ts';
import type { RejectionKind } from '../domain/rejections.ts';
import { previewOperation } from '../ledger/commit-operation.ts';
import type { OperationLine } from '../log/log.ts';
import type { RequestContext } from '../schema/builder.ts';
import { builder } from '../schema/builder.ts';
import { expectedVersion, type InputFields } from '../schema/inputs.ts';
import { REJECTION_TYPES, type Rejected, rejectionTypeName } from '../schema/rejections.ts';
import { actingPlayer, authorise, FORBIDDEN_STAFF, ownId } from './authorise.ts';
import {
  type Caller,
  type Input,
  noteRejection,
  requireDeclared,
  sumByResource,
  withNulls,
} from './define-mutation.ts';
import type { Query } from './define-query.ts';
import { FaultError, type Observation, observe } from './observe.ts';

interface PreviewDefinition<Fields extends InputFieldMap, Request, Shape extends Previewed> {
  readonly name: string;
  readonly description: string;
  readonly inputDescription: string;
  readonly actors: readonly ActorKind[];
  /** The input without expectedVersion, which every preview has. */
  readonly input: (t: InputFields) => Fields;
  /** The object type that implements Preview. */
  readonly type: PothosSchemaTypes.ObjectRef<typeof builder.$inferSchemaTypes, Shape, Shape>;
  /** The rejections that it can answer, besides version_conflict, which every preview has. */
  readonly rejections: readonly RejectionKind[];
  readonly about?: (input: Input<Fields>) => Partial<OperationLine>;
  readonly parse: (input: Input<Fields>, caller: Caller) => Request | Promise<Request>;
  readonly decide: (intent: Intent, request: Request) => Decision;
  readonly shape: (judged: Judged, request: Request) => Shape;
  readonly example: Readonly<Record<string, unknown>>;
  readonly notes?: string;
}

interface Versioned {
  readonly expectedVersion: number | null;
  readonly playerId?: string | null;
}

export function definePreview<Fields extends InputFieldMap, Request, Shape extends Previewed>(
  definition: PreviewDefinition<Fields, Request, Shape>,
): Query {
  const { name, description, actors, example, notes = '' } = definition;
  const typeName = `${name[0]?.toUpperCase()}${name.slice(1)}`;
  const rejections: RejectionKind[] = ['version_conflict', ...definition.rejections];
  let fieldNames: readonly string[] = [];
  const InputType = builder.inputType(`${typeName}Input`, {
    description: definition.inputDescription,
    fields: (t) => {
      const fields = {
        ...(definition.input(t) as InputFieldMap),
        expectedVersion: expectedVersion(t),
      };
      fieldNames = Object.keys(fields);
      return fields;
    },
  });
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
          const sent = withNulls(input, fieldNames) as Input<Fields> & Versioned;
          const answer = await run(definition, sent, { context, observation });
          return requireDeclared(name, answer, rejections);
        })) as never,
    }),
  );
  return { root: 'query', name, description, actors, example: { input: example }, notes };
}

async function run<Fields extends InputFieldMap, Request, Shape extends Previewed>(
  definition: PreviewDefinition<Fields, Request, Shape>,
  input: Input<Fields> & Versioned,
  { context, observation }: { context: RequestContext; observation: Observation },
): Promise<Shape | Rejected> {
  const named = input.playerId ?? null;
  observation.note({ player: named ?? ownId(context), ...definition.about?.(input) });
  const actor = authorise(context, definition.name, definition.actors);
  const playerId = actingPlayer(actor, named);
  observation.note({ player: playerId });
  const request = await definition.parse(input, { actor, playerId, context });
  const { services, correlationId, now } = context;
  const config = await services.config.current();
  if (config.kind !== 'rules') throw new FaultError(NO_CONFIG);
  const { rules } = config;
  const { expectedVersion } = input;
  const intent = { actor, playerId, idempotencyKey: '', expectedVersion, correlationId, now, rules };
  const { operation, fault } = definition.decide(intent, request);
  // For staff the database decides first whether they may ask at all.
  if (fault && !operation.staffCheck) throw new FaultError(fault);
  const { claimType, claimKey, configVersion } = operation;
  observation.note({ ...(claimType && { claimType, claimKey }), configVersion });

  const found = await observation.timeDatabase(() => previewOperation(services.database, operation));
  switch (found.kind) {
    case 'preview':
      observation.note({ requested: sumByResource(found.changes) });
      return definition.shape({ found, operation, rules }, request);
    case 'rejected':
      return noteRejection(observation, found.rejection, found);
    case 'forbidden':
      throw new FaultError(forbidden(FORBIDDEN_STAFF[found.why]));
    case 'unknown_key':
      throw new FaultError(fault ?? NO_CONFIG);
  }
}
