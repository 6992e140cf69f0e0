// Collects several pending rewards of a player, each as a claim and with a key of its own, one after the other.
import type { Action, ActionReceipt, ActionResult } from './action.ts';

type Recover = Action<'recoverReward'>;

/** One that was not collected, and why. */
export interface Uncollected {
  readonly title: string;
  readonly why: string;
}

export interface Collected {
  readonly count: number;
  readonly others: readonly Uncollected[];
}

/** Null: all were tried. Otherwise it is unknown what became of the first of `left`. */
export type CollectEnd = { readonly left: readonly Recover[]; readonly result: ActionResult<never> } | null;

interface Steps {
  readonly send: (action: Recover) => Promise<ActionResult<ActionReceipt<'recoverReward'>>>;
  readonly onStep: (sums: Collected) => void;
}

/** What is rejected is left where it is, and the next one is tried. */
export async function collectEach(
  actions: readonly Recover[],
  { send, onStep }: Steps,
  earlier: Collected = { count: 0, others: [] },
): Promise<CollectEnd> {
  let sums = earlier;
  for (const [place, action] of actions.entries()) {
    const result = await send(action);
    if (result.kind === 'unknown') return { left: actions.slice(place), result };
    if (result.kind === 'done') sums = { ...sums, count: sums.count + 1 };
    else {
      const why = result.kind === 'rejected' ? result.rejection.message : result.message;
      sums = { ...sums, others: [...sums.others, { title: action.title, why }] };
    }
    onStep(sums);
  }
  return null;
}
