/**
 * Why a request can't be carried out at all, as opposed to a business "no": nothing is recorded and the key stays free.
 * src/telemetry/graphql-errors.ts turns one into a GraphQL error.
 */
export interface Fault {
  readonly code: 'BAD_USER_INPUT' | 'FORBIDDEN' | 'CONFIG_UNAVAILABLE';
  /** Names the field and the bound, and says what to do. */
  readonly message: string;
  /** For the log alone: what a designer or operator needs to know and a player does not. */
  readonly detail?: string;
  /** The input field, as a path (`grants[0].amount`); null where the fault is not in one field. */
  readonly field: string | null;
}

export function badInput(field: string, problem: string): Fault {
  return { code: 'BAD_USER_INPUT', field, message: `${field}: ${problem}` };
}

export function forbidden(message: string, field: string | null = null): Fault {
  return { code: 'FORBIDDEN', field, message };
}
