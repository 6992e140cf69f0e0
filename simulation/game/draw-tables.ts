/**
 * The tables that the simulated game draws from: two guarantees, a counter that two tables share, a table within a table with a
 * featured outcome, and a hero that becomes shards where the player has enough. The model does not predict a draw: it checks that
 * odds and guarantees allow the recorded one.
 */
import {
  give,
  type LedgerView,
  type Posting,
  type RecordedDraws,
  type Rejection,
  take,
} from '../model/effect.ts';
import type { Balances, Rules } from '../model/rules.ts';
import type { Random } from '../random.ts';

interface Outcome {
  readonly name: string;
  readonly weight: number;
  /** What it gives: one hero, or a draw from another table. */
  readonly hero?: string;
  readonly table?: string;
}

interface Table {
  readonly name: string;
  /** In order of name: each outcome owns as many rolls as its weight. */
  readonly outcomes: readonly Outcome[];
  /** In the order of priority: the first that is due decides. */
  readonly guarantees: readonly {
    readonly counter: string;
    readonly after: number;
    readonly outcomes: readonly string[];
  }[];
}

export type Tables = Readonly<Record<string, Table>>;

const LEGENDS = 'pity:legends';
const RARES = 'pity:rares';
const FEATURED = 'pity:featured';
export const COUNTERS: readonly string[] = [LEGENDS, RARES, FEATURED];
/** Taken from a counter to reset it. More than it can hold. */
const RESET_AMOUNT = 10_000;

/** A duplicate becomes shards. */
export const HEROES: Readonly<Record<string, object>> = {
  'hero:militia': {},
  'hero:paladin': {},
  'hero:dragon': {},
  'hero:phoenix': {},
};

export function drawTables(random: Random): Tables {
  const common = (): Outcome => ({ name: 'common', weight: random.int(50, 90), hero: 'hero:militia' });
  const rare = (): Outcome => ({ name: 'rare', weight: random.int(10, 40), hero: 'hero:paladin' });
  const legend = { name: 'legend', weight: random.int(1, 9) };
  const legends = { counter: LEGENDS, after: random.int(3, 12), outcomes: ['legend'] };
  return {
    summons: {
      name: 'summons',
      outcomes: [common(), { ...legend, table: 'legends' }, rare()],
      guarantees: [legends, { counter: RARES, after: random.int(1, 4), outcomes: ['legend', 'rare'] }],
    },
    rerun: {
      name: 'rerun',
      outcomes: [common(), { ...legend, hero: 'hero:dragon' }, rare()],
      guarantees: [legends],
    },
    legends: {
      name: 'legends',
      outcomes: [
        { name: 'dragon', weight: random.int(1, 3), hero: 'hero:dragon' },
        { name: 'phoenix', weight: random.int(1, 3), hero: 'hero:phoenix' },
      ],
      guarantees: [{ counter: FEATURED, after: 1, outcomes: ['dragon'] }],
    },
  };
}

/** As the balance config declares them. */
export function tablesDocument(tables: Tables): object {
  return Object.fromEntries(
    Object.values(tables).map(({ name, outcomes, guarantees }) => [
      name,
      {
        outcomes: Object.fromEntries(
          outcomes.map(({ name, weight, hero, table }) => [
            name,
            {
              weight,
              ...(hero !== undefined && { gives: { [hero]: 1 } }),
              ...(table !== undefined && { table }),
            },
          ]),
        ),
        guarantees,
      },
    ]),
  );
}

/** A table, and the one that its legends are drawn from. */
export function reachableTables(name: string): readonly string[] {
  return name === 'summons' ? [name, 'legends'] : [name];
}

const tablesOf = ({ own }: Rules): Tables => (own.exchange as { readonly tables: Tables }).tables;

/** As terms contain it: the table, and those that its outcomes draw from. */
export function offeredDraws({ table: name, times }: Drawing, rules: Rules): object[] {
  const tables = tablesOf(rules);
  const table = tables[name];
  if (!table || times === 0) return [];
  const inner = table.outcomes.flatMap(({ table }) => table ?? []);
  return [name, ...inner].flatMap((each) => {
    const { outcomes = [], guarantees = [] } = tables[each] ?? {};
    return {
      table: each,
      times: each === name ? times : 0,
      outcomes: outcomes.map(({ name, weight, hero, table }) => ({
        name,
        weight,
        gives: hero === undefined ? {} : { [hero]: 1 },
        // Canonical JSON leaves out what is null.
        ...(table !== undefined && { table }),
      })),
      guarantees,
    };
  });
}

/** What the recorded claim drew. A rejected one drew nothing, so only what is certain can be the reason. */
export function drawnByClaim(
  { row }: RecordedDraws,
  drawing: Drawing | null,
  rules: Rules,
): (ledger: LedgerView) => Posting[] | Rejection {
  return (ledger) => {
    const balances = ledger.balances(String(row.player_id));
    if (row.outcome === 'rejected' || (drawing === null && row.draws === null)) return [];
    const drawn = (row.draws ?? []) as readonly unknown[];
    return drawPostings(drawn, drawing ?? { table: 'summons', times: 0 }, {
      ...{ balances, rules, tables: tablesOf(rules) },
    });
  };
}

/** A draw as the claim records it. */
interface RecordedDraw {
  readonly table: string;
  readonly outcome: string;
  readonly roll: number;
  readonly of: number;
  readonly guaranteed: boolean;
}

export interface Drawing {
  readonly table: string;
  readonly times: number;
}

/**
 * The postings of the recorded draws, or a rejection if the odds, a guarantee or their number do not allow them. `tables`: of the
 * config that rolled them; `rules`: of the config that gives.
 */
function drawPostings(
  drawn: readonly unknown[],
  { table, times }: Drawing,
  {
    balances,
    tables,
    rules,
  }: { readonly balances: Balances; readonly tables: Tables; readonly rules: Rules },
): Posting[] | Rejection {
  const counters = new Map(COUNTERS.map((counter) => [counter, balances[counter] ?? 0]));
  const left = [...drawn] as RecordedDraw[];
  const postings: Posting[] = [];
  const problem = (why: string): Rejection => ({ kind: 'ImpossibleDraw', details: { why, drawn } });
  const draw = (name: string): string | null => {
    const from = tables[name];
    const next = left.shift();
    if (!from || !next) return `a draw from ${name} is missing`;
    const due = from.guarantees.find(({ counter, after }) => (counters.get(counter) ?? 0) >= after);
    const possible = from.outcomes.filter(({ name }) => !due || due.outcomes.includes(name));
    const fallen = outcomeAt(possible, next.roll);
    const weights = possible.reduce((sum, { weight }) => sum + weight, 0);
    if (next.table !== name || next.guaranteed !== Boolean(due) || next.of !== weights)
      return `${JSON.stringify(next)} is no draw from ${name} with ${JSON.stringify([...counters])}`;
    if (!fallen || fallen.name !== next.outcome) return `roll ${next.roll} of ${weights} is ${fallen?.name}`;
    if (fallen.hero !== undefined) postings.push(give(rules, fallen.hero, 1));
    for (const { counter, outcomes } of from.guarantees) {
      const isReset = outcomes.includes(fallen.name);
      postings.push(isReset ? { ...take(counter, RESET_AMOUNT), clamp: true } : give(rules, counter, 1));
      counters.set(counter, isReset ? 0 : (counters.get(counter) ?? 0) + 1);
    }
    return fallen.table === undefined ? null : draw(fallen.table);
  };
  for (let time = 0; time < times; time++) {
    const why = draw(table);
    if (why !== null) return problem(why);
  }
  return left.length > 0 ? problem(`${left.length} draws too many`) : postings;
}

function outcomeAt(outcomes: readonly Outcome[], roll: number): Outcome | undefined {
  if (!Number.isInteger(roll) || roll < 0) return undefined;
  let end = 0;
  return outcomes.find(({ weight }) => {
    end += weight;
    return roll < end;
  });
}
