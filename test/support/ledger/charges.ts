/** Operations that spend and settle charges, which regenerate by the hour. */
import type { KernelChange } from '../../../src/ledger/kernel-contract.ts';
import { entriesOf } from './answers.ts';
import { give, operation, take } from './operations.ts';

export const HOUR = 3_600;
export const spend = (player: string, amount = 1) =>
  operation({ player, postings: [take('charges', amount), give('gold', amount)] });
export const settle = (player: string) => operation({ player, postings: [give('charges', 0)] });

/** Cause, delta and sequence of what moved the charges. */
export const ofCharges = (changes: readonly KernelChange[]) =>
  entriesOf(changes)
    .filter(({ resource }) => resource === 'charges')
    .map(({ cause, delta, sequence }) => [cause, delta, sequence]);
