/** Parts of the kernel's answers, for tests that compare them. */
import type { ChangeRecord } from '../../../src/domain/outcome.ts';
import { decodeChanges } from '../../../src/ledger/decode-outcome.ts';
import type { KernelChange } from '../../../src/ledger/kernel-contract.ts';
import type { Granted, LedgerOutcome } from './ledger.ts';

/** The ledger entries among the changes. */
export const entriesOf = (changes: readonly KernelChange[]): ChangeRecord[] => decodeChanges(changes);

/** The balances that the claim moved, after it, with those that the operation asked to show. */
export const balancesOf = ({
  changes,
  shown,
}: Pick<Granted, 'changes' | 'shown'>): Record<string, number> => ({
  ...shown,
  ...Object.fromEntries(entriesOf(changes).map(({ resource, after }) => [resource, after])),
});

/** Resource, cause and delta of each entry. */
export const movesOf = (changes: readonly KernelChange[]): [string, string, number][] =>
  entriesOf(changes).map(({ resource, cause, delta }) => [resource, cause, delta]);

/** The moment from which the next unit of the resource counts, in milliseconds, as its last change has it. */
export function anchorOf(changes: readonly KernelChange[], resource: string): number {
  const anchor = changes.findLast((change) => change.resource === resource)?.anchored_at;
  if (!anchor) throw new Error(`no change of ${resource} has an anchor`);
  return Date.parse(anchor);
}

/**
 * Everything that a caller learns from an outcome, except whether it is a replay. The kernel answers an operation from what it
 * has just computed and a replay from the tables, so changes are compared as decoded.
 */
export function receiptOf(outcome: LedgerOutcome) {
  if (outcome.kind === 'rejected') {
    const { replayed: _, original, ...rejected } = outcome;
    return {
      ...rejected,
      original: original && { claim: original.claim, changes: entriesOf(original.changes) },
    };
  }
  if (outcome.kind !== 'granted') return outcome;
  const { replayed: _, changes, counterpartyChanges, ...grant } = outcome;
  return {
    ...grant,
    changes: entriesOf(changes),
    anchors: anchorsOf(changes),
    counterpartyChanges: counterpartyChanges && entriesOf(counterpartyChanges),
  };
}

/** The anchor of each entry, in milliseconds. */
function anchorsOf(changes: readonly KernelChange[]) {
  return changes.flatMap(({ resource, sequence, anchored_at }) =>
    sequence === null ? [] : [[resource, anchored_at && Date.parse(anchored_at)]],
  );
}
