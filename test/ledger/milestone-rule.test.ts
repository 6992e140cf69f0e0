import { describe, expect, test } from 'vitest';
import type { Milestone } from '../../src/domain/moves.ts';
import { openLedger } from '../support/ledger/ledger.ts';
import { LEVELS } from '../support/ledger/operations.ts';

const { app } = openLedger();

type Balances = Record<string, number>;

/** What the milestones give, as [resource, delta]. It only reads, so the app role may ask. */
async function postings(
  milestones: Milestone[],
  held: Balances,
  balances: Balances,
): Promise<[string, number][]> {
  const { rows } = await app.query('SELECT onceward.milestone_postings($1, $2, $3) AS earned', [
    JSON.stringify(milestones),
    JSON.stringify(held),
    JSON.stringify(balances),
  ]);
  return rows[0].earned.map(({ resource, delta }: { resource: string; delta: number }) => [resource, delta]);
}

const grants = (amounts: number[], resource = 'points') => [
  { resource, amounts, floor: null, ceiling: null, atLimit: 'reject' as const },
];
const levels = (over: Partial<Milestone> = {}) => ({ ...LEVELS, grants: grants([1, 2, 4]), ...over });

describe('what a balance that rose has earned', () => {
  test.each<[string, Milestone[], Balances, [string, number][]]>([
    ['nothing without milestones', [], { experience: 999 }, []],
    ['nothing for a balance that is not there', [levels()], {}, []],
    ['nothing for a debt', [levels()], { experience: -500 }, []],
    [
      'a threshold of zero is reached by nobody having anything',
      [levels({ thresholds: [0] })],
      {},
      [
        ['levels_paid', 1],
        ['points', 1],
      ],
    ],
    [
      'each threshold its own amount',
      [levels()],
      { experience: 300 },
      [
        ['levels_paid', 2],
        ['points', 3],
      ],
    ],
    [
      'only those not paid yet',
      [levels()],
      { experience: 600, levels_paid: 1 },
      [
        ['levels_paid', 2],
        ['points', 6],
      ],
    ],
    ['nothing where more are paid than reached', [levels()], { experience: 100, levels_paid: 3 }, []],
    [
      'an amount of zero moves nothing, but counts as paid',
      [levels({ grants: grants([0, 5]) })],
      { experience: 100 },
      [['levels_paid', 1]],
    ],
    [
      'thresholds without amounts count as paid',
      [levels({ grants: grants([7]) })],
      { experience: 600 },
      [
        ['levels_paid', 3],
        ['points', 7],
      ],
    ],
    [
      'without grants they are only counted',
      [levels({ grants: [] })],
      { experience: 100 },
      [['levels_paid', 1]],
    ],
    [
      'several grants, several milestones',
      [
        levels({ grants: [...grants([1]), ...grants([2], 'gems')] }),
        levels({ resource: 'wins', paidResource: 'wins_paid' }),
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
    // Whatever was there before: it rose to this, or stayed.
    expect(await postings(milestones, {}, balances)).toEqual(expected);
    expect(await postings(milestones, balances, balances)).toEqual(expected);
  });
});

describe('what a balance that fell takes back', () => {
  const paid = { levels_paid: 3, points: 7 };
  test.each<[string, Partial<Milestone>, number, number, [string, number][]]>([
    ['nothing above the highest threshold that was paid', {}, 700, 600, []],
    [
      'the highest first, each with its own amount',
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
      'nothing where a steeper curve had moved the threshold away already',
      { thresholds: [100, 900, 1_000] },
      650,
      640,
      [],
    ],
    [
      'all that the balance no longer reaches, once it falls below a threshold of a steeper curve',
      { thresholds: [100, 640, 1_000] },
      650,
      600,
      [
        ['levels_paid', -2],
        ['points', -6],
      ],
    ],
    [
      'nothing where a flatter curve leaves what was paid: it pays what it reaches',
      { thresholds: [1, 2, 3, 4] },
      650,
      100,
      [['levels_paid', 1]],
    ],
  ])('%s', async (_, over, held, left, expected) => {
    const before = { ...paid, experience: held };
    expect(await postings([levels(over)], before, { ...before, experience: left })).toEqual(expected);
  });
});

test('a balance that rises takes nothing back, though a steeper curve has it below what was paid', async () => {
  const before = { levels_paid: 3, points: 7, experience: 50 };
  expect(await postings([levels()], before, { ...before, experience: 350 })).toEqual([]);
});
