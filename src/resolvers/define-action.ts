/**
 * defineAction: one definition per action that is about no player, of staff or of a game server, and the pipeline that runs it after
 * authentication: authorise → parse → decide → commit → shape. It is a mutation with the same rules of keys; its key belongs to the actor.
 */
import type { InputFieldMap, ObjectRef } from '@pothos/core';
import type { ActorKind } from '../domain/actor.ts';
import { type Intent, NO_CONFIG } from '../domain/decide.ts';
import { type Fault, forbidden } from '../domain/fault.ts';
import type { RejectionKind } from '../domain/rejections.ts';
import type { ActionKind, DecidedAction, Effect } from '../domain/staff-action.ts';
import { type ActionOutcome, commitAction } from '../ledger/commit-action.ts';
import { LedgerUnavailable } from '../ledger/failures.ts';
import { builder, type RequestContext, type SchemaTypes } from '../schema/builder.ts';
import { type InputFields, idempotencyKey } from '../schema/inputs.ts';
import { REJECTION_TYPES, type Rejected, rejectionTypeName } from '../schema/rejections.ts';
import { authorise, FORBIDDEN } from './authorise.ts';
import {
  defineInput,
  type Input,
  noteRejection,
  requireDeclared,
  tooOften,
  typeNameOf,
} from './define-mutation.ts';
import { FaultError, type Observation, observe } from './observe.ts';
import { registerPermission } from './permitted.ts';
import { sendOperation } from './send-operation.ts';

/** The answer to an action that was granted. */
export interface ActionReceipt {
  readonly kind: 'action_receipt';
  readonly replayed: boolean;
  readonly correlationId: string;
  readonly recordedAt: string;
  /** What it was about, as it is now. */
  readonly record: unknown;
}

/** A receipt type, whose field `field` shows a record of `Type`. Each kind of record has one. */
export function defineReceipt<Shape>(name: string, field: string, Type: ObjectRef<SchemaTypes, Shape>) {
  return builder.objectRef<ActionReceipt>(name).implement({
    description: `The answer to an action on a ${field}. It is recorded for good, and in the audit.`,
    fields: (t) => ({
      replayed: t.exposeBoolean('replayed', {
        description: 'Whether an earlier request with this key did it.',
      }),
      correlationId: t.exposeID('correlationId', { description: 'Of the request that did it.' }),
      recordedAt: t.expose('recordedAt', { type: 'DateTime' }),
      [field]: t.field({
        type: Type,
        description: `The ${field} as it is now, also where this is a replay.`,
        resolve: ({ record }) => record as never,
      }),
    }),
  });
}

interface ActionDefinition<Fields extends InputFieldMap, Parsed> extends ActionKind {
  readonly description: string;
  /** Left out: staff. */
  readonly actors?: readonly ActorKind[];
  readonly input: (t: InputFields) => Fields;
  /** The type of its answer (defineReceipt). */
  readonly receipt: ReturnType<typeof defineReceipt>;
  /** The rejections that it can answer, besides idempotency_key_reused. */
  readonly rejections: readonly RejectionKind[];
  /** Checks what scalars cannot express. Throws a FaultError. Absent: the input itself. */
  readonly parse?: (
    input: Input<Fields>,
    context: RequestContext,
    observation: Observation,
  ) => Parsed | Promise<Parsed>;
  /** Whether it starts what only the Workflow binding can do. */
  readonly needsWorkflow?: true;
  readonly decide: (intent: Intent, request: Parsed) => DecidedAction;
  /** What the answer shows of the record, with what only the request knows. Absent: the record. */
  readonly show?: (record: never, request: Parsed, context: RequestContext, replayed: boolean) => unknown;
  /** Goes on after the answer; the schedule does so if it ends. */
  readonly afterwards?: (record: never, context: RequestContext) => void;
  readonly example: Readonly<Record<string, unknown>>;
  readonly notes?: string;
}

/** The public description of an action. */
export interface Action extends ActionKind {
  readonly root: 'action';
  readonly description: string;
  readonly actors: readonly ActorKind[];
  readonly rejections: readonly RejectionKind[];
  readonly example: Readonly<Record<string, unknown>>;
  readonly notes: string;
}

export function defineAction<Fields extends InputFieldMap, Parsed = Input<Fields>>(
  definition: ActionDefinition<Fields, Parsed>,
): Action {
  const { name, claimType, permission, description, actors = STAFF, example, notes = '' } = definition;
  const typeName = typeNameOf(name);
  const rejections: readonly RejectionKind[] = ['idempotency_key_reused', ...definition.rejections];
  const { InputType, complete } = defineInput(`${typeName}Input`, undefined, (t) => ({
    idempotencyKey: idempotencyKey(t),
    ...(definition.input(t) as InputFieldMap),
  }));
  const Result = builder.unionType(`${typeName}Result`, {
    description: `Every outcome of ${name}.`,
    types: [definition.receipt, ...rejections.map((kind) => REJECTION_TYPES[kind])],
    resolveType: (result) =>
      result.kind === 'rejected' ? rejectionTypeName(result.rejection.kind) : definition.receipt.name,
  });
  builder.mutationField(name, (t) =>
    t.field({
      type: Result,
      description,
      args: { input: t.arg({ type: InputType, required: true }) },
      resolve: (_, { input }, context) =>
        observe(context, name, async (observation) => {
          const completed = complete(input) as Input<Fields> & { readonly idempotencyKey: string };
          return requireDeclared(
            name,
            await run(definition, completed, { context, observation }),
            rejections,
          );
        }),
    }),
  );
  registerPermission(permission, name);
  const published = { name, claimType, permission, description, rejections, example, notes };
  return { root: 'action', actors, ...published };
}

const STAFF: readonly ActorKind[] = ['staff'];

const NO_WORKFLOW: Fault = {
  code: 'BAD_USER_INPUT',
  field: null,
  message: 'Campaigns need the Workflow binding CAMPAIGNS, which this deployment does not have',
};

/** Starts what drives the campaign. If that fails, the schedule does it. */
function begin({ services, waitUntil }: RequestContext, record: unknown): void {
  const { id } = record as { readonly id: number };
  waitUntil(services.beginCampaign?.(id).catch(() => {}) ?? Promise.resolve());
}

async function run<Fields extends InputFieldMap, Parsed>(
  definition: ActionDefinition<Fields, Parsed>,
  input: Input<Fields> & { readonly idempotencyKey: string },
  { context, observation }: { readonly context: RequestContext; readonly observation: Observation },
): Promise<ActionReceipt | Rejected> {
  observation.note({ claimType: definition.claimType });
  const actor = authorise(context, definition.name, definition.actors ?? STAFF);
  if (definition.needsWorkflow && !context.services.beginCampaign) throw new FaultError(NO_WORKFLOW);
  const request = definition.parse
    ? await definition.parse(input, context, observation)
    : (input as unknown as Parsed);
  let effect: Effect | undefined;
  const { fault, answer } = await sendOperation<ActionOutcome>(context, observation, {
    intent: { actor, playerId: actor.id, idempotencyKey: input.idempotencyKey, expectedVersion: null },
    decide: (intent) => {
      const decided = definition.decide(intent, request);
      effect = decided.effect;
      return decided.decision;
    },
    read: () => Promise.reject(new Error('an action reads no player')),
    send: (operation, held) => {
      const committing = commitAction(context.services.database, operation, effect as Effect, held);
      context.waitUntil(committing.catch(() => {}));
      return committing;
    },
  });
  switch (answer.kind) {
    case 'granted': {
      const { correlationId, claimedAt, configVersion, reason } = answer.claim;
      observation.note({ code: 'RECEIPT', replayed: answer.replayed, configVersion, reason });
      if (definition.needsWorkflow && !answer.replayed) begin(context, answer.record);
      definition.afterwards?.(answer.record as never, context);
      const { replayed } = answer;
      const record = definition.show
        ? await definition.show(answer.record as never, request, context, replayed)
        : answer.record;
      return { kind: 'action_receipt', replayed, correlationId, recordedAt: claimedAt, record };
    }
    case 'rejected':
      return noteRejection(observation, answer.rejection, answer);
    case 'key_reused':
      return noteRejection(
        observation,
        { kind: 'idempotency_key_reused', fields: answer.fields },
        { correlationId: answer.correlationId, original: null },
      );
    case 'forbidden':
      throw new FaultError(forbidden(FORBIDDEN[answer.why]));
    case 'unknown_key':
      throw new FaultError(fault ?? NO_CONFIG);
    case 'rate_limited':
      throw tooOften(answer, context.now);
    case 'busy':
      throw new LedgerUnavailable(`the kernel answered an action as ${answer.kind}`);
  }
}
