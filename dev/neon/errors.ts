// Every way in which the endpoint says no, in Neon's shape: the same keys each time, null where there is nothing to
// say. Deciding what counts as a failure is not done here.

import pg from 'pg';

/** Carries its own status; whatever else is thrown gets one from `describeFailure`. */
export class RequestRefused extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** Postgres could not be reached, or turned the connection away: Neon answers that with 500, not 400. */
export class ConnectFailed extends Error {}

export type Failure = { status: number; body: string };

export function describeFailure(error: unknown): Failure {
  if (error instanceof RequestRefused)
    return { status: error.status, body: errorBody({ message: error.message }) };
  if (error instanceof ConnectFailed) {
    // A wrong database name is the caller's mistake; Neon makes the same exception for a wrong password.
    const cause = error.cause instanceof pg.DatabaseError ? error.cause : undefined;
    const callersMistake = cause?.code === '3D000' || cause?.code?.startsWith('28') === true;
    const body = errorBody(
      cause ?? { message: `could not connect to postgres in compute: ${error.message}` },
    );
    return { status: callersMistake ? 400 : 500, body };
  }
  if (error instanceof pg.DatabaseError) return { status: 400, body: errorBody(error) };
  // A connection lost in the middle, COMMIT included: status 400 and an empty code. Its outcome is unknown.
  const message = error instanceof Error ? error.message : String(error);
  return { status: 400, body: errorBody({ message: `error communicating with the server: ${message}` }) };
}

export type ErrorFields = { message: string } & Partial<
  Pick<
    pg.DatabaseError,
    | 'code'
    | 'detail'
    | 'hint'
    | 'position'
    | 'internalPosition'
    | 'internalQuery'
    | 'severity'
    | 'where'
    | 'table'
    | 'column'
    | 'schema'
    | 'dataType'
    | 'constraint'
    | 'file'
    | 'line'
    | 'routine'
  >
>;

export function errorBody(fields: ErrorFields): string {
  return JSON.stringify({
    message: fields.message,
    // Empty, not null, when it did not come from Postgres.
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
