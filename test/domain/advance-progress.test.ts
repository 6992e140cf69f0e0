import { describe, expect, test } from 'vitest';
import { checkAdvances, decideAdvanceProgress, MAX_ADVANCES } from '../../src/domain/advance-progress.ts';
import { decideAnnounceReward } from '../../src/domain/announce-reward.ts';
import { decideClaimReward } from '../../src/domain/claim-reward.ts';
import { decideRecoverReward } from '../../src/domain/recover-reward.ts';
import type { BalanceRules, ClaimTypeRule } from '../../src/domain/rules.ts';
import { announcementOf } from './announcements.ts';
import { intentOf, PLAYER, positiveInt, RULES, SERVER } from './rules.ts';

const gold = RULES.claimTypes.get('tournament') as ClaimTypeRule;
const progress = { requires: [{ counter: 'wins', atLeast: 3 }], advances: [{ counter: 'quests', by: 1 }] };
const rules: BalanceRules = {
  ...RULES,
  counters: new Map([
    ['wins', { name: 'wins', period: 'day', max: null }],
    ['goals', { name: 'goals', period: 'week', max: 10 }],
    ['quests', { name: 'quests', period: 'day', max: null }],
  ]),
  claimTypes: new Map([
    ['quest', { ...gold, ...progress, name: 'quest', proof: 'calendar', period: 'day' }],
    ['task', { ...gold, ...progress, name: 'task' }],
  ]),
};
const intent = intentOf(SERVER, { rules });
const by = (counter: string, amount = 1) => ({ counter, by: positiveInt(amount) });
const advanceBy = (...counters: ReturnType<typeof by>[]) =>
  decideAdvanceProgress(intent, { key: 'match-1', counters, facts: { map: 'harbour' } });

/** The day in Berlin. */
const DAY = ['2026-11-01T23:00:00.000Z', '2026-11-02T23:00:00.000Z'];

describe('advanceProgress', () => {
  test('is a claim of its event, and holds in the shortest period of its counters', () => {
    const { operation, fault } = advanceBy(by('goals', 4), by('wins'));
    expect(fault).toBeNull();
    expect(operation).toMatchObject({
      mode: 'commit',
      name: 'advanceProgress',
      claimType: 'progress',
      claimKey: 'match-1',
      postings: [],
      advances: [
        { resource: 'goals', delta: 4, ceiling: 10, atLimit: 'clamp' },
        { resource: 'wins', delta: 1 },
      ],
      input: { key: 'match-1', counters: [by('goals', 4), by('wins')], facts: { map: 'harbour' } },
    });
    expect([operation.holdsFrom, operation.holdsUntil]).toEqual(DAY);
    expect(operation.resources).toEqual(expect.arrayContaining(['goals', 'wins']));
  });

  test('with a counter that the config does not have is a fault that names those it has', () => {
    const { operation, fault } = advanceBy(by('wins'), by('gold'));
    expect(operation).toMatchObject({ mode: 'lookup', advances: [] });
    expect(fault).toMatchObject({ code: 'BAD_USER_INPUT', field: 'counters' });
    expect(fault?.message).toMatch(/no counter gold; it has: wins, goals, quests/);
  });

  test.each([
    ['none', [], /1 to 20 counters, not 0/],
    [
      'too many',
      Array.from({ length: MAX_ADVANCES + 1 }, (_, i) => by(`c_${i}`)),
      /1 to 20 counters, not 21/,
    ],
    ['one twice', [by('wins'), by('goals'), by('wins')], /names wins twice; add the amounts up/],
  ])('cannot name %s', (_, counters, message) => {
    expect(checkAdvances(counters)?.message).toMatch(message);
    expect(checkAdvances([by('wins'), by('goals')])).toBeNull();
  });
});

describe('a claim type with progress', () => {
  const claim = { key: null, facts: null, ticket: null, terms: null };

  test('asks for it when it is claimed, and advances counters with the claim', () => {
    const { operation, alternatives } = decideClaimReward(intentOf(PLAYER, { rules }), {
      ...claim,
      type: 'quest',
    });
    expect(operation).toMatchObject({
      mode: 'commit',
      claimKey: '2026-11-02',
      requires: [{ counter: 'wins', atLeast: 3, reset: { before: DAY[0], by: null } }],
      postings: [{ resource: 'gold' }],
      advances: [{ resource: 'quests', delta: 1 }],
    });
    expect([operation.holdsFrom, operation.holdsUntil]).toEqual(DAY);
    expect(operation.resources).toEqual(expect.arrayContaining(['gold', 'wins', 'quests']));
    // Terms are what it gives.
    expect(alternatives?.[0].postings.map(({ resource }) => resource)).toEqual(['gold']);
  });

  test('asks for it when it is announced, and advances counters when that is paid', () => {
    const announced = decideAnnounceReward(
      intent,
      announcementOf({ type: 'task', key: 't1', facts: null }),
      () => 0,
    ).operation;
    expect(announced).toMatchObject({ requires: [{ counter: 'wins' }], advances: [] });
    const recovered = decideRecoverReward(intent, { type: 'task', key: 't1', reason: null }).operation;
    expect(recovered).toMatchObject({ requires: [], advances: [{ resource: 'quests' }] });
    const gone = decideRecoverReward(intent, {
      type: 'of_an_older_config',
      key: 't1',
      reason: null,
    }).operation;
    expect(gone).toMatchObject({ mode: 'commit', advances: [], holdsFrom: null });
  });
});
