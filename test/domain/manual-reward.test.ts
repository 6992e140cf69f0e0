import { describe, expect, test } from 'vitest';
import {
  checkManualReward,
  decideManualReward,
  type Grant,
  type ManualReward,
} from '../../src/domain/manual-reward.ts';
import { MAX_AMOUNT } from '../../src/domain/operation.ts';
import { intent, NOW, STAFF } from './rules.ts';

const award = (over: Partial<ManualReward> = {}): ManualReward => ({
  grants: [{ resource: 'gold', amount: 5 }],
  reason: 'lost an item to a bug',
  rewardId: null,
  ...over,
});
const many = (count: number): Grant[] =>
  Array.from({ length: count }, (_, index) => ({ resource: `r${index}`, amount: 1 }));
const decide = (over: Partial<ManualReward> = {}, commandOver = {}) =>
  decideManualReward(intent(STAFF, commandOver), award(over));

describe('what can be said of an award without rules', () => {
  test.each<[string, Partial<ManualReward>]>([
    ['one grant of one', { grants: [{ resource: 'gold', amount: 1 }] }],
    ['ten grants', { grants: many(10) }],
    ['the largest amount', { grants: [{ resource: 'gold', amount: MAX_AMOUNT }] }],
    ['a reason of three characters', { reason: 'bug' }],
    [
      'a reason of five hundred characters, however many units they take',
      { reason: '\u{1F600}'.repeat(500) },
    ],
  ])('%s is let through', (_, over) => {
    expect(checkManualReward(award(over))).toBeNull();
  });

  const amounts = `from 1 to ${MAX_AMOUNT}`;
  test.each<[string, Partial<ManualReward>, string, string]>([
    ['no grants', { grants: [] }, 'grants', '1 to 10 resources'],
    ['eleven grants', { grants: many(11) }, 'grants', '1 to 10 resources'],
    [
      'a resource named twice',
      { grants: [...many(2), { resource: 'r0', amount: 1 }] },
      'grants[2].resource',
      'r0 is named twice',
    ],
    ['nothing', { grants: [{ resource: 'gold', amount: 0 }] }, 'grants[0].amount', amounts],
    ['taking', { grants: [...many(1), { resource: 'gold', amount: -1 }] }, 'grants[1].amount', amounts],
    [
      'a sum past the largest amount',
      {
        grants: [
          { resource: 'a', amount: MAX_AMOUNT },
          { resource: 'b', amount: 1 },
        ],
      },
      'grants',
      `more than ${MAX_AMOUNT}`,
    ],
    ['a reason too short', { reason: 'ab' }, 'reason', '3 to 500 characters'],
    ['a reason of spaces', { reason: '  a   ' }, 'reason', '3 to 500 characters'],
    ['a reason too long', { reason: 'x'.repeat(501) }, 'reason', '3 to 500 characters'],
  ])('%s is a fault that names the place and the bound', (_, over, field, bound) => {
    const fault = checkManualReward(award(over));
    expect(fault).toMatchObject({ code: 'BAD_USER_INPUT', field });
    expect(fault?.message).toContain(bound);
  });
});

describe('an award', () => {
  test('gives what it names, in the order of names, with limits, reason and staff check', () => {
    const { operation, fault } = decide({
      grants: [
        { resource: 'gold', amount: 5 },
        { resource: 'gems', amount: 2 },
      ],
    });
    expect(fault).toBeNull();
    expect(operation).toMatchObject({
      name: 'manualReward',
      mode: 'commit',
      claimType: 'manual_reward',
      createPlayer: false,
      reason: 'lost an item to a bug',
      staffCheck: { roles: ['support', 'admin'] },
    });
    expect(operation.postings).toEqual([
      { resource: 'gems', delta: 2, floor: null, ceiling: 10, atLimit: 'clamp' },
      { resource: 'gold', delta: 5, floor: null, ceiling: null, atLimit: 'reject' },
    ]);
  });

  test('of experience levels up', () => {
    expect(decide({ grants: [{ resource: 'experience', amount: 100 }] }).operation.milestones).toHaveLength(
      1,
    );
  });

  test.each([
    'levels_paid',
    'unknown',
    'constructor',
  ])('of %s is a fault that names what may be given', (resource) => {
    const { operation, fault } = decide({
      grants: [
        { resource: 'gold', amount: 1 },
        { resource, amount: 1 },
      ],
    });
    expect(operation.mode).toBe('lookup');
    expect(fault).toMatchObject({
      field: 'grants[1].resource',
      message: expect.stringMatching(/the config allows: gold, gems, experience$/),
    });
  });

  test('is kept as it was asked for, with its grants in the order of names', () => {
    const grants = [
      { resource: 'gold', amount: 5 },
      { resource: 'gems', amount: 2 },
    ];
    expect(decide({ grants, rewardId: 'promo-2026' }).operation.input).toEqual({
      grants: grants.toReversed(),
      reason: 'lost an item to a bug',
      rewardId: 'promo-2026',
    });
  });

  test.each<[string, Partial<ManualReward>]>([
    ['resource', { grants: [{ resource: 'gems', amount: 5 }] }],
    ['amount', { grants: [{ resource: 'gold', amount: 6 }] }],
    ['reason', { reason: 'lost two items to a bug' }],
    ['reward ID', { rewardId: 'promo-2026' }],
  ])('with another %s is another request under the same key', (_, over) => {
    expect(decide(over).operation.fingerprint).not.toBe(decide().operation.fingerprint);
  });

  test('without rules is only looked up', () => {
    const { operation, fault } = decide({}, { rules: null });
    expect(operation.mode).toBe('lookup');
    expect(fault?.code).toBe('CONFIG_UNAVAILABLE');
  });
});

describe('the claim key', () => {
  const two: Grant[] = [
    { resource: 'gold', amount: 5 },
    { resource: 'gems', amount: 2 },
  ];
  const key = (over: Partial<ManualReward> = {}, commandOver = {}) =>
    decide({ grants: two, ...over }, commandOver).operation.claimKey;

  test('names the UTC date and hashes the award', () => {
    expect(key()).toMatch(/^award:2026-11-01:[0-9a-f]{32}$/);
  });

  test.each<[string, Partial<ManualReward>, object]>([
    ['grants in another order', { grants: two.toReversed() }, {}],
    ['another idempotency key', {}, { idempotencyKey: 'another-key-0000001' }],
    ['later on the same UTC day', {}, { now: new Date('2026-11-01T00:00:00Z') }],
    ['another config', {}, { rules: { ...intent(STAFF).rules, version: 8 } }],
    ['another correlation ID', {}, { correlationId: 'another' }],
    ['the same reason with a blank more', { reason: ' lost  an item to a bug ' }, {}],
  ])('is the same for %s', (_, over, commandOver) => {
    expect(key(over, commandOver)).toBe(key());
  });

  test('and so is the fingerprint, whatever the order of grants', () => {
    expect(decide({ grants: two.toReversed() }).operation.fingerprint).toBe(
      decide({ grants: two }).operation.fingerprint,
    );
  });

  test.each<[string, Partial<ManualReward>, object]>([
    ['the next UTC day', {}, { now: new Date(NOW.getTime() + 30 * 60_000) }],
    ['another player', {}, { playerId: 'p2' }],
    ['another member', {}, { actor: { kind: 'staff', id: 'support-2' } }],
    ['another reason', { reason: 'lost an item to a bug!' }, {}],
    ['a reason whose words run together', { reason: 'lost an item to abug' }, {}],
    [
      'another amount',
      {
        grants: [
          { resource: 'gold', amount: 6 },
          { resource: 'gems', amount: 2 },
        ],
      },
      {},
    ],
    ['fewer grants', { grants: two.slice(0, 1) }, {}],
  ])('is another for %s', (_, over, commandOver) => {
    expect(key(over, commandOver)).not.toBe(key());
  });

  test('is the reward ID where there is one, on any day and for any amount', () => {
    const rewardId = 'promo-2026';
    expect(key({ rewardId })).toBe('reward:promo-2026');
    expect(key({ rewardId, grants: two.slice(0, 1) }, { now: new Date('2027-01-01T00:00:00Z') })).toBe(
      'reward:promo-2026',
    );
  });
});
