/** Progress counters for tests of the kernel. A period begins when `turn` is called: all changes before it are old. */
import { setTimeout as sleep } from 'node:timers/promises';
import type {
  KernelOperation,
  KernelPosting,
  KernelRequirement,
} from '../../../src/ledger/kernel-contract.ts';
import { fresh, give, operation } from './operations.ts';

const MOST = Number.MAX_SAFE_INTEGER;

/** The moment at which a new period begins (ISO 8601): after every change before, and before every change after. */
export async function turn(): Promise<string> {
  await sleep(4);
  const begins = new Date();
  await sleep(4);
  return begins.toISOString();
}

interface Counting {
  readonly begins: string;
  readonly max?: number;
  /** How much the counter loses where its last change is older; null: all of it. */
  readonly loses?: number | null;
}

export const count = (
  counter: string,
  by: number,
  { begins, max = MOST, loses = null }: Counting,
): KernelPosting => give(counter, by, { ceiling: max, clamp: true, reset_before: begins, reset_by: loses });

export const required = (counter: string, atLeast: number, begins: string): KernelRequirement => ({
  counter,
  at_least: atLeast,
  reset_before: begins,
  reset_by: null,
});

/** An event of a player that advances counters. */
export function event(
  player: string,
  advances: readonly KernelPosting[],
  over: Partial<KernelOperation> = {},
): KernelOperation {
  return operation({
    player,
    claim_type: 'other',
    claim_key: fresh('event'),
    postings: [],
    advances,
    ...over,
  });
}
