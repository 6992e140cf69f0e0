/** Checks exchanges: they have a unique name, a price or a daily limit, and exact amounts. */
import { MAX_AMOUNT } from './bounds.ts';
import { checkDraws } from './check-draws.ts';
import { pricesOf } from './prices.ts';
import type { Report } from './problem.ts';
import type { BalanceDocument } from './schema.ts';

type Exchange = BalanceDocument['exchanges'][string];

export function checkExchanges({ exchanges, claimTypes, drawTables }: BalanceDocument, report: Report): void {
  for (const [name, exchange] of Object.entries(exchanges)) {
    const at = ['exchanges', name];
    // The ledger records both as claims under their own names.
    if (Object.hasOwn(claimTypes, name)) report(at, 'is also the name of a claim type; choose another name');
    checkDraws(exchange, { at: [...at, 'draws'], drawTables }, report);
    checkPrice(exchange, at, report);
    checkQuantities(exchange, at, report);
  }
}

function checkPrice(exchange: Exchange, at: string[], report: Report) {
  const { costs, gives, chooseOne = {} } = exchange;
  const prices = pricesOf(costs);
  if (prices.some(({ price }) => Object.keys(price).length === 0) && !hasLimit(exchange)) {
    report([...at, 'perDay'], 'must be set, because the exchange costs nothing and would have no limit');
  }
  const bought = [
    { path: [...at, 'gives'], amounts: gives },
    ...Object.entries(chooseOne).map(([option, { gives: more }]) => ({
      path: [...at, 'chooseOne', option, 'gives'],
      amounts: more,
    })),
  ];
  const costing = new Set(prices.flatMap(({ price }) => Object.keys(price)));
  for (const { path, amounts } of bought)
    for (const resource of Object.keys(amounts))
      if (costing.has(resource))
        report([...path, resource], 'remove it: the exchange also costs it; use the difference');
  for (const [option, { gives: more }] of Object.entries(chooseOne))
    for (const resource of Object.keys(more))
      if (Object.hasOwn(gives, resource))
        report(
          [...at, 'chooseOne', option, 'gives', resource],
          'remove it here or from gives: an option gives other resources than every option does',
        );
  prices.forEach(({ at: place, price }, i) => {
    const covered = prices
      .slice(0, i)
      .findIndex((earlier) =>
        Object.entries(earlier.price).every(([resource, amount]) => isAtLeast(price[resource], amount)),
      );
    if (covered >= 0)
      report([...at, ...place], `remove it: it costs all that price ${covered} costs, which is tried before`);
  });
}

/** A formula is at least itself. */
function isAtLeast(amount: number | string = 0, other: number | string): boolean {
  return amount === other || (typeof amount === 'number' && typeof other === 'number' && amount >= other);
}

/** The game's stock alone bounds no player. */
function hasLimit({ perDay, perWeek, perMonth, perSeason, ever, sharedLimits }: Exchange): boolean {
  const bounds = [perDay, perWeek, perMonth, ever];
  return (
    bounds.some((bound) => bound !== undefined) ||
    Object.keys(perSeason).length > 0 ||
    sharedLimits.length > 0
  );
}

/** Checks the largest request, which is for `maxQuantity` exchanges. */
function checkQuantities(
  { costs, gives, chooseOne = {}, maxQuantity }: Exchange,
  at: string[],
  report: Report,
) {
  const most = Math.floor(MAX_AMOUNT / maxQuantity);
  const all = [
    ...pricesOf(costs).map(({ at: place, price }) => ({ path: [...at, ...place], amounts: price })),
    { path: [...at, 'gives'], amounts: gives },
    ...Object.entries(chooseOne).map(([option, { gives: more }]) => ({
      path: [...at, 'chooseOne', option, 'gives'],
      amounts: more,
    })),
  ];
  for (const { path, amounts } of all) {
    for (const [resource, amount] of Object.entries(amounts)) {
      // A formula is tried with the largest quantity.
      if (typeof amount === 'number' && amount > most)
        report(
          [...path, resource],
          `must be at most ${most} when maxQuantity is ${maxQuantity}, not ${amount}`,
        );
    }
  }
}
