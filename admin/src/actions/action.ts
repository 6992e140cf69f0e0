// An action of staff: what it sends, and what came of it. The key is made when the input is complete and stays with it
// through every retry, also over a reload: what was sent and has no answer is kept in this browser tab.
import {
  type Attempt,
  acknowledgeAlarm,
  addStaffMember,
  announceReward,
  approveProposal,
  assignStaffRole,
  cancelCampaign,
  cancelUndo,
  changeEndpoint,
  changeRole,
  checkCampaign,
  createCampaign,
  createCodes,
  createEndpoint,
  createRole,
  createUndo,
  deleteRole,
  disableServer,
  disableStaffMember,
  dropRewards,
  enableServer,
  enableStaffMember,
  erasePlayer,
  freezePlayer,
  type Mutations,
  manualReward,
  mergePlayer,
  pauseCampaign,
  pauseUndo,
  type Rejection,
  recoverReward,
  releaseRewards,
  replayEvents,
  resendDeadLetters,
  resumeCampaign,
  resumeUndo,
  reverseClaim,
  rotateEndpointSecret,
  runCampaign,
  runUndo,
  setServer,
  setStaffLimits,
  takeResource,
  unfreezePlayer,
  withdrawProposal,
  writeNote,
} from '@onceward/client';
import { client } from '../session/api.ts';
import { createCell } from '../ui/cell.ts';

const OPERATIONS = {
  ...{ manualReward, takeResource, reverseClaim, recoverReward, announceReward, writeNote },
  ...{ freezePlayer, unfreezePlayer, mergePlayer },
  ...{ addStaffMember, assignStaffRole, disableStaffMember, enableStaffMember, setStaffLimits },
  ...{ createRole, changeRole, deleteRole, approveProposal, withdrawProposal, createCodes },
  ...{ createCampaign, checkCampaign, runCampaign, pauseCampaign, resumeCampaign, cancelCampaign },
  ...{ createUndo, runUndo, pauseUndo, resumeUndo, cancelUndo },
  ...{ acknowledgeAlarm, releaseRewards, dropRewards, setServer, disableServer, enableServer, erasePlayer },
  ...{ createEndpoint, changeEndpoint, rotateEndpointSecret, replayEvents, resendDeadLetters },
} as const;
export type ActionName = keyof typeof OPERATIONS;
export type ActionInput<Name extends ActionName> = Omit<Mutations[Name]['input'], 'idempotencyKey'>;

/** The answer to an action that was done, or proposed. */
export type ActionReceipt<Name extends ActionName = ActionName> = Extract<
  Mutations[Name]['result'],
  { readonly __typename: 'Receipt' | `${string}Receipt` }
>;

export interface Action<Name extends ActionName = ActionName> {
  readonly name: Name;
  /** For people: "Award 100 lumees". */
  readonly title: string;
  readonly input: Mutations[Name]['input'];
}

/** With a new key. */
export function newAction<Name extends ActionName>(
  name: Name,
  title: string,
  input: ActionInput<Name>,
): Action<Name> {
  const keyed = { idempotencyKey: crypto.randomUUID(), ...input };
  return { name, title, input: keyed as Action<Name>['input'] };
}

const STORAGE_KEY = 'onceward:unanswered';

function stored(): readonly Action[] {
  try {
    return JSON.parse(sessionStorage.getItem(STORAGE_KEY) ?? '[]') as Action[];
  } catch {
    return [];
  }
}

/** Sent, and nobody knows what came of it. What is being sent for the first time is stored and not among them. */
export const unanswered = createCell<readonly Action[]>(stored());

const keep = (actions: readonly Action[]) => sessionStorage.setItem(STORAGE_KEY, JSON.stringify(actions));

const without = (actions: readonly Action[], { input }: Action) =>
  actions.filter((each) => each.input.idempotencyKey !== input.idempotencyKey);

export type ActionResult<Receipt = ActionReceipt> =
  | { readonly kind: 'done'; readonly receipt: Receipt }
  | { readonly kind: 'rejected'; readonly rejection: Rejection }
  /** Refused before it was judged: nothing happened. */
  | { readonly kind: 'refused'; readonly message: string; readonly correlationId: string | null }
  /** It may have happened. The same action can be sent again. */
  | { readonly kind: 'unknown'; readonly message: string };

export async function perform<Name extends ActionName>(
  action: Action<Name>,
): Promise<ActionResult<ActionReceipt<Name>>> {
  keep([...without(stored(), action), action]);
  const send = client.send as (
    operation: object,
    input: object,
  ) => Promise<Attempt<ActionReceipt<Name> | Rejection>>;
  const result = resultOf(await send(OPERATIONS[action.name], action.input));
  if (result.kind === 'unknown') unanswered.set([...without(unanswered.get(), action), action]);
  else forget(action);
  return result;
}

/** What a request came to. */
export function resultOf<Receipt extends { readonly __typename: string }>(
  attempt: Attempt<Receipt | Rejection>,
): ActionResult<Receipt> {
  switch (attempt.kind) {
    case 'answer': {
      const { result } = attempt;
      return result.__typename.endsWith('Receipt')
        ? { kind: 'done', receipt: result as Receipt }
        : { kind: 'rejected', rejection: result as Rejection };
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
  keep(without(stored(), action));
  unanswered.set(without(unanswered.get(), action));
}
