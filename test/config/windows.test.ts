import { describe, expect, test } from 'vitest';
import { changes, changesAt, listed, NOON } from './compared.ts';
import { exampleWith, exampleWithAll, expectProblem, type Invalid, type Path, rulesOf } from './example.ts';

const EARLIER = '2026-11-01T00:00:00.000Z';
const LATER = '2026-12-01T00:00:00.000Z';
const LATEST = '2026-12-24T00:00:00.000Z';
const QUEST: Path = ['claimTypes', 'daily_quest'];
const SHOP: Path = ['exchanges', 'buy_summon_token'];
const SUMMON: Path = ['exchanges', 'summon'];
const HEROES: Path = ['drawTables', 'summons'];
const OF_ALL: [string, Path][] = [
  ['a claim type', QUEST],
  ['an exchange', SHOP],
  ['a draw table', HEROES],
];

describe('a window is refused', () => {
  test.each(OF_ALL)('that ends before it begins, of %s', (_, at) => {
    for (const until of [LATER, EARLIER]) {
      const document = exampleWithAll([[...at, 'from'], LATER], [[...at, 'until'], until]);
      expect(() => rulesOf(document)).toThrow(`must be after from (${LATER}), not ${until}`);
      expect(() => rulesOf(document)).toThrow(`"path":"${at.join('.')}.until"`);
    }
  });

  test.each<Invalid>([
    [[...QUEST, 'from'], '2026-12-01', null, /must be a time like 2026-12-01T00:00:00.000Z/],
    [[...SHOP, 'until'], '2026-12-01T00:00:00Z', null, /must be a time like/],
    [[...HEROES, 'until'], '2026-12-01T00:00:00.000+01:00', null, /must be a time like/],
    [[...SHOP, 'from'], 1_796_083_200, null, /text in quotes/],
  ])('with a time of another form: %s %s', (...invalid) => expectProblem(...invalid));

  test('of an exchange that is never open at the same time as its tables', () => {
    const document = exampleWithAll([[...SUMMON, 'until'], EARLIER], [[...HEROES, 'from'], LATER]);
    expect(() => rulesOf(document)).toThrow(`from ${LATER} until ${EARLIER} is never`);
    expect(() => rulesOf(document)).toThrow('"path":"exchanges.summon.draws"');
  });
});

test('an exchange is available in its own window and those of its tables', () => {
  const rules = rulesOf(
    exampleWithAll(
      [[...SUMMON, 'from'], EARLIER],
      [[...SUMMON, 'until'], LATEST],
      [[...HEROES, 'until'], LATER],
    ),
  );
  expect(rules.exchanges.get('summon')?.window).toEqual({ from: EARLIER, until: LATER });
  expect(rules.exchanges.get('buy_summon_token')?.window).toBeNull();
  expect(rules.claimTypes.get('daily_quest')?.window).toBeNull();
});

describe('publishing says what happens to a window that is open', () => {
  test.each(OF_ALL)('of %s', (_, at) => {
    const name = String(at[1]);
    const window = (from: string | undefined, until: string | undefined) =>
      exampleWithAll([[...at, 'from'], from], [[...at, 'until'], until]);
    const texts = (is: Parameters<typeof window>, was: Parameters<typeof window>) =>
      listed(changes(window(...is), { from: window(...was), now: NOON })).filter(
        (line) => !line.startsWith('other'),
      );
    const where = (field: string) => `running ${at.join('.')}.${field}: ${name}`;
    expect(texts([EARLIER, LATER], [EARLIER, undefined])).toEqual([
      `${where('until')} ends at ${LATER}. It had no end.`,
    ]);
    expect(texts([EARLIER, undefined], [EARLIER, LATER])).toEqual([
      `${where('until')} has no end any more. It was to end at ${LATER}.`,
    ]);
    expect(texts([undefined, EARLIER], [undefined, LATER])).toEqual([
      `${where('until')} is closed at once, because it ended at ${EARLIER}. It was open until ${LATER}.`,
    ]);
    expect(texts([LATER, undefined], [EARLIER, undefined])).toEqual([
      `${where('from')} is closed until it opens at ${LATER}. It had no end.`,
    ]);
    expect(texts([EARLIER, LATEST], [LATER, LATEST])).toEqual([
      `${where('from')} is open at once, until ${LATEST}. It was to open at ${LATER}.`,
    ]);
    expect(texts([undefined, LATER], [undefined, EARLIER])).toEqual([
      `${where('until')} is open at once, until ${LATER}. It was closed since ${EARLIER}.`,
    ]);
  });

  test('and lists a window that is not open among the other values', () => {
    const found = changesAt([...SHOP, 'from'], LATEST, {
      from: exampleWith([...SHOP, 'from'], LATER),
      now: NOON,
    });
    expect(listed(found)).toEqual([`other exchanges.buy_summon_token.from: "${LATER}" → "${LATEST}"`]);
  });
});
