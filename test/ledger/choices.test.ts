import { describe, expect, test } from 'vitest';
import type { Draw } from '../../src/domain/moves.ts';
import type { KernelChoice, KernelPosting } from '../../src/ledger/kernel-contract.ts';
import { balancesOf, movesOf, receiptOf } from '../support/ledger/answers.ts';
import { HOUR, ofCharges, spend } from '../support/ledger/charges.ts';
import { brokenInvariants } from '../support/ledger/invariants.ts';
import { type Granted, granted, openLedger } from '../support/ledger/ledger.ts';
import { fresh, give, operation, take } from '../support/ledger/operations.ts';
import { standing } from '../support/ledger/standing.ts';
import { timePasses } from '../support/ledger/systems.ts';

const { commit, owner, playerLedger } = openLedger();

const drawn = (outcome: string, guaranteed = false): Draw => ({
  table: 'summons',
  outcome,
  roll: 7,
  of: 100,
  guaranteed,
});

type Alternative = KernelChoice['one_of'][number];
const alternative = (draw: Draw, postings: readonly KernelPosting[]): Alternative => ({
  when: [],
  draws: [draw],
  postings,
});
const always = (draw: Draw, ...postings: KernelPosting[]): KernelChoice => ({
  one_of: [alternative(draw, postings)],
});
const outcomesOf = ({ claim }: Granted) => (claim.draws as readonly Draw[]).map(({ outcome }) => outcome);

/** The third draw in a row without a legend is one: the counter rises with each miss and returns to 0 with a legend. */
const summon = (outcome: 'common' | 'legend'): KernelChoice => {
  const legend = (guaranteed: boolean) =>
    alternative(drawn('legend', guaranteed), [give('hero:legend', 1), take('pity', 9, { clamp: true })]);
  const any =
    outcome === 'legend'
      ? legend(false)
      : alternative(drawn('common'), [give('hero:common', 1), give('pity', 1)]);
  return { one_of: [{ ...legend(true), when: [{ resource: 'pity', at_least: 2 }] }, any] };
};
const summons = (player: string, ...outcomes: ('common' | 'legend')[]) =>
  operation({ player, postings: [], choices: outcomes.map(summon) });

describe('of a choice, the first alternative whose condition the balances meet is taken', () => {
  const tiers = (...postings: KernelPosting[]): KernelChoice => ({
    one_of: [
      {
        ...alternative(drawn('rich'), [give('rich', 1), ...postings]),
        when: [{ resource: 'gold', at_least: 10 }],
      },
      { ...alternative(drawn('well'), [give('well', 1)]), when: [{ resource: 'gold', at_least: 5 }] },
      alternative(drawn('poor'), [give('poor', 1)]),
    ],
  });
  test.each([
    ['nothing', 0, 'poor'],
    ['one less than the second needs', 4, 'poor'],
    ['what the second needs', 5, 'well'],
    ['one less than the first needs', 9, 'well'],
    ['what the first needs', 10, 'rich'],
    ['more than all need', 99, 'rich'],
  ])('with a balance of %s', async (_, gold, outcome) => {
    const sent = operation({ postings: [give('gold', gold)], choices: [tiers()] });
    const result = await granted(commit(sent));
    expect(result.claim.draws).toEqual([drawn(outcome)]);
    expect(balancesOf(result)[outcome]).toBe(1);
  });

  test('each sees what the postings and the choices before it left', async () => {
    const spends = tiers(take('gold', 6));
    const sent = operation({ postings: [give('gold', 11)], choices: [spends, spends, spends] });
    const result = await granted(commit(sent));
    expect(outcomesOf(result)).toEqual(['rich', 'well', 'well']);
    expect(balancesOf(result)).toEqual({ gold: 5, rich: 1, well: 2 });
  });
});

describe('several conditions', () => {
  const both: KernelChoice = {
    one_of: [
      {
        when: [
          { resource: 'gold', at_least: 5 },
          { resource: 'gems', at_least: 2 },
        ],
        draws: [],
        postings: [take('gold', 5), give('rich', 1)],
      },
      { when: [], draws: [], postings: [give('poor', 1)] },
    ],
  };
  test.each([
    ['both hold', 5, 2, 'rich'],
    ['the first does not hold', 4, 2, 'poor'],
    ['the second does not hold', 5, 1, 'poor'],
    ['none holds', 0, 0, 'poor'],
  ])('must all hold: %s', async (_, gold, gems, taken) => {
    const postings = [give('gold', gold), give('gems', gems)];
    const result = await granted(commit(operation({ postings, choices: [both] })));
    expect(balancesOf(result)[taken]).toBe(1);
    expect(result.claim.draws).toBeNull();
  });

  test('a choice without draws adds none to those of others', async () => {
    const choices = [both, always(drawn('hero'), give('hero', 1)), both];
    expect(outcomesOf(await granted(commit(operation({ choices }))))).toEqual(['hero']);
  });

  test('are refused where none holds and no alternative is without them', async () => {
    const choices = [{ one_of: both.one_of.slice(0, 1) }];
    await expect(commit(operation({ postings: [], choices }))).rejects.toThrow(/no alternative without/);
  });
});

describe('a condition on a balance that regenerates', () => {
  /** Pays with three charges, or with gold. */
  const price: KernelChoice = {
    one_of: [
      { when: [{ resource: 'charges', at_least: 3 }], draws: [], postings: [take('charges', 3)] },
      { when: [], draws: [], postings: [give('gold', 1)] },
    ],
  };
  const pays = (player: string) => operation({ player, postings: [], choices: [price] });

  test('counts the opening balance of one that never moved', async () => {
    const { changes } = await granted(commit(pays(fresh('player'))));
    expect(ofCharges(changes)).toEqual([
      ['opening', 5, 1],
      ['operation', -3, 2],
    ]);
  });

  test('counts what has regenerated, and writes none of it where another alternative is taken', async () => {
    const player = fresh('player');
    await granted(commit(spend(player, 4)));
    await timePasses(owner, player, 1.5 * HOUR);
    expect(movesOf((await granted(commit(pays(player)))).changes)).toEqual([['gold', 'operation', 1]]);
    await timePasses(owner, player, 0.5 * HOUR);
    expect(ofCharges((await granted(commit(pays(player)))).changes)).toEqual([
      ['regeneration', 2, 3],
      ['operation', -3, 4],
    ]);
    expect(await brokenInvariants(owner, [player])).toEqual([]);
  });

  test('pays as often as the charges allow when many arrive at once', async () => {
    const player = fresh('player');
    await granted(commit(spend(player, 5)));
    await timePasses(owner, player, 4 * HOUR);
    await Promise.all(Array.from({ length: 16 }, () => granted(commit(pays(player)))));
    expect((await playerLedger(player)).balances).toMatchObject({ charges: 1, gold: 5 + 15 });
    expect(await brokenInvariants(owner, [player])).toEqual([]);
  });
});

describe('a guarantee', () => {
  test('counts across the draws of one operation and of several', async () => {
    const player = fresh('player');
    const first = await granted(commit(summons(player, 'common', 'common', 'common', 'common')));
    expect(first.claim.draws).toEqual([
      drawn('common'),
      drawn('common'),
      drawn('legend', true),
      drawn('common'),
    ]);
    expect(balancesOf(first)).toEqual({ 'hero:common': 3, 'hero:legend': 1, pity: 1 });
    const second = await granted(commit(summons(player, 'common', 'common')));
    expect(second.claim.draws).toEqual([drawn('common'), drawn('legend', true)]);
    expect(balancesOf(second).pity).toBe(0);
    expect(await brokenInvariants(owner, [player])).toEqual([]);
  });

  test('starts again after a lucky draw', async () => {
    const sent = summons(fresh('player'), 'common', 'legend', 'common', 'common');
    const { claim } = await granted(commit(sent));
    expect((claim.draws as readonly Draw[]).map(({ guaranteed }) => guaranteed)).toEqual([
      false,
      false,
      false,
      false,
    ]);
  });

  test('comes exactly every third time when sixty-three draws arrive at once', async () => {
    const player = fresh('player');
    await Promise.all(Array.from({ length: 63 }, () => granted(commit(summons(player, 'common')))));
    expect((await playerLedger(player)).balances).toEqual({
      'hero:common': 42,
      'hero:legend': 21,
      pity: 0,
    });
    expect(await brokenInvariants(owner, [player])).toEqual([]);
  });
});

describe('what was drawn', () => {
  test('is stored with the claim, and a replay shows it although the same request would draw something else', async () => {
    const sent = summons(fresh('player'), 'common', 'legend');
    const first = await granted(commit(sent));
    expect(first.claim.draws).toEqual([drawn('common'), drawn('legend')]);
    const again = await granted(commit({ ...sent, choices: [summon('legend'), summon('legend')] }));
    expect(again.replayed).toBe(true);
    expect(receiptOf(again)).toEqual(receiptOf(first));
    const { rows } = await owner.query('SELECT draws FROM onceward.claims_by_name WHERE player_id = $1', [
      sent.player,
    ]);
    expect(rows).toEqual([{ draws: first.claim.draws }]);
  });

  test('is not stored and gives nothing where the operation is rejected', async () => {
    const player = fresh('player');
    await granted(commit(operation({ player })));
    const before = await standing(owner, player);
    const full = always(drawn('hero'), give('hero', 1, { ceiling: 0 }));
    const sent = operation({ player, postings: [take('gold', 1)], choices: [summon('common'), full] });
    expect(await commit(sent)).toMatchObject({ rejection: { kind: 'limit_exceeded', resource: 'hero' } });
    expect(await standing(owner, player)).toEqual(before);
  });

  test('pays levels, which are evaluated after all draws', async () => {
    const lesson = always(drawn('lesson'), give('experience', 60));
    const sent = operation({ postings: [], choices: [lesson, lesson], milestones: true });
    expect(movesOf((await granted(commit(sent))).changes)).toEqual([
      ['experience', 'operation', 60],
      ['experience', 'operation', 60],
      ['levels_paid', 'milestone', 1],
      ['stat_points', 'milestone', 3],
    ]);
  });
});
