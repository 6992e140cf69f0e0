/**
 * defineBulk: a mutation that makes several claims, and its pipeline: authorise → parse → decide each item → commit → shape. Its
 * answer has an outcome for each item: some may be granted and others not.
 */
import type { FieldMap, InputFieldMap } from '@pothos/core';
import type { Actor, ActorKind } from '../domain/actor.ts';
import type { Json } from '../domain/canonical.ts';
import type { Decision, Intent } from '../domain/decide.ts';
import type { OperationKind } from '../domain/operation.ts';
import type { Outcome } from '../domain/outcome.ts';
import { receiptOf } from '../domain/receipt.ts';
import { type RejectionKind, rejectionMessage } from '../domain/rejections.ts';
import { type OperationLine, writeLog } from '../log/log.ts';
import { builder, type RequestContext, type SchemaTypes } from '../schema/builder.ts';
import { type BulkItem, type BulkReceipt, bulkFields, ItemFailed, type ItemFailure } from '../schema/bulk.ts';
import { Receipt } from '../schema/claim.ts';
import { type ErrorCode, errorExtensions } from '../schema/errors.ts';
import { type InputFields, idempotencyKey } from '../schema/inputs.ts';
import { REJECTION_TYPES, type Rejected, rejectionTypeName } from '../schema/rejections.ts';
import { authorise, ownId } from './authorise.ts';
import {
  defineInput,
  type Input,
  type Mutation,
  noteRejection,
  requireDeclared,
  rulesOfClaim,
  shownTo,
  typeNameOf,
} from './define-mutation.ts';
import { loggedError, type Observation, observe, shownError } from './observe.ts';
import { registerPermission } from './permitted.ts';
import { type ItemAnswer, sendBulk } from './send-bulk.ts';

/** The most items of one call. */
export const MAX_ITEMS = 500;
/** So many items count as one operation of the caller's rate: an item costs the service a fraction of a request. */
export const ITEMS_PER_OPERATION = 10;

/** What every item has. */
export interface ItemBase {
  readonly playerId: string;
}

/** Who calls. */
export interface BulkCaller {
  readonly actor: Actor;
  readonly context: RequestContext;
}

type ItemFields<Item> = PothosSchemaTypes.ObjectFieldBuilder<SchemaTypes, BulkItem<Item>>;

export interface BulkDefinition<Fields extends InputFieldMap, Parsed, Item extends ItemBase>
  extends OperationKind {
  readonly description: string;
  readonly actors: readonly ActorKind[];
  /** The input without idempotencyKey, which every bulk has. */
  readonly input: (t: InputFields) => Fields;
  readonly inputDescription?: string;
  /** What an item can be rejected as. */
  readonly rejections: readonly RejectionKind[];
  /** What an item of the answer shows besides its outcome. */
  readonly itemFields: (t: ItemFields<Item>) => FieldMap;
  readonly logDetails?: (input: Input<Fields>) => Partial<OperationLine>;
  /** Checks what scalars cannot express. Throws a FaultError. */
  readonly parse: (input: Input<Fields>, caller: BulkCaller) => Parsed | Promise<Parsed>;
  /** What the client sent: two calls under one key must agree in it. Nothing that the server derives. */
  readonly sent: (request: Parsed) => { readonly [field: string]: Json | undefined };
  /**
   * What identifies each item, in order. It is recorded with the call, and a retry is answered for it, whatever it would list now.
   * Absent: the input lists the items.
   */
  readonly list?: (request: Parsed, caller: BulkCaller) => Promise<readonly string[]>;
  /** At least one and at most MAX_ITEMS. */
  readonly items: (request: Parsed, listed: readonly string[]) => readonly Item[];
  /** A fault names its field from the item on. */
  readonly decide: (intent: Intent, item: Item) => Decision;
  readonly example: Readonly<Record<string, unknown>>;
  readonly notes?: string;
}

/** A bulk with its definition, for tests that decide its items. */
export interface DefinedBulk<Fields extends InputFieldMap, Parsed, Item extends ItemBase> extends Mutation {
  readonly definition: BulkDefinition<Fields, Parsed, Item>;
}

export function defineBulk<Fields extends InputFieldMap, Parsed, Item extends ItemBase>(
  definition: BulkDefinition<Fields, Parsed, Item>,
): DefinedBulk<Fields, Parsed, Item> {
  const { name, claimType, permission, description, actors, rejections, example, notes = '' } = definition;
  const typeName = typeNameOf(name);
  const { InputType, complete } = defineInput(`${typeName}Input`, definition.inputDescription, (t) => ({
    idempotencyKey: idempotencyKey(t),
    ...(definition.input(t) as InputFieldMap),
  }));
  const Result = defineBulkResult<Item>(definition);
  builder.mutationField(name, (t) =>
    t.field({
      type: Result,
      description,
      args: { input: t.arg({ type: InputType, required: true }) },
      // Pothos cannot see that the union of a type parameter is not a list.
      resolve: ((_: unknown, { input }: { input: object }, context: RequestContext) =>
        observe(context, name, (observation) =>
          run(definition, complete(input) as Input<Fields> & BulkInput, { context, observation }),
        )) as never,
    }),
  );
  registerPermission(permission, name);
  const published = { name, claimType, permission, description, actors, rejections, example, notes };
  return { root: 'mutation', isBulk: true, ...published, definition };
}

/** What the answer of a bulk depends on. `answerFields`: what it shows besides its items. */
interface ResultDefinition<Item, Answer>
  extends Pick<BulkDefinition<InputFieldMap, unknown, Item & ItemBase>, 'name' | 'rejections'> {
  readonly itemFields: (t: ItemFields<Item>) => object;
  readonly answerFields?: (t: PothosSchemaTypes.ObjectFieldBuilder<SchemaTypes, Answer>) => object;
}

export function defineBulkResult<Item, Answer extends BulkReceipt<Item> = BulkReceipt<Item>>({
  name,
  rejections,
  itemFields,
  answerFields,
}: ResultDefinition<Item, Answer>) {
  const typeName = typeNameOf(name);
  const ItemResult = builder.unionType(`${typeName}ItemResult`, {
    description: `Every outcome of an item of ${name}, and ItemFailed where there is none.`,
    types: [Receipt, ...rejections.map((kind) => REJECTION_TYPES[kind]), ItemFailed],
    resolveType: (result) => {
      if (result.kind === 'receipt') return 'Receipt';
      return result.kind === 'failure' ? 'ItemFailed' : rejectionTypeName(result.rejection.kind);
    },
  });
  const ItemType = builder.objectRef<BulkItem<Item>>(`${typeName}Item`).implement({
    description: `An item of ${name}, and what became of it.`,
    fields: (t) => ({
      ...itemFields(t),
      result: t.field({ type: ItemResult, resolve: ({ result }) => result }),
    }),
  });
  const AnswerType = builder.objectRef<Answer>(`${typeName}Receipt`).implement({
    description:
      'The call was recorded, once. A retry with the same key answers for the same items: those that have an outcome replay it.',
    fields: (t) => ({
      ...bulkFields(t as never),
      ...answerFields?.(t),
      items: t.field({
        type: [ItemType],
        description: 'In the order of the call.',
        resolve: ({ items }) => [...items],
      }),
    }),
  });
  return builder.unionType(`${typeName}Result`, {
    description: `Every outcome of ${name}.`,
    types: [AnswerType, REJECTION_TYPES.idempotency_key_reused],
    resolveType: (result) => (result.kind === 'bulk' ? `${typeName}Receipt` : 'IdempotencyKeyReused'),
  });
}

interface BulkInput {
  readonly idempotencyKey: string;
}

interface Visit {
  readonly context: RequestContext;
  readonly observation: Observation;
}

async function run<Fields extends InputFieldMap, Parsed, Item extends ItemBase>(
  definition: BulkDefinition<Fields, Parsed, Item>,
  input: Input<Fields> & BulkInput,
  visit: Visit,
): Promise<BulkReceipt<Item> | Rejected> {
  const { name, claimType, actors, logDetails } = definition;
  const { context, observation } = visit;
  observation.note({ claimType, player: ownId(context), ...logDetails?.(input) });
  const actor = authorise(context, name, actors);
  const caller = { actor, context };
  const request = await definition.parse(input, caller);
  const listed = (await definition.list?.(request, caller)) ?? null;
  let items = definition.items(request, listed ?? []);
  observation.note({ items: items.length });
  await context.countMore(Math.ceil(items.length / ITEMS_PER_OPERATION) - 1);

  const { idempotencyKey: key } = input;
  const answer = await sendBulk(context, observation, {
    call: { name, actor, idempotencyKey: key, input: definition.sent(request), items: listed },
    size: () => items.length,
    decide: (place, moment) => {
      const item = items[place] as Item;
      const own = {
        actor,
        playerId: item.playerId,
        idempotencyKey: key,
        expectedVersion: null,
        player: null,
      };
      return definition.decide({ ...own, ...moment }, item);
    },
    ...(listed && {
      adopt: (recorded) => {
        items = definition.items(request, recorded);
        observation.note({ items: items.length });
      },
    }),
  });
  if (answer.kind === 'key_reused') return noteRejection(observation, ...shownTo(context, answer));
  const shaped = await Promise.all(
    answer.answers.map(async (each, place) => ({
      item: items[place] as Item,
      result: await shapeItem(definition, each, context),
    })),
  );
  return noteBulk(definition, { replayed: answer.replayed, items: shaped, errors: answer.answers }, visit);
}

export async function shapeItem(
  { name, rejections }: Pick<Mutation, 'name' | 'rejections'>,
  answer: ItemAnswer,
  context: RequestContext,
): Promise<BulkItem<unknown>['result']> {
  if ('error' in answer) return failureOf(answer.error);
  const { outcome, rules } = answer;
  if (outcome.kind === 'granted') return receiptOf(outcome, await rulesOfClaim(context, outcome, rules));
  return requireDeclared(name, rejectedOf(outcome, context), rejections) as Rejected;
}

function rejectedOf(outcome: Extract<Outcome, { kind: 'rejected' }>, context: RequestContext): Rejected {
  const [rejection, { correlationId, original }] = shownTo(context, outcome);
  return { kind: 'rejected', rejection, message: rejectionMessage(rejection), correlationId, original };
}

function failureOf(error: unknown): ItemFailure {
  const { message, extensions } = shownError(error);
  const code = extensions.code as ErrorCode;
  const { retryable } = errorExtensions(code, '', extensions.retryable as boolean | undefined);
  return {
    kind: 'failure',
    code,
    message,
    field: (extensions.field as string | undefined) ?? null,
    retryable,
  };
}

/** Counts the outcomes, for the answer and the log line; a line of its own for each item that was not granted. */
export function noteBulk<Item extends ItemBase>(
  { name, claimType }: OperationKind,
  {
    replayed,
    items,
    errors,
  }: {
    readonly replayed: boolean;
    readonly items: readonly BulkItem<Item>[];
    readonly errors: readonly ItemAnswer[];
  },
  { context, observation }: Visit,
): BulkReceipt<Item> {
  const { actor, correlationId } = context;
  const count = (kind: BulkItem<Item>['result']['kind']) =>
    items.filter(({ result }) => result.kind === kind).length;
  const pending = items.filter(
    ({ result }) => result.kind === 'receipt' && result.claim.becamePending,
  ).length;
  const counts = {
    granted: count('receipt'),
    pending,
    rejected: count('rejected'),
    failed: count('failure'),
  };
  for (const [place, { item, result }] of items.entries()) {
    if (result.kind === 'receipt') continue;
    const answer = errors[place] as ItemAnswer;
    const code = result.kind === 'rejected' ? result.rejection.kind.toUpperCase() : result.code;
    const error = 'error' in answer ? loggedError(answer.error) : result.message;
    const line = {
      operation: name,
      success: false,
      actor: actor && `${actor.kind}:${actor.id}`,
      code,
      error,
    };
    writeLog({ ...line, player: item.playerId, claimType, item: place }, correlationId);
  }
  observation.note({ code: 'ITEMS', replayed, ...counts });
  return { kind: 'bulk', ...counts, replayed, correlationId, items };
}
