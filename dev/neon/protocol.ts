/**
 * Neon's SQL-over-HTTP protocol: reads the headers, the connection string and the body of a request, and writes errors in
 * Neon's format. It opens no connection and executes nothing.
 */
import type { IncomingHttpHeaders } from 'node:http';
import pg from 'pg';
import { type NeonFailureName, neonFailure } from './failures.ts';

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

export type Statement = { query: string; params: (string | null)[]; arrayMode: boolean };

export type SqlRequest = {
  connectionString: string;
  statements: Statement[];
  /** Set for a batch, which runs in one transaction. */
  batch?: Transaction;
};

export type Transaction = { isolationLevel?: IsolationLevel; readOnly: boolean; deferrable: boolean };

const isolationLevels = {
  ReadUncommitted: 'READ UNCOMMITTED',
  ReadCommitted: 'READ COMMITTED',
  RepeatableRead: 'REPEATABLE READ',
  Serializable: 'SERIALIZABLE',
} as const;
type IsolationLevel = keyof typeof isolationLevels;

export function parseSqlRequest(headers: IncomingHttpHeaders, body: Buffer): SqlRequest {
  const connectionString = headers['neon-connection-string'];
  if (typeof connectionString !== 'string') reject('invalid header: neon-connection-string');
  // Like Neon, anything other than exactly "true" is false.
  const isTrue = (name: string) => headers[name] === 'true';
  const isolationLevel = headers['neon-batch-isolation-level'];
  if (isolationLevel !== undefined && !isIsolationLevel(isolationLevel)) reject('invalid isolation level');
  if (!isTrue('neon-raw-text-output'))
    reject('this local endpoint only supports raw text: send "Neon-Raw-Text-Output: true"');

  const payload = parseBody(body);
  const arrayMode = isTrue('neon-array-mode');
  if ('query' in payload) return { connectionString, statements: [toStatement(payload, arrayMode)] };
  return {
    connectionString,
    statements: payload.queries.map((query) => toStatement(query, arrayMode)),
    batch: {
      ...(isolationLevel ? { isolationLevel } : {}),
      readOnly: isTrue('neon-batch-read-only'),
      deferrable: isTrue('neon-batch-deferrable'),
    },
  };
}

type QueryBody = { query: string; params?: Json[]; arrayMode?: boolean };

/** Like Neon, it refuses bytes that are not UTF-8. A byte order mark is no JSON. */
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function parseBody(body: Buffer): QueryBody | { queries: QueryBody[] } {
  let payload: Json;
  try {
    payload = JSON.parse(utf8.decode(body));
  } catch (error) {
    reject(`could not parse the HTTP request body: ${(error as Error).message}`);
  }
  if (!isWellFormed(payload))
    reject('could not parse the HTTP request body: lone leading surrogate in hex escape');
  if (isQueryBody(payload)) return payload;
  const queries = isObject(payload) ? payload.queries : undefined;
  if (Array.isArray(queries) && queries.every(isQueryBody)) return { queries: queries as QueryBody[] };
  reject('could not parse the HTTP request body: data did not match any variant of untagged enum Payload');
}

function isQueryBody(value: Json): value is QueryBody {
  if (!isObject(value) || typeof value.query !== 'string') return false;
  return value.params === undefined || Array.isArray(value.params);
}

/** Like Neon, it refuses half a surrogate pair, which no UTF-8 can express. */
function isWellFormed(value: Json): boolean {
  if (typeof value === 'string') return value.isWellFormed();
  if (Array.isArray(value)) return value.every(isWellFormed);
  if (!isObject(value)) return true;
  return Object.entries(value).every(([key, member]) => key.isWellFormed() && isWellFormed(member));
}

const isObject = (value: Json | undefined): value is { [key: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const toStatement = (
  { query, params = [], arrayMode }: QueryBody,
  arrayModeByDefault: boolean,
): Statement => ({
  query,
  params: params.map(toPostgresText),
  arrayMode: arrayMode ?? arrayModeByDefault,
});

/** Parameters are sent as untyped text; Postgres gives them the type that the query requires. */
function toPostgresText(value: Json): string | null {
  if (value === null) return null;
  if (typeof value === 'string') return value;
  return Array.isArray(value) ? toArrayText(value) : JSON.stringify(value);
}

/** `{1,"two",NULL}`: strings are quoted as in JSON, objects become quoted JSON, arrays nest. */
function toArrayText(values: Json[]): string {
  return `{${values.map(toElementText).join(',')}}`;
}

function toElementText(value: Json): string {
  if (value === null) return 'NULL';
  if (Array.isArray(value)) return toArrayText(value);
  return typeof value === 'object' ? JSON.stringify(JSON.stringify(value)) : JSON.stringify(value);
}

const isIsolationLevel = (value: unknown): value is IsolationLevel =>
  typeof value === 'string' && Object.hasOwn(isolationLevels, value);

/** The statement that opens a batch. */
export function startTransaction({ isolationLevel, readOnly, deferrable }: Transaction): string {
  const options = [
    isolationLevel && `ISOLATION LEVEL ${isolationLevels[isolationLevel]}`,
    readOnly && 'READ ONLY',
    deferrable && 'DEFERRABLE',
  ].filter(Boolean);
  return `START TRANSACTION ${options.join(', ')}`;
}

/** Neon repeats the options of a batch in the headers of its response. */
export function batchHeaders({ isolationLevel, readOnly, deferrable }: Transaction): Record<string, string> {
  return {
    ...(readOnly ? { 'neon-batch-read-only': 'true' } : {}),
    ...(deferrable ? { 'neon-batch-deferrable': 'true' } : {}),
    ...(isolationLevel ? { 'neon-batch-isolation-level': isolationLevel } : {}),
  };
}

/** An error with its own HTTP status. `describeFailure` chooses the status of every other error. */
export class RequestRejected extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

function reject(message: string): never {
  throw new RequestRejected(400, message);
}

/** Postgres could not be reached or refused the connection. Neon answers with status 500 instead of 400. */
export class ConnectFailed extends Error {}

export type Failure = { status: number; body: string };

export function describeFailure(error: unknown): Failure {
  if (error instanceof RequestRejected)
    return { status: error.status, body: errorBody({ message: error.message }) };
  if (error instanceof ConnectFailed) return describeRefusedConnection(error);
  if (error instanceof pg.DatabaseError) return { status: 400, body: errorBody(error) };
  // The connection was lost, maybe during COMMIT: status 400 with an empty code means that the outcome is unknown.
  const message = error instanceof Error ? error.message : String(error);
  return { status: 400, body: errorBody({ message: `error communicating with the server: ${message}` }) };
}

function describeRefusedConnection({ cause }: ConnectFailed): Failure {
  if (!(cause instanceof pg.DatabaseError)) return neonAnswer('postgres_unreachable');
  // Neon's proxy compares the password itself, and has no SQLSTATE.
  if (cause.code === '28P01')
    return { status: 400, body: errorBody({ message: cause.message.replace(/"(.*)"/, "'$1'") }) };
  return { status: cause.code === '3D000' ? 400 : 500, body: errorBody(cause) };
}

/** The answer of Neon's proxy to a failure of its own. */
export function neonAnswer(name: NeonFailureName): Failure {
  const { status, ...fields } = neonFailure(name);
  return { status, body: errorBody(fields) };
}

type ErrorFields = { message: string } & Partial<Omit<pg.DatabaseError, 'message' | 'name' | 'stack'>>;

/** Always has the same keys. `code` and `severity` are empty, not null, if the error did not come from Postgres. */
export function errorBody(fields: ErrorFields): string {
  return JSON.stringify({
    message: fields.message,
    code: fields.code ?? '',
    detail: fields.detail ?? null,
    hint: fields.hint ?? null,
    position: fields.position ?? null,
    internalPosition: fields.internalPosition ?? null,
    internalQuery: fields.internalQuery ?? null,
    severity: fields.severity ?? '',
    where: fields.where ?? null,
    table: fields.table ?? null,
    column: fields.column ?? null,
    schema: fields.schema ?? null,
    dataType: fields.dataType ?? null,
    constraint: fields.constraint ?? null,
    file: fields.file ?? null,
    line: fields.line ?? null,
    routine: fields.routine ?? null,
  });
}
