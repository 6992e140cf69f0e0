/**
 * A fault: a technical or permission error. Nothing is recorded and the key stays free, unlike after a rejection.
 * src/schema/errors.ts turns a fault into a GraphQL error.
 */
export interface Fault {
  readonly code: 'BAD_USER_INPUT' | 'FORBIDDEN' | 'CONFIG_UNAVAILABLE';
  /** Names the field and its bound, and says what to do. */
  readonly message: string;
  /** For the log only: what a designer or operator needs to know and a player does not. */
  readonly detail?: string;
  /** The path of the input field (`grants[0].amount`); null where the fault is not about one field. */
  readonly field: string | null;
}

export function badInput(field: string, problem: string): Fault {
  return { code: 'BAD_USER_INPUT', field, message: `${field}: ${problem}` };
}

export function forbidden(message: string, field: string | null = null): Fault {
  return { code: 'FORBIDDEN', field, message };
}
