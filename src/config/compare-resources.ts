/**
 * Compares resources, stats, levels, tiers, draw tables and the limits of staff: what becomes of balances, regeneration and odds
 * when the next version takes effect.
 */
import type { ReportChange } from './changes.ts';
import { type Compared, changeText, entriesOf } from './compare-claims.ts';
import { compareBounds } from './compare-limits.ts';
import type { BalanceDocument } from './schema.ts';

type Resource = BalanceDocument['resources'][string];
type DrawTable = BalanceDocument['drawTables'][string];
type Limit = Resource['ceiling'];
type Levels = NonNullable<BalanceDocument['levels']>;
type Tiers = NonNullable<BalanceDocument['tiers']>['list'];

export function compareResources(compared: Compared, report: ReportChange): void {
  const { before, after } = compared;
  for (const [name, { before: old, after: resource }] of entriesOf(before.resources, after.resources)) {
    if (old && resource) compareResource(name, { old, resource, compared }, report);
    else if (old) {
      const text = `${name} is gone. What players hold of it stays in the ledger, and nothing can use it.`;
      report('running', ['resources', name], text, { resource: name });
    }
  }
  for (const [name, { before: old, after: table }] of entriesOf(before.drawTables, after.drawTables)) {
    if (old && table) compareTable(name, { old, table }, report);
  }
  compareStats(compared, report);
  compareProgress(compared, report);
  compareStaff(compared, report);
}

function compareResource(
  name: string,
  {
    old,
    resource,
    compared,
  }: { readonly old: Resource; readonly resource: Resource; readonly compared: Compared },
  report: ReportChange,
) {
  const at = ['resources', name];
  const changed = (field: keyof Resource) => JSON.stringify(old[field]) !== JSON.stringify(resource[field]);
  if (changed('ceiling')) {
    const text = `The ceiling of ${name} is ${limitText(resource.ceiling)} instead of ${limitText(old.ceiling)}. Balances above it stay.`;
    report('running', [...at, 'ceiling'], text, { resource: name });
  }
  if (changed('floor')) {
    const text = `The floor of ${name} is ${resource.floor} instead of ${old.floor}. Balances below it stay.`;
    report('running', [...at, 'floor'], text);
  }
  if (changed('startsWith')) {
    const text = `${name} opens with ${resource.startsWith} instead of ${old.startsWith}, for players whose balance has not moved yet.`;
    report('running', [...at, 'startsWith'], text);
  }
  for (const field of ['value', 'staffLimit'] as const)
    if (changed(field)) {
      const text = `${name} counts otherwise for staff: ${staffText(resource)} instead of ${staffText(old)}. What they gave in the running day stays counted as it was.`;
      report('running', [...at, field], text);
    }
  const [rate, newRate] = [rateText(old), rateText(resource)];
  if (rate !== newRate) {
    const text = `The regeneration of ${name} is ${newRate} instead of ${rate}. It counts from the publication: what has regenerated stays, and nothing fills at once.`;
    report('running', [...at, 'regenerates'], text);
  }
  if (Boolean(old.transfer) !== Boolean(resource.transfer)) {
    const text = `Players can ${resource.transfer ? 'now' : 'no longer'} give each other ${name}.`;
    report('running', [...at, 'transfer'], text);
  } else if (old.transfer && resource.transfer) {
    const place = { at: [...at, 'transfer'], what: `Giving ${name}`, former: compared.former };
    compareBounds(place, old.transfer, resource.transfer, report);
    const received = { at: [...place.at, 'receives'], what: `Receiving ${name}`, former: compared.former };
    compareBounds(received, old.transfer.receives, resource.transfer.receives, report);
    if (old.transfer.onFull !== resource.transfer.onFull) {
      const now = resource.transfer.onFull === 'pending' ? 'waits in their inbox' : 'is refused';
      const text = `A gift of ${name} that does not fit under the ceiling of its recipient now ${now}. What is pending stays pending.`;
      report('running', [...place.at, 'onFull'], text);
    }
  }
  compareDebits(name, { old, resource, compared }, report);
}

function compareDebits(
  name: string,
  {
    old,
    resource,
    compared,
  }: { readonly old: Resource; readonly resource: Resource; readonly compared: Compared },
  report: ReportChange,
) {
  const at = ['resources', name];
  if (Boolean(old.spend) !== Boolean(resource.spend)) {
    const text = `Game servers can ${resource.spend ? 'now' : 'no longer'} charge players ${name}.`;
    report('running', [...at, 'spend'], text);
  } else if (old.spend && resource.spend) {
    const place = { at: [...at, 'spend'], what: `Charging ${name}`, former: compared.former };
    compareBounds(place, old.spend, resource.spend, report);
  }
  const [was, is] = [takeText(old), takeText(resource)];
  if (was !== is) {
    const text = `Staff may take ${is} of ${name} instead of ${was}. What they took in the running day counts.`;
    report('running', [...at, 'take'], text);
  }
}

function takeText({ take }: Resource): string {
  if (!take) return 'nothing';
  const { perCall, perDay, debt } = take;
  const atOnce = perCall === null ? '' : `${perCall} at once and `;
  return `${atOnce}${perDay} a day${debt ? ', also into debt,' : ''}`;
}

function staffText({ value, staffLimit }: Resource): string {
  if (staffLimit) {
    const { perReward, perDay } = staffLimit;
    return `at most ${perReward === null ? '' : `${perReward} at once and `}${perDay} a day`;
  }
  return value === undefined ? 'they cannot give it' : `a value of ${value}`;
}

function limitText(limit: Limit | undefined): string {
  if (limit === null || limit === undefined) return 'unlimited';
  return typeof limit === 'number' ? String(limit) : `the maximum of ${limit.stat}`;
}

function rateText({ regenerates, ceiling }: Resource): string {
  if (!regenerates) return 'none';
  const { amount, everySeconds, upTo } = regenerates;
  return `${amount} every ${everySeconds} seconds up to ${limitText(upTo ?? ceiling)}`;
}

/** The maximum of a stat is the ceiling of resources, and where their regeneration ends. */
function compareStats({ before, after }: Compared, report: ReportChange) {
  const [olds, stats] = [before.statPoints?.stats ?? {}, after.statPoints?.stats ?? {}];
  for (const [stat, { before: old, after: is }] of entriesOf(olds, stats)) {
    if (!old || !is || (old.base === is.base && old.perPoint === is.perPoint)) continue;
    const maximum = ({ base, perPoint }: typeof is) => `${base} and ${perPoint} per point`;
    const text = `The maximum of ${stat} is ${maximum(is)} instead of ${maximum(old)}. Balances above it stay, and a higher maximum does not fill at once.`;
    for (const field of ['base', 'perPoint'] as const)
      if (old[field] !== is[field]) report('running', ['statPoints', 'stats', stat, field], text);
  }
}

function compareProgress({ before, after }: Compared, report: ReportChange) {
  if (before.levels && after.levels) compareLevels(before.levels, after.levels, report);
  if (before.tiers && after.tiers) compareTiers(before.tiers.list, after.tiers.list, report);
  const [health, newHealth] = [before.combat?.health, after.combat?.health];
  if (health !== newHealth) {
    const text = `Damage and healing change ${newHealth ?? 'nothing'} instead of ${health ?? 'nothing'}.`;
    report('running', ['combat', 'health'], text, newHealth ? { resource: newHealth } : undefined);
  }
}

function compareLevels(old: Levels, levels: Levels, report: ReportChange) {
  for (const field of ['experienceForLevel', 'maxLevel'] as const) {
    if (old[field] === levels[field]) continue;
    const text = `${field} is ${levels[field]} instead of ${old[field]}. Levels follow it at once, also downwards. A level that was paid is not paid again; a level that is reached by it is paid with the player's next experience.`;
    report('running', ['levels', field], text);
  }
  for (const [resource, grants] of entriesOf(old.grants, levels.grants)) {
    const text = changeText('A level-up', 'gives', { resource, ...grants });
    if (grants.before !== grants.after) report('amounts', ['levels', 'grants', resource], text);
  }
}

function compareTiers(old: Tiers, tiers: Tiers, report: ReportChange) {
  const text = (list: Tiers) => list.map(({ name, from }) => `${name} from ${from}`).join(', ') || 'none';
  if (text(old) === text(tiers)) return;
  const effect = `Tiers are ${text(tiers)} instead of ${text(old)}. Players change tier at once.`;
  report('running', ['tiers', 'list'], effect);
}

function compareStaff({ before, after }: Compared, report: ReportChange) {
  for (const field of ['limitPerReward', 'budgetPerDay', 'awardsPerDay'] as const) {
    const [old, is] = [before.manualRewards[field], after.manualRewards[field]];
    if (old === is) continue;
    const text = `${field} is ${is ?? 'unlimited'} instead of ${old ?? 'unlimited'}, for staff without one of their own. What they gave in the running day counts.`;
    report('running', ['manualRewards', field], text);
  }
  const serversText = ({ manualRewards: { servers } }: BalanceDocument) =>
    servers
      ? `at most ${servers.limitPerReward} in value at once and ${servers.budgetPerDay} a day`
      : 'nothing';
  const [was, is] = [serversText(before), serversText(after)];
  if (was !== is) {
    const text = `Each game server may give ${is} by manualReward instead of ${was}. What it gave in the running day counts.`;
    report('running', ['manualRewards', 'servers'], text);
  }
  const types = ({ combat }: BalanceDocument) => combat?.damageTypes.toSorted().join(', ') || 'none';
  if (types(before) !== types(after)) {
    const text = `Types of damage are ${types(after)} instead of ${types(before)}. Game servers that send other types, or none, are refused.`;
    report('running', ['combat', 'damageTypes'], text);
  }
}

function compareTable(
  name: string,
  { old, table }: { readonly old: DrawTable; readonly table: DrawTable },
  report: ReportChange,
) {
  const at = ['drawTables', name];
  const [chance, newChance] = [chancesOf(old), chancesOf(table)];
  for (const [outcome, { before, after }] of entriesOf(old.outcomes, table.outcomes)) {
    const [was, is] = [chance(before?.weight), newChance(after?.weight)];
    if (was !== is) {
      const text = `${name} draws ${outcome} with a chance of ${is} instead of ${was}.`;
      report('amounts', [...at, 'outcomes', outcome, 'weight'], text);
    }
    if (!before || !after) continue;
    if (before.table !== after.table) {
      const text = `${outcome} of ${name} draws from ${after.table ?? 'no table'} instead of ${before.table ?? 'no table'}.`;
      report('amounts', [...at, 'outcomes', outcome, 'table'], text);
    }
    for (const [resource, amounts] of entriesOf(before.gives, after.gives)) {
      const text = changeText(`${outcome} of ${name}`, 'gives', { resource, ...amounts });
      if (amounts.before !== amounts.after)
        report('amounts', [...at, 'outcomes', outcome, 'gives', resource], text);
    }
  }
  compareGuarantees(name, { old, table }, report);
}

/** In percent of the whole table. */
function chancesOf({ outcomes }: DrawTable): (weight: number | undefined) => string {
  const total = Object.values(outcomes).reduce((sum, { weight }) => sum + weight, 0);
  return (weight = 0) => `${Number(((100 * weight) / total).toPrecision(4))} %`;
}

/** Guarantees are matched by their counter: with another counter it is another guarantee. */
function compareGuarantees(
  name: string,
  { old, table }: { readonly old: DrawTable; readonly table: DrawTable },
  report: ReportChange,
) {
  const at = ['drawTables', name, 'guarantees'];
  for (const { counter } of old.guarantees) {
    if (table.guarantees.some((one) => one.counter === counter)) continue;
    report('running', at, `${name} has no guarantee that counts in ${counter} any more.`);
  }
  table.guarantees.forEach((is, i) => {
    const before = old.guarantees.find(({ counter }) => counter === is.counter);
    if (!before) {
      const text = `${name} has a guarantee that counts in ${is.counter}: what players hold of ${is.counter} counts.`;
      report('running', [...at, i], text, { resource: is.counter });
      return;
    }
    const subject = `The guarantee of ${name} that counts in ${is.counter}`;
    if (before.after !== is.after) {
      const text = `${subject} applies after ${is.after} draws instead of ${before.after}, counting the draws so far.`;
      report('amounts', [...at, i, 'after'], text);
    }
    const outcomes = (guarantee: typeof is) => guarantee.outcomes.toSorted().join(', ');
    if (outcomes(before) !== outcomes(is)) {
      const text = `${subject} is ${outcomes(is)} instead of ${outcomes(before)}.`;
      report('amounts', [...at, i, 'outcomes'], text);
    }
  });
}
