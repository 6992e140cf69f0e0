import { describe, expect, test } from 'vitest';
import { type AnnounceReward, decideAnnounceReward } from '../../src/domain/announce-reward.ts';
import { intent, RULES, SERVER } from './rules.ts';

const announcement = (over: Partial<AnnounceReward> = {}): AnnounceReward => ({
  type: 'ascension',
  key: 'tower-1',
  facts: { floor: 10 },
  ...over,
});
const decide = (over: Partial<AnnounceReward> = {}, commandOver = {}) =>
  decideAnnounceReward(intent(SERVER, commandOver), announcement(over));

describe('an announcement', () => {
  test('moves nothing, and says what the rules of now will give', () => {
    const { operation, fault } = decide();
    expect(fault).toBeNull();
    expect(operation).toMatchObject({
      name: 'announceReward',
      mode: 'commit',
      claimType: 'announcement',
      claimKey: 'ascension/tower-1',
      postings: [],
      milestones: [],
      furtherKeys: [],
      quotas: [],
      paysOwed: false,
      createPlayer: true,
      owes: { claimType: 'ascension', claimKey: 'tower-1' },
    });
    expect(operation.owes?.plan.postings.map(({ resource, delta }) => [resource, delta])).toEqual([
      ['gold', 350],
      ['gems', 1],
      ['experience', 40],
    ]);
    // Levels that the experience will reach are judged when it is paid, by the curve of now.
    expect(operation.owes?.plan.milestones).toMatchObject([
      { resource: 'experience', thresholds: [100, 300, 600] },
    ]);
  });

  test('names the sources of what is given once for them', () => {
    const facts = { source: 'match-7', minute: 12, shown: false };
    expect(decide({ type: 'report', facts }).operation.owes?.plan.furtherKeys).toEqual([
      { type: 'gold', key: 'match-7/12' },
    ]);
  });

  test('of a type without facts needs none', () => {
    const { operation } = decide({ type: 'tournament', facts: null });
    expect(operation.owes?.plan.postings).toMatchObject([{ resource: 'gold', delta: 9 }]);
  });

  test('of an unknown claim type is a recorded "no"', () => {
    const { operation, fault } = decide({ type: 'unheard_of' });
    expect(fault).toBeNull();
    expect(operation).toMatchObject({
      mode: 'reject',
      owes: null,
      claimType: 'announcement',
      claimKey: 'unheard_of/tower-1',
      rejection: { kind: 'unknown_claim_type', claimType: 'unheard_of' },
    });
  });

  test.each<[string, Partial<AnnounceReward>, object]>([
    [
      'a daily claim',
      { type: 'daily', facts: null },
      { code: 'BAD_USER_INPUT', field: 'type', message: expect.stringContaining('daily') },
    ],
    ['a weekly claim', { type: 'weekly', facts: null }, { code: 'BAD_USER_INPUT', field: 'type' }],
    ['a fact that is missing', { facts: null }, { code: 'BAD_USER_INPUT', field: 'facts.floor' }],
    ['a fact out of bounds', { facts: { floor: 0 } }, { code: 'BAD_USER_INPUT', field: 'facts.floor' }],
    [
      'a fact too many',
      { facts: { floor: 1, wall: 2 } },
      { code: 'BAD_USER_INPUT', field: 'facts.wall', message: expect.stringContaining('floor') },
    ],
    ['a formula without an amount', { type: 'broken', facts: null }, { code: 'CONFIG_UNAVAILABLE' }],
  ])('with %s leaves no trace, and names what is wrong', (_, over, fault) => {
    const decision = decide(over);
    expect(decision.operation).toMatchObject({ mode: 'lookup', owes: null, postings: [] });
    expect(decision.fault).toMatchObject(fault);
  });

  test('without rules is only looked up', () => {
    const { operation, fault } = decide({}, { rules: null });
    expect([operation.mode, fault?.code]).toEqual(['lookup', 'CONFIG_UNAVAILABLE']);
  });
});

describe('two announcements of one key agree', () => {
  const fingerprint = (over: Partial<AnnounceReward> = {}, commandOver = {}) =>
    decide(over, commandOver).operation.fingerprint;

  test.each([
    ['under another config', {}, { rules: { ...RULES, version: 8 } }],
    ['by another server', {}, { actor: { kind: 'server', id: 'arena-2' } }],
    ['on another day', {}, { now: new Date('2027-01-01T00:00:00Z') }],
  ])('%s', (_, over, commandOver) => {
    expect(fingerprint(over, commandOver)).toBe(fingerprint());
  });

  test.each<[string, Partial<AnnounceReward>, object]>([
    ['type', { type: 'bounty' }, {}],
    ['key', { key: 'tower-2' }, {}],
    ['facts', { facts: { floor: 11 } }, {}],
    ['expected version', {}, { expectedVersion: 3 }],
  ])('unless they differ in the %s', (_, over, commandOver) => {
    expect(fingerprint(over, commandOver)).not.toBe(fingerprint());
  });
});
