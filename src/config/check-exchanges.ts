/** Checks exchanges: they have a unique name, a price or a daily limit, and exact amounts. */
import { MAX_AMOUNT } from './bounds.ts';
import { checkDraws } from './check-draws.ts';
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
  const { costs, gives } = exchange;
  if (Object.keys(costs).length === 0 && !hasLimit(exchange)) {
    report([...at, 'perDay'], 'must be set, because the exchange costs nothing and would have no limit');
  }
  for (const resource of Object.keys(costs)) {
    if (Object.hasOwn(gives, resource))
      report([...at, 'gives', resource], 'remove it: the exchange also costs it; use the difference');
  }
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
function checkQuantities({ costs, gives, maxQuantity }: Exchange, at: string[], report: Report) {
  const most = Math.floor(MAX_AMOUNT / maxQuantity);
  for (const [field, amounts] of Object.entries({ costs, gives })) {
    for (const [resource, amount] of Object.entries(amounts)) {
      // A formula is tried with the largest quantity.
      if (typeof amount === 'number' && amount > most)
        report(
          [...at, field, resource],
          `must be at most ${most} when maxQuantity is ${maxQuantity}, not ${amount}`,
        );
    }
  }
}
