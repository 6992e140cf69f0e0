// What game servers charge and give, what staff take, and the types of damage.
import { describe, expect, test } from 'vitest';
import { kernelRulesOf } from '../../src/config/publication.ts';
import { perDay } from '../domain/rules.ts';
import { exampleWith, exampleWithAll, expectProblem, type Invalid, type Path, rulesOf } from './example.ts';

const at = (resource: string, ...path: string[]): Path => ['resources', resource, ...path];
const compiled = (field: 'spend' | 'take', value: unknown) =>
  rulesOf(exampleWith(at('credits', field), value)).resources.get('credits')?.[field];

describe('the debits of a resource', () => {
  test.each([
    ['spend', {}, { perCall: null, limits: [] }],
    ['spend', { perCall: 5, perDay: 5 }, { perCall: 5, limits: [perDay('spend:credits', 'spending', 5)] }],
    ['take', { perDay: 9 }, { perCall: null, perDay: 9, debt: false }],
    ['take', { perCall: 9, perDay: 9, debt: true }, { perCall: 9, perDay: 9, debt: true }],
    ['spend', undefined, null],
    ['take', undefined, null],
  ] as const)('%s %j is compiled to %j', (field, value, expected) => {
    expect(compiled(field, value)).toEqual(expected);
  });

  test('become rows and counters of the kernel', () => {
    const rules = rulesOf(
      exampleWithAll(
        [at('credits', 'take'), { perCall: 5, perDay: 9 }],
        [at('credits', 'spend'), { perDay: 7 }],
      ),
    );
    const { takes, names } = kernelRulesOf(rules);
    expect(takes).toContainEqual({ resource: 'credits', per_call: 5, per_day: 9 });
    expect(names.limit).toEqual(expect.arrayContaining(['spend:credits', 'staff:take:credits']));
  });

  test.each<Invalid>([
    [at('credits', 'spend'), true, null, /an object \{…\}, not true/],
    [at('credits', 'spend'), { perCall: 0 }, 'resources.credits.spend.perCall', /at least 1, not 0/],
    [at('credits', 'spend'), { total: 1 }, 'resources.credits.spend.total', /not a field/],
    [
      at('credits', 'spend'),
      { perCall: 6, perWeek: 5 },
      'resources.credits.spend.perCall',
      /at most perWeek \(5\), not 6/,
    ],
    [
      at('credits', 'spend'),
      { perSeason: { spring: 5 } },
      'resources.credits.spend.perSeason.spring',
      /names the season "spring"/,
    ],
    [
      at('credits', 'spend'),
      { perCall: 6, perDay: 5 },
      'resources.credits.spend.perCall',
      /at most perDay \(5\), not 6/,
    ],
    [at('credits', 'take'), {}, 'resources.credits.take.perDay', /but it is missing/],
    [at('credits', 'take'), { perDay: 0 }, 'resources.credits.take.perDay', /at least 1, not 0/],
    [
      at('credits', 'take'),
      { perCall: 6, perDay: 5 },
      'resources.credits.take.perCall',
      /at most perDay \(5\), not 6/,
    ],
    [at('credits', 'take'), { perDay: 5, debt: 1 }, 'resources.credits.take.debt', /true or false, not 1/],
    [at('health', 'take'), { perDay: 5 }, null, /remove it: applyDamage takes it/],
    [at('health', 'spend'), {}, null, /remove it: applyDamage takes it/],
    [at('pity:summons', 'take'), { perDay: 5 }, null, /is changed only by draws/],
    [at('pity:summons', 'spend'), {}, null, /is changed only by draws/],
    [at('experience', 'take'), { perDay: 5 }, null, /records progress/],
    [at('lifetime_points', 'spend'), {}, null, /records progress/],
    [at('levels_paid', 'take'), { perDay: 5 }, null, /is changed only by the ledger/],
    [at('stat_points', 'spend'), {}, null, /spent only on stats/],
  ])('%j = %j is refused', expectProblem);
});

describe('rewards by game servers', () => {
  const SERVERS = ['manualRewards', 'servers'];

  test('have limits in value, which become a row of the kernel', () => {
    const servers = { limitPerReward: 5, budgetPerDay: 9 };
    const rules = rulesOf(exampleWith(SERVERS, servers));
    expect(rules.manualRewards.servers).toEqual(servers);
    expect(kernelRulesOf(rules).servers).toEqual({ reward_limit: 5, daily_budget: 9 });
    expect(kernelRulesOf(rulesOf(exampleWith(SERVERS, undefined))).servers).toBeNull();
  });

  test.each<Invalid>([
    [SERVERS, {}, 'manualRewards.servers.budgetPerDay', /but it is missing/],
    [SERVERS, { limitPerReward: -1, budgetPerDay: 9 }, 'manualRewards.servers.limitPerReward', /at least 0/],
    [
      SERVERS,
      { limitPerReward: 10, budgetPerDay: 9 },
      'manualRewards.servers.limitPerReward',
      /at most budgetPerDay \(9\), not 10; to disable/,
    ],
    [
      SERVERS,
      { limitPerReward: 1, budgetPerDay: 9, awardsPerDay: 1 },
      'manualRewards.servers.awardsPerDay',
      /not a field/,
    ],
  ])('%j = %j is refused', expectProblem);
});

describe('types of damage', () => {
  const TYPES = ['combat', 'damageTypes'];

  test('are a list of names, empty by default', () => {
    expect(rulesOf(exampleWith(TYPES, undefined)).combat?.damageTypes).toEqual([]);
    expect(rulesOf(exampleWith(TYPES, ['fire', 'ice'])).combat?.damageTypes).toEqual(['fire', 'ice']);
    expect(kernelRulesOf(rulesOf(exampleWith(TYPES, []))).corrects).toBe('health');
  });

  test.each<Invalid>([
    [TYPES, 'fire', null, /a list \[…\], not "fire"/],
    [TYPES, ['Fire'], 'combat.damageTypes[0]', /a damage type: 1 to 64 lowercase letters/],
    [TYPES, ['fire', 'ice', 'fire'], 'combat.damageTypes[2]', /names "fire" twice/],
    [TYPES, Array.from({ length: 65 }, (_, i) => `t${i}`), null, /at most 64/],
  ])('%j = %j is refused', expectProblem);
});
