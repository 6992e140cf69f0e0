import { describe, expect, test } from 'vitest';
import { exampleWith, type Path, rulesOf } from './example.ts';
import { type Case, refuses } from './refuses.ts';

const ENERGY = { base: 100, perUnit: 10, resource: 'stat:energy' };
const at = (name: string, ...fields: string[]): Path => ['resources', name, ...fields];
const compiled = (name: string, path: Path = ['description'], value: unknown = 'as it is') =>
  rulesOf(exampleWith(path, value)).resources.get(name);

describe('what a resource says of its limits becomes what the ledger reckons with', () => {
  test('a ceiling by a stat follows that stat: its base, and what each point adds', () => {
    expect(compiled('energy')).toEqual({
      name: 'energy',
      floor: 0,
      ceiling: ENERGY,
      atCeiling: 'clamp',
      manual: false,
      accrual: { initial: ENERGY, regenerates: { everySeconds: 300, amount: 1, upTo: ENERGY } },
      transfer: null,
    });
    const changed = compiled('energy', ['statPoints', 'stats', 'energy', 'perPoint'], 11);
    expect(changed?.ceiling).toEqual({ ...ENERGY, perUnit: 11 });
    expect(changed?.accrual?.regenerates?.upTo).toEqual({ ...ENERGY, perUnit: 11 });
  });

  test.each<[string, string, unknown, unknown]>([
    ['nothing to start with', 'startsWith', 0, null],
    ['a number to start with', 'startsWith', 7, { initial: 7, regenerates: null }],
    [
      'regeneration alone',
      'regenerates',
      { everySeconds: 60, upTo: 9 },
      { initial: null, regenerates: { everySeconds: 60, amount: 1, upTo: 9 } },
    ],
    [
      'regeneration up to a stat, without a ceiling',
      'regenerates',
      { everySeconds: 31_536_000, amount: 4, upTo: { stat: 'energy' } },
      { initial: null, regenerates: { everySeconds: 31_536_000, amount: 4, upTo: ENERGY } },
    ],
  ])('%s', (_, field, value, accrual) => {
    expect(compiled('credits', at('credits', field), value)?.accrual).toEqual(accrual);
  });

  test('a ceiling to start with and to regenerate to is that ceiling', () => {
    const path = at('drop_charges');
    const full = { ceiling: 10, startsWith: 'ceiling', regenerates: { everySeconds: 5 } };
    expect(compiled('drop_charges', path, full)?.accrual).toEqual({
      initial: 10,
      regenerates: { everySeconds: 5, amount: 1, upTo: 10 },
    });
  });

  test.each([
    [{}, { perTransfer: null, perDay: null }],
    [{ perDay: 9 }, { perTransfer: null, perDay: 9 }],
    [
      { perTransfer: 5, perDay: null },
      { perTransfer: 5, perDay: null },
    ],
    [
      { perTransfer: 5, perDay: 5 },
      { perTransfer: 5, perDay: 5 },
    ],
  ])('a transfer of %j leaves unbounded what it does not say', (transfer, expected) => {
    expect(compiled('credits')?.transfer).toBeNull();
    expect(compiled('credits', at('credits', 'transfer'), transfer)?.transfer).toEqual(expected);
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
  ])('%j = %j is just within its bound', (path, value) => {
    expect(rulesOf(exampleWith(path, value)).resources.size).toBeGreaterThan(0);
  });

  test('what the ledger reckons from may still be given', () => {
    const gives = { experience: 5, lifetime_points: 1 };
    const { exchanges } = rulesOf(exampleWith(['exchanges', 'sparring', 'gives'], gives));
    expect(exchanges.get('sparring')?.gives).toHaveLength(2);
  });
});

describe('a resource of the wrong shape is refused', () => {
  const regenerates = (over: object) => ({ everySeconds: 60, upTo: 5, ...over });
  test.each<Case>([
    [at('energy', 'ceiling'), { stat: 'mana' }, 'resources.energy.ceiling.stat', /"energy" or "stamina" or/],
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
    [at('lumees', 'transfer', 'perWeek'), 9, null, /not a field/],
    [['combat'], {}, 'combat.health', /text in quotes, but it is missing/],
    [['combat', 'damage'], 5, null, /not a field/],
    [
      at('credits', 'regenerates'),
      regenerates({ upTo: null }),
      'resources.credits.regenerates.upTo',
      /whole/,
    ],
  ])('%j = %j', refuses);
});

describe('a resource that contradicts itself, or its role, is refused', () => {
  const KEPT: [string, string][] = [
    ['stat:energy', 'statPoints.stats.energy.resource'],
    ['stat:stamina', 'statPoints.stats.stamina.resource'],
    ['stat:health', 'statPoints.stats.health.resource'],
    ['levels_paid', 'levels.paidResource'],
  ];
  const ROLES: [string, string][] = [
    ...KEPT,
    ['stat_points', 'statPoints.resource'],
    ['experience', 'levels.resource'],
    ['lifetime_points', 'tiers.resource'],
  ];
  test.each<Case>([
    [at('credits', 'startsWith'), 'ceiling', null, /a whole number, since there is no ceiling/],
    [at('drop_charges', 'startsWith'), 11, null, /at most the ceiling \(10\), not 11/],
    [at('energy', 'startsWith'), 101, null, /at most the ceiling \(100, where energy starts\), not 101/],
    [
      at('credits', 'regenerates'),
      { everySeconds: 60 },
      'resources.credits.regenerates.upTo',
      /must be set, since there is no ceiling/,
    ],
    [at('drop_charges', 'regenerates', 'upTo'), 11, null, /at most the ceiling \(10\), not 11/],
    [at('energy', 'regenerates', 'upTo'), 101, null, /at most the ceiling \(100, where energy starts\)/],
    [at('drop_charges', 'regenerates', 'upTo'), { stat: 'energy' }, null, /the same stat as the ceiling/],
    [at('energy', 'regenerates', 'upTo'), { stat: 'health' }, null, /the same stat as the ceiling/],
    [
      at('lumees', 'transfer', 'perDay'),
      4999,
      'resources.lumees.transfer.perTransfer',
      /at most perDay \(4999\)/,
    ],
    [at('levels_paid', 'ceiling'), { stat: 'energy' }, null, /must be null: a full counter/],
    [at('stat:energy', 'ceiling'), { stat: 'energy' }, null, /would follow from the points that it bounds/],
    [
      at('stat_points', 'ceiling'),
      { stat: 'energy' },
      'levels.grants.stat_points',
      /its ceiling must be null/,
    ],
    [['levels', 'grants', 'energy'], 1, null, /its ceiling must be null/],
    [at('stat_points', 'startsWith'), 1, 'levels.grants.stat_points', /neither regenerate nor start with/],
    [
      at('stat_points', 'regenerates'),
      { everySeconds: 60, upTo: 5 },
      'levels.grants.stat_points',
      /neither regenerate nor start with/,
    ],
  ])('%j = %j', refuses);

  test.each(ROLES)('%s comes by the rules of its role alone, as %s', (name, role) => {
    const because = `"${name}" \\(${role}\\) `;
    const mustGo = new RegExp(`must go: ${because}`);
    refuses(at(name, 'startsWith'), 1, null, new RegExp(`must be 0: ${because}`));
    refuses(at(name, 'regenerates'), { everySeconds: 60, upTo: 5 }, null, mustGo);
    refuses(at(name, 'transfer'), {}, null, mustGo);
    refuses(['exchanges', 'drop', 'costs', name], 1, null, mustGo);
    refuses(['combat', 'health'], name, null, new RegExp(`which ${role} already uses`));
  });

  test.each(KEPT)('no claim and no level gives %s', (name) => {
    refuses(['claimTypes', 'pve_victory', 'rewards', name], 1, null, /must go: /);
    refuses(['levels', 'grants', name], 1, null, /must go: .* is moved by the ledger's own rules alone/);
  });

  test.each([...KEPT.map(([name]) => name), 'stat_points'])('no exchange and no draw gives %s', (name) => {
    const drawn = ['drawTables', 'summons', 'outcomes', 'epic_warlock', 'gives', name];
    refuses(['exchanges', 'drop', 'gives', name], 1, null, /must go: /);
    refuses(drawn, 1, null, /must go: /);
  });
});

describe('health that combat could not keep between 0 and its maximum is refused', () => {
  test.each<Case>([
    [['combat', 'health'], 'hit_points', null, /the resource "hit_points"/],
    [
      ['combat', 'health'],
      'credits',
      'resources.credits.ceiling',
      /must be set, such as \{"stat": "health"\}/,
    ],
    [at('health', 'ceiling'), undefined, null, /must be set, such as \{"stat": "health"\}/],
    [at('health', 'floor'), -1, null, /must be 0, since combat.health names it/],
    [at('health', 'atCeiling'), 'reject', null, /must be "clamp", since combat.health names it/],
    [at('health', 'manual'), true, null, /must be false, since combat.health names it/],
    [at('health', 'startsWith'), undefined, null, /a new player would be dead/],
    [['statPoints', 'stats', 'health', 'base'], 0, 'resources.health.startsWith', /would be dead/],
  ])('%j = %j', refuses);
});
