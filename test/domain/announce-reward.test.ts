import { expect, test } from 'vitest';
import { type AnnounceReward, decideAnnounceReward } from '../../src/domain/announce-reward.ts';
import type { Operation } from '../../src/domain/operation.ts';
import { announcementOf } from './announcements.ts';
import { BERLIN_DAY, intentOf, NOW, reasonOf, SERVER, STAFF } from './rules.ts';

const announcement = (overrides: Partial<AnnounceReward> = {}): AnnounceReward =>
  announcementOf({ type: 'ascension', key: 'tower-1', facts: { floor: 10 }, ...overrides });
const inDays = (days: number) => new Date(NOW.getTime() + days * 86_400_000);
const planOf = ({ source }: Operation) =>
  source.kind === 'announcement' ? source.announces.plan : undefined;
const decide = (overrides: Partial<AnnounceReward> = {}) =>
  decideAnnounceReward(intentOf(SERVER), announcement(overrides), () => 0);

test('an announcement moves nothing and stores what the current rules give', () => {
  const { operation, fault } = decide();
  expect(fault).toBeNull();
  expect(operation).toMatchObject({
    name: 'announceReward',
    mode: 'commit',
    claimType: 'announcement',
    claimKey: '9:ascension7:tower-1',
    postings: [],
    milestones: false,
    sourceKeys: [],
    limits: [],
    createsPlayer: true,
    source: { kind: 'announcement', announces: { claimType: 'ascension', claimKey: 'tower-1' } },
  });
  expect(planOf(operation)?.postings.map(({ resource, delta }) => [resource, delta])).toEqual([
    ['gold', 350],
    ['gems', 1],
    ['experience', 40],
  ]);
});

test('the plan of an announcement names the resources that the reward will touch, and those of the levels that it may reach', () => {
  const resourcesOf = (type: string, facts: AnnounceReward['facts']) =>
    planOf(decide({ type, facts }).operation)?.resources.toSorted();
  expect(resourcesOf('ascension', { floor: 10 })).toEqual(
    expect.arrayContaining(['experience', 'gems', 'gold', 'levels_paid', 'stat_points']),
  );
  expect(resourcesOf('tournament', null)).toEqual(['gold']);
});

test('an announcement uses the limit of its claim type on the day on which it is made', () => {
  const { operation } = decide({ type: 'bounty', facts: null });
  expect(operation.limits).toEqual([
    {
      subject: 'player',
      name: 'claims:bounty',
      claimType: 'bounty',
      resource: null,
      limit: 'claims',
      amount: 1,
      bound: 3,
      period: BERLIN_DAY,
      renewsAt: BERLIN_DAY.ends,
      sharesWith: null,
      about: { period: 'day' },
    },
  ]);
});

test('an announcement stores the source keys of rewards that are given once per source', () => {
  const facts = { source: 'match-7', minute: 12, shown: false };
  expect(planOf(decide({ type: 'report', facts }).operation)?.sourceKeys).toEqual([
    { scope: 'player', type: 'gold', key: '7:match-72:12' },
  ]);
});

test('a claim type without facts can be announced without facts', () => {
  const { operation } = decide({ type: 'tournament', facts: null });
  expect(planOf(operation)?.postings).toMatchObject([{ resource: 'gold', delta: 9 }]);
});

test('an announcement that expires holds until then, and stores when, the message and what it gives instead', () => {
  const expiresAt = inDays(2);
  const message = { title: 'A gift', text: null };
  const facts = { source: 'match-7', minute: 12, shown: false };
  const { operation } = decide({ type: 'report', facts, expiresAt, message });
  expect(operation).toMatchObject({
    holdsFrom: inDays(2 - 3_650).toISOString(),
    holdsUntil: expiresAt.toISOString(),
    source: { announces: { expiresAt: expiresAt.toISOString(), message, origin: 'server' } },
    input: { title: 'A gift', expiresAt: expiresAt.toISOString() },
  });
  expect(planOf(operation)?.onExpiry).toMatchObject([{ resource: 'gems', delta: 1, atLimit: 'clamp' }]);
  expect(planOf(operation)?.resources).toContain('gems');
});

test('an announcement by staff is a gift of theirs', () => {
  const reason = reasonOf('an apology');
  const { operation } = decideAnnounceReward(intentOf(STAFF), announcement({ reason }), () => 0);
  expect(operation).toMatchObject({
    reason: 'an apology',
    createsPlayer: false,
    staff: { day: BERLIN_DAY.name },
    source: { announces: { origin: 'staff', expiresAt: null, message: null } },
  });
});

test('an announcement of an unknown claim type is a recorded rejection', () => {
  const { operation, fault } = decide({ type: 'not_configured' });
  expect(fault).toBeNull();
  expect(operation).toMatchObject({
    mode: 'reject',
    source: { kind: 'postings' },
    claimType: 'announcement',
    claimKey: '14:not_configured7:tower-1',
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
  ['an expiry now', { expiresAt: NOW }, { code: 'BAD_USER_INPUT', field: 'expiresAt' }],
  [
    'an expiry in eleven years',
    { expiresAt: inDays(4_016) },
    { code: 'BAD_USER_INPUT', field: 'expiresAt', message: expect.stringContaining('3650') },
  ],
  [
    'an unknown message',
    { message: { name: 'no_such' } },
    { code: 'BAD_USER_INPUT', field: 'message', message: expect.stringContaining('no_such') },
  ],
  ['a formula that fails', { type: 'broken', facts: null }, { code: 'CONFIG_UNAVAILABLE' }],
])('an announcement with %s records nothing and reports the fault', (_, overrides, fault) => {
  const decision = decide(overrides);
  expect(decision.operation).toMatchObject({ mode: 'lookup', source: { kind: 'postings' }, postings: [] });
  expect(decision.fault).toMatchObject(fault);
});

test.each<[string, Partial<AnnounceReward>]>([
  ['type', { type: 'bounty' }],
  ['key', { key: 'tower-2' }],
  ['facts', { facts: { floor: 11 } }],
  ['message', { message: { name: 'report_is_in' } }],
  ['title', { message: { title: 'report_is_in', text: null } }],
  ['expiry', { expiresAt: inDays(1) }],
])('two announcements that differ in the %s have different fingerprints', (_, overrides) => {
  expect(decide(overrides).operation.fingerprint).not.toBe(decide().operation.fingerprint);
});
