import { describe, expect, test } from 'vitest';
import { type PlayerQuery, queryOf } from '../../src/domain/player-query.ts';
import { MAX_AMOUNT } from '../../src/domain/values.ts';
import { LEVELS, RULES } from './rules.ts';

const NOTHING: PlayerQuery = {
  levelAtLeast: null,
  levelAtMost: null,
  tier: null,
  balances: null,
  createdFrom: null,
  createdUntil: null,
  activeFrom: null,
  activeUntil: null,
  sources: null,
};
const TIERS = {
  resource: 'gold',
  tiers: [
    { name: 'Bronze', from: 0 },
    { name: 'Silver', from: 500 },
  ],
};
const rules = { ...RULES, levels: LEVELS, tiers: TIERS };
const asked = (over: Partial<PlayerQuery>) => {
  const found = queryOf({ ...NOTHING, ...over }, rules);
  return 'fault' in found ? found.fault.message : (found.query as Record<string, unknown>);
};

describe('a query over players', () => {
  // Levels 2, 3 and 4 begin at 100, 300 and 600 experience.
  test.each<[string, Partial<PlayerQuery>, readonly [number, number]]>([
    ['level 3 at least', { levelAtLeast: 3 }, [300, MAX_AMOUNT]],
    ['level 2 at most', { levelAtMost: 2 }, [-MAX_AMOUNT, 299]],
    ['level 2 to 3', { levelAtLeast: 2, levelAtMost: 3 }, [100, 599]],
    ['level 1 at least', { levelAtLeast: 1 }, [-MAX_AMOUNT, MAX_AMOUNT]],
    ['the highest level at most', { levelAtMost: 4 }, [-MAX_AMOUNT, MAX_AMOUNT]],
    ['a level that does not exist', { levelAtLeast: 5 }, [MAX_AMOUNT, MAX_AMOUNT]],
  ])('for %s asks for a range of experience', (_, over, [least, most]) => {
    expect(asked(over)).toMatchObject({ balances: [{ resource: 'experience', least, most }] });
  });

  test('for a tier asks for the range of the resource that it follows from', () => {
    expect(asked({ tier: 'Bronze' })).toMatchObject({
      balances: [{ resource: 'gold', least: 0, most: 499 }],
    });
    expect(asked({ tier: 'Silver' })).toMatchObject({ balances: [{ resource: 'gold', least: 500 }] });
  });

  test('keeps balances, sources and times, and leaves out what is not asked', () => {
    const sources = [{ resource: 'gold', key: 'match-7' }];
    const over = { balances: [{ resource: 'gold', atLeast: 5, atMost: null }], sources, createdFrom: 'T' };
    expect(asked(over)).toEqual({
      balances: [{ resource: 'gold', least: 5, most: MAX_AMOUNT }],
      sources,
      createdFrom: 'T',
    });
  });

  test.each<[string, Partial<PlayerQuery>, string]>([
    ['an unknown resource', { balances: [{ resource: 'gld', atLeast: 1, atMost: null }] }, 'no resource gld'],
    ['an unknown source', { sources: [{ resource: 'gld', key: 'k' }] }, 'no resource gld'],
    ['an unknown tier', { tier: 'Wood' }, 'query.tier: is no tier'],
    ['too many conditions', { sources: Array(11).fill({ resource: 'gold', key: 'k' }) }, 'at most 10'],
  ])('is refused for %s', (_, over, message) => {
    expect(asked(over)).toContain(message);
  });

  test('is refused for a balance that changes with time, and for levels of a game without levels', () => {
    const [regenerating] = [...rules.resources.values()].filter(({ accrual }) => accrual);
    const balances = [{ resource: regenerating?.name ?? '', atLeast: 1, atMost: null }];
    expect(asked({ balances })).toContain('changes with time');
    expect(queryOf({ ...NOTHING, levelAtLeast: 2 }, { ...rules, levels: null })).toMatchObject({
      fault: { message: expect.stringContaining('no levels') },
    });
  });
});
