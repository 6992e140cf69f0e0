import { describe, expect, test } from 'vitest';
import { decideAnnounceReward } from '../../src/domain/announce-reward.ts';
import { UTC } from '../../src/domain/calendar.ts';
import { decideClaimReward } from '../../src/domain/claim-reward.ts';
import type { Decision } from '../../src/domain/decide.ts';
import { decideExchange } from '../../src/domain/exchange.ts';
import type { BalanceRules, ClaimTypeRule, ExchangeRule } from '../../src/domain/rules.ts';
import {
  commonWindow,
  notAvailable,
  stateInterval,
  type Window,
  windowState,
} from '../../src/domain/window.ts';
import { announcementOf } from './announcements.ts';
import { intentOf, quantityOf, RULES, SERVER } from './rules.ts';

const FROM = '2026-12-01T00:00:00.000Z';
const UNTIL = '2026-12-24T18:00:00.000Z';
const WINDOW = { from: FROM, until: UNTIL };
const around = (moment: string, milliseconds: number) => new Date(Date.parse(moment) + milliseconds);

describe('the state of a window', () => {
  test.each<[string, Window | null, Date, string, string | null]>([
    ['before it opens', WINDOW, around(FROM, -1), 'upcoming', FROM],
    ['from the millisecond at which it opens', WINDOW, around(FROM, 0), 'open', UNTIL],
    ['until the last millisecond', WINDOW, around(UNTIL, -1), 'open', UNTIL],
    ['from its end', WINDOW, around(UNTIL, 0), 'ended', null],
    ['without an end', { from: FROM, until: null }, around(UNTIL, 0), 'open', null],
    ['without a beginning', { from: null, until: UNTIL }, new Date(0), 'open', UNTIL],
    ['of what has no window', null, new Date(0), 'open', null],
  ])('%s', (_, window, now, state, changesAt) => {
    expect(windowState(window, now)).toEqual({ state, changesAt });
    const { begins, ends } = stateInterval(window, now);
    const at = now.toISOString();
    expect([begins === null || begins <= at, ends === null || at < ends]).toEqual([true, true]);
    for (const [moment, step] of [
      [begins, -1],
      [ends, 0],
    ] as const)
      if (moment !== null) expect(windowState(window, around(moment, step)).state).not.toBe(state);
  });

  test('several windows have in common the latest beginning and the earliest end', () => {
    expect(
      commonWindow([null, { from: FROM, until: null }, { from: '2026-11-01T00:00:00.000Z', until: UNTIL }]),
    ).toEqual(WINDOW);
    expect(commonWindow([null, null])).toBeNull();
  });

  test('the rejection says when it opens or that it has ended', () => {
    expect(notAvailable('gift', WINDOW, around(FROM, -1))).toMatchObject({ opensAt: FROM, closedAt: null });
    expect(notAvailable('gift', WINDOW, around(FROM, 0))).toBeNull();
    expect(notAvailable('gift', WINDOW, around(UNTIL, 0))).toMatchObject({ opensAt: null, closedAt: UNTIL });
  });
});

const withWindow = (window: Window | null): BalanceRules => ({
  ...RULES,
  calendar: UTC,
  claimTypes: new Map(
    [...RULES.claimTypes].map(([name, rule]): [string, ClaimTypeRule] => [name, { ...rule, window }]),
  ),
  exchanges: new Map(
    [...RULES.exchanges].map(([name, rule]): [string, ExchangeRule] => [name, { ...rule, window }]),
  ),
});

type Decide = (now: Date, terms?: string | null) => Decision;
const claiming =
  (type: string, key: string | null, window: Window | null): Decide =>
  (now, terms = null) =>
    decideClaimReward(intentOf(SERVER, { now, rules: withWindow(window) }), {
      ...{ type, key, terms },
      ...{ facts: null, ticket: null },
    });
const exchanging =
  (window: Window | null): Decide =>
  (now, terms = null) =>
    decideExchange(
      intentOf(SERVER, { now, rules: withWindow(window) }),
      { exchange: 'drop', quantity: quantityOf(1), payWith: null, choose: null, terms },
      () => 0,
    );
const announcing =
  (window: Window | null): Decide =>
  (now) =>
    decideAnnounceReward(
      intentOf(SERVER, { now, rules: withWindow(window) }),
      announcementOf({ type: 'tournament', key: 'cup-1', facts: null }),
      () => 0,
    );
const boundsOf = ({ operation: { holdsFrom, holdsUntil } }: Decision) => [holdsFrom, holdsUntil];

const DECISIONS: [string, (window: Window | null) => Decide, 'postings' | 'pending'][] = [
  ['a claim', (window) => claiming('tournament', 'cup-1', window), 'pending'],
  ['an exchange', exchanging, 'postings'],
  ['an announcement', announcing, 'postings'],
];

describe.each(DECISIONS)('%s', (_, decideIn, source) => {
  test('is decided for its window, to the millisecond', () => {
    for (const now of [around(FROM, 0), around(UNTIL, -1)]) {
      const decision = decideIn(WINDOW)(now);
      expect(decision.operation.mode).toBe('commit');
      expect(boundsOf(decision)).toEqual([FROM, UNTIL]);
    }
  });

  test('is rejected before its window opens, until it opens', () => {
    const decision = decideIn(WINDOW)(around(FROM, -1));
    expect(decision.operation).toMatchObject({
      mode: 'reject',
      rejection: { kind: 'not_available', opensAt: FROM, closedAt: null },
      source: { kind: source },
      postings: [],
    });
    expect(boundsOf(decision)).toEqual([null, FROM]);
  });

  test('is rejected from the end of its window on', () => {
    const decision = decideIn(WINDOW)(around(UNTIL, 0));
    expect(decision.operation).toMatchObject({
      mode: 'reject',
      rejection: { kind: 'not_available', opensAt: null, closedAt: UNTIL },
      source: { kind: source },
      postings: [],
    });
    expect(boundsOf(decision)).toEqual([UNTIL, null]);
  });

  test('does not depend on the clock without a window', () => {
    expect(boundsOf(decideIn(null)(around(FROM, 0)))).toEqual([null, null]);
  });
});

test('changed terms are a rejection of the window in which they were compared', () => {
  for (const decide of [claiming('tournament', 'cup-1', WINDOW), exchanging(WINDOW)]) {
    const inside = decide(around(FROM, 0), '0'.repeat(32));
    expect(inside.operation.rejection?.kind).toBe('terms_changed');
    expect(boundsOf(inside)).toEqual([FROM, UNTIL]);
    expect(decide(around(UNTIL, 0), '0'.repeat(32)).operation.rejection?.kind).toBe('not_available');
  }
});

test('a calendar claim holds for its day within the window', () => {
  const decide = claiming('daily', null, { from: '2026-12-01T08:00:00.000Z', until: UNTIL });
  expect(boundsOf(decide(new Date('2026-12-01T09:00:00Z')))).toEqual([
    '2026-12-01T08:00:00.000Z',
    '2026-12-02T00:00:00.000Z',
  ]);
  expect(boundsOf(decide(new Date('2026-12-24T09:00:00Z')))).toEqual(['2026-12-24T00:00:00.000Z', UNTIL]);
});
