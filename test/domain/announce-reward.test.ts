import { expect, test } from 'vitest';
import { type AnnounceReward, decideAnnounceReward } from '../../src/domain/announce-reward.ts';
import { intentOf, SERVER } from './rules.ts';

const announcement = (overrides: Partial<AnnounceReward> = {}): AnnounceReward => ({
  type: 'ascension',
  key: 'tower-1',
  facts: { floor: 10 },
  ...overrides,
});
const decide = (overrides: Partial<AnnounceReward> = {}) =>
  decideAnnounceReward(intentOf(SERVER), announcement(overrides));

test('an announcement moves nothing and stores what the current rules give', () => {
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
  // The level curve is stored with the plan. The kernel applies it when the reward is paid.
  expect(operation.owes?.plan.milestones).toMatchObject([
    { resource: 'experience', thresholds: [100, 300, 600] },
  ]);
});

test('an announcement stores the source keys of rewards that are given once per source', () => {
  const facts = { source: 'match-7', minute: 12, shown: false };
  expect(decide({ type: 'report', facts }).operation.owes?.plan.furtherKeys).toEqual([
    { type: 'gold', key: 'match-7/12' },
  ]);
});

test('a claim type without facts can be announced without facts', () => {
  const { operation } = decide({ type: 'tournament', facts: null });
  expect(operation.owes?.plan.postings).toMatchObject([{ resource: 'gold', delta: 9 }]);
});

test('an announcement of an unknown claim type is a recorded rejection', () => {
  const { operation, fault } = decide({ type: 'not_configured' });
  expect(fault).toBeNull();
  expect(operation).toMatchObject({
    mode: 'reject',
    owes: null,
    claimType: 'announcement',
    claimKey: 'not_configured/tower-1',
    rejection: { kind: 'unknown_claim_type', claimType: 'not_configured' },
  });
});

test.each<[string, Partial<AnnounceReward>, object]>([
  [
    'a daily claim',
    { type: 'daily', facts: null },
    { code: 'BAD_USER_INPUT', field: 'type', message: expect.stringContaining('daily') },
  ],
  ['a weekly claim', { type: 'weekly', facts: null }, { code: 'BAD_USER_INPUT', field: 'type' }],
  ['a missing fact', { facts: null }, { code: 'BAD_USER_INPUT', field: 'facts.floor' }],
  ['a fact out of bounds', { facts: { floor: 0 } }, { code: 'BAD_USER_INPUT', field: 'facts.floor' }],
  [
    'an undeclared fact',
    { facts: { floor: 1, wall: 2 } },
    { code: 'BAD_USER_INPUT', field: 'facts.wall', message: expect.stringContaining('floor') },
  ],
  ['a formula that fails', { type: 'broken', facts: null }, { code: 'CONFIG_UNAVAILABLE' }],
])('an announcement with %s records nothing and reports the fault', (_, overrides, fault) => {
  const decision = decide(overrides);
  expect(decision.operation).toMatchObject({ mode: 'lookup', owes: null, postings: [] });
  expect(decision.fault).toMatchObject(fault);
});

test.each<[string, Partial<AnnounceReward>]>([
  ['type', { type: 'bounty' }],
  ['key', { key: 'tower-2' }],
  ['facts', { facts: { floor: 11 } }],
])('two announcements that differ in the %s have different fingerprints', (_, overrides) => {
  expect(decide(overrides).operation.fingerprint).not.toBe(decide().operation.fingerprint);
});
