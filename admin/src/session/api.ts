// The client of this Worker, with the token of this tab, and what was read with it. A new token reads everything again.
import { createClient, OncewardError } from '@onceward/client';
import { QueryClient } from '@tanstack/react-query';
import { token } from './token.ts';

export const client = createClient({ url: '/graphql', token: () => token.get() || null });

/** Of these a second attempt makes no sense; `client` repeats the others itself. */
export const queryClient = new QueryClient({
  defaultOptions: { queries: { retry: false, staleTime: 15_000, refetchOnWindowFocus: false } },
});

// What one person read is not for the next.
token.subscribe(() => queryClient.clear());

export function codeOf(error: unknown): string | null {
  return error instanceof OncewardError ? error.code : null;
}
