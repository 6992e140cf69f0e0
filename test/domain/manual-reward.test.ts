import { describe, expect, test } from 'vitest';
import {
  checkGrants,
  decideManualReward,
  type Grant,
  MAX_GRANTS,
  type ManualReward,
} from '../../src/domain/manual-reward.ts';
import { MAX_AMOUNT } from '../../src/domain/values.ts';
import { intentOf, NOW, positiveInt, RULES, reasonOf, SERVER, STAFF } from './rules.ts';

const grant = (resource: string, amount: number): Grant => ({ resource, amount: positiveInt(amount) });
const award = (overrides: Partial<ManualReward> = {}): ManualReward => ({
  grants: [grant('gold', 5)],
  reason: reasonOf('lost an item to a bug'),
  rewardId: null,
  ...overrides,
});
const many = (count: number): Grant[] => Array.from({ length: count }, (_, index) => grant(`r${index}`, 1));
const decide = (overrides: Partial<ManualReward> = {}, intentOverrides = {}) =>
  decideManualReward(intentOf(STAFF, intentOverrides), award(overrides));

describe('the check of the grants', () => {
  test.each<[string, Grant[]]>([
    ['one grant of one', [grant('gold', 1)]],
    ['ten grants', many(MAX_GRANTS)],
    ['the largest amount', [grant('gold', MAX_AMOUNT)]],
    // How much of the limits they use in value is for the ledger to judge.
    ['amounts that add up to more than the largest amount', [grant('a', MAX_AMOUNT), grant('b', 1)]],
  ])('%s can be awarded', (_, grants) => {
    expect(checkGrants(grants)).toBeNull();
  });

  test.each<[string, Grant[], string, string]>([
    ['no grants', [], 'grants', `1 to ${MAX_GRANTS} resources`],
    ['eleven grants', many(MAX_GRANTS + 1), 'grants', `1 to ${MAX_GRANTS} resources`],
    ['a resource twice', [...many(2), grant('r0', 1)], 'grants[2].resource', 'r0 a second time'],
  ])('an award of %s is a fault that names the field and the bound', (_, grants, field, bound) => {
    const fault = checkGrants(grants);
    expect(fault).toMatchObject({ code: 'BAD_USER_INPUT', field });
    expect(fault?.message).toContain(bound);
  });
});

describe('an award', () => {
  test('an award gives its grants in the order of resource names, with limits, reason and staff check', () => {
    const { operation, fault } = decide({ grants: [grant('gold', 5), grant('gems', 2)] });
    expect(fault).toBeNull();
    expect(operation).toMatchObject({
      name: 'manualReward',
      mode: 'commit',
      claimType: 'manual_reward',
      createsPlayer: false,
      reason: 'lost an item to a bug',
      permission: 'reward:manual',
      staff: { day: '2026-11-02' },
    });
    expect(operation.postings).toEqual([
      { resource: 'gems', delta: 2, floor: null, ceiling: 10, atLimit: 'clamp' },
      { resource: 'gold', delta: 5, floor: null, ceiling: null, atLimit: 'reject' },
    ]);
  });

  test('an award of experience has the level milestone', () => {
    expect(decide({ grants: [grant('experience', 100)] }).operation.milestones).toBe(true);
  });

  test.each([
    'levels_paid',
    'unknown',
    'constructor',
  ])('an award of %s, which staff cannot give, is a fault that lists the allowed resources', (resource) => {
    const { operation, fault } = decide({ grants: [grant('gold', 1), grant(resource, 1)] });
    expect(operation.mode).toBe('lookup');
    expect(fault).toMatchObject({
      field: 'grants[1].resource',
      message: expect.stringMatching(/: gold, gems, experience$/),
    });
  });

  test('the stored input has the grants in the order of resource names', () => {
    const grants = [grant('gold', 5), grant('gems', 2)];
    expect(decide({ grants, rewardId: 'promo-2026' }).operation.input).toEqual({
      grants: grants.toReversed(),
      reason: 'lost an item to a bug',
      rewardId: 'promo-2026',
    });
  });

  test.each<[string, Partial<ManualReward>]>([
    ['resource', { grants: [grant('gems', 5)] }],
    ['amount', { grants: [grant('gold', 6)] }],
    ['reason', { reason: reasonOf('lost two items to a bug') }],
    ['reward ID', { rewardId: 'promo-2026' }],
  ])('awards that differ in the %s have different fingerprints', (_, overrides) => {
    expect(decide(overrides).operation.fingerprint).not.toBe(decide().operation.fingerprint);
  });
});

describe('the claim key of an award', () => {
  const two = [grant('gold', 5), grant('gems', 2)];
  const keyOf = (overrides: Partial<ManualReward> = {}, intentOverrides = {}) =>
    decide({ grants: two, ...overrides }, intentOverrides).operation.claimKey;

  test('the claim key holds the UTC date and a digest of the award', () => {
    expect(keyOf()).toMatch(/^award:2026-11-01:[0-9a-f]{32}$/);
  });

  test.each<[string, Partial<ManualReward>, object]>([
    ['the order of the grants', { grants: two.toReversed() }, {}],
    ['the idempotency key', {}, { idempotencyKey: 'another-key-0000001' }],
    ['the time of the UTC day', {}, { now: new Date('2026-11-01T00:00:00Z') }],
    ['the config version', {}, { rules: { ...intentOf(STAFF).rules, version: 8 } }],
    ['the correlation IDs', {}, { correlationId: 'another', clientCorrelationId: null }],
    ['the white space of the reason', { reason: reasonOf(' lost  an item to a bug ') }, {}],
  ])('the claim key does not depend on %s', (_, overrides, intentOverrides) => {
    expect(keyOf(overrides, intentOverrides)).toBe(keyOf());
  });

  test('the fingerprint does not depend on the order of the grants', () => {
    expect(decide({ grants: two.toReversed() }).operation.fingerprint).toBe(
      decide({ grants: two }).operation.fingerprint,
    );
  });

  test.each<[string, Partial<ManualReward>, object]>([
    ['the next UTC day', {}, { now: new Date(NOW.getTime() + 30 * 60_000) }],
    ['another player', {}, { playerId: 'p2' }],
    ['another staff member', {}, { actor: { kind: 'staff', id: 'support-2' } }],
    ['another reason', { reason: reasonOf('lost an item to a bug!') }, {}],
    ['a reason with a space less', { reason: reasonOf('lost an item to abug') }, {}],
    ['another amount', { grants: [grant('gold', 6), grant('gems', 2)] }, {}],
    ['fewer grants', { grants: two.slice(0, 1) }, {}],
  ])('an award with %s has another claim key', (_, overrides, intentOverrides) => {
    expect(keyOf(overrides, intentOverrides)).not.toBe(keyOf());
  });

  test('the reward ID replaces the derived claim key, on any day and for any amount', () => {
    const rewardId = 'promo-2026';
    const nextYear = { now: new Date('2027-01-01T00:00:00Z') };
    expect(keyOf({ rewardId })).toBe('reward:promo-2026');
    expect(keyOf({ rewardId, grants: two.slice(0, 1) }, nextYear)).toBe('reward:promo-2026');
  });
});

describe('a reward by a game server', () => {
  const byServer = (overrides: Partial<ManualReward> = {}, intentOverrides = {}) =>
    decideManualReward(intentOf(SERVER, intentOverrides), award({ rewardId: 'promo-1', ...overrides }));

  test('is limited like an award of staff, has the key of its ID, and may create the player', () => {
    const { operation, fault } = byServer();
    expect(fault).toBeNull();
    expect(operation).toMatchObject({
      mode: 'commit',
      claimKey: 'reward:promo-1',
      permission: 'reward:manual',
      staff: { day: '2026-11-02' },
      createsPlayer: true,
    });
  });

  test('is a fault where the config has no limits for servers', () => {
    const rules = { ...RULES, manualRewards: { ...RULES.manualRewards, servers: null } };
    const { operation, fault } = byServer({}, { rules });
    expect([operation.mode, operation.postings]).toEqual(['lookup', []]);
    expect(fault).toMatchObject({
      code: 'BAD_USER_INPUT',
      message: expect.stringContaining('manualRewards.servers'),
    });
  });

  test('gives only what has a value', () => {
    const gems = { ...RULES.resources.get('gems'), staff: { kind: 'limit', perReward: null, perDay: 9 } };
    const rules = { ...RULES, resources: new Map([...RULES.resources, ['gems', gems as never]]) };
    expect(decide({ grants: [grant('gems', 1)] }, { rules }).fault).toBeNull();
    expect(byServer({ grants: [grant('gems', 1)] }, { rules }).fault).toMatchObject({
      field: 'grants[0].resource',
      message: expect.stringMatching(/game servers cannot give gems.*: gold, experience$/),
    });
  });
});
