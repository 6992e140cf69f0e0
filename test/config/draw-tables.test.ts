import { describe, expect, test } from 'vitest';
import { exampleWith, expectProblem, type Invalid, type Path, rulesOf } from './example.ts';

const TABLE = ['drawTables', 'summons'];
const GUARANTEES = [...TABLE, 'guarantees'];
const GUARANTEE = [...GUARANTEES, 0];
const AT_GUARANTEE = 'drawTables.summons.guarantees[0]';
const EPIC = [...TABLE, 'outcomes', 'epic_warlock'];
const DROP = ['exchanges', 'drop'];
const LEGENDARY = { counter: 'pity:summons', after: 89, outcomes: ['legendary_dragon_queen'] };
const OUTCOME = { weight: 1, gives: { lumees: 1 } };
const COMMON = { outcomes: { only: OUTCOME, other: OUTCOME } };

describe('draw tables with free draws or a guarantee that would be miscounted', () => {
  const pity = (...fields: string[]): Path => ['resources', 'pity:summons', ...fields];
  test.each<Invalid>([
    [[...EPIC, 'gives', 'gems'], 1, null, /the resource "gems", which is not listed in resources/],
    [
      ['resources', 'hero:warlock', 'ceiling'],
      1,
      `${EPIC.join('.')}.gives.hero:warlock`,
      /could be repeated for free/,
    ],
    [
      ['resources', 'hero:warlock', 'ceiling'],
      { stat: 'energy' },
      `${EPIC.join('.')}.gives.hero:warlock`,
      /set resources.hero:warlock.atCeiling to "clamp"/,
    ],
    [
      [...GUARANTEE, 'counter'],
      'pity',
      `${AT_GUARANTEE}.counter`,
      /the resource "pity", which is not listed in resources/,
    ],
    [[...GUARANTEE, 'outcomes'], ['mythic'], `${AT_GUARANTEE}.outcomes[0]`, /does not have/],
    [[...GUARANTEE, 'outcomes'], ['constructor'], `${AT_GUARANTEE}.outcomes[0]`, /does not have/],
    [
      [...GUARANTEE, 'outcomes'],
      ['epic_warlock', 'epic_warlock'],
      `${AT_GUARANTEE}.outcomes[1]`,
      /names "epic_warlock" twice/,
    ],
    [
      [...TABLE, 'outcomes'],
      { legendary_dragon_queen: OUTCOME },
      `${AT_GUARANTEE}.outcomes`,
      /leave out at least one outcome/,
    ],
    [
      ['drawTables', 'other'],
      { ...COMMON, guarantees: [{ counter: 'pity:summons', after: 1, outcomes: ['only'] }] },
      'drawTables.other.guarantees[0].after',
      /must be 89, as in drawTables.summons.guarantees\[0\], which counts in "pity:summons" too/,
    ],
    [
      GUARANTEES,
      [LEGENDARY, { ...LEGENDARY, outcomes: ['epic_warlock', 'legendary_dragon_queen'] }],
      'drawTables.summons.guarantees[1].counter',
      /must not be "pity:summons" again: each guarantee of a table needs a counter of its own/,
    ],
    [
      GUARANTEES,
      [LEGENDARY, { counter: 'shards:fire', after: 9, outcomes: ['epic_warlock'] }],
      'drawTables.summons.guarantees[1].outcomes',
      /must also name "legendary_dragon_queen", as the guarantee before it does/,
    ],
    [
      [...GUARANTEE, 'counter'],
      'experience',
      `${AT_GUARANTEE}.counter`,
      /which levels.resource already uses/,
    ],
    [
      [...GUARANTEE, 'counter'],
      'lifetime_points',
      `${AT_GUARANTEE}.counter`,
      /which tiers.resource already uses/,
    ],
    [
      [...GUARANTEE, 'counter'],
      'stat_points',
      `${AT_GUARANTEE}.counter`,
      /which statPoints.resource already uses/,
    ],
    [[...GUARANTEE, 'counter'], 'health', `${AT_GUARANTEE}.counter`, /which combat.health already uses/],
    [
      ['claimTypes', 'daily_quest', 'rewards', 'pity:summons'],
      1,
      null,
      /remove it: .* is changed only by draws/,
    ],
    [['levels', 'grants', 'pity:summons'], 1, null, /remove it: .* is changed only by draws/],
    [[...DROP, 'costs', 'pity:summons'], 1, null, /remove it: .* is changed only by draws/],
    [[...DROP, 'gives', 'pity:summons'], 1, null, /remove it: .* is changed only by draws/],
    [[...EPIC, 'gives', 'pity:summons'], 1, null, /remove it: .* is changed only by draws/],
    [pity('manual'), true, null, /must be false: "pity:summons"/],
    [pity('ceiling'), 100, null, /must be null: .* would stop counting at the ceiling/],
    [pity('floor'), -1, null, /must be 0: .* is reset to 0/],
    [pity('startsWith'), 1, null, /must be 0: "pity:summons"/],
    [pity('regenerates'), { everySeconds: 1, upTo: 1 }, null, /remove it: "pity:summons"/],
    [pity('transfer'), {}, null, /remove it: "pity:summons"/],
  ])('rejects %j = %j', expectProblem);
});

describe('outcomes that are tables', () => {
  const inner = (table: string) => ({ weight: 1, table });
  const tables = (drawTables: Record<string, unknown>) => ({
    ...(exampleWith(['exchanges'], {}) as object),
    drawTables,
  });
  const counting = (counter: string, outcomes: object) => ({
    outcomes: { ...outcomes, other: OUTCOME },
    guarantees: [{ counter, after: 9, outcomes: ['other'] }],
  });

  test('hold the table that they draw from', () => {
    const banner = { outcomes: { common: OUTCOME, rare: { ...inner('rares'), gives: { lumees: 2 } } } };
    const { drawTables } = rulesOf(tables({ banner, rares: COMMON }));
    expect(drawTables.get('banner')?.outcomes[1]).toEqual({
      name: 'rare',
      weight: 1,
      gives: [{ resource: 'lumees', amount: 2 }],
      table: drawTables.get('rares'),
    });
  });

  test('two outcomes may draw from one table', () => {
    const banner = { outcomes: { one: inner('rares'), other: inner('rares') } };
    expect(rulesOf(tables({ banner, rares: COMMON })).drawTables.size).toBe(2);
  });

  test.each<[string, Record<string, unknown>, RegExp]>([
    [
      'a table that does not exist',
      { a: { outcomes: { x: inner('b') } } },
      /drawTables.a.outcomes.x.table.*names the table .*b/,
    ],
    [
      'the table itself',
      { a: { outcomes: { x: inner('a') } } },
      /drawTables.a.outcomes.x.table.*must not lead back to .*: a → a;/,
    ],
    [
      'a table that leads back through others',
      {
        a: { outcomes: { x: inner('b') } },
        b: { outcomes: { y: inner('c') } },
        c: { outcomes: { z: inner('a') } },
      },
      /drawTables.c.outcomes.z.table.*must not lead back to .*: a → b → c → a;/,
    ],
    [
      'nothing to give and no table',
      { a: { outcomes: { x: { weight: 1 } } } },
      /at least 1 entry, or name a table/,
    ],
    [
      'a table that counts in the same counter',
      { a: counting('pity:summons', { x: inner('b') }), b: counting('pity:summons', { y: OUTCOME }) },
      /drawTables.a.outcomes.x.table.*one draw would count twice in .*pity:summons.* \(a → b\)/,
    ],
  ])('are refused with %s', (_, drawTables, message) => {
    expect(() => rulesOf(tables(drawTables))).toThrow(message);
  });

  test('are refused where one request would have more than a thousand alternatives', () => {
    const nested = (depth: number): Record<string, unknown> =>
      depth === 0
        ? { t0: COMMON }
        : {
            ...nested(depth - 1),
            [`t${depth}`]: counting(`shards:t${depth}`, { x: inner(`t${depth - 1}`) }),
          };
    const document = tables(nested(4)) as unknown as { resources: object };
    Object.assign(
      document.resources,
      Object.fromEntries([1, 2, 3, 4].map((depth) => [`shards:t${depth}`, {}])),
    );
    const exchange = (times: number) => ({ gamble: { costs: { lumees: 1 }, draws: { t4: times } } });
    expect(rulesOf({ ...document, exchanges: exchange(100) }).exchanges.size).toBe(1);
    const wide = Array.from({ length: 8 }, (_, i) => ({
      ...LEGENDARY,
      counter: `shards:w${i}`,
      outcomes: ['legend'],
    }));
    const outcomes = { legend: inner('t4'), common: OUTCOME };
    const counters = Object.fromEntries(wide.map(({ counter }) => [counter, {}]));
    const resources = { ...document.resources, ...counters };
    const drawTables = { ...nested(4), wide: { outcomes, guarantees: wide } };
    const draws = (times: number) => ({ gamble: { costs: { lumees: 1 }, draws: { wide: times } } });
    expect(() => rulesOf({ ...document, resources, drawTables, exchanges: draws(100) })).toThrow(
      /exchanges.gamble.draws.*must have at most 1000 alternatives per request, not 4500/,
    );
  });
});

test('tables may share a counter that means the same in both', () => {
  const document = exampleWith(['drawTables', 'rerun'], {
    outcomes: { dragon: OUTCOME, other: OUTCOME },
    guarantees: [{ counter: 'pity:summons', after: 89, outcomes: ['dragon'] }],
  });
  expect(rulesOf(document).drawTables.get('rerun')?.guarantees).toMatchObject([{ counter: 'pity:summons' }]);
});
