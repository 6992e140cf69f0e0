// Releases or drops everything that a filter selects: request after request, each with a key of its own, until nothing is left.
import type { HeldFilter } from '@onceward/client';
import type { Action, ActionInput, ActionReceipt, ActionResult } from '../actions/action.ts';
import { whole } from '../ui/numbers.ts';

export type Settling = 'releaseRewards' | 'dropRewards';

export interface Settled {
  /** Paid, or dropped with their claims. */
  readonly settled: number;
  /** Those that could not be paid: their players can collect them now. */
  readonly waiting: number;
}

export const NOTHING_SETTLED: Settled = { settled: 0, waiting: 0 };

export interface Request {
  readonly name: Settling;
  readonly filter: HeldFilter;
  readonly reason: string;
  /** Of dropped claims: whether they can be made again. */
  readonly reopen: boolean;
}

export type End =
  | { readonly kind: 'all' }
  /** Others are held, and the person stopped it. */
  | { readonly kind: 'stopped' }
  /** Others are held whose players another transaction holds. */
  | { readonly kind: 'busy' }
  | { readonly kind: 'failed'; readonly result: ActionResult<never>; readonly action: Action<Settling> };

type Result = ActionResult<ActionReceipt<Settling>>;

interface Steps {
  /** Makes a request with a new key. */
  readonly make: () => Action<Settling>;
  readonly send: (action: Action<Settling>) => Promise<Result>;
  /** Gets the sums of this and the earlier requests. */
  readonly onStep: (sums: Settled) => void;
  readonly isStopped: () => boolean;
}

/** What each request sends. */
export const inputOf = ({ name, filter, reason, reopen }: Request): ActionInput<Settling> => ({
  ...filter,
  reason,
  ...(name === 'dropRewards' && { reopen }),
});

/** `first`: what has no answer yet. It is sent again with its key. */
export async function settleAll(
  { make, send, onStep, isStopped }: Steps,
  earlier: Settled = NOTHING_SETTLED,
  first: Action<Settling> | null = null,
): Promise<End> {
  let sums = earlier;
  for (let action = first ?? make(); ; action = make()) {
    const result = await send(action);
    if (result.kind !== 'done') return { kind: 'failed', result, action };
    const { settled, waiting, hasMore } = result.receipt.settlement;
    sums = { settled: sums.settled + settled, waiting: sums.waiting + waiting };
    onStep(sums);
    if (!hasMore) return { kind: 'all' };
    if (settled + waiting === 0) return { kind: 'busy' };
    if (isStopped()) return { kind: 'stopped' };
  }
}

const rewards = (count: number) => (count === 1 ? '1 reward' : `${whole(count)} rewards`);

/** "12 rewards were paid." */
export function settledText(name: Settling, { settled, waiting }: Settled): string {
  const was = settled === 1 ? 'was' : 'were';
  const done =
    name === 'releaseRewards'
      ? `${rewards(settled)} ${was} paid.`
      : `${rewards(settled)} ${was} dropped, with ${settled === 1 ? 'its claim' : 'their claims'}.`;
  if (waiting === 0) return done;
  const players = waiting === 1 ? 'its player' : 'their players';
  return `${done} ${rewards(waiting)} did not fit, such as under a ceiling: ${players} can collect ${waiting === 1 ? 'it' : 'them'} when there is room.`;
}
