/** A client of a local stack: a game server and a member of the staff. What may be tried again is tried again under the same key. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { RunningStack } from '../../dev/local-stack.ts';

export type Result = Readonly<Record<string, unknown>> & { readonly __typename: string };

interface Answer {
  readonly data?: Record<string, Result | null> | null;
  readonly errors?: readonly {
    readonly message: string;
    readonly extensions: { readonly code: string; readonly retryable?: boolean };
  }[];
}

/** The service failed, for a reason that it does not say. */
export class InternalError extends Error {}

const HOURS_SECONDS = 4 * 3_600;

export class LocalApi {
  /** How many answers asked to try again, and how many replies were lost. */
  retried = 0;
  lost = 0;
  readonly #stack: RunningStack;
  readonly #tokens: { readonly server: string; readonly staff: string };

  private constructor(stack: RunningStack, tokens: { readonly server: string; readonly staff: string }) {
    this.#stack = stack;
    this.#tokens = tokens;
  }

  static async open(stack: RunningStack): Promise<LocalApi> {
    const token = (kind: 'server' | 'staff', id: string) =>
      stack.signer.signToken({ kind, id, expiresInSeconds: HOURS_SECONDS });
    return new LocalApi(stack, {
      server: await token('server', 'arena-1'),
      staff: await token('staff', 'admin-1'),
    });
  }

  /**
   * The same request until it has an outcome, which the document names `done`. Throws where it may not be tried again. `patience`: the
   * milliseconds after which the first reply counts as lost.
   */
  async send(by: 'server' | 'staff', query: string, input: object, patience?: number): Promise<Result> {
    const body = JSON.stringify({ query, variables: { input } });
    let limit = patience;
    for (;;) {
      const answer = await this.#post(by, body, limit);
      limit = undefined;
      if (answer === 'lost') {
        this.lost += 1;
        continue;
      }
      const { data, errors } = answer;
      if (data?.done) return data.done;
      const [error] = errors ?? [];
      if (error?.extensions.code === 'INTERNAL') throw new InternalError(error.message);
      if (!error?.extensions.retryable) throw new Error(error?.message ?? 'there is no answer');
      this.retried += 1;
      await sleep(20);
    }
  }

  async #post(by: 'server' | 'staff', body: string, patience?: number): Promise<Answer | 'lost'> {
    try {
      const response = await fetch(this.#stack.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${this.#tokens[by]}` },
        body,
        ...(patience !== undefined && { signal: AbortSignal.timeout(patience) }),
      });
      return (await response.json()) as Answer;
    } catch (error) {
      if ((error as Error).name !== 'TimeoutError') throw error;
      return 'lost';
    }
  }
}
