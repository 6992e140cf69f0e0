/**
 * defineMutation: one definition per mutation, and the pipeline that runs it after authentication (src/http/access.ts):
 * authorise → parse → decide → commit → shape. Input type, result union, permission matrix, admin tab and test tables
 * follow from the definition.
 */
import type { InputFieldMap, InputShapeFromFields } from '@pothos/core';
import type { Actor, ActorKind } from '../domain/actor.ts';
import { type Decision, type Intent, NO_CONFIG } from '../domain/decide.ts';
import type { Roll } from '../domain/draw.ts';
import { forbidden } from '../domain/fault.ts';
import type { OperationKind } from '../domain/operation.ts';
import type { Outcome } from '../domain/outcome.ts';
import { type Receipt as ReceiptShape, receiptOf } from '../domain/receipt.ts';
import { type AnsweredRejection, type RejectionKind, rejectionMessage } from '../domain/rejections.ts';
import type { BalanceRules } from '../domain/rules.ts';
import type { Commit } from '../ledger/commit-operation.ts';
import { LedgerUnavailable } from '../ledger/failures.ts';
import { readFacts } from '../ledger/read-facts.ts';
import type { OperationLine } from '../log/log.ts';
import type { RequestContext } from '../schema/builder.ts';
import { builder } from '../schema/builder.ts';
import { isForeign, isInternal, Receipt } from '../schema/claim.ts';
import { graphqlErrors } from '../schema/errors.ts';
import { expectedVersion, type InputFields, idempotencyKey } from '../schema/inputs.ts';
import { REJECTION_TYPES, type Rejected, rejectionTypeName } from '../schema/rejections.ts';
import { actingPlayer, authorise, FORBIDDEN, ownId } from './authorise.ts';
import { FaultError, type Observation, observe } from './observe.ts';
import { registerPermission } from './permitted.ts';
import { requestDice } from './roll.ts';
import { sendOperation, sumByResource } from './send-operation.ts';

/** An input whose omitted fields are null. */
export type Input<Fields extends InputFieldMap> = {
  readonly [K in keyof InputShapeFromFields<Fields>]-?: Exclude<InputShapeFromFields<Fields>[K], undefined>;
};

/** Who calls, for whom. */
export interface Caller {
  readonly actor: Actor;
  readonly playerId: string;
  readonly context: RequestContext;
}

export interface MutationDefinition<Fields extends InputFieldMap, Parsed> extends OperationKind {
  readonly description: string;
  /** A player acts for themselves; servers and staff name the player in `playerId`. */
  readonly actors: readonly ActorKind[];
  /** The input without idempotencyKey and expectedVersion, which every mutation has. */
  readonly input: (t: InputFields) => Fields;
  readonly inputDescription?: string;
  /** The rejections that it can answer, besides idempotency_key_reused and version_conflict, which every mutation has. */
  readonly rejections: readonly RejectionKind[];
  /** Log fields that are known before the decision. */
  readonly logDetails?: (input: Input<Fields>) => Partial<OperationLine>;
  /** Checks what scalars cannot express, and reads tickets. Throws a FaultError. Absent: the input itself. */
  readonly parse?: (input: Input<Fields>, caller: Caller) => Parsed | Promise<Parsed>;
  /** `roll`: the dice of the request. Each decision of it finds the same numbers. */
  readonly decide: (intent: Intent, request: Parsed, roll: Roll) => Decision;
  /** An example input for the admin page, the documentation and generated tests. */
  readonly example: Readonly<Record<string, unknown>>;
  /** A hint for people who try it on the admin page. */
  readonly notes?: string;
}

/** The public description of a mutation. */
export interface Mutation extends OperationKind {
  readonly root: 'mutation';
  readonly description: string;
  readonly actors: readonly ActorKind[];
  /** Of a bulk: those of its items. */
  readonly rejections: readonly RejectionKind[];
  /** Whether it makes several claims, and answers with a list of outcomes. */
  readonly isBulk: boolean;
  readonly example: Readonly<Record<string, unknown>>;
  readonly notes: string;
}

/** A mutation with its definition, for previews of it. */
export interface DefinedMutation<Fields extends InputFieldMap, Parsed> extends Mutation {
  readonly definition: MutationDefinition<Fields, Parsed>;
}

/** Every mutation can be rejected in these ways. */
const COMMON_REJECTIONS: readonly RejectionKind[] = [
  'idempotency_key_reused',
  'version_conflict',
  'player_merged',
];

export function defineMutation<Fields extends InputFieldMap, Parsed = Input<Fields>>(
  definition: MutationDefinition<Fields, Parsed>,
): DefinedMutation<Fields, Parsed> {
  const { name, claimType, permission, description, actors, example, notes = '' } = definition;
  const typeName = typeNameOf(name);
  const rejections = [...COMMON_REJECTIONS, ...definition.rejections];
  const { InputType, complete } = defineInput(`${typeName}Input`, definition.inputDescription, (t) => ({
    idempotencyKey: idempotencyKey(t),
    ...(definition.input(t) as InputFieldMap),
    expectedVersion: expectedVersion(t),
  }));
  const Result = builder.unionType(`${typeName}Result`, {
    description: `Every outcome of ${name}.`,
    types: [Receipt, ...rejections.map((kind) => REJECTION_TYPES[kind])],
    resolveType: (result) =>
      result.kind === 'receipt' ? 'Receipt' : rejectionTypeName(result.rejection.kind),
  });
  builder.mutationField(name, (t) =>
    t.field({
      type: Result,
      description,
      args: { input: t.arg({ type: InputType, required: true }) },
      resolve: (_, { input }, context) =>
        observe(context, name, async (observation) => {
          const completed = complete(input) as Input<Fields> & CommonInput;
          const answer = await run(definition, completed, { context, observation });
          return requireDeclared(name, answer, rejections);
        }),
    }),
  );
  registerPermission(permission, name);
  const published = { name, claimType, permission, description, actors, rejections, example, notes };
  return { root: 'mutation', isBulk: false, ...published, definition };
}

/** The fields that mutations have in common. */
interface CommonInput {
  readonly idempotencyKey: string;
  readonly expectedVersion: number | null;
  readonly playerId?: string | null;
}

/** `claimReward` → `ClaimReward`. */
export function typeNameOf(name: string): string {
  return `${name[0]?.toUpperCase()}${name.slice(1)}`;
}

/** An input type, and `complete`, which sets the fields that the client left out to null. */
export function defineInput(
  typeName: string,
  description: string | undefined,
  fieldsOf: (t: InputFields) => InputFieldMap,
) {
  let names: readonly string[] = [];
  const InputType = builder.inputType(typeName, {
    ...(description && { description }),
    fields: (t) => {
      const fields = fieldsOf(t);
      names = Object.keys(fields);
      return fields;
    },
  });
  const complete = (input: object): Record<string, unknown> => {
    const given = input as Record<string, unknown>;
    return Object.fromEntries(names.map((name) => [name, given[name] ?? null]));
  };
  return { InputType, complete };
}

async function run<Fields extends InputFieldMap, Parsed>(
  definition: MutationDefinition<Fields, Parsed>,
  input: Input<Fields> & CommonInput,
  { context, observation }: { readonly context: RequestContext; readonly observation: Observation },
): Promise<ReceiptShape | Rejected> {
  observation.note({ claimType: definition.claimType });
  const { actor, playerId, request } = await authoriseAndParse(definition, definition.name, input, {
    context,
    observation,
  });
  const { idempotencyKey, expectedVersion } = input;
  const dice = requestDice();
  const { fault, rules, answer } = await sendOperation(context, observation, {
    intent: { actor, playerId, idempotencyKey, expectedVersion },
    decide: (intent) => definition.decide(intent, request, dice()),
    read: (needed) => readFacts(context.services.database, playerId, needed),
    send: (operation, held) => commit(context, [operation, held, observation.note]),
  });
  switch (answer.kind) {
    case 'granted':
      return noteReceipt(observation, receiptOf(answer, await rulesOfClaim(context, answer, rules)));
    case 'rejected':
    case 'key_reused':
      return noteRejection(observation, ...shownTo(context, answer));
    case 'forbidden':
      throw new FaultError(forbidden(FORBIDDEN[answer.why]));
    // Only a lookup has this outcome, and a lookup has a fault.
    case 'unknown_key':
      throw new FaultError(fault ?? NO_CONFIG);
    case 'rate_limited':
      throw tooOften(answer, context.now);
    case 'busy':
      throw new LedgerUnavailable('the kernel answered one operation as busy');
  }
}

type NotGranted = Extract<Outcome, { kind: 'rejected' | 'key_reused' }>;

/**
 * Players do not see the correlation ID of another actor, and of what staff tried nothing at all: a rejection could tell them the
 * limits of a staff member.
 */
export function shownTo(context: RequestContext, answer: NotGranted): [AnsweredRejection, RejectionSource] {
  const made = { actorKind: answer.actor.kind, actorId: answer.actor.id };
  const correlationId = isForeign(made, context) ? context.requestId : answer.correlationId;
  if (answer.kind === 'rejected' && !isInternal(made, context))
    return [hiddenFrom(context, answer.rejection), { ...answer, correlationId }];
  const fields = answer.kind === 'rejected' ? ['actor'] : answer.fields;
  return [
    { kind: 'idempotency_key_reused', fields },
    { correlationId, original: null },
  ];
}

/** Players do not see which account another player was merged into, nor their own: a guest's token may be on a device of others. */
export function hiddenFrom({ actor }: RequestContext, rejection: AnsweredRejection): AnsweredRejection {
  if (rejection.kind !== 'player_merged' || actor?.kind !== 'player') return rejection;
  const { mergedInto: _, ...seen } = rejection;
  return seen;
}

export function tooOften({ retryAt, of }: Extract<Outcome, { kind: 'rate_limited' }>, now: Date) {
  const seconds = secondsUntil(retryAt, now);
  return of === 'server' ? graphqlErrors.serverLimited(seconds) : graphqlErrors.rejectedTooOften(seconds);
}

function secondsUntil(moment: Date, now: Date): number {
  return Math.max(1, Math.ceil((moment.getTime() - now.getTime()) / 1_000));
}

/** Authorise → parse, for a mutation and for a preview of it. `name` is the operation that is called. */
export async function authoriseAndParse<Fields extends InputFieldMap, Parsed>(
  { actors, logDetails, parse }: MutationDefinition<Fields, Parsed>,
  name: string,
  input: Input<Fields> & { readonly playerId?: string | null },
  { context, observation }: { readonly context: RequestContext; readonly observation: Observation },
): Promise<{ readonly actor: Actor; readonly playerId: string; readonly request: Parsed }> {
  const requestedPlayer = input.playerId ?? null;
  observation.note({ player: requestedPlayer ?? ownId(context), ...logDetails?.(input) });
  const actor = authorise(context, name, actors);
  const playerId = actingPlayer(actor, requestedPlayer);
  observation.note({ player: playerId });
  // Without a parse step the request is the input itself, which is the default of the type parameter.
  const request = parse ? await parse(input, { actor, playerId, context }) : (input as unknown as Parsed);
  return { actor, playerId, request };
}

function commit({ services, waitUntil }: RequestContext, parameters: Parameters<Commit>): Promise<Outcome> {
  const committing = services.commit(...parameters);
  // A client that disconnects must not cancel the transaction half-way: the Worker stays until there is an outcome.
  waitUntil(committing.catch(() => {}));
  return committing;
}

/** The rules of the config that the claim was made under. The answer to a replay names another one. */
export async function rulesOfClaim(
  { services }: RequestContext,
  { config }: Extract<Outcome, { kind: 'granted' }>,
  current: BalanceRules | null,
): Promise<BalanceRules> {
  if (!config && current) return current;
  const adopted = config ? await services.config.adopt(config) : null;
  if (adopted?.kind !== 'rules') throw new FaultError(NO_CONFIG);
  return adopted.rules;
}

/** Adds the receipt to the log line and returns it. */
function noteReceipt(observation: Observation, receipt: ReceiptShape): ReceiptShape {
  const { type, key, configVersion, reason } = receipt.claim;
  observation.note({
    code: 'RECEIPT',
    replayed: receipt.replayed,
    requested: null,
    amounts: sumByResource(receipt.changes),
    claimType: type,
    claimKey: key,
    configVersion,
    reason,
  });
  return receipt;
}

/** The first attempt that was rejected, and whether this is a replay of it. */
type RejectionSource = Pick<Rejected, 'correlationId' | 'original'> & { readonly replayed?: boolean };

/** Adds the rejection to the log line and returns the answer. */
export function noteRejection(
  observation: Observation,
  rejection: AnsweredRejection,
  { correlationId, original, replayed = false }: RejectionSource,
): Rejected {
  const message = rejectionMessage(rejection);
  observation.note({ success: false, code: rejection.kind.toUpperCase(), error: message, replayed });
  return { kind: 'rejected', rejection, message, correlationId, original };
}

/** Throws if the definition does not declare the rejection: a defect of ours. */
export function requireDeclared<Answer extends { readonly kind: string }>(
  name: string,
  answer: Answer | Rejected,
  declared: readonly RejectionKind[],
): Answer | Rejected {
  if (!('rejection' in answer) || declared.includes(answer.rejection.kind)) return answer;
  throw new Error(`${name} was rejected as ${answer.rejection.kind}, which its definition does not declare`);
}
