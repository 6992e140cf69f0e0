import { describe, expect, test } from 'vitest';
import { exampleWith, expectProblem, type Invalid, type Path, rulesOf } from './example.ts';

const ENERGY = { base: 100, perUnit: 10, resource: 'stat:energy' };
const at = (name: string, ...fields: string[]): Path => ['resources', name, ...fields];
const compiled = (name: string, path: Path = ['description'], value: unknown = 'as it is') =>
  rulesOf(exampleWith(path, value)).resources.get(name);

describe('compiled resources', () => {
  test('a stat ceiling is compiled to the base of the stat and the amount per point', () => {
    expect(compiled('energy')).toEqual({
      name: 'energy',
      floor: 0,
      ceiling: ENERGY,
      atCeiling: 'clamp',
      converts: null,
      manual: false,
      staff: { kind: 'value', value: 1 },
      accrual: { initial: ENERGY, regenerates: { everySeconds: 300, amount: 1, upTo: ENERGY } },
      transfer: null,
      spend: null,
      take: null,
    });
    const changed = compiled('energy', ['statPoints', 'stats', 'energy', 'perPoint'], 11);
    expect(changed?.ceiling).toEqual({ ...ENERGY, perUnit: 11 });
    expect(changed?.accrual?.regenerates?.upTo).toEqual({ ...ENERGY, perUnit: 11 });
  });

  test.each<[string, string, unknown, unknown]>([
    ['zero startsWith', 'startsWith', 0, null],
    ['a number as startsWith', 'startsWith', 7, { initial: 7, regenerates: null }],
    [
      'regeneration without startsWith',
      'regenerates',
      { everySeconds: 60, upTo: 9 },
      { initial: null, regenerates: { everySeconds: 60, amount: 1, upTo: 9 } },
    ],
    [
      'regeneration up to a stat and without a ceiling',
      'regenerates',
      { everySeconds: 31_536_000, amount: 4, upTo: { stat: 'energy' } },
      { initial: null, regenerates: { everySeconds: 31_536_000, amount: 4, upTo: ENERGY } },
    ],
  ])('compiles %s', (_, field, value, accrual) => {
    expect(compiled('credits', at('credits', field), value)?.accrual).toEqual(accrual);
  });

  test('startsWith "ceiling" and regeneration without upTo use the ceiling', () => {
    const path = at('drop_charges');
    const full = { ceiling: 10, startsWith: 'ceiling', regenerates: { everySeconds: 5 } };
    expect(compiled('drop_charges', path, full)?.accrual).toEqual({
      initial: 10,
      regenerates: { everySeconds: 5, amount: 1, upTo: 10 },
    });
  });

  test.each([
    [{}, null, []],
    [{ perDay: 9 }, null, [['day', 9]]],
    [{ perTransfer: 5 }, 5, []],
    [
      { perTransfer: 5, perDay: 5, ever: 70, perWeek: 30 },
      5,
      [
        ['day', 5],
        ['week', 30],
        ['ever', 70],
      ],
    ],
  ])('transfer %j has no limit for a field that is left out', (transfer, perTransfer, limits) => {
    expect(compiled('credits')?.transfer).toBeNull();
    const rule = compiled('credits', at('credits', 'transfer'), transfer)?.transfer;
    expect(rule?.perTransfer).toBe(perTransfer);
    expect(rule?.limits.map(({ period, max }) => [period, max])).toEqual(limits);
  });

  test('what one player receives has limits of its own, and accounts that give an age', () => {
    const transfer = { receives: { perDay: 9, ever: 90 }, fromAccountsOlderThanHours: 48 };
    const rule = compiled('credits', at('credits', 'transfer'), transfer)?.transfer;
    const received = { counter: 'received:credits', subject: 'recipient', claimTypes: ['transfer'] };
    expect(rule).toEqual({
      perTransfer: null,
      limits: [],
      receives: [
        { ...received, period: 'day', max: 9, sharedLimit: null },
        { ...received, period: 'ever', max: 90, sharedLimit: null },
      ],
      accountAgeHours: 48,
      onFull: 'reject',
      message: null,
    });
  });

  test.each<[Path, unknown]>([
    [at('drop_charges', 'startsWith'), 10],
    [at('drop_charges', 'regenerates', 'upTo'), 10],
    [at('energy', 'startsWith'), 100],
    [at('energy', 'regenerates', 'upTo'), 100],
    [at('energy', 'regenerates', 'upTo'), { stat: 'energy' }],
    [at('health', 'startsWith'), 1],
    [at('health', 'ceiling'), 500],
    [at('lumees', 'transfer', 'perDay'), 5000],
    [at('stat:energy', 'ceiling'), 5],
  ])('accepts %j = %j, the limit', (path, value) => {
    expect(rulesOf(exampleWith(path, value)).resources.size).toBeGreaterThan(0);
  });

  test('an exchange can give the resources of levels and tiers', () => {
    const gives = { experience: 5, lifetime_points: 1 };
    const { exchanges } = rulesOf(exampleWith(['exchanges', 'sparring', 'gives'], gives));
    expect(exchanges.get('sparring')?.gives).toHaveLength(2);
  });
});

describe('resources with the wrong shape', () => {
  const regenerates = (over: object) => ({ everySeconds: 60, upTo: 5, ...over });
  test.each<Invalid>([
    [
      at('energy', 'ceiling'),
      { stat: 'mana' },
      'resources.energy.ceiling.stat',
      /use one of: energy, health/,
    ],
    [at('energy', 'ceiling'), { stats: 'energy' }, 'resources.energy.ceiling.stats', /not a field/],
    [at('energy', 'ceiling'), 'energy', null, /\{"stat": …\} or a whole number, not "energy"/],
    [at('energy', 'startsWith'), 'full', null, /must be "ceiling" or a whole number, not "full"/],
    [at('energy', 'startsWith'), -1, null, /at least 0, not -1/],
    [at('energy', 'startsWith'), 1.5, null, /a whole number, not 1.5/],
    [at('energy', 'startsWith'), null, null, /must be "ceiling" or a whole number, not null/],
    [at('energy', 'regenerates'), 300, null, /an object \{…\}, not 300/],
    [at('energy', 'regenerates'), {}, 'resources.energy.regenerates.everySeconds', /but it is missing/],
    [at('energy', 'regenerates', 'everySeconds'), 0, null, /at least 1, not 0/],
    [at('energy', 'regenerates', 'everySeconds'), 31_536_001, null, /at most 31536000, not 31536001/],
    [at('energy', 'regenerates', 'amount'), 0, null, /at least 1, not 0/],
    [at('energy', 'regenerates', 'upTo'), -1, null, /at least 0, not -1/],
    [at('energy', 'regenerates', 'upTo'), 'ceiling', null, /\{"stat": …\} or a whole number, not "ceiling"/],
    [at('energy', 'regenerates', 'every'), 5, null, /not a field/],
    [at('lumees', 'transfer'), true, null, /an object \{…\}, not true/],
    [at('lumees', 'transfer', 'perTransfer'), 0, null, /at least 1, not 0/],
    [at('lumees', 'transfer', 'perDay'), 0, null, /at least 1, not 0/],
    [
      at('lumees', 'transfer', 'receives'),
      { total: 5 },
      'resources.lumees.transfer.receives.total',
      /not a field/,
    ],
    [
      at('lumees', 'transfer', 'receives'),
      { perDay: 0 },
      'resources.lumees.transfer.receives.perDay',
      /at least 1/,
    ],
    [
      at('lumees', 'transfer', 'receives'),
      { perDay: 4999 },
      'resources.lumees.transfer.perTransfer',
      /at most receives.perDay \(4999\)/,
    ],
    [
      at('lumees', 'transfer', 'receives'),
      { perSeason: { winter: 5000 } },
      'resources.lumees.transfer.receives.perSeason.winter',
      /season "winter"/,
    ],
    [at('lumees', 'transfer', 'fromAccountsOlderThanHours'), 0, null, /at least 1, not 0/],
    [at('lumees', 'transfer', 'fromAccountsOlderThanHours'), 8761, null, /at most 8760/],
    [at('lumees', 'transfer', 'sharedLimits'), ['gifts'], null, /not a field/],
    [at('lumees', 'transfer', 'perDay'), null, null, /a whole number, not null/],
    [
      at('lumees', 'transfer', 'ever'),
      4999,
      'resources.lumees.transfer.perTransfer',
      /at most ever \(4999\)/,
    ],
    [['combat'], {}, 'combat.health', /text in quotes, but it is missing/],
    [['combat', 'damage'], 5, null, /not a field/],
    [
      at('credits', 'regenerates'),
      regenerates({ upTo: null }),
      'resources.credits.regenerates.upTo',
      /whole/,
    ],
  ])('rejects %j = %j', expectProblem);
});

describe('resources that contradict themselves or their role', () => {
  const INTERNAL: [string, string][] = [
    ['stat:energy', 'statPoints.stats.energy.resource'],
    ['stat:stamina', 'statPoints.stats.stamina.resource'],
    ['stat:health', 'statPoints.stats.health.resource'],
    ['levels_paid', 'levels.paidResource'],
  ];
  const ROLES: [string, string][] = [
    ...INTERNAL,
    ['stat_points', 'statPoints.resource'],
    ['experience', 'levels.resource'],
    ['lifetime_points', 'tiers.resource'],
  ];
  test.each<Invalid>([
    [at('credits', 'startsWith'), 'ceiling', null, /a whole number, because the resource has no ceiling/],
    [at('drop_charges', 'startsWith'), 11, null, /at most the ceiling \(10\), not 11/],
    [at('energy', 'startsWith'), 101, null, /at most the ceiling \(100, the base of energy\), not 101/],
    [
      at('credits', 'regenerates'),
      { everySeconds: 60 },
      'resources.credits.regenerates.upTo',
      /must be set, because the resource has no ceiling/,
    ],
    [at('drop_charges', 'regenerates', 'upTo'), 11, null, /at most the ceiling \(10\), not 11/],
    [at('energy', 'regenerates', 'upTo'), 101, null, /at most the ceiling \(100, the base of energy\)/],
    [at('drop_charges', 'regenerates', 'upTo'), { stat: 'energy' }, null, /the same stat as the ceiling/],
    [at('energy', 'regenerates', 'upTo'), { stat: 'health' }, null, /the same stat as the ceiling/],
    [
      at('lumees', 'transfer', 'perDay'),
      4999,
      'resources.lumees.transfer.perTransfer',
      /at most perDay \(4999\)/,
    ],
    [
      at('levels_paid', 'ceiling'),
      { stat: 'energy' },
      null,
      /must be null: a counter that stops at a ceiling/,
    ],
    [at('stat:energy', 'ceiling'), { stat: 'energy' }, null, /would depend on the points that it limits/],
    [
      at('stat_points', 'ceiling'),
      { stat: 'energy' },
      'levels.grants.stat_points',
      /set its ceiling to null/,
    ],
    [['levels', 'grants', 'energy'], 1, null, /set its ceiling to null/],
    [
      at('stat_points', 'startsWith'),
      1,
      'levels.grants.stat_points',
      /must not regenerate or have a startsWith/,
    ],
    [
      at('stat_points', 'regenerates'),
      { everySeconds: 60, upTo: 5 },
      'levels.grants.stat_points',
      /must not regenerate or have a startsWith/,
    ],
  ])('rejects %j = %j', expectProblem);

  test.each(
    ROLES,
  )('%s has no startsWith, regeneration, transfer, cost or combat, because it is %s', (name, role) => {
    const because = `"${name}" \\(${role}\\) `;
    const removeIt = new RegExp(`remove it: ${because}`);
    expectProblem(at(name, 'startsWith'), 1, null, new RegExp(`must be 0: ${because}`));
    expectProblem(at(name, 'regenerates'), { everySeconds: 60, upTo: 5 }, null, removeIt);
    expectProblem(at(name, 'transfer'), {}, null, removeIt);
    expectProblem(['exchanges', 'drop', 'costs', name], 1, null, removeIt);
    expectProblem(['combat', 'health'], name, null, new RegExp(`which ${role} already uses`));
  });

  test.each(INTERNAL)('neither claims nor levels can give %s', (name) => {
    expectProblem(['claimTypes', 'pve_victory', 'rewards', name], 1, null, /remove it: /);
    expectProblem(['levels', 'grants', name], 1, null, /remove it: .* is changed only by the ledger/);
  });

  test.each([
    ...INTERNAL.map(([name]) => name),
    'stat_points',
  ])('neither exchanges nor draws can give %s', (name) => {
    const drawn = ['drawTables', 'summons', 'outcomes', 'epic_warlock', 'gives', name];
    expectProblem(['exchanges', 'drop', 'gives', name], 1, null, /remove it: /);
    expectProblem(drawn, 1, null, /remove it: /);
  });
});

describe('health that combat cannot keep between 0 and its maximum', () => {
  test.each<Invalid>([
    [['combat', 'health'], 'hit_points', null, /the resource "hit_points"/],
    [
      ['combat', 'health'],
      'credits',
      'resources.credits.ceiling',
      /must be set, for example to \{"stat": "health"\}/,
    ],
    [at('health', 'ceiling'), undefined, null, /must be set, for example to \{"stat": "health"\}/],
    [at('health', 'floor'), -1, null, /must be 0, because combat.health names this resource/],
    [at('health', 'atCeiling'), 'reject', null, /must be "clamp", because combat.health names this resource/],
    [at('health', 'manual'), true, null, /must be false, because combat.health names this resource/],
    [at('health', 'startsWith'), undefined, null, /a new player would start dead/],
    [['statPoints', 'stats', 'health', 'base'], 0, 'resources.health.startsWith', /would start dead/],
  ])('rejects %j = %j', expectProblem);
});
