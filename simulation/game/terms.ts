/**
 * The terms that a client showed before it sends a claim or an exchange, and the rejection where they no longer hold. The digest
 * is computed here again from its definition: SHA-256 of canonical JSON, of which 128 bits are kept.
 */
import { createHash } from 'node:crypto';
import { type Rejected, reject } from '../model/effect.ts';

type Amounts = Readonly<Record<string, number>>;

/** What an operation costs, gives and draws under one config. */
export interface Offer {
  readonly costs: Amounts;
  readonly gives: Amounts;
  readonly draws: readonly object[];
  /** The other ways in which it may be granted, in their order. */
  readonly others?: readonly Offer[];
}

export function termsOf({ others = [], ...first }: Offer): string {
  const ways = [first, ...others].map(({ costs, gives, draws }) => ({ costs, gives, draws }));
  return createHash('sha256').update(canonical(ways)).digest('hex').slice(0, 32);
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_, part) =>
    part !== null && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}

/** `sent`: what the request had as its terms. Null: they hold, or it had none. */
export function changedTerms(sent: unknown, offer: Offer): Rejected | null {
  const terms = termsOf(offer);
  if (sent === undefined || sent === terms) return null;
  const list = (amounts: Amounts) =>
    Object.entries(amounts)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([resource, amount]) => ({ resource, amount }));
  return reject('TermsChanged', { terms, costs: list(offer.costs), gives: list(offer.gives) });
}
