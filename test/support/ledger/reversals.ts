/** Reversals of claims for tests of the kernel, and what the database says of them. */
import { expect } from 'vitest';
import type { KernelOperation } from '../../../src/ledger/kernel-contract.ts';
import { brokenInvariants } from './invariants.ts';
import { type Granted, granted, type Ledger } from './ledger.ts';
import { fresh, give, operation, take } from './operations.ts';
import { standing } from './standing.ts';
import { reversal } from './systems.ts';

export type Claim = Granted['claim'];
type Part = Partial<NonNullable<KernelOperation['reverses']>>;

export function reversalHelpers({ commit, owner, playerLedger, addStaff }: Ledger) {
  const balancesOf = async (player: string) => (await playerLedger(player)).balances;
  const reverse = async (claim: Claim, part: Part = {}) =>
    commit(reversal(await addStaff({ role: 'admin', limit: 1_000_000, budget: 1_000_000 }), claim, part));
  const expectSound = async (...players: string[]) =>
    expect(await brokenInvariants(owner, players)).toEqual([]);
  const reversedOf = async ({ playerId, number }: Claim) => {
    const { rows } = await owner.query(
      `SELECT r.units, r.reversed, r.parts, r.reversed_by, r.reopened FROM onceward.reversed_claims r
         JOIN onceward.actors a ON a.no = r.player WHERE (a.id, a.kind, r.number) = ($1, 1, $2)`,
      [playerId, number],
    );
    return rows[0];
  };
  /** What the balances and the ledger hold after an operation that must change nothing. */
  async function expectRejected(claim: Claim, part: Part, rejection: object): Promise<void> {
    const before = await standing(owner, claim.playerId);
    expect(
      await commit(
        reversal(await addStaff({ role: 'admin', limit: 1_000_000, budget: 1_000_000 }), claim, part),
      ),
    ).toMatchObject({
      kind: 'rejected',
      rejection,
    });
    expect(await standing(owner, claim.playerId)).toEqual(before);
  }

  /** An exchange that is made ten times at once: 30 gold for 10 gems. */
  async function exchange(over: Partial<KernelOperation> = {}): Promise<Claim> {
    const player = over.player ?? fresh('player');
    await granted(commit(operation({ player, postings: [give('gold', 30)] })));
    const made = operation({
      player,
      claim_type: 'other',
      units: 10,
      postings: [take('gold', 30), give('gems', 10)],
      ...over,
    });
    return (await granted(commit(made))).claim;
  }

  return { balancesOf, reverse, expectSound, reversedOf, expectRejected, exchange };
}
