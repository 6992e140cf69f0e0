/**
 * Checks draw tables and what draws from them: no draw can be rejected after it was rolled, no table leads back to itself, and
 * every guarantee counts correctly.
 */
import { MAX_DRAWS, MAX_WAYS_TO_DRAW } from './bounds.ts';
import { resourceUses, rolesOf } from './check-roles.ts';
import { pathText, type Report } from './problem.ts';
import type { BalanceDocument } from './schema.ts';

type Tables = BalanceDocument['drawTables'];
type DrawTable = Tables[string];
type Guarantee = DrawTable['guarantees'][number];

/** Checks the draws of one exchange or claim type, at its largest request. */
export function checkDraws(
  { draws, maxQuantity }: { readonly draws: Readonly<Record<string, number>>; readonly maxQuantity: number },
  { at, drawTables }: { readonly at: readonly string[]; readonly drawTables: Tables },
  report: Report,
) {
  for (const table of Object.keys(draws)) {
    if (!Object.hasOwn(drawTables, table)) report([...at, table], notListed(table));
  }
  const of = (quantity: number) => (maxQuantity > 1 ? ` (${quantity / maxQuantity} × maxQuantity)` : '');
  const times = sum(Object.values(draws)) * maxQuantity;
  if (times > MAX_DRAWS)
    report(at, `must be at most ${MAX_DRAWS} draws per request, not ${times}${of(times)}`);
  const ways = sum(Object.entries(draws).map(([name, one]) => one * waysOf(name, drawTables))) * maxQuantity;
  if (ways > MAX_WAYS_TO_DRAW)
    report(
      at,
      `must have at most ${MAX_WAYS_TO_DRAW} alternatives per request, not ${ways}${of(ways)}: draw less often, or from tables with fewer guarantees`,
    );
}

function notListed(table: string): string {
  return `names the table "${table}", which is not listed in drawTables; add it there`;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}

/** The most alternatives that one draw can have: one per guarantee and one without, each with those of the table that follows. */
function waysOf(name: string, drawTables: Tables, within: readonly string[] = []): number {
  const table = Object.hasOwn(drawTables, name) ? drawTables[name] : undefined;
  if (!table || within.includes(name)) return 1;
  const inner = Object.fromEntries(
    Object.entries(table.outcomes).map(([outcome, { table: next }]) => [
      outcome,
      next === undefined ? 1 : waysOf(next, drawTables, [...within, name]),
    ]),
  );
  const most = (outcomes: readonly string[]) =>
    Math.max(1, ...outcomes.map((outcome) => inner[outcome] ?? 1));
  return sum([...table.guarantees.map(({ outcomes }) => most(outcomes)), most(Object.keys(inner))]);
}

export function checkDrawTables(document: BalanceDocument, report: Report): void {
  const { resources, drawTables } = document;
  for (const { path, resource, kind } of resourceUses(document)) {
    if (kind !== 'draw') continue;
    // Rejecting at the ceiling would reject the whole operation, and the player could draw again for free.
    for (const name of [resource, resources[resource]?.convertTo?.resource ?? resource]) {
      const rule = resources[name];
      if (!rule || rule.ceiling === null || rule.atCeiling !== 'reject') continue;
      report(
        path,
        `remove it, or set resources.${name}.atCeiling to "clamp": a rejected draw could be repeated for free`,
      );
      break;
    }
  }
  for (const [name, table] of Object.entries(drawTables)) {
    checkOutcomes(table, { at: ['drawTables', name, 'outcomes'], drawTables }, report);
    table.guarantees.forEach((guarantee, i) => {
      const at = ['drawTables', name, 'guarantees', i];
      checkGuaranteed(guarantee, { at, outcomes: table.outcomes, before: table.guarantees[i - 1] }, report);
    });
  }
  checkNesting(drawTables, report);
  checkCounters(document, report);
}

function checkOutcomes(
  { outcomes }: DrawTable,
  { at, drawTables }: { readonly at: readonly string[]; readonly drawTables: Tables },
  report: Report,
) {
  for (const [name, { gives, table }] of Object.entries(outcomes)) {
    if (table !== undefined && !Object.hasOwn(drawTables, table))
      report([...at, name, 'table'], notListed(table));
    if (table === undefined && Object.keys(gives).length === 0)
      report([...at, name, 'gives'], 'must have at least 1 entry, or name a table to draw from');
  }
}

function checkGuaranteed(
  { outcomes: guaranteed }: Guarantee,
  {
    at,
    outcomes,
    before,
  }: {
    readonly at: readonly PropertyKey[];
    readonly outcomes: object;
    readonly before: Guarantee | undefined;
  },
  report: Report,
) {
  const path = [...at, 'outcomes'];
  guaranteed.forEach((name, i) => {
    if (!Object.hasOwn(outcomes, name))
      report([...path, i], `names the outcome "${name}", which the table does not have`);
    if (guaranteed.indexOf(name) < i) report([...path, i], `names "${name}" twice; remove one`);
  });
  if (new Set(guaranteed).size >= Object.keys(outcomes).length)
    report(path, 'must leave out at least one outcome: a guarantee of all outcomes has no effect');
  const missing = before?.outcomes.filter((name) => !guaranteed.includes(name)) ?? [];
  if (missing.length > 0)
    report(
      path,
      `must also name ${missing.map((name) => `"${name}"`).join(', ')}, as the guarantee before it does: a draw that forces one of them would leave this one overdue`,
    );
}

/** A draw ends: no table is among those that its own outcomes lead to. Nor does a draw count twice in one counter. */
function checkNesting(drawTables: Tables, report: Report) {
  const reported = new Set<string>();
  const visit = (name: string, within: readonly string[]) => {
    const table = Object.hasOwn(drawTables, name) ? drawTables[name] : undefined;
    for (const [outcome, { table: next }] of Object.entries(table?.outcomes ?? {})) {
      const inner = next !== undefined && Object.hasOwn(drawTables, next) ? drawTables[next] : undefined;
      if (next === undefined || !inner) continue;
      const path = [...within, name, next];
      const at = ['drawTables', name, 'outcomes', outcome, 'table'];
      if (reported.has(pathText(at))) continue;
      const cycle = path.indexOf(next) < path.length - 1;
      const shared = sharedCounter(path, drawTables);
      if (cycle)
        report(
          at,
          `must not lead back to "${next}": ${path.slice(path.indexOf(next)).join(' → ')}; name another table`,
        );
      else if (shared !== null)
        report(at, `must not be "${next}": one draw would count twice in "${shared}" (${path.join(' → ')})`);
      if (cycle || shared !== null) reported.add(pathText(at));
      else visit(next, [...within, name]);
    }
  };
  for (const name of Object.keys(drawTables)) visit(name, []);
}

/** A counter of the last table that one before it has, too. */
function sharedCounter(path: readonly string[], drawTables: Tables): string | null {
  const counters = path.map((name) => drawTables[name]?.guarantees.map(({ counter }) => counter) ?? []);
  const before = new Set(counters.slice(0, -1).flat());
  return counters.at(-1)?.find((counter) => before.has(counter)) ?? null;
}

/** A counter that anything else changes, or that stops at a limit, would make the guarantee apply too early or never. */
function checkCounters(document: BalanceDocument, report: Report) {
  const counters = countersOf(document, report);
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
    for (const field of ['transfer', 'spend', 'take'] as const)
      if (rule[field]) report([...at, field], `remove it: ${why}`);
  }
}

/**
 * The counters of all guarantees, by resource, with the path that first names each. Tables may share a counter if it means the
 * same in all of them: so many draws, after which the next one is certain.
 */
function countersOf(document: BalanceDocument, report: Report): ReadonlyMap<string, string> {
  const { drawTables, combat } = document;
  const roles = rolesOf(document);
  const counters = new Map<string, { readonly path: string; readonly after: number }>();
  for (const [table, { guarantees }] of Object.entries(drawTables)) {
    guarantees.forEach(({ counter, after }, i) => {
      const at = ['drawTables', table, 'guarantees', i];
      const user = roles.get(counter)?.path ?? (combat?.health === counter ? 'combat.health' : undefined);
      const first = counters.get(counter);
      if (user !== undefined)
        report(
          [...at, 'counter'],
          `must not be "${counter}", which ${user} already uses; choose another resource`,
        );
      else if (guarantees.findIndex((one) => one.counter === counter) < i)
        report(
          [...at, 'counter'],
          `must not be "${counter}" again: each guarantee of a table needs a counter of its own`,
        );
      else if (first && first.after !== after)
        report(
          [...at, 'after'],
          `must be ${first.after}, as in ${first.path}, which counts in "${counter}" too; or choose another counter`,
        );
      else if (!first) counters.set(counter, { path: pathText(at), after });
    });
  }
  return new Map([...counters].map(([counter, { path }]) => [counter, `${path}.counter`]));
}
