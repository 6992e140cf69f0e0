/** Examples of the rejections of merges, each with what its message contains (rejections.test.ts). */
import type { AnsweredRejection } from '../../src/domain/rejections.ts';

type Kind = 'player_merged' | 'merge_conflicts';
const NONE = { key: null, period: null, total: null, bound: null };

export const MERGE_EXAMPLES: { [K in Kind]: [Extract<AnsweredRejection, { kind: K }>, string[]][] } = {
  player_merged: [
    [{ kind: 'player_merged', playerId: 'guest-7' }, ['guest-7', 'into an account. Act for the account']],
    [{ kind: 'player_merged', playerId: 'guest-7', mergedInto: 'p-1' }, ['guest-7', ': p-1.', 'new key']],
  ],
  merge_conflicts: [
    [
      {
        kind: 'merge_conflicts',
        total: 5,
        conflicts: [{ ...NONE, conflict: 'balance_full', name: 'gold', total: 12, bound: 10 }],
      },
      ['gold would be 12 of at most 10', 'and 4 more', 'ACCOUNT_WINS'],
    ],
    [
      {
        kind: 'merge_conflicts',
        total: 1,
        conflicts: [
          { ...NONE, conflict: 'limit_exceeded', name: 'claims:b', period: 'ever', total: 2, bound: 1 },
        ],
      },
      ['claims:b was used 2 times of 1 (ever). Resolve'],
    ],
    [
      {
        kind: 'merge_conflicts',
        total: 1,
        conflicts: [{ ...NONE, conflict: 'pending', name: 'chest', key: 'c1' }],
      },
      ['chest c1 is pending for both'],
    ],
    [
      {
        kind: 'merge_conflicts',
        total: 1,
        conflicts: [{ ...NONE, conflict: 'claimed', name: 'chest', key: 'c2' }],
      },
      ['chest c2 is pending for one and claimed by the other'],
    ],
  ],
};
