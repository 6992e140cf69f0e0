import { describe, expect, test } from 'vitest';
import { compileForPublishing, compileForReceipts } from '../../src/config/compile.ts';
import { kernelRulesOf } from '../../src/config/publication.ts';
import { changes, listed, reopened } from './compared.ts';
import {
  exampleWithAll,
  expectProblem,
  ID,
  type Invalid,
  type Path,
  problemsOf,
  rulesOf,
} from './example.ts';

const CHEST: Path = ['claimTypes', 'arena_chest'];
const TOKEN: Path = ['exchanges', 'buy_summon_token'];
const SEASONS: [Path, unknown] = [
  ['seasons'],
  {
    winter: { from: '2026-12-01T00:00:00.000Z', until: '2027-03-01T00:00:00.000Z' },
    summer: { from: '2027-06-01T00:00:00.000Z', until: '2027-09-01T00:00:00.000Z' },
  },
];
const BOOSTERS: [Path, unknown] = [['limits'], { boosters: { perWeek: 5, total: 900 } }];
const share = (...offers: readonly Path[]): [Path, unknown][] =>
  offers.map((offer) => [[...offer, 'sharedLimits'], ['boosters']]);

describe('the limits of a document', () => {
  test('are those of each period in order, then the stock, then the shared ones with all who share them', () => {
    const rules = rulesOf(
      exampleWithAll(
        SEASONS,
        BOOSTERS,
        [[...TOKEN, 'perMonth'], 30],
        [[...TOKEN, 'perWeek'], 9],
        [[...TOKEN, 'perSeason'], { winter: 40, summer: 50 }],
        [[...TOKEN, 'ever'], 99],
        [[...TOKEN, 'total'], 1_000],
        ...share(TOKEN, CHEST),
      ),
    );
    const own = { counter: 'exchange:buy_summon_token', claimTypes: ['buy_summon_token'], sharedLimit: null };
    const shared = {
      counter: 'shared:boosters',
      claimTypes: ['arena_chest', 'buy_summon_token'],
      sharedLimit: 'boosters',
    };
    expect(rules.exchanges.get('buy_summon_token')?.limits).toEqual([
      { ...own, subject: 'player', period: 'day', max: 20 },
      { ...own, subject: 'player', period: 'week', max: 9 },
      { ...own, subject: 'player', period: 'month', max: 30 },
      { ...own, subject: 'player', period: { season: 'summer' }, max: 50 },
      { ...own, subject: 'player', period: { season: 'winter' }, max: 40 },
      { ...own, subject: 'player', period: 'ever', max: 99 },
      { ...own, subject: 'game', period: 'ever', max: 1_000 },
      { ...shared, subject: 'player', period: 'week', max: 5 },
      { ...shared, subject: 'game', period: 'ever', max: 900 },
    ]);
    const { names, game_limits } = kernelRulesOf(rules);
    expect(names.limit).toContain('shared:boosters');
    expect(new Set(names.limit).size).toBe(names.limit.length);
    const stock = { period: 'ever', since: '-infinity', resource: null, stripes: 1 };
    expect(game_limits).toEqual([
      { ...stock, limit: 'shared:boosters', claim_types: shared.claimTypes, bound: 900 },
      { ...stock, limit: own.counter, claim_types: own.claimTypes, bound: 1_000 },
    ]);
  });

  test('of a transfer count the resource', () => {
    const rules = rulesOf(exampleWithAll([['resources', 'lumees', 'transfer', 'total'], 90_000]));
    expect(kernelRulesOf(rules).game_limits).toMatchObject([
      { limit: 'transfer:lumees', claim_types: ['transfer'], resource: 'lumees', bound: 90_000 },
    ]);
  });

  test('a receipt needs none of them', () => {
    expect(compileForReceipts(exampleWithAll(BOOSTERS, ...share(TOKEN)), ID).kind).toBe('rules');
  });

  test('a shared limit that nothing uses is not published', () => {
    const document = exampleWithAll(BOOSTERS);
    expect(rulesOf(document).version).toBe(1);
    expect(problemsOf(compileForPublishing(document, ID, { reservedNames: [] }))).toEqual([
      {
        path: 'limits.boosters',
        message: expect.stringMatching(/^is not used: add "boosters" to sharedLimits/),
      },
    ]);
  });
});

describe('limits that cannot be kept are refused', () => {
  test.each<Invalid>([
    ...['perDay', 'perWeek', 'perMonth', 'ever', 'total'].flatMap((field): Invalid[] => [
      [[...CHEST, field], 0, null, /at least 1, not 0/],
      [[...TOKEN, field], 1.5, null, /a whole number/],
    ]),
    [[...CHEST, 'perSeason'], { winter: 0 }, `${CHEST.join('.')}.perSeason.winter`, /at least 1, not 0/],
    [
      [...CHEST, 'perSeason'],
      { winter: 1 },
      `${CHEST.join('.')}.perSeason.winter`,
      /the season "winter", which is not listed in seasons; add it there$/,
    ],
    [
      [...TOKEN, 'sharedLimits'],
      ['bosters'],
      `${TOKEN.join('.')}.sharedLimits[0]`,
      /the limit "bosters", which is not listed in limits; add it there$/,
    ],
    [
      [...TOKEN, 'sharedLimits'],
      ['constructor'],
      `${TOKEN.join('.')}.sharedLimits[0]`,
      /not listed in limits/,
    ],
    // A bound belongs to the limit and not to who shares it: two bounds of one counter cannot be written.
    [[...TOKEN, 'sharedLimits'], [{ name: 'boosters', perDay: 3 }], null, /text in quotes, not an object/],
    [['limits'], { boosters: {} }, 'limits.boosters', /must set a bound: perDay, perWeek/],
    [['limits'], { boosters: { perDay: 0 } }, 'limits.boosters.perDay', /at least 1, not 0/],
    [
      ['limits'],
      { boosters: { perSeason: { winter: 1 } } },
      'limits.boosters.perSeason.winter',
      /season "winter"/,
    ],
    [['limits'], { Boosters: { perDay: 1 } }, 'limits.Boosters', /a limit name/],
    [
      ['seasons'],
      { ever: { from: '2026-12-01T00:00:00.000Z', until: '2027-12-01T00:00:00.000Z' } },
      'seasons.ever',
      /another name/,
    ],
    [
      ['resources', 'lumees', 'transfer', 'perSeason'],
      { winter: 9 },
      'resources.lumees.transfer.perSeason.winter',
      /season "winter"/,
    ],
  ])('%j = %j', (path, value, at, message) => {
    const reported = at ?? path.map((step) => (typeof step === 'number' ? `[${step}]` : step)).join('.');
    expectProblem(path, value, reported.endsWith('sharedLimits') ? `${reported}[0]` : reported, message);
  });

  const messages = (...values: [Path, unknown][]) =>
    problemsOf(compileForPublishing(exampleWithAll(...values), ID, { reservedNames: [] })).map(
      ({ path, message }) => `${path}: ${message}`,
    );

  test('an unknown season and an unknown limit are answered with those that exist', () => {
    expect(
      messages(
        SEASONS,
        BOOSTERS,
        ...share(CHEST),
        [[...TOKEN, 'perSeason'], { winer: 1 }],
        [[...TOKEN, 'sharedLimits'], ['booster']],
      ),
    ).toEqual([
      'exchanges.buy_summon_token.perSeason.winer: names the season "winer", which is not listed in seasons; add it there, or use "winter" or "summer"',
      'exchanges.buy_summon_token.sharedLimits[0]: names the limit "booster", which is not listed in limits; add it there, or use "boosters"',
    ]);
  });

  test('the same counter twice', () => {
    expect(
      messages(BOOSTERS, [
        [...TOKEN, 'sharedLimits'],
        ['boosters', 'boosters'],
      ]),
    ).toEqual([
      'exchanges.buy_summon_token.sharedLimits[1]: names "boosters" twice, which is the same counter; remove one',
    ]);
  });

  test('more counters than an operation can use', () => {
    const named = Array.from({ length: 8 }, (_, i) => `limit_${i}`);
    const limits = Object.fromEntries(named.map((name) => [name, { perDay: 1, perWeek: 2, ever: 3 }]));
    expect(messages([['limits'], limits], [[...TOKEN, 'sharedLimits'], named])).toEqual([
      'exchanges.buy_summon_token: must have at most 20 limits, with those of its shared limits, not 25',
    ]);
  });

  test('a free exchange whose only limit is the stock of the game', () => {
    const free = (over: object) =>
      messages(BOOSTERS, ...share(CHEST), [['exchanges', 'gift'], { gives: { lumees: 1 }, ...over }]);
    expect(free({ total: 5 })).toEqual([expect.stringMatching(/exchanges.gift.perDay: must be set/)]);
    for (const limited of [{ ever: 1 }, { perMonth: 1 }, { sharedLimits: ['boosters'] }])
      expect(free(limited)).toEqual([]);
  });
});

describe('publishing says what a changed limit does in its running period', () => {
  test.each<[string, Path, unknown, unknown, string]>([
    [
      'a new one',
      [...CHEST, 'perWeek'],
      undefined,
      9,
      'arena_chest is limited to 9 per week. What was used in the running week counts.',
    ],
    ['a higher one', [...CHEST, 'ever'], 3, 9, 'arena_chest is limited to 9 for good instead of 3.'],
    [
      'a lower stock',
      [...TOKEN, 'total'],
      9,
      3,
      'buy_summon_token is limited to 3 in the whole game instead of 9. Players who used more so far can use no more.',
    ],
    [
      'one less',
      [...TOKEN, 'perMonth'],
      9,
      undefined,
      'buy_summon_token has no limit per month any more. It was 9.',
    ],
  ])('%s', (_, path, before, after, text) => {
    const [from, to] = [exampleWithAll([path, before]), exampleWithAll([path, after])];
    const found = changes(to, { from });
    expect(listed(found)[0]).toBe(`running ${path.join('.')}: ${text}`);
    expect(reopened(found)).toEqual([]);
  });

  test('a bound of a season and of a shared limit', () => {
    const seasonal = (max: number) =>
      exampleWithAll(SEASONS, BOOSTERS, ...share(CHEST), [[...CHEST, 'perSeason'], { winter: max }]);
    expect(listed(changes(seasonal(2), { from: seasonal(1) }))[0]).toContain(
      'in the season winter instead of 1',
    );
    const shared = (max: number) =>
      exampleWithAll([['limits'], { boosters: { perDay: max } }], ...share(CHEST));
    expect(listed(changes(shared(2), { from: shared(1) }))[0]).toBe(
      'running limits.boosters.perDay: boosters is limited to 2 per day instead of 1, also in the running day.',
    );
  });

  test('a type that joins a shared limit, and one that leaves', () => {
    const [one, two] = [
      exampleWithAll(BOOSTERS, ...share(CHEST)),
      exampleWithAll(BOOSTERS, ...share(CHEST, TOKEN)),
    ];
    const path = 'exchanges.buy_summon_token.sharedLimits';
    expect(listed(changes(two, { from: one }))[0]).toBe(
      `running ${path}: buy_summon_token counts towards the limit boosters. What was used in the running period counts.`,
    );
    expect(listed(changes(one, { from: two }))[0]).toContain('no longer counts towards the limit boosters');
    const returns = changes(two, { from: one, former: { shared: [`${path}.boosters`] } });
    expect(reopened(returns)).toEqual([path]);
  });

  test('one that returns in the period in which it was removed', () => {
    const path = [...CHEST, 'ever'];
    const next = exampleWithAll([path, 9]);
    expect(reopened(changes(next, { former: { limits: [path.join('.')] } }))).toEqual([path.join('.')]);
  });
});
