/** A granted claim of the model, and what was taken back of it: in parts, and perhaps reopened. */
import type { ClaimEffect, EarlierClaim, Entry, Reversal } from './effect.ts';
import type { Anchor } from './posting-run.ts';

export interface GrantedClaim {
  readonly id: string;
  readonly player: string;
  readonly number: number;
  readonly operation: string;
  readonly type: string;
  readonly units: number;
  readonly draws: readonly object[];
  readonly actorId: string;
  readonly configVersion: number;
  /** In milliseconds since 1970. */
  readonly claimedAt: number;
  readonly entries: readonly Entry[];
  readonly anchors: readonly Anchor[];
  /** The other player of a transfer or of its reversal. */
  readonly counterparty: string | null;
}

/** A claim that takes a key from its number on. */
export interface Holding {
  readonly claim: GrantedClaim;
  /** The number that freed the key again; Infinity while it is taken. */
  until: number;
  /** The time of that number. */
  freedAt: number;
}

export function hold(holdings: Map<string, Holding[]>, place: string, claim: GrantedClaim): void {
  const never = Number.POSITIVE_INFINITY;
  holdings.set(place, [...(holdings.get(place) ?? []), { claim, until: never, freedAt: never }]);
}

/** The claim that has the key when its player is at this number. */
export function holderAt(holdings: readonly Holding[] | undefined, number: number): string | null {
  return holdings?.find(({ claim, until }) => claim.number <= number && until > number)?.claim.id ?? null;
}

/** A reversal of a part of a claim, or of the whole. */
interface Part {
  readonly by: GrantedClaim;
  /** How many units were taken back up to now. */
  readonly reversed: number;
  readonly reopens: boolean;
}

export class GrantedClaims {
  readonly #claims = new Map<string, GrantedClaim>();
  /** By claim whose reward was held: the claim that paid it. */
  readonly #paidBy = new Map<string, GrantedClaim>();
  /** By claim: its reversals, oldest first. */
  readonly #parts = new Map<string, Part[]>();

  get(id: string): GrantedClaim | undefined {
    return this.#claims.get(id);
  }

  values(): Iterable<GrantedClaim> {
    return this.#claims.values();
  }

  /** A player's claims in their order, each with the claim that it takes back. */
  upTo(
    player: string,
    number: number,
  ): { readonly claim: GrantedClaim; readonly takesBack: string | null }[] {
    const targets = new Map([...this.#parts].flatMap(([id, parts]) => parts.map(({ by }) => [by.id, id])));
    return [...this.#claims.values()]
      .filter((claim) => claim.player === player && claim.number <= number)
      .sort((a, b) => a.number - b.number)
      .map((claim) => ({ claim, takesBack: targets.get(claim.id) ?? null }));
  }

  add(claim: GrantedClaim): void {
    this.#claims.set(claim.id, claim);
  }

  payHeld(id: string, by: GrantedClaim): void {
    this.#paidBy.set(id, by);
  }

  /** Whether nothing is left of the claim after this reversal of it. `reopens`: whether it can be made again. */
  reverse(
    by: GrantedClaim,
    { claimId, quantity, reopen }: NonNullable<ClaimEffect['reverses']>,
    isPending: boolean,
  ): { readonly reopens: boolean; readonly isWhole: boolean } {
    const units = this.#claims.get(claimId)?.units ?? 1;
    const earlier = this.#parts.get(claimId) ?? [];
    const reversed = quantity === null ? units : (earlier.at(-1)?.reversed ?? 0) + quantity;
    // An announcement that is taken back before it is paid can be made again.
    const reopens = reopen || (isPending && reversed === units);
    this.#parts.set(claimId, [...earlier, { by, reversed, reopens }]);
    return { reopens, isWhole: reversed === units };
  }

  /** What was taken back of a claim when its player was at this number. */
  takenBack(id: string, number: number) {
    const parts = (this.#parts.get(id) ?? []).filter(({ by }) => by.number <= number);
    const last = parts.at(-1);
    return { parts, last, isWhole: last?.reversed === this.#claims.get(id)?.units };
  }

  /** What took a claim back whole, when its player was at this number. */
  reversalOf(id: string, number: number): Reversal | null {
    const { last, isWhole } = this.takenBack(id, number);
    if (!last || !isWhole) return null;
    return { claimId: last.by.id, reversedAt: new Date(last.by.claimedAt).toISOString() };
  }

  earlier(player: string, number: number, id: string): EarlierClaim | null {
    const claim = this.#claims.get(id);
    if (!claim || claim.player !== player || claim.number > number) return null;
    const { operation, type, units, draws } = claim;
    const paid = this.#paidBy.get(id);
    // What it gave is what was paid later.
    const entries = paid && paid.number <= number ? [...claim.entries, ...paid.entries] : claim.entries;
    const { parts, last } = this.takenBack(id, number);
    return {
      ...{ operation, type, entries, units, isDrawn: draws.length > 0, parts: parts.length },
      reversed: last?.reversed ?? 0,
      reversedBy: last?.by.id ?? null,
      isReopened: parts.some(({ reopens }) => reopens),
    };
  }
}
