// What servers charge and staff take: the rules that the domain decides. Limits of a day are for the kernel to count.
import { describe, expect, test } from 'vitest';
import { decideSpendResource, type SpendResource } from '../../src/domain/spend-resource.ts';
import { decideTakeResource, type TakeResource } from '../../src/domain/take-resource.ts';
import { intentOf, positiveInt, RULES, reasonOf, SERVER, STAFF } from './rules.ts';

const spend = (over: Partial<SpendResource> = {}, intent = {}) =>
  decideSpendResource(intentOf(SERVER, intent), {
    resource: 'gold',
    amount: positiveInt(100),
    reason: reasonOf('entry fee'),
    ...over,
  });

const take = (over: Partial<TakeResource> = {}) =>
  decideTakeResource(intentOf(STAFF), {
    resource: 'gold',
    amount: positiveInt(100),
    reason: reasonOf('given twice'),
    ifInsufficient: 'refuse',
    ...over,
  });

describe('a charge by a server', () => {
  test('takes the amount down to the floor, with its reason, under the key of the request', () => {
    const { operation, fault } = spend();
    expect(fault).toBeNull();
    expect(operation).toMatchObject({
      mode: 'commit',
      name: 'spendResource',
      claimType: 'spending',
      claimKey: operation.idempotencyKey,
      permission: 'reward:take',
      postings: [{ resource: 'gold', delta: -100, floor: 0, atLimit: 'reject' }],
      reason: 'entry fee',
      staff: null,
    });
  });

  test('counts against what one player may be charged in a day', () => {
    expect(spend().operation.limits).toMatchObject([
      {
        name: 'spend:gold',
        claimType: 'spending',
        resource: 'gold',
        limit: 'spendings',
        amount: 100,
        bound: 700,
      },
    ]);
    expect(spend({ resource: 'gems' }).operation.limits).toEqual([]);
  });

  test('above the bound of one charge is rejected and names the bound; exactly the bound is not', () => {
    expect(spend({ amount: positiveInt(300) }).operation.mode).toBe('commit');
    expect(spend({ amount: positiveInt(301) }).operation).toMatchObject({
      mode: 'reject',
      postings: [],
      limits: [],
      rejection: {
        kind: 'limit_exceeded',
        limit: 'spend_amount',
        resource: 'gold',
        bound: 300,
        requested: 301,
      },
    });
  });

  test.each([
    'experience',
    'no_such_thing',
  ])('of %s, which servers cannot charge, only looks the key up', (resource) => {
    const { operation, fault } = spend({ resource });
    expect([operation.mode, operation.postings]).toEqual(['lookup', []]);
    expect(fault).toMatchObject({ code: 'BAD_USER_INPUT', field: 'resource' });
    expect(fault?.message).toMatch(/cannot charge .*: gold, gems$/);
  });

  test('under rules that allow none lists nothing', () => {
    const resources = new Map([...RULES.resources].map(([name, rule]) => [name, { ...rule, spend: null }]));
    expect(spend({}, { rules: { ...RULES, resources } }).fault?.message).toMatch(/: nothing$/);
  });
});

describe('a taking by staff', () => {
  test.each([
    ['refuse', { floor: 0, atLimit: 'reject' }],
    ['clamp', { floor: 0, atLimit: 'clamp' }],
    ['debt', { floor: null, atLimit: 'reject' }],
  ] as const)('with ifInsufficient %s has the bounds %j', (ifInsufficient, bounds) => {
    const { operation, fault } = take({ ifInsufficient });
    expect(fault).toBeNull();
    expect(operation).toMatchObject({
      mode: 'commit',
      claimType: 'taking',
      claimKey: operation.idempotencyKey,
      permission: 'reward:take',
      postings: [{ resource: 'gold', delta: -100, ...bounds }],
      reason: 'given twice',
      staff: { day: '2026-11-02' },
      limits: [],
    });
  });

  test('into debt is a fault where the config allows no debt of the resource', () => {
    const { operation, fault } = take({ resource: 'gems', ifInsufficient: 'debt' });
    expect(operation.mode).toBe('lookup');
    expect(fault).toMatchObject({
      field: 'ifInsufficient',
      message: expect.stringContaining('no debt of gems'),
    });
  });

  test.each([
    'experience',
    'no_such_thing',
  ])('of %s, which staff cannot take, only looks the key up', (resource) => {
    const { operation, fault } = take({ resource });
    expect([operation.mode, operation.postings]).toEqual(['lookup', []]);
    expect(fault?.message).toMatch(/staff cannot take .*: gold, gems$/);
  });

  test('that differs in any field has another fingerprint', () => {
    const others = [
      {},
      { amount: positiveInt(101) },
      { resource: 'gems' },
      { reason: reasonOf('another') },
      { ifInsufficient: 'clamp' },
    ] as const;
    expect(new Set(others.map((over) => take(over).operation.fingerprint)).size).toBe(others.length);
  });
});
