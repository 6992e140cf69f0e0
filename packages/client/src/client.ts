/**
 * Sends one operation to Onceward and says what came of it. It stores nothing and makes no keys: the outbox does. Queries are
 * repeated here, because they change nothing.
 */
import type { MutationOperation, QueryOperation } from './operation.ts';

export interface ClientOptions {
  /** Such as `https://rewards.example.com/graphql`. */
  readonly url: string;
  /**
   * The caller's token. `refresh` is true where the API has just refused the last one: fetch another. Null: nobody is signed in.
   */
  readonly token: (refresh: boolean) => string | null | Promise<string | null>;
  /** The platform's `fetch` unless set. */
  readonly fetch?: typeof globalThis.fetch;
  /** Milliseconds after which a request without an answer counts as lost; 15,000 unless set. */
  readonly timeoutMs?: number;
}

/** A technical or permission error of the API. Business rejections are results. */
export interface Fault {
  readonly kind: 'fault';
  /** Such as `FORBIDDEN`: see "Errors" in the documentation of the API. */
  readonly code: string;
  readonly message: string;
  /** The path of the wrong input, such as `input.amount`. */
  readonly field: string | null;
  /** Whether the same request with the same key can succeed later. */
  readonly retryable: boolean;
  /** How long to wait first; null: the API did not say. */
  readonly retryAfterMs: number | null;
  /** Quote it in a report. */
  readonly correlationId: string | null;
}

/** What one request came to. */
export type Attempt<Result> =
  | { readonly kind: 'answer'; readonly result: Result; readonly correlationId: string }
  | Fault
  /** No readable answer: the operation may have been executed. */
  | { readonly kind: 'lost'; readonly message: string }
  /** There is no token, so nothing was sent. */
  | { readonly kind: 'signed_out' };

/** What a query throws. */
export class OncewardError extends Error {
  override readonly name = 'OncewardError';
  readonly code: string;
  readonly correlationId: string | null;

  constructor(code: string, message: string, correlationId: string | null = null) {
    super(message);
    this.code = code;
    this.correlationId = correlationId;
  }
}

export interface Client {
  /** One request, with at most one more where the API refused the token. Never rejects. */
  attempt(document: string, variables: object): Promise<Attempt<unknown>>;
  /** Repeats a query that got no answer, twice. Rejects with an OncewardError. */
  query<Name extends string, Variables, Result>(
    operation: QueryOperation<Name, Variables, Result>,
    ...variables: Record<string, never> extends Variables ? [Variables?] : [Variables]
  ): Promise<Result>;
  /**
   * Sends a mutation once, under a key that the caller keeps. Use an outbox instead, unless something else keeps the key through a
   * crash, such as a job queue.
   */
  send<Name extends string, Input extends { readonly idempotencyKey: string }, Result>(
    operation: MutationOperation<Name, Input, Result>,
    input: Input,
  ): Promise<Attempt<Result>>;
}

/** Of a query whose only argument is `input`, such as a preview, the variables are that input. */
const TAKES_INPUT = /^query \w+\(\$input: /;
const TIMEOUT_MS = 15_000;
const QUERY_ATTEMPTS = 3;
const QUERY_PAUSE_MS = 300;
/** Larger answers do not exist; a proxy's error page may be of any size. */
const MAX_RETRY_AFTER_SECONDS = 7 * 86_400;

export function createClient(options: ClientOptions): Client {
  const attempt = async (document: string, variables: object): Promise<Attempt<unknown>> => {
    const first = await request(options, { document, variables }, false);
    const isRefused = first.kind === 'fault' && first.code === 'UNAUTHENTICATED' && !first.retryable;
    return isRefused ? request(options, { document, variables }, true) : first;
  };
  return {
    attempt,
    async query(operation, ...[variables = {}]) {
      const sent = TAKES_INPUT.test(operation.document) ? { input: variables } : variables;
      for (let count = 1; ; count += 1) {
        const answer = await attempt(operation.document, sent as object);
        if (answer.kind === 'answer') return answer.result as never;
        const canRepeat = answer.kind === 'lost' || (answer.kind === 'fault' && answer.retryable);
        if (!canRepeat || count === QUERY_ATTEMPTS) throw errorOf(answer);
        const pause = answer.kind === 'fault' ? answer.retryAfterMs : null;
        await sleep(Math.max(pause ?? 0, QUERY_PAUSE_MS * count));
      }
    },
    send: (operation, input) => attempt(operation.document, { input }) as Promise<Attempt<never>>,
  };
}

interface Request {
  readonly document: string;
  readonly variables: object;
}

async function request(
  { url, token, fetch = globalThis.fetch, timeoutMs = TIMEOUT_MS }: ClientOptions,
  { document, variables }: Request,
  refresh: boolean,
): Promise<Attempt<unknown>> {
  // React Native has no AbortSignal.timeout.
  const ending = new AbortController();
  const timer = setTimeout(() => ending.abort(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
  try {
    const bearer = await token(refresh);
    if (bearer === null) return { kind: 'signed_out' };
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/json',
        authorization: `Bearer ${bearer}`,
      },
      body: JSON.stringify({ query: document, variables }),
      signal: ending.signal,
    });
    return attemptOf(response, await response.json());
  } catch (error) {
    return { kind: 'lost', message: error instanceof Error ? error.message : String(error) };
  } finally {
    clearTimeout(timer);
  }
}

interface Body {
  readonly data?: { readonly result?: unknown } | null;
  readonly errors?: readonly {
    readonly message?: unknown;
    readonly extensions?: {
      readonly code?: unknown;
      readonly retryable?: unknown;
      readonly field?: unknown;
      readonly correlationId?: unknown;
    };
  }[];
}

/** An answer that is not Onceward's, such as a proxy's, says nothing about the operation. */
function attemptOf(response: Response, body: Body): Attempt<unknown> {
  const correlationId = response.headers.get('x-correlation-id');
  const [error] = body.errors ?? [];
  if (!error) {
    if (body.data?.result === undefined) return { kind: 'lost', message: `HTTP ${response.status}` };
    return { kind: 'answer', result: body.data.result, correlationId: correlationId ?? '' };
  }
  const { code, retryable, field, correlationId: own } = error.extensions ?? {};
  if (typeof code !== 'string') return { kind: 'lost', message: `HTTP ${response.status}` };
  return {
    kind: 'fault',
    code,
    message: String(error.message),
    field: typeof field === 'string' ? field : null,
    retryable: retryable === true,
    retryAfterMs: retryAfterOf(response),
    correlationId: typeof own === 'string' ? own : correlationId,
  };
}

function retryAfterOf({ headers }: Response): number | null {
  const seconds = Number(headers.get('retry-after') ?? Number.NaN);
  return seconds >= 0 ? Math.min(seconds, MAX_RETRY_AFTER_SECONDS) * 1_000 : null;
}

function errorOf(attempt: Exclude<Attempt<unknown>, { kind: 'answer' }>): OncewardError {
  switch (attempt.kind) {
    case 'fault':
      return new OncewardError(attempt.code, attempt.message, attempt.correlationId);
    case 'lost':
      return new OncewardError('NO_ANSWER', `Onceward did not answer: ${attempt.message}`);
    case 'signed_out':
      return new OncewardError('SIGNED_OUT', 'Nobody is signed in');
  }
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
