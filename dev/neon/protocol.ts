// Reads a request of Neon's SQL-over-HTTP protocol: its headers, its connection string and both shapes of its body.
// Pure: it opens no connection and runs nothing.

import type { IncomingHttpHeaders } from 'node:http';
import { RequestRefused } from './errors.ts';
import { toPostgresText } from './parameters.ts';

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

export type Statement = { query: string; params: (string | null)[]; arrayMode: boolean };

export type SqlRequest = {
  connectionString: string;
  /** Every value as Postgres's own text; otherwise numbers, booleans, JSON and arrays become JSON. */
  rawText: boolean;
  statements: Statement[];
  /** Present for a batch, which runs in one transaction. */
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
  if (typeof connectionString !== 'string') refuse('invalid header: neon-connection-string');
  // Exactly "true"; Neon takes any other value for no.
  const isTrue = (name: string) => headers[name] === 'true';
  const isolationLevel = headers['neon-batch-isolation-level'];
  if (isolationLevel !== undefined && !isIsolationLevel(isolationLevel)) refuse('invalid isolation level');

  const payload = parseBody(body);
  const arrayMode = isTrue('neon-array-mode');
  const request = { connectionString, rawText: isTrue('neon-raw-text-output') };
  if ('query' in payload) return { ...request, statements: [toStatement(payload, arrayMode)] };
  return {
    ...request,
    statements: payload.queries.map((query) => toStatement(query, arrayMode)),
    batch: {
      ...(isolationLevel ? { isolationLevel } : {}),
      readOnly: isTrue('neon-batch-read-only'),
      deferrable: isTrue('neon-batch-deferrable'),
    },
  };
}

type QueryBody = { query: string; params?: Json[]; arrayMode?: boolean };

function parseBody(body: Buffer): QueryBody | { queries: QueryBody[] } {
  let payload: Json;
  try {
    payload = JSON.parse(body.toString());
  } catch (error) {
    refuse(`could not parse the HTTP request body: ${(error as Error).message}`);
  }
  if (isQueryBody(payload)) return payload;
  const queries = isObject(payload) ? payload.queries : undefined;
  if (Array.isArray(queries) && queries.every(isQueryBody)) return { queries: queries as QueryBody[] };
  refuse('could not parse the HTTP request body: data did not match any variant of untagged enum Payload');
}

function isQueryBody(value: Json): value is QueryBody {
  if (!isObject(value) || typeof value.query !== 'string') return false;
  return value.params === undefined || Array.isArray(value.params);
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

/** Neon repeats a batch's options in its answer's headers. */
export function batchHeaders({ isolationLevel, readOnly, deferrable }: Transaction): Record<string, string> {
  return {
    ...(readOnly ? { 'neon-batch-read-only': 'true' } : {}),
    ...(deferrable ? { 'neon-batch-deferrable': 'true' } : {}),
    ...(isolationLevel ? { 'neon-batch-isolation-level': isolationLevel } : {}),
  };
}

function refuse(message: string): never {
  throw new RequestRefused(400, message);
}
