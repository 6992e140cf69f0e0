import { describe, expect, test } from 'vitest';
import { openLedger } from '../support/ledger/ledger.ts';
import { LEVELS } from '../support/ledger/rules.ts';

const { owner } = openLedger();

type Balances = Record<string, number>;
type Milestone = typeof LEVELS;

const NUMBERS: Record<string, number> = {
  experience: 1,
  levels_paid: 2,
  points: 3,
  gems: 4,
  wins: 5,
  wins_paid: 6,
};
const NO_CEILING = { ceiling: Number.MAX_SAFE_INTEGER, ceiling_per_unit: 0, ceiling_of: null };

/** A player's balances as the kernel hands them to its pure functions. */
const sideOf = (balances: Balances) => ({
  resources: Object.keys(NUMBERS),
  numbers: Object.values(NUMBERS),
  amounts: Object.keys(NUMBERS).map((resource) => balances[resource] ?? 0),
});

interface Earned {
  readonly resource: string;
  readonly delta: number;
  readonly floor: number;
}

/** The postings of the milestones. The app role may not call the kernel’s inner functions. */
async function postings(
  milestones: readonly Milestone[],
  was: Balances,
  balances: Balances,
  { lowest = 0 } = {},
): Promise<Earned[]> {
  const rules = milestones.map(({ resource, paid_resource, ...rule }) => ({
    ...rule,
    config_version: 7,
    resource: NUMBERS[resource],
    paid_resource: NUMBERS[paid_resource],
  }));
  const { rows } = await owner.query(
    `SELECT array_to_json(onceward.milestone_postings(
              ARRAY(SELECT m FROM jsonb_populate_recordset(NULL::onceward.milestones, $1) AS m),
              jsonb_populate_record(NULL::onceward.side, $2), jsonb_populate_record(NULL::onceward.side, $3),
              $4)) AS earned`,
    [JSON.stringify(rules), JSON.stringify(sideOf(was)), JSON.stringify(sideOf(balances)), lowest],
  );
  return rows[0].earned;
}

const deltas = (earned: readonly Earned[]) => earned.map(({ resource, delta }) => [resource, delta]);

const grants = (amounts: number[], resource = 'points') => [{ resource, amounts, ...NO_CEILING }];
const levels = (over: Partial<Milestone> = {}): Milestone => ({
  ...LEVELS,
  grants: grants([1, 2, 4]),
  ...over,
});

describe('a balance that rose earns', () => {
  test.each<[string, Milestone[], Balances, [string, number][]]>([
    ['nothing without milestones', [], { experience: 999 }, []],
    ['nothing while the balance is 0', [levels()], {}, []],
    ['nothing while the balance is negative', [levels()], { experience: -500 }, []],
    [
      'a threshold of zero even with a balance of 0',
      [levels({ thresholds: [0] })],
      {},
      [
        ['levels_paid', 1],
        ['points', 1],
      ],
    ],
    [
      'for each threshold its own amount',
      [levels()],
      { experience: 300 },
      [
        ['levels_paid', 2],
        ['points', 3],
      ],
    ],
    [
      'only thresholds that were not paid',
      [levels()],
      { experience: 600, levels_paid: 1 },
      [
        ['levels_paid', 2],
        ['points', 6],
      ],
    ],
    ['nothing where more were paid than are reached', [levels()], { experience: 100, levels_paid: 3 }, []],
    [
      'for an amount of zero no posting, but the threshold counts as paid',
      [levels({ grants: grants([0, 5]) })],
      { experience: 100 },
      [['levels_paid', 1]],
    ],
    [
      'for thresholds beyond the amounts nothing, but they count as paid',
      [levels({ grants: grants([7]) })],
      { experience: 600 },
      [
        ['levels_paid', 3],
        ['points', 7],
      ],
    ],
    [
      'only the count of levels where nothing is granted',
      [levels({ grants: [] })],
      { experience: 100 },
      [['levels_paid', 1]],
    ],
    [
      'the grants of all milestones in their order',
      [
        levels({ grants: [...grants([1]), ...grants([2], 'gems')] }),
        levels({ resource: 'wins', paid_resource: 'wins_paid' }),
      ],
      { experience: 100, wins: 100 },
      [
        ['levels_paid', 1],
        ['points', 1],
        ['gems', 2],
        ['wins_paid', 1],
        ['points', 1],
      ],
    ],
  ])('%s', async (_, milestones, balances, expected) => {
    // Whatever the balances were before: they rose to these, or did not change.
    expect(deltas(await postings(milestones, {}, balances))).toEqual(expected);
    expect(deltas(await postings(milestones, balances, balances))).toEqual(expected);
  });
});

describe('a balance that fell loses', () => {
  const paid = { levels_paid: 3, points: 7 };
  test.each<[string, Partial<Milestone>, number, number, [string, number][]]>([
    ['nothing above the highest threshold that was paid', {}, 700, 600, []],
    [
      'the highest level first, each with its own amount',
      {},
      600,
      599,
      [
        ['levels_paid', -1],
        ['points', -4],
      ],
    ],
    [
      'every threshold that it fell below',
      {},
      650,
      10,
      [
        ['levels_paid', -3],
        ['points', -7],
      ],
    ],
    [
      'nothing where a steeper curve had put the balance below the threshold before',
      { thresholds: [100, 900, 1_000] },
      650,
      640,
      [],
    ],
    [
      'all that it no longer reaches, once it falls below a threshold of a steeper curve',
      { thresholds: [100, 640, 1_000] },
      650,
      600,
      [
        ['levels_paid', -2],
        ['points', -6],
      ],
    ],
    [
      'nothing where a flatter curve still covers what was paid: it earns what it reaches',
      { thresholds: [1, 2, 3, 4] },
      650,
      100,
      [['levels_paid', 1]],
    ],
  ])('%s', async (_, over, held, left, expected) => {
    const was = { ...paid, experience: held };
    expect(deltas(await postings([levels(over)], was, { ...was, experience: left }))).toEqual(expected);
  });

  test.each([
    0,
    -Number.MAX_SAFE_INTEGER,
  ])('grants down to the floor that the operation allows: %i', async (lowest) => {
    const was = { ...paid, experience: 600 };
    const earned = await postings([levels()], was, { ...was, experience: 10 }, { lowest });
    expect(earned.map(({ resource, floor }) => [resource, floor])).toEqual([
      ['levels_paid', 0],
      ['points', lowest],
    ]);
  });
});

test('a balance that rises loses nothing, even if a steeper curve puts it below what was paid', async () => {
  const was = { levels_paid: 3, points: 7, experience: 50 };
  expect(await postings([levels()], was, { ...was, experience: 350 })).toEqual([]);
});
