import { describe, expect, test } from 'vitest';
import { kernelRulesOf } from '../../src/config/publication.ts';
import { exampleWith, expectProblem, type Invalid, rulesOf } from './example.ts';

const ARENA = ['payouts', 'arena'];
const RANKS = [...ARENA, 'ranks'];
const row = (to: number) => ({ to, gives: { lumees: 1 } });

describe('a payout is refused', () => {
  test.each<Invalid>([
    [RANKS, [], null, /must have at least 1 entry/],
    [
      RANKS,
      [row(3), row(3)],
      'payouts.arena.ranks[1].to',
      /must be above 3, where the row before ends, not 3/,
    ],
    [[...RANKS, 0, 'to'], 0, 'payouts.arena.ranks[0].to', /must be at least 1/],
    [[...RANKS, 2, 'to'], 10_001, 'payouts.arena.ranks[2].to', /must be at most 10000/],
    [[...RANKS, 0, 'gives'], {}, 'payouts.arena.ranks[0].gives', /must have at least 1 entry/],
    [[...RANKS, 0, 'gives'], { gems: 1 }, 'payouts.arena.ranks[0].gives.gems', /not listed in resources/],
    [
      [...RANKS, 0, 'gives'],
      { levels_paid: 1 },
      'payouts.arena.ranks[0].gives.levels_paid',
      /is changed only by the ledger/,
    ],
    [[...ARENA, 'ties'], 'none', 'payouts.arena.ties', /must be "same" or "share" or "refuse"/],
    [['payouts', 'Arena'], { ranks: [row(1)] }, 'payouts.Arena', /must be a payout name/],
  ])('%j', expectProblem);
});

test('a payout compiles to rows in order, and is a name under which positions are taken', () => {
  const rules = rulesOf(exampleWith([...ARENA, 'ties'], 'share'));
  expect(rules.payouts.get('arena')).toEqual({
    name: 'arena',
    ties: 'share',
    rows: [
      {
        to: 1,
        gives: [
          { resource: 'auric_coins', amount: 50 },
          { resource: 'lumees', amount: 1000 },
        ],
      },
      {
        to: 3,
        gives: [
          { resource: 'auric_coins', amount: 20 },
          { resource: 'lumees', amount: 500 },
        ],
      },
      { to: 10, gives: [{ resource: 'lumees', amount: 250 }] },
    ],
  });
  expect(kernelRulesOf(rules).names.resource).toContain('payout:arena');
});
