/**
 * Checks exchanges and draw tables: exchanges have a unique name, a price or a daily limit, and exact amounts. No draw
 * can be rejected after it was rolled, and every guarantee counts correctly.
 */
import { MAX_AMOUNT, MAX_DRAWS } from './bounds.ts';
import { resourceUses, rolesOf } from './check-roles.ts';
import { pathText, type Report } from './problem.ts';
import type { BalanceDocument } from './schema.ts';

type Exchange = BalanceDocument['exchanges'][string];
type DrawTable = BalanceDocument['drawTables'][string];
type Guarantee = NonNullable<DrawTable['guarantee']>;

export function checkExchanges({ exchanges, claimTypes, drawTables }: BalanceDocument, report: Report): void {
  for (const [name, exchange] of Object.entries(exchanges)) {
    const at = ['exchanges', name];
    // The ledger records both as claims under their own names.
    if (Object.hasOwn(claimTypes, name)) report(at, 'is also the name of a claim type; choose another name');
    for (const table of Object.keys(exchange.draws)) {
      if (!Object.hasOwn(drawTables, table))
        report(
          [...at, 'draws', table],
          `names the table "${table}", which is not listed in drawTables; add it there`,
        );
    }
    checkPrice(exchange, at, report);
    checkQuantities(exchange, at, report);
  }
}

function checkPrice({ costs, gives, perDay }: Exchange, at: string[], report: Report) {
  if (Object.keys(costs).length === 0 && perDay === undefined) {
    report([...at, 'perDay'], 'must be set, because the exchange costs nothing and would have no limit');
  }
  for (const resource of Object.keys(costs)) {
    if (Object.hasOwn(gives, resource))
      report([...at, 'gives', resource], 'remove it: the exchange also costs it; use the difference');
  }
}

/** Checks the largest request, which is for `maxQuantity` exchanges. */
function checkQuantities({ costs, gives, draws, maxQuantity }: Exchange, at: string[], report: Report) {
  const most = Math.floor(MAX_AMOUNT / maxQuantity);
  for (const [field, amounts] of Object.entries({ costs, gives })) {
    for (const [resource, amount] of Object.entries(amounts)) {
      if (amount > most)
        report(
          [...at, field, resource],
          `must be at most ${most} when maxQuantity is ${maxQuantity}, not ${amount}`,
        );
    }
  }
  const times = Object.values(draws).reduce((sum, one) => sum + one, 0);
  if (times * maxQuantity > MAX_DRAWS) {
    report(
      [...at, 'draws'],
      `must be at most ${MAX_DRAWS} draws per request, not ${times * maxQuantity} (${times} × maxQuantity)`,
    );
  }
}

export function checkDrawTables(document: BalanceDocument, report: Report): void {
  const { resources, drawTables } = document;
  for (const { path, resource, kind } of resourceUses(document)) {
    const rule = resources[resource];
    // Rejecting at the ceiling would reject the whole exchange, and the player could draw again for free.
    if (kind === 'draw' && rule && rule.ceiling !== null && rule.atCeiling === 'reject') {
      report(
        path,
        `remove it, or set resources.${resource}.atCeiling to "clamp": a rejected draw could be repeated for free`,
      );
    }
  }
  for (const [name, { outcomes, guarantee }] of Object.entries(drawTables)) {
    if (guarantee)
      checkGuaranteed(guarantee, { at: ['drawTables', name, 'guarantee', 'outcomes'], outcomes }, report);
  }
  checkCounters(document, report);
}

function checkGuaranteed(
  { outcomes: guaranteed }: Guarantee,
  { at, outcomes }: { at: string[]; outcomes: object },
  report: Report,
) {
  guaranteed.forEach((name, i) => {
    if (!Object.hasOwn(outcomes, name))
      report([...at, i], `names the outcome "${name}", which the table does not have`);
    if (guaranteed.indexOf(name) < i) report([...at, i], `names "${name}" twice; remove one`);
  });
  if (new Set(guaranteed).size >= Object.keys(outcomes).length)
    report(at, 'must leave out at least one outcome: a guarantee of all outcomes has no effect');
}

/** A counter that anything else changes, or that stops at a limit, would make the guarantee apply too early or never. */
function checkCounters(document: BalanceDocument, report: Report) {
  const counters = uniqueCounters(document, report);
  for (const { path, resource } of resourceUses(document)) {
    const counter = counters.get(resource);
    if (counter) report(path, `remove it: "${resource}" (${counter}) is changed only by draws`);
  }
  for (const [name, counter] of counters) {
    const rule = document.resources[name];
    if (!rule) continue;
    const at = ['resources', name];
    const subject = `"${name}" (${counter})`;
    const why = `${subject} is changed only by draws`;
    if (rule.floor !== 0) report([...at, 'floor'], `must be 0: ${subject} is reset to 0`);
    if (rule.ceiling !== null)
      report([...at, 'ceiling'], `must be null: ${subject} would stop counting at the ceiling`);
    if (rule.manual) report([...at, 'manual'], `must be false: ${why}`);
    if (rule.value !== undefined) report([...at, 'value'], `remove it: ${why}`);
    if (rule.staffLimit) report([...at, 'staffLimit'], `remove it: ${why}`);
    if (rule.startsWith !== 0) report([...at, 'startsWith'], `must be 0: ${why}`);
    if (rule.regenerates) report([...at, 'regenerates'], `remove it: ${why}`);
    if (rule.transfer) report([...at, 'transfer'], `remove it: ${why}`);
  }
}

/** The counters of all guarantees, by resource, with the path that names each. Reports a counter that is in use already. */
function uniqueCounters(document: BalanceDocument, report: Report): ReadonlyMap<string, string> {
  const { drawTables, combat } = document;
  const roles = rolesOf(document);
  const counters = new Map<string, string>();
  for (const [table, { guarantee }] of Object.entries(drawTables)) {
    if (!guarantee) continue;
    const { counter } = guarantee;
    const path = ['drawTables', table, 'guarantee', 'counter'];
    const user =
      counters.get(counter) ??
      roles.get(counter)?.path ??
      (combat?.health === counter ? 'combat.health' : undefined);
    if (user === undefined) counters.set(counter, pathText(path));
    else
      report(
        path,
        `must not be "${counter}", which ${user} already uses; each guarantee needs a counter of its own`,
      );
  }
  return counters;
}
