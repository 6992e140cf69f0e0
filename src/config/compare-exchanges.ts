/** Compares exchanges: their prices, what they give, and their limits. */
import type { ReportChange } from './changes.ts';
import { type Compared, changeText, compareReversible, entriesOf } from './compare-claims.ts';
import { compareBounds, compareMembership } from './compare-limits.ts';
import { type PriceAt, pricesOf } from './prices.ts';

export function compareExchanges({ before, after, former }: Compared, report: ReportChange) {
  for (const [name, { before: old, after: exchange }] of entriesOf(before.exchanges, after.exchanges)) {
    const at = ['exchanges', name];
    if (!exchange) report('running', at, `${name} can no longer be made.`);
    if (!old || !exchange) continue;
    comparePrices(name, { at, was: pricesOf(old.costs), is: pricesOf(exchange.costs) }, report);
    for (const field of ['gives', 'draws'] as const) {
      for (const [what, amounts] of entriesOf(old[field], exchange[field])) {
        const resource = field === 'draws' ? `from ${what}` : what;
        const text = changeText(name, field, { resource, ...amounts });
        if (amounts.before !== amounts.after) report('amounts', [...at, field, what], text);
      }
    }
    for (const [option, { before: was, after: is }] of entriesOf(
      old.chooseOne ?? {},
      exchange.chooseOne ?? {},
    ))
      for (const [resource, amounts] of entriesOf(was?.gives ?? {}, is?.gives ?? {})) {
        const text = changeText(`${option} of ${name}`, 'gives', { resource, ...amounts });
        if (amounts.before !== amounts.after)
          report('amounts', [...at, 'chooseOne', option, 'gives', resource], text);
      }
    if (old.maxQuantity !== exchange.maxQuantity) {
      const text = `${name} can be made ${exchange.maxQuantity} times in a request instead of ${old.maxQuantity}.`;
      report('amounts', [...at, 'maxQuantity'], text);
    }
    compareBounds({ at, what: name, former }, old, exchange, report);
    compareMembership({ at, what: name, former }, old.sharedLimits, exchange.sharedLimits, report);
    compareReversible(name, { at, was: old.reversibleBy, is: exchange.reversibleBy }, report);
  }
}

function comparePrices(
  name: string,
  {
    at,
    was,
    is,
  }: { readonly at: readonly string[]; readonly was: readonly PriceAt[]; readonly is: readonly PriceAt[] },
  report: ReportChange,
) {
  if (was.length !== is.length) {
    const text = `${name} has ${is.length} ways to pay instead of ${was.length}.`;
    report('amounts', [...at, 'costs'], text);
    return;
  }
  is.forEach(({ at: place, price }, i) => {
    for (const [resource, amounts] of entriesOf(was[i]?.price ?? {}, price)) {
      const text = changeText(name, 'costs', { resource, ...amounts });
      if (amounts.before !== amounts.after) report('amounts', [...at, ...place, resource], text);
    }
  });
}
