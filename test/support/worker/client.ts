/**
 * A typed client of the API: one method per operation, whose document selects everything that the operation can answer.
 * `asPlayer(id).claimReward({ type: 'daily_quest' })` sends one request to the Worker of this test file.
 */
import { type GraphQLField, type GraphQLInputType, getNamedType, isInputObjectType } from 'graphql';
import { STAFF_PERMISSIONS, type StaffRole } from '../../../src/domain/actor.ts';
import { OPERATIONS, schema } from '../../../src/resolvers/schema.ts';
import { operationDocument } from '../../../tools/documents.ts';
import type { Mutations, Queries, Rejection } from './schema-types.ts';
import {
  type Door,
  freshKey,
  type GraphqlError,
  playerToken,
  type SendOptions,
  send,
  serverToken,
  staffToken,
} from './service.ts';

export interface Answer<Result> {
  readonly status: number;
  readonly headers: Headers;
  /** Null if there are errors, or if that is the answer of a nullable query. */
  readonly result: Result | null;
  readonly errors?: readonly GraphqlError[];
}

export interface CallOptions {
  /** The idempotency key of a mutation. Without it each call has a key of its own. */
  readonly key?: string;
  readonly door?: Door;
  readonly headers?: Record<string, string>;
}

/** Mutations that take no key, whose result is one object. */
type MarkName = 'markRead';
export type MutationName = Exclude<keyof Mutations, MarkName>;
export type QueryName = keyof Queries;
export type OperationName = MutationName | MarkName | QueryName;
export type ResultOf<Name extends OperationName> = (Mutations & Queries)[Name]['result'];

/** The input of a mutation without the fields that the client fills in. */
export type MutationInput<Name extends MutationName> = Omit<Mutations[Name]['input'], 'idempotencyKey'> & {
  readonly idempotencyKey?: string;
};

type Method<Input, Result> =
  Record<string, never> extends Input
    ? (input?: Input, options?: CallOptions) => Promise<Answer<Result>>
    : (input: Input, options?: CallOptions) => Promise<Answer<Result>>;

export type Client = {
  readonly [Name in MutationName]: Method<MutationInput<Name>, Mutations[Name]['result']>;
} & {
  readonly [Name in MarkName]: Method<Mutations[Name]['input'], Mutations[Name]['result']>;
} & {
  readonly [Name in QueryName]: Method<Queries[Name]['input'], Queries[Name]['result']>;
};

export const asPlayer = (id: string): Client => withToken(playerToken(id));
export const asServer = (name?: string): Client => withToken(serverToken(name));
/** The ID of a staff member that `addStaffMember` registered. */
export const asStaff = (id: string): Client => withToken(staffToken(id));
export const anonymous = (): Client => withToken(undefined);

export function withToken(token: string | Promise<string> | undefined): Client {
  const methods = OPERATIONS.map(({ name, root }) => [
    name,
    async (input: object = {}, { key, door, headers }: CallOptions = {}) => {
      const keys = { idempotencyKey: key ?? freshKey() };
      const sent =
        root === 'query' || root === 'mark'
          ? input
          : key === undefined
            ? { ...keys, ...input }
            : { ...input, ...keys };
      return call(name as OperationName, sent, { token: await token, door, headers });
    },
  ]);
  return Object.fromEntries(methods) as Client;
}

/** Sends an operation with an input that TypeScript does not check. */
export async function call(
  name: OperationName,
  input: object,
  options: SendOptions,
): Promise<Answer<unknown>> {
  const { data, ...answer } = await send<{ result: unknown } | null>(
    documentOf(name),
    variablesOf(name, input),
    options,
  );
  return { ...answer, result: data?.result ?? null };
}

const documents = new Map<OperationName, string>();

/** The document of an operation, with the response name `result`. */
export function documentOf(name: OperationName): string {
  const document = documents.get(name) ?? operationDocument(schema, rootOf(name), name, { alias: 'result' });
  documents.set(name, document);
  return document;
}

/** Actions of staff are mutations of the schema. */
function rootOf(name: OperationName): 'query' | 'mutation' {
  return operationNamed(name).root === 'query' ? 'query' : 'mutation';
}

export function operationNamed(name: OperationName) {
  const operation = OPERATIONS.find((each) => each.name === name);
  if (!operation) throw new Error(`The API has no operation "${name}".`);
  return operation;
}

/** Whether it is a mutation with an idempotency key. */
export function takesKey(name: OperationName): boolean {
  return !['query', 'mark'].includes(operationNamed(name).root);
}

/** The roles of staff that may call it: those of its permission, or those that may read the ledger. */
export function rolesFor(name: OperationName): readonly StaffRole[] {
  const previewed = MUTATION_OF_PREVIEW[name];
  return STAFF_PERMISSIONS[operationNamed(previewed ?? name).permission];
}

const MUTATION_OF_PREVIEW: { readonly [Name in OperationName]?: MutationName } = {
  previewClaim: 'claimReward',
  previewExchange: 'exchange',
};

/** What a client sends: the fields of the argument `input`, or the arguments themselves. */
export function inputFieldsOf(name: OperationName): readonly { name: string; type: GraphQLInputType }[] {
  const { args } = fieldOf(name);
  const input = args.find((argument) => argument.name === 'input');
  const type = input && getNamedType(input.type);
  return isInputObjectType(type) ? Object.values(type.getFields()) : args;
}

/** The variables of its document. */
export function variablesOf(name: OperationName, input: object): object {
  return fieldOf(name).args.some((argument) => argument.name === 'input') ? { input } : input;
}

function fieldOf(name: OperationName): GraphQLField<unknown, unknown> {
  const root = rootOf(name) === 'query' ? schema.getQueryType() : schema.getMutationType();
  return root?.getFields()[name] as GraphQLField<unknown, unknown>;
}

/**
 * Sends a request again, under its key, until it has an outcome, as clients do. Who waits for one row with many others may wait longer
 * than the lock time-out.
 */
export async function untilAnswered<T>(send: () => Promise<Answer<T>>): Promise<Answer<T>> {
  for (let tries = 1; ; tries++) {
    const answer = await send();
    const isLate = answer.errors?.some(({ extensions }) => extensions.code === 'UNAVAILABLE');
    if (!isLate || tries === 20) return answer;
    await new Promise((resolve) => setTimeout(resolve, 50 * tries));
  }
}

/** The result of a request that must not fail. */
export function resultOf<Result>(answer: Answer<Result>): Result {
  if (answer.errors) throw unexpected('a result', answer);
  return answer.result as Result;
}

interface Member {
  readonly __typename: string;
}

/** The result, which must be of this type. */
export function resultAs<Result extends Member, Name extends Result['__typename']>(
  answer: Answer<Result>,
  name: Name,
): Extract<Result, { readonly __typename: Name }> {
  if (answer.result?.__typename !== name) throw unexpected(name, answer);
  return answer.result as Extract<Result, { readonly __typename: Name }>;
}

export function receiptOf<Result extends Member>(
  answer: Answer<Result>,
): Extract<Result, { readonly __typename: 'Receipt' }> {
  return resultAs(answer, 'Receipt');
}

export function rejectionOf<
  Result extends Member,
  Name extends Result['__typename'] & Rejection['__typename'],
>(answer: Answer<Result>, name: Name): Extract<Result, { readonly __typename: Name }> {
  return resultAs(answer, name);
}

export interface FaultAnswer {
  readonly code: string;
  readonly retryable: boolean;
  /** The input field that is at fault. */
  readonly field?: string;
}

/** The one fault of a request that must fail. */
export function faultOf(answer: Answer<unknown>): FaultAnswer {
  const [error, ...others] = answer.errors ?? [];
  if (!error || others.length > 0 || answer.result !== null) throw unexpected('one fault', answer);
  const { code, retryable, field } = error.extensions;
  return { code, retryable, ...(field !== undefined && { field }) };
}

/** A receipt without the only field in which a replay differs from the original. */
export function withoutReplayed<Each extends { readonly replayed: boolean }>(
  receipt: Each,
): Omit<Each, 'replayed'> {
  const { replayed: _, ...rest } = receipt;
  return rest;
}

function unexpected(expected: string, { status, result, errors }: Answer<unknown>): Error {
  return new Error(`Expected ${expected}, but the answer is ${JSON.stringify({ status, result, errors })}`);
}
