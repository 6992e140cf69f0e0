/** Sends one event to an endpoint, once. What the endpoint answers is its status alone: no body is read, no redirect followed. */
import type { GrantEvent } from '../domain/event.ts';
import { signedHeaders } from './sign.ts';

const POST_TIMEOUT_MS = 10_000;
const MAX_RETRY_AFTER_SECONDS = 3_600;

export interface Posted {
  /** Null: it was accepted. Never a text of the endpoint or of the runtime. */
  readonly failure: string | null;
  /** The seconds that the endpoint asked for. */
  readonly retryAfter: number | null;
}

export interface Target {
  readonly url: string;
  /** One, or two while the older one is still valid. */
  readonly secrets: readonly string[];
}

export type Post = (grant: GrantEvent, target: Target) => Promise<Posted>;

export const postEvent: Post = async (grant, { url, secrets }) => {
  const body = JSON.stringify(grant);
  const headers = {
    ...signedHeaders({ id: grant.id, body, timestamp: Math.floor(Date.now() / 1000) }, secrets),
    'content-type': 'application/json',
    'user-agent': 'Onceward',
  };
  try {
    const signal = AbortSignal.timeout(POST_TIMEOUT_MS);
    const response = await fetch(url, { method: 'POST', headers, body, redirect: 'manual', signal });
    await response.body?.cancel().catch(() => {});
    if (response.ok) return { failure: null, retryAfter: null };
    return {
      failure: `status ${response.status}`,
      retryAfter: secondsOf(response.headers.get('retry-after')),
    };
  } catch (error) {
    const isTimeout = error instanceof Error && error.name === 'TimeoutError';
    return { failure: isTimeout ? 'timeout' : 'no answer', retryAfter: null };
  }
};

/** A number of seconds; a date is not heeded. */
function secondsOf(header: string | null): number | null {
  const seconds = header && /^\d{1,9}$/.test(header) ? Number(header) : null;
  return seconds === null ? null : Math.min(seconds, MAX_RETRY_AFTER_SECONDS);
}
