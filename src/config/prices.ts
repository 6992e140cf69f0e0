/** The ways to pay of an exchange: `costs` is one price, or a list of prices in the order in which they are tried. */
import type { BalanceDocument } from './schema.ts';

type Costs = BalanceDocument['exchanges'][string]['costs'];

export interface PriceAt {
  /** Below the exchange: `costs`, or `costs` and the place in the list. */
  readonly at: readonly (string | number)[];
  readonly price: Readonly<Record<string, number | string>>;
}

export function pricesOf(costs: Costs): readonly PriceAt[] {
  if (!Array.isArray(costs)) return [{ at: ['costs'], price: costs as PriceAt['price'] }];
  return costs.map((price, place) => ({ at: ['costs', place], price }));
}
