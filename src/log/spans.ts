/** Spans of the platform's tracing. src/worker.ts passes it on, because only workerd has it; elsewhere there are none. */

export interface Span {
  setAttributes(attributes: Record<string, boolean | number | string | undefined>): unknown;
}

/** Runs something within a span, which ends with the promise. */
export type InSpan = <T>(name: string, run: (span: Span) => Promise<T>) => Promise<T>;
