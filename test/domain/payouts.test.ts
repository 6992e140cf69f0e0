import { describe, expect, test } from 'vitest';
import type { PayoutRule } from '../../src/domain/payout-rule.ts';
import { checkRanking, decidePlace, placesOf, type Ranking } from '../../src/domain/payouts.ts';
import { intentOf, RULES, SERVER } from './rules.ts';

const gold = (amount: number) => [{ resource: 'gold', amount }];
const ranked = (...ranks: number[]) => ranks.map((rank, index) => ({ playerId: `p${index + 1}`, rank }));
const ranking = (over: Partial<Ranking>): Ranking => {
  const ranks = over.ranks ?? ranked(1, 2, 3);
  return { payout: 'arena', key: 'week-48', participants: ranks.length, from: null, ranks, ...over };
};

/** What each place is decided as, under this rule for ties. */
function decidedAs(over: Partial<Ranking>, ties: PayoutRule['ties'] = 'same') {
  const rows = [
    { to: 1, gives: gold(100) },
    { to: 3, gives: gold(41) },
  ];
  const rules = { ...RULES, payouts: new Map([['arena', { name: 'arena', rows, ties }]]) };
  return placesOf(ranking(over)).map((place) =>
    decidePlace({ ...intentOf(SERVER), rules, playerId: place.playerId }, place),
  );
}
const goldOf = (decisions: ReturnType<typeof decidedAs>) =>
  decisions.map(
    ({ operation }) => operation.postings.find(({ resource }) => resource === 'gold')?.delta ?? 0,
  );

describe('a place is paid by the row of its rank', () => {
  test('and nothing beyond the last row', () => {
    const decisions = decidedAs({ ranks: ranked(1, 2, 3, 4) });
    expect(goldOf(decisions)).toEqual([100, 41, 41, 0]);
    expect(decisions.map(({ operation }) => operation.mode)).toEqual(decisions.map(() => 'commit'));
  });

  test.each<[PayoutRule['ties'], number[]]>([
    ['same', [100, 100, 41, 0, 0]],
    // 100 and 41 for two; the remainder of a division is not paid.
    ['share', [70, 70, 41, 0, 0]],
  ])('where players share a rank and ties are "%s"', (ties, expected) => {
    expect(goldOf(decidedAs({ ranks: ranked(1, 1, 3, 4, 4) }, ties))).toEqual(expected);
  });

  test('and a shared rank is refused where the config refuses ties', () => {
    const [first, second, third] = decidedAs({ ranks: ranked(1, 2, 2) }, 'refuse');
    expect(first?.fault).toBeNull();
    expect(second?.fault).toMatchObject({ code: 'BAD_USER_INPUT', field: 'ranks[1].rank' });
    expect(third?.operation.mode).toBe('lookup');
  });

  test('and an unknown payout is a fault of the input', () => {
    const [first] = decidedAs({ payout: 'none' });
    expect(first?.fault).toMatchObject({ code: 'BAD_USER_INPUT', field: 'payout' });
  });
});

test('a position is taken once in the game, and the ranking once per player', () => {
  const [, second] = decidedAs({ ranks: ranked(1, 1), from: null });
  expect(second?.operation).toMatchObject({
    claimType: 'payout',
    claimKey: '5:arena7:week-48',
    sourceKeys: [{ scope: 'game', type: 'payout:arena', key: '7:week-481:2' }],
    createsPlayer: true,
  });
  const [later] = decidedAs({ participants: 9, from: 8, ranks: ranked(8) });
  expect(later?.operation.sourceKeys).toMatchObject([{ key: '7:week-481:8' }]);
});

describe('a ranking is refused', () => {
  test.each<[string, Partial<Ranking>, string]>([
    ['without ranks', { ranks: [] }, 'ranks'],
    ['with more ranks than a call holds', { ranks: ranked(1, 2, 3, 4, 5, 6) }, 'ranks'],
    ['with fewer ranks than participants', { participants: 4 }, 'participants'],
    ['with more ranks than participants', { participants: 2 }, 'participants'],
    ['beyond its participants', { participants: 4, from: 3, ranks: ranked(3, 4, 5) }, 'ranks'],
    ['with too many participants', { participants: 10_001 }, 'participants'],
    ['with a gap', { ranks: ranked(1, 3) }, 'ranks[1].rank'],
    ['with a rank below the one before', { ranks: ranked(1, 2, 1) }, 'ranks[2].rank'],
    [
      'with a tie that begins before the call',
      { participants: 9, from: 4, ranks: ranked(3, 5) },
      'ranks[0].rank',
    ],
    ['with a player twice', { ranks: [...ranked(1, 2), { playerId: 'p1', rank: 3 }] }, 'ranks[2].playerId'],
  ])('%s', (_, over, field) => {
    expect(checkRanking(ranking(over), 5)).toMatchObject({ code: 'BAD_USER_INPUT', field });
  });

  test.each<[string, Partial<Ranking>]>([
    ['whole', {}],
    ['in parts', { participants: 9, from: 4, ranks: ranked(4, 5, 5) }],
    ['all tied', { ranks: ranked(1, 1, 1) }],
  ])('not if it is %s', (_, over) => {
    expect(checkRanking(ranking(over), 5)).toBeNull();
  });
});
