// Sends what publishes, rolls back, cancels or approves, and says what came of it. The key is made once and stays with every retry.
import type { Attempt, MutationOperation, Rejection } from '@onceward/client';
import { client, queryClient } from '../session/api.ts';

export type SendResult<Receipt> =
  | { readonly kind: 'done'; readonly receipt: Receipt }
  /** It was judged, and nothing was done. */
  | { readonly kind: 'rejected'; readonly rejection: Rejection }
  /** Refused before it was judged. */
  | { readonly kind: 'refused'; readonly message: string }
  /** It may have been done. The same input can be sent again. */
  | { readonly kind: 'unknown'; readonly message: string };

interface Answer {
  readonly __typename: string;
}

/** The caller then reads again what it changed (refreshConfigs). `receipt`: the member of the result that says that it was done. */
export async function send<
  Name extends string,
  Input extends { readonly idempotencyKey: string },
  Result extends Answer,
  Done extends Result['__typename'],
>(
  operation: MutationOperation<Name, Input, Result>,
  input: Input,
  receipt: Done,
): Promise<SendResult<Extract<Result, { readonly __typename: Done }>>> {
  const attempt: Attempt<Result> = await client.send(operation, input);
  switch (attempt.kind) {
    case 'answer': {
      const { result } = attempt;
      if (result.__typename !== receipt)
        return { kind: 'rejected', rejection: result as unknown as Rejection };
      return { kind: 'done', receipt: result as Extract<Result, { readonly __typename: Done }> };
    }
    case 'fault':
      if (attempt.retryable) return { kind: 'unknown', message: attempt.message };
      return { kind: 'refused', message: attempt.message };
    case 'lost':
      return { kind: 'unknown', message: 'The service did not answer.' };
    case 'signed_out':
      return { kind: 'refused', message: 'You are not signed in.' };
  }
}

/** Which version is current may have changed; what a version says has not. */
export async function refreshConfigs(): Promise<void> {
  const refresh = (queryKey: readonly unknown[]) => queryClient.invalidateQueries({ queryKey });
  // First: the page of another version starts over, and would close what somebody has opened in the list.
  await refresh(['balanceConfig', null]);
  await Promise.all([['balanceConfigs'], ['proposals'], ['previewBalanceConfig']].map(refresh));
}
