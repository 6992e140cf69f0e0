/** What exchanges owe the rest of a document: names of their own, a price or a daily bound, and amounts that stay exact. */
import { MAX_AMOUNT, MAX_DRAWS, RESERVED_CLAIM_TYPES } from './bounds.ts';
import type { Fault } from './problem.ts';
import type { BalanceDocument } from './schema.ts';

type Exchange = BalanceDocument['exchanges'][string];

export function checkExchanges({ exchanges, claimTypes, drawTables }: BalanceDocument, fault: Fault): void {
  for (const [name, exchange] of Object.entries(exchanges)) {
    const at = ['exchanges', name];
    // Both are recorded as claims, under their names.
    if (RESERVED_CLAIM_TYPES.includes(name))
      fault(at, 'is a name that the ledger keeps for itself; choose another');
    if (Object.hasOwn(claimTypes, name)) fault(at, 'is the name of a claim type; choose another');
    for (const table of Object.keys(exchange.draws)) {
      if (!Object.hasOwn(drawTables, table))
        fault(
          [...at, 'draws', table],
          `names the table "${table}", which drawTables does not list; add it there`,
        );
    }
    checkPrice(exchange, at, fault);
    checkQuantities(exchange, at, fault);
  }
}

function checkPrice({ costs, gives, perDay }: Exchange, at: string[], fault: Fault) {
  if (Object.keys(costs).length === 0 && perDay === undefined) {
    fault([...at, 'perDay'], 'must be set, since the exchange costs nothing: nothing else would bound it');
  }
  for (const resource of Object.keys(costs)) {
    if (Object.hasOwn(gives, resource))
      fault([...at, 'gives', resource], 'must go: it is a cost of the same exchange; write the difference');
  }
}

/** One request carries out `maxQuantity` at once. */
function checkQuantities({ costs, gives, draws, maxQuantity }: Exchange, at: string[], fault: Fault) {
  for (const [field, amounts] of Object.entries({ costs, gives })) {
    for (const [resource, amount] of Object.entries(amounts)) {
      const most = Math.floor(MAX_AMOUNT / maxQuantity);
      if (amount > most)
        fault(
          [...at, field, resource],
          `must be at most ${most} where maxQuantity is ${maxQuantity}, not ${amount}`,
        );
    }
  }
  const times = Object.values(draws).reduce((sum, one) => sum + one, 0);
  if (times * maxQuantity > MAX_DRAWS) {
    fault(
      [...at, 'draws'],
      `must be at most ${MAX_DRAWS} draws in one request, not ${times * maxQuantity} (${times} × maxQuantity)`,
    );
  }
}
