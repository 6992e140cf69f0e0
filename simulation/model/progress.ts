/**
 * A progress counter as a list of lots: one for each claim that advanced it. Where a new period begins, the lots so far are lost to
 * the claim that begins it. The product computes the same from the ledger's entries, without such a list.
 */
import type { CounterChange } from './effect.ts';
import type { GrantedClaim } from './granted-claim.ts';

interface Lot {
  readonly claim: GrantedClaim;
  readonly amount: number;
  /** The claim with which the lot's period was over; null: it counts. */
  readonly lostTo: string | null;
  readonly isTakenBack: boolean;
}

interface Step {
  readonly claim: GrantedClaim;
  readonly takesBack: string | null;
}

/** What changes if a claim is taken back after these steps. */
export function counterWithout(claim: string, counter: string, steps: readonly Step[]): CounterChange {
  let lots: readonly Lot[] = [];
  for (const step of steps) lots = after(step, counter, lots);
  const rest = withoutLot(lots, claim);
  const isNewest = newestOf(lots)?.claim.id === claim;
  const own = lots.find((lot) => lot.claim.id === claim);
  const delta = own && own.lostTo === null ? -own.amount : 0;
  if (!isNewest) return { delta, restores: null };
  const amount = sumOf(rest) - sumOf(lots) - delta;
  return { delta, restores: { amount, changedAt: newestOf(rest)?.claim.claimedAt ?? 0 } };
}

function after({ claim, takesBack }: Step, counter: string, lots: readonly Lot[]): readonly Lot[] {
  if (takesBack !== null) return withoutLot(lots, takesBack);
  const moved = claim.entries.filter(({ resource }) => resource === counter);
  if (moved.length === 0) return lots;
  const begins = moved.some(({ cause }) => cause === 'reset');
  const amount = moved.reduce((sum, { cause, delta }) => sum + (cause === 'operation' ? delta : 0), 0);
  const earlier = begins ? lots.map((lot) => ({ ...lot, lostTo: lot.lostTo ?? claim.id })) : lots;
  return [...earlier, { claim, amount, lostTo: null, isTakenBack: false }];
}

/** What is lost stays lost, unless the claim that began the period is taken back as the newest one. */
function withoutLot(lots: readonly Lot[], id: string): readonly Lot[] {
  const isNewest = newestOf(lots)?.claim.id === id;
  return lots
    .filter(({ claim, lostTo }) => claim.id !== id || lostTo !== null)
    .map((lot) => ({
      ...lot,
      lostTo: isNewest && lot.lostTo === id ? null : lot.lostTo,
      isTakenBack: lot.isTakenBack || lot.claim.id === id,
    }));
}

function newestOf(lots: readonly Lot[]): Lot | undefined {
  return lots.findLast(({ isTakenBack }) => !isTakenBack);
}

function sumOf(lots: readonly Lot[]): number {
  return lots.reduce((sum, { amount, lostTo }) => sum + (lostTo === null ? amount : 0), 0);
}
