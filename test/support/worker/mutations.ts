/** The untyped helpers of older tests. New tests use the client of client.ts. */
import { documentOf, type MutationName } from './client.ts';
import { type Answer, freshKey, type SendOptions, send } from './service.ts';

// biome-ignore lint/suspicious/noExplicitAny: a union of everything that a mutation may answer
export type Result = any;
export type Sent = Answer<{ result: Result } | null>;

const mutation =
  (name: MutationName) =>
  async (input: object, options: SendOptions): Promise<Sent> => {
    const variables = { input: { idempotencyKey: freshKey(), ...input } };
    const answer = await send<{ result: Result } | null>(documentOf(name), variables, options);
    return { ...answer, data: answer.data && { result: narrowed(answer.data.result) } };
  };

/** Older tests compare the claim of an AlreadyClaimed with these fields alone. */
export function narrowed(result: Result): Result {
  if (result?.__typename !== 'AlreadyClaimed') return result;
  const { id, correlationId, idempotencyKey } = result.claim;
  return { ...result, claim: { id, correlationId, idempotencyKey } };
}

export const exchange = mutation('exchange');
export const transferResource = mutation('transferResource');
export const applyDamage = mutation('applyDamage');
export const heal = mutation('heal');
export const announceReward = mutation('announceReward');
export const recoverReward = mutation('recoverReward');
export const claimReward = mutation('claimReward');
export const manualReward = mutation('manualReward');
export const spendStatPoints = mutation('spendStatPoints');
export const reverseClaim = mutation('reverseClaim');

/** The code of the one fault that an answer must have instead of a result, and whether a retry may help. */
export function faultOf({ data, errors }: Sent): { code: string; retryable: boolean; field?: string } {
  if (data?.result || errors?.length !== 1) throw new Error(`no fault: ${JSON.stringify({ data, errors })}`);
  const { code, retryable, field } = (errors[0] as NonNullable<Sent['errors']>[number]).extensions;
  return { code, retryable, ...(field !== undefined && { field }) };
}

/** The result of an answer that must have one. */
export function resultOf({ data, errors }: Sent): Result {
  if (!data?.result) throw new Error(`no result: ${JSON.stringify(errors)}`);
  return data.result;
}

/** A receipt without what tells a replay from the original. */
export function original({ replayed: _, ...receipt }: Result): Result {
  return receipt;
}
