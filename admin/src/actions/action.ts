// An action of staff: what it sends, and what came of it. The key is made when the input is complete and stays with it
// through every retry, also over a reload: what was sent and has no answer is kept in this browser tab.
import {
  type Attempt,
  addStaffMember,
  approveProposal,
  assignStaffRole,
  changeRole,
  createRole,
  deleteRole,
  disableStaffMember,
  enableStaffMember,
  type Mutations,
  manualReward,
  type Rejection,
  reverseClaim,
  setStaffLimits,
  takeResource,
  withdrawProposal,
  writeNote,
} from '@onceward/client';
import { client } from '../session/api.ts';
import { createCell } from '../ui/cell.ts';

const OPERATIONS = {
  addStaffMember,
  approveProposal,
  assignStaffRole,
  changeRole,
  createRole,
  deleteRole,
  disableStaffMember,
  enableStaffMember,
  manualReward,
  reverseClaim,
  setStaffLimits,
  takeResource,
  withdrawProposal,
  writeNote,
} as const;
export type ActionName = keyof typeof OPERATIONS;
export type ActionInput<Name extends ActionName> = Omit<Mutations[Name]['input'], 'idempotencyKey'>;

/** The answer to an action that was done, or proposed. */
export type ActionReceipt = Extract<
  Mutations[ActionName]['result'],
  { readonly __typename: `${string}Receipt` }
>;

export interface Action {
  readonly name: ActionName;
  /** For people: "Award 100 lumees". */
  readonly title: string;
  readonly input: Mutations[ActionName]['input'];
}

/** With a new key. */
export function newAction<Name extends ActionName>(
  name: Name,
  title: string,
  input: ActionInput<Name>,
): Action {
  return { name, title, input: { idempotencyKey: crypto.randomUUID(), ...input } as Action['input'] };
}

const STORAGE_KEY = 'onceward:unanswered';

function stored(): readonly Action[] {
  try {
    return JSON.parse(sessionStorage.getItem(STORAGE_KEY) ?? '[]') as Action[];
  } catch {
    return [];
  }
}

/** Sent, and without an answer so far. */
export const unanswered = createCell<readonly Action[]>(stored());

function keep(actions: readonly Action[]): void {
  sessionStorage.setItem(STORAGE_KEY, JSON.stringify(actions));
  unanswered.set(actions);
}

const others = ({ input }: Action) =>
  unanswered.get().filter((each) => each.input.idempotencyKey !== input.idempotencyKey);

export type ActionResult =
  | { readonly kind: 'done'; readonly receipt: ActionReceipt }
  | { readonly kind: 'rejected'; readonly rejection: Rejection }
  /** Refused before it was judged: nothing happened. */
  | { readonly kind: 'refused'; readonly message: string; readonly correlationId: string | null }
  /** It may have happened. The same action can be sent again. */
  | { readonly kind: 'unknown'; readonly message: string };

export async function perform(action: Action): Promise<ActionResult> {
  keep([...others(action), action]);
  const send = client.send as (
    operation: object,
    input: object,
  ) => Promise<Attempt<ActionReceipt | Rejection>>;
  const attempt = await send(OPERATIONS[action.name], action.input);
  const result = resultOf(attempt);
  if (result.kind !== 'unknown') keep(others(action));
  return result;
}

const isReceipt = (result: ActionReceipt | Rejection): result is ActionReceipt =>
  result.__typename.endsWith('Receipt');

function resultOf(attempt: Attempt<ActionReceipt | Rejection>): ActionResult {
  switch (attempt.kind) {
    case 'answer': {
      const { result } = attempt;
      return isReceipt(result) ? { kind: 'done', receipt: result } : { kind: 'rejected', rejection: result };
    }
    case 'fault':
      if (attempt.retryable) return { kind: 'unknown', message: attempt.message };
      return { kind: 'refused', message: attempt.message, correlationId: attempt.correlationId };
    case 'lost':
      return { kind: 'unknown', message: 'The service did not answer.' };
    case 'signed_out':
      return { kind: 'unknown', message: 'You are not signed in.' };
  }
}

/** The person knows another way what came of it, or no longer cares. */
export function forget(action: Action): void {
  keep(others(action));
}
