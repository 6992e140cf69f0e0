import { describe, expect, test } from 'vitest';
import type { Choice, Draw, Posting } from '../../src/domain/moves.ts';
import { brokenInvariants } from '../support/ledger/invariants.ts';
import { granted, openLedger } from '../support/ledger/ledger.ts';
import { fresh, give, operation, take } from '../support/ledger/operations.ts';
import { standing } from '../support/ledger/standing.ts';

const { commit, owner, playerLedger } = openLedger();

const drawn = (outcome: string, guaranteed = false): Draw => ({
  table: 'summons',
  outcome,
  roll: 7,
  of: 100,
  guaranteed,
});

/** The third draw in a row without a legend is one: the counter goes up with each miss, and back to 0 with the legend. */
const summon = (outcome: 'common' | 'legend'): Choice => {
  const legend = (guaranteed: boolean) => ({
    postings: [give('hero:legend', 1), take('pity', 9, { atLimit: 'clamp' })],
    draw: drawn('legend', guaranteed),
  });
  const any =
    outcome === 'legend'
      ? legend(false)
      : { postings: [give('hero:common', 1), give('pity', 1)], draw: drawn('common') };
  return {
    oneOf: [
      { when: { resource: 'pity', atLeast: 2 }, ...legend(true) },
      { when: null, ...any },
    ],
  };
};
const summons = (playerId: string, ...outcomes: ('common' | 'legend')[]) =>
  operation({ playerId, postings: [], choices: outcomes.map(summon) });

describe('of a choice the first alternative is taken that the balances allow', () => {
  const tiers = (...postings: Posting[]): Choice => ({
    oneOf: [
      {
        when: { resource: 'gold', atLeast: 10 },
        postings: [give('rich', 1), ...postings],
        draw: drawn('rich'),
      },
      { when: { resource: 'gold', atLeast: 5 }, postings: [give('well', 1)], draw: drawn('well') },
      { when: null, postings: [give('poor', 1)], draw: drawn('poor') },
    ],
  });
  test.each([
    ['nothing there', 0, 'poor'],
    ['one too few', 4, 'poor'],
    ['just enough for the second', 5, 'well'],
    ['one too few for the first', 9, 'well'],
    ['just enough for the first', 10, 'rich'],
    ['enough for all', 99, 'rich'],
  ])('%s', async (_, gold, outcome) => {
    const asked = operation({ postings: [give('gold', gold)], choices: [tiers()] });
    const { claim, balances } = await granted(commit(asked));
    expect(claim.draws).toEqual([drawn(outcome)]);
    expect(balances[outcome]).toBe(1);
  });

  test('judged by what the postings and the choices before it left', async () => {
    const spends = tiers(take('gold', 6));
    const asked = operation({ postings: [give('gold', 11)], choices: [spends, spends, spends] });
    const { claim, balances } = await granted(commit(asked));
    expect(claim.draws.map(({ outcome }) => outcome)).toEqual(['rich', 'well', 'well']);
    expect(balances).toEqual({ gold: 5, rich: 1, well: 2 });
  });
});

describe('a guarantee', () => {
  test('counts across the draws of one operation, and of several', async () => {
    const playerId = fresh('player');
    const first = await granted(commit(summons(playerId, 'common', 'common', 'common', 'common')));
    expect(first.claim.draws).toEqual([
      drawn('common'),
      drawn('common'),
      drawn('legend', true),
      drawn('common'),
    ]);
    expect(first.balances).toEqual({ 'hero:common': 3, 'hero:legend': 1, pity: 1 });
    const second = await granted(commit(summons(playerId, 'common', 'common')));
    expect(second.claim.draws).toEqual([drawn('common'), drawn('legend', true)]);
    expect(second.balances.pity).toBe(0);
    expect(await brokenInvariants(owner, [playerId])).toEqual([]);
  });

  test('begins anew where luck came first', async () => {
    const playerId = fresh('player');
    const { claim } = await granted(commit(summons(playerId, 'common', 'legend', 'common', 'common')));
    expect(claim.draws.map(({ guaranteed }) => guaranteed)).toEqual([false, false, false, false]);
  });

  test('is reached exactly every third time by sixty-three draws at once', async () => {
    const playerId = fresh('player');
    await Promise.all(Array.from({ length: 63 }, () => granted(commit(summons(playerId, 'common')))));
    expect((await playerLedger(playerId)).balances).toEqual({
      'hero:common': 42,
      'hero:legend': 21,
      pity: 0,
    });
    expect(await brokenInvariants(owner, [playerId])).toEqual([]);
  });
});

describe('what was drawn', () => {
  test('is stored with the claim and replayed as it was, though the dice would fall otherwise by now', async () => {
    const asked = summons(fresh('player'), 'common', 'legend');
    const first = await granted(commit(asked));
    expect(first.claim.draws).toEqual([drawn('common'), drawn('legend')]);
    const again = await granted(commit({ ...asked, choices: [summon('legend'), summon('legend')] }));
    expect(again).toEqual({ ...first, replayed: true });
    const { rows } = await owner.query('SELECT draws FROM onceward.reward_claims WHERE id = $1', [
      first.claim.id,
    ]);
    expect(rows).toEqual([{ draws: first.claim.draws }]);
  });

  test('is not stored, and gives nothing, where the operation is refused', async () => {
    const playerId = fresh('player');
    await granted(commit(operation({ playerId })));
    const before = await standing(owner, playerId);
    const full: Choice = {
      oneOf: [{ when: null, postings: [give('hero', 1, { ceiling: 0 })], draw: drawn('hero') }],
    };
    const asked = operation({ playerId, postings: [take('gold', 1)], choices: [summon('common'), full] });
    expect(await commit(asked)).toMatchObject({ rejection: { kind: 'limit_exceeded', resource: 'hero' } });
    expect(await standing(owner, playerId)).toEqual(before);
  });

  test('sets off levels, judged after all draws', async () => {
    const lesson: Choice = {
      oneOf: [{ when: null, postings: [give('experience', 60)], draw: drawn('lesson') }],
    };
    const asked = operation({
      postings: [],
      choices: [lesson, lesson],
      milestones: [
        {
          resource: 'experience',
          thresholds: [100],
          paidResource: 'levels_paid',
          grants: [],
        },
      ],
    });
    expect((await granted(commit(asked))).changes.map(({ resource, cause }) => [resource, cause])).toEqual([
      ['experience', 'operation'],
      ['experience', 'operation'],
      ['levels_paid', 'milestone'],
    ]);
  });
});
