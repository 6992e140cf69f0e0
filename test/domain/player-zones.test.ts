/** Days by the player's own zone: a used day ends no earlier and never comes again, whichever way the player travels. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Actor } from '../../src/domain/actor.ts';
import { dayIn, periodIn } from '../../src/domain/calendar.ts';
import { decideClaimReward } from '../../src/domain/claim-reward.ts';
import { localRules } from '../../src/domain/player-zones.ts';
import type { BalanceRules, ClaimTypeRule, StreakRule } from '../../src/domain/rules.ts';
import { intentOf, RULES, SERVER, STAFF } from './rules.ts';

const LOGIN: StreakRule = { name: 'login', period: 'day', grace: 2, loses: null };
const ZONED: BalanceRules = { ...RULES, playerZone: 'zone', streaks: new Map([['login', LOGIN]]) };
const playerIn = (zone?: string): Actor => ({
  kind: 'player',
  id: 'p1',
  ...(zone !== undefined && { attributes: { zone } }),
});

/** What the ledger holds after an operation at this time with a token of this zone, and the player's day then. */
function operate(at: string | number, zone: string | undefined, stored: string | null, rules = ZONED) {
  const now = new Date(at);
  const local = localRules(rules, { actor: playerIn(zone), stored, now });
  const day = periodIn('day', now, local.rules.calendar);
  return { ...day, zones: local.zones?.next ?? null, calendar: local.rules.calendar };
}

const NOON = '2026-12-01T12:00:00.000Z';
const TOKYO = 'Asia/Tokyo';
const HAWAII = 'Pacific/Honolulu';

describe("the player's day", () => {
  test('is that of the zone that the token names, from the first operation on', () => {
    expect(operate('2026-12-01T15:00:00.000Z', TOKYO, null)).toMatchObject({
      name: '2026-12-02',
      begins: '2026-12-01T15:00:00.000Z',
      ends: '2026-12-02T15:00:00.000Z',
      zones: TOKYO,
    });
  });

  test('begins at the reset hour of the game, by the clock of the player', () => {
    const rules = { ...ZONED, calendar: { ...ZONED.calendar, resetHour: 5 } };
    expect(operate('2026-12-01T19:59:59.999Z', TOKYO, TOKYO, rules).name).toBe('2026-12-01');
    expect(operate('2026-12-01T20:00:00.000Z', TOKYO, TOKYO, rules).name).toBe('2026-12-02');
  });

  test.each([
    ['an unknown name', 'Mars/Olympus'],
    ['an offset, which ignores daylight saving', '+02:00'],
    ['an empty text', ''],
    ['no attribute', undefined],
  ])('is that of the game where the token has %s', (_, zone) => {
    const found = operate(NOON, zone, null);
    expect(found).toMatchObject({ name: '2026-12-01', ends: '2026-12-01T23:00:00.000Z', zones: '' });
    expect(found.calendar).toBe(ZONED.calendar);
  });

  test('is that of the zone that the ledger holds where a token names none', () => {
    expect(operate('2026-12-01T15:00:00.000Z', undefined, TOKYO)).toMatchObject({
      name: '2026-12-02',
      zones: TOKYO,
    });
  });

  test('is that of the game where the config names no attribute, whatever the token says', () => {
    expect(operate('2026-12-01T15:00:00.000Z', TOKYO, HAWAII, { ...ZONED, playerZone: null })).toMatchObject({
      name: '2026-12-01',
      zones: null,
    });
  });

  test('leaves the weeks, the months and the days of staff to the game', () => {
    const now = new Date('2026-11-30T10:00:00.000Z');
    const { rules } = localRules(ZONED, { actor: playerIn('Pacific/Kiritimati'), stored: null, now });
    expect(periodIn('day', now, rules.calendar).name).toBe('2026-12-01');
    expect(periodIn('week', now, rules.calendar)).toEqual(periodIn('week', now, ZONED.calendar));
    expect(periodIn('month', now, rules.calendar).name).toBe('2026-11');
    expect(dayIn(now, rules.calendar).name).toBe('2026-11-30');
  });
});

describe('a new zone', () => {
  const atHome = { zones: TOKYO, ends: '2026-12-01T15:00:00.000Z' };

  test('counts from the end of the running day: in the west that day goes on', () => {
    const first = operate(NOON, HAWAII, TOKYO);
    expect(first).toMatchObject({ name: '2026-12-01', begins: '2026-11-30T15:00:00.000Z' });
    expect(first.zones).toBe(`${TOKYO}@${atHome.ends} ${HAWAII}`);
    // Midnight in Tokyo is 5 in the morning of the same date in Hawaii.
    const later = operate('2026-12-01T15:00:00.000Z', HAWAII, first.zones);
    expect(later).toMatchObject({ name: '2026-12-01', ends: '2026-12-02T10:00:00.000Z' });
    expect(operate('2026-12-02T10:00:00.000Z', HAWAII, later.zones).name).toBe('2026-12-02');
  });

  test('counts from the end of the running day: in the east the next one is shorter', () => {
    const first = operate(NOON, TOKYO, HAWAII);
    expect(first).toMatchObject({ name: '2026-12-01', ends: '2026-12-02T10:00:00.000Z' });
    // It is 7 in the evening in Tokyo.
    const next = operate('2026-12-02T10:00:00.000Z', TOKYO, first.zones);
    expect(next).toMatchObject({ name: '2026-12-02', ends: '2026-12-02T15:00:00.000Z' });
  });

  test('counts from the end of the day of the game where the player had none', () => {
    const first = operate(NOON, TOKYO, '');
    expect(first).toMatchObject({ name: '2026-12-01', begins: '2026-11-30T23:00:00.000Z' });
    expect(first.zones).toBe(`-@2026-12-01T23:00:00.000Z ${TOKYO}`);
  });

  test('that is left again before it counts leaves no trace', () => {
    const first = operate(NOON, HAWAII, TOKYO);
    expect(operate(NOON, TOKYO, first.zones)).toMatchObject(atHome);
    expect(operate(NOON, undefined, first.zones).zones).toBe(first.zones);
  });

  test('replaces one that does not count yet', () => {
    const first = operate(NOON, HAWAII, TOKYO);
    expect(operate(NOON, 'Europe/Paris', first.zones).zones).toBe(`${TOKYO}@${atHome.ends} Europe/Paris`);
  });

  test('is kept as long as a streak looks back, and then alone', () => {
    const { zones } = operate(NOON, HAWAII, TOKYO);
    expect(operate('2026-12-07T12:00:00.000Z', HAWAII, zones).zones).toBe(zones);
    expect(operate('2026-12-07T15:00:00.001Z', HAWAII, zones).zones).toBe(HAWAII);
  });

  test('of which this isolate knows no clock is that of the game', () => {
    expect(operate(NOON, undefined, 'Mars/Olympus').name).toBe('2026-12-01');
    expect(operate(NOON, undefined, `Mars/Olympus@${NOON} ${TOKYO}`).name).toBe('2026-12-01');
  });

  test('waits with a new reset hour of the game for the end of the day that runs at the player', () => {
    const before = { ...ZONED.calendar, until: '2026-12-01T23:00:00.000Z' };
    const rules = { ...ZONED, calendar: { ...ZONED.calendar, resetHour: 6, before } };
    const running = operate('2026-12-02T14:59:59.999Z', TOKYO, TOKYO, rules);
    expect(running).toMatchObject({ name: '2026-12-02', ends: '2026-12-02T21:00:00.000Z' });
  });
});

describe('an operation', () => {
  const claim = (type: string, actor: Actor, zones: string | null = null) =>
    decideClaimReward(intentOf(actor, { rules: ZONED, zones, now: new Date(NOON) }), {
      ...{ type, ticket: null, terms: null },
      ...(type === DAILY ? { key: null, facts: null } : { key: 'tower-4', facts: { floor: 10 } }),
    }).operation;
  const DAILY = [...RULES.claimTypes.values()].find(({ period }) => period === 'day')?.name as string;

  test('names the zones that its day follows from', () => {
    expect(claim(DAILY, playerIn(TOKYO))).toMatchObject({
      claimKey: '2026-12-01',
      holdsUntil: '2026-12-01T15:00:00.000Z',
      zones: { seen: TOKYO, next: TOKYO },
    });
    expect(claim(DAILY, playerIn(HAWAII), TOKYO).zones).toEqual({
      seen: TOKYO,
      next: `${TOKYO}@2026-12-01T15:00:00.000Z ${HAWAII}`,
    });
    expect(claim(DAILY, SERVER).zones).toEqual({ seen: '', next: '' });
  });

  test('names them where it continues a streak, for which earlier days are looked up', () => {
    const daily = { ...RULES.claimTypes.get('daily'), streak: 'login' } as ClaimTypeRule;
    const rules = { ...ZONED, claimTypes: new Map([['daily', daily]]) };
    const { operation } = decideClaimReward(intentOf(playerIn(TOKYO), { rules, now: new Date(NOON) }), {
      ...{ type: 'daily', key: null, facts: null, ticket: null, terms: null },
    });
    expect(operation.zones).toEqual({ seen: TOKYO, next: TOKYO });
  });

  test('holds on the day alone from whose end on another zone counts, however long that day is in this zone', () => {
    const from = '2026-12-01T23:00:00.000Z';
    const stored = `-@${from} ${HAWAII}`;
    const decidedAt = (at: string) =>
      decideClaimReward(intentOf(playerIn(HAWAII), { rules: ZONED, zones: stored, now: new Date(at) }), {
        ...{ type: DAILY, key: null, facts: null, ticket: null, terms: null },
      }).operation;
    expect(decidedAt('2026-12-01T01:00:00.000Z')).toMatchObject({
      claimKey: '2026-12-01',
      zones: { seen: stored, next: stored },
    });
    // A clock that is behind: the day before does not end later because it would in Hawaii.
    expect(decidedAt('2026-11-30T22:59:59.999Z')).toMatchObject({
      claimKey: '2026-11-30',
      holdsUntil: '2026-11-30T23:00:00.000Z',
    });
  });

  test('names none where it does not depend on the day of the player', () => {
    expect(claim('ascension', SERVER)).toMatchObject({ mode: 'commit', zones: null });
    expect(claim('ascension', STAFF)).toMatchObject({ mode: 'commit', zones: null });
  });
});

const ZONES = [
  ...['UTC', 'Europe/Berlin', 'America/Los_Angeles', 'Australia/Lord_Howe', 'Asia/Kathmandu'],
  ...['Pacific/Kiritimati', 'Pacific/Niue', 'Pacific/Auckland'],
];
const HOUR = 3_600_000;
const journey = fc.record({
  start: fc.integer({ min: Date.UTC(2026, 0, 1), max: Date.UTC(2028, 0, 1) }),
  resetHour: fc.constantFrom(0, 4, 23),
  steps: fc.array(
    fc.record({ after: fc.integer({ min: 0, max: 30 * HOUR }), zone: fc.constantFrom(...ZONES) }),
    { minLength: 2, maxLength: 40 },
  ),
});

test('on no journey does a day end early, come again, or look different afterwards', () => {
  fc.assert(
    fc.property(journey, ({ start, resetHour, steps }) => {
      const rules = { ...ZONED, calendar: { ...ZONED.calendar, resetHour } };
      let at = start;
      let stored: string | null = null;
      const used: { at: number; name: string; until: string }[] = [];
      for (const { after, zone } of steps) {
        at += after;
        const { name, begins, ends, zones, calendar } = operate(at, zone, stored, rules);
        expect(Date.parse(begins) <= at && at < Date.parse(ends)).toBe(true);
        // Until then the zone counts that counted when the day began, whatever the player's next one is.
        const next = zones?.match(/.*@(\S+)/)?.[1] ?? '';
        const until = next > new Date(at).toISOString() ? next : ends;
        const last = used.at(-1);
        if (last) {
          expect(name >= last.name).toBe(true);
          if (at < Date.parse(last.until)) expect([name, until]).toEqual([last.name, last.until]);
          else if (name !== last.name) expect(begins >= last.until).toBe(true);
        }
        // What a streak looks back to is what was.
        for (const past of used.filter((each) => each.at > at - (LOGIN.grace + 2) * 24 * HOUR))
          expect(periodIn('day', new Date(past.at), calendar).name).toBe(past.name);
        used.push({ at, name, until });
        stored = zones;
      }
      // No journey gains a day: the dates of the world move by 26 hours at most.
      const days = new Set(used.map(({ name }) => name)).size;
      expect(days).toBeLessThanOrEqual(Math.floor((at - start + 26 * HOUR) / (24 * HOUR)) + 1);
    }),
    { seed: 20_261_130, numRuns: 400 },
  );
});

test('a player who stays two days in a zone has the days of its clock', () => {
  fc.assert(
    fc.property(journey, fc.constantFrom(...ZONES), ({ start, steps }, home) => {
      let at = start;
      let stored: string | null = null;
      for (const { after, zone } of steps) {
        at += after;
        stored = operate(at, zone, stored).zones;
      }
      stored = operate(at, home, stored).zones;
      const later = at + 50 * HOUR;
      const date = new Date(later).toLocaleDateString('sv-SE', { timeZone: home });
      expect(operate(later, home, stored).name).toBe(date);
    }),
    { seed: 20_261_130, numRuns: 300 },
  );
});
