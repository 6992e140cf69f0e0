/** What draw tables owe the rest of a document: no draw can be refused after it was rolled, and a guarantee counts right. */
import { rolesOf } from './check-roles.ts';
import { type Fault, pathText } from './problem.ts';
import { resourceUses } from './resource-uses.ts';
import type { BalanceDocument } from './schema.ts';

type Guarantee = NonNullable<BalanceDocument['drawTables'][string]['guarantee']>;

export function checkDrawTables(document: BalanceDocument, fault: Fault): void {
  const { resources, drawTables } = document;
  for (const { path, resource, kind } of resourceUses(document)) {
    const rule = resources[resource];
    // What refuses at its ceiling would refuse the whole exchange, and the player would draw again for nothing.
    if (kind === 'draw' && rule && rule.ceiling !== null && rule.atCeiling === 'reject') {
      fault(
        path,
        `must go, or resources.${resource}.atCeiling must be "clamp": a draw that is refused could be drawn again for nothing`,
      );
    }
  }
  for (const [table, { outcomes, guarantee }] of Object.entries(drawTables)) {
    if (!guarantee) continue;
    checkGuaranteed(guarantee, { at: ['drawTables', table, 'guarantee', 'outcomes'], outcomes }, fault);
  }
  checkCounters(document, fault);
}

function checkGuaranteed(
  { outcomes: guaranteed }: Guarantee,
  { at, outcomes }: { at: string[]; outcomes: object },
  fault: Fault,
) {
  guaranteed.forEach((name, i) => {
    if (!Object.hasOwn(outcomes, name))
      fault([...at, i], `names the outcome "${name}", which the table does not have`);
    if (guaranteed.indexOf(name) < i) fault([...at, i], `names "${name}" a second time`);
  });
  if (new Set(guaranteed).size >= Object.keys(outcomes).length)
    fault(at, 'must leave some outcome out: where every draw is one of them, nothing is left to guarantee');
}

/** A counter that anything else moves, or that stops at a limit, would bring the guarantee too early or never. */
function checkCounters(document: BalanceDocument, fault: Fault) {
  const { resources, drawTables, combat } = document;
  const roles = rolesOf(document);
  const counters = new Map<string, string>();
  for (const [table, { guarantee }] of Object.entries(drawTables)) {
    if (!guarantee) continue;
    const { counter } = guarantee;
    const path = ['drawTables', table, 'guarantee', 'counter'];
    const taken =
      counters.get(counter) ??
      roles.get(counter)?.path ??
      (combat?.health === counter ? 'combat.health' : undefined);
    if (taken === undefined) counters.set(counter, pathText(path));
    else
      fault(
        path,
        `must not be "${counter}", which ${taken} already uses; each guarantee needs a counter of its own`,
      );
  }
  for (const { path, resource } of resourceUses(document)) {
    const counter = counters.get(resource);
    if (counter) fault(path, `must go: "${resource}" (${counter}) is moved by the draws alone`);
  }
  for (const [name, counter] of counters) {
    const rule = resources[name];
    if (!rule) continue;
    const at = ['resources', name];
    const why = `"${name}" (${counter}) is moved by the draws alone`;
    if (rule.floor !== 0) fault([...at, 'floor'], `must be 0: "${name}" (${counter}) begins again there`);
    if (rule.ceiling !== null)
      fault([...at, 'ceiling'], `must be null: "${name}" (${counter}) would stop counting there`);
    if (rule.manual) fault([...at, 'manual'], `must be false: ${why}`);
    if (rule.startsWith !== 0) fault([...at, 'startsWith'], `must be 0: ${why}`);
    if (rule.regenerates) fault([...at, 'regenerates'], `must go: ${why}`);
    if (rule.transfer) fault([...at, 'transfer'], `must go: ${why}`);
  }
}
