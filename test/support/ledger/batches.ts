/** Helpers of the tests that send several operations in one call. */
import { expect } from 'vitest';
import type { KernelOperation } from '../../../src/ledger/kernel-contract.ts';
import { brokenInvariants } from './invariants.ts';
import { granted, type Ledger, type LedgerOutcome } from './ledger.ts';
import { fresh, give, operation } from './operations.ts';

export const kinds = (outcomes: readonly LedgerOutcome[]) => outcomes.map(({ kind }) => kind);

/** `ledgerOf` returns the ledger of the file, which may be opened only before the first test. */
export function batchHelpers(ledgerOf: () => Ledger) {
  return {
    outcomesOf: async (...operations: KernelOperation[]) => (await ledgerOf().commitAll(operations)).outcomes,
    goldOf: async (player: string) => (await ledgerOf().playerLedger(player)).balances.gold ?? 0,
    expectSound: async (...players: string[]) =>
      expect(await brokenInvariants(ledgerOf().owner, players)).toEqual([]),
    /** An existing player with this much gold. */
    playerWith: async (gold: number): Promise<string> => {
      const player = fresh('player');
      await granted(ledgerOf().commit(operation({ player, postings: [give('gold', gold)] })));
      return player;
    },
  };
}
