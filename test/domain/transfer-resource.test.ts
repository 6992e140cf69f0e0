import { describe, expect, test } from 'vitest';
import type { LimitRule, ResourceRule, TransferRule } from '../../src/domain/rules.ts';
import {
  checkRecipient,
  decideTransferResource,
  type TransferResource,
} from '../../src/domain/transfer-resource.ts';
import { BERLIN_DAY, intentOf, PLAYER, perDay, positiveInt, RULES } from './rules.ts';

const transferOf = (overrides: Partial<TransferResource> = {}): TransferResource => ({
  toPlayerId: 'p2',
  resource: 'gold',
  amount: positiveInt(100),
  ...overrides,
});
const decide = (overrides: Partial<TransferResource> = {}, intentOverrides = {}) =>
  decideTransferResource(intentOf(PLAYER, intentOverrides), transferOf(overrides));

test('a transfer to the sender is a fault, and a transfer to another player is not', () => {
  expect(checkRecipient('p1', 'p1')).toMatchObject({
    code: 'BAD_USER_INPUT',
    field: 'toPlayerId',
    message: expect.stringContaining('another player'),
  });
  expect(checkRecipient('p1', 'p2')).toBeNull();
});

describe('a transfer', () => {
  test('a transfer is one operation with two sides, and neither side is clamped', () => {
    const { operation, fault } = decide();
    expect(fault).toBeNull();
    expect(operation).toMatchObject({
      mode: 'commit',
      claimType: 'transfer',
      claimKey: operation.idempotencyKey,
      postings: [{ resource: 'gold', delta: -100, floor: 0, atLimit: 'reject' }],
      counterparty: { playerId: 'p2', postings: [{ resource: 'gold', delta: 100, atLimit: 'reject' }] },
      milestones: false,
      choices: [],
      staff: null,
    });
  });

  const decideCharges = (over: Partial<TransferRule> = {}) => {
    const charges = {
      ...RULES.resources.get('charges'),
      transfer: {
        ...{ perTransfer: null, limits: [], receives: [], accountAgeHours: null },
        ...{ onFull: 'pending', message: { name: 'gift' } },
        ...over,
      },
    };
    const resources = new Map([...RULES.resources, ['charges', charges as never]]);
    return decide({ resource: 'charges', amount: positiveInt(2) }, { rules: { ...RULES, resources } })
      .operation;
  };

  test('a transfer that does not fit becomes pending where the config says so, with its message', () => {
    expect(decideCharges().onFull).toEqual({ origin: 'transfer', message: { name: 'gift' } });
    expect(decideCharges({ onFull: 'reject' }).onFull).toBeNull();
    expect(decide().operation.onFull).toBeNull();
  });

  test('a transfer is rejected at the ceiling of the recipient, even where the resource clamps', () => {
    const operation = decideCharges({ onFull: 'reject', message: null });
    expect(operation.counterparty?.postings).toMatchObject([
      { resource: 'charges', delta: 2, ceiling: 5, atLimit: 'reject' },
    ]);
    expect(operation.limits).toEqual([]);
  });

  test('the amount counts against the limit of the day in the time zone of the config', () => {
    // In Berlin it is already Monday.
    expect(decide().operation.limits).toEqual([
      {
        subject: 'player',
        name: 'transfer:gold',
        claimType: 'transfer',
        resource: 'gold',
        limit: 'transfers',
        amount: 100,
        bound: 800,
        period: BERLIN_DAY,
        renewsAt: BERLIN_DAY.ends,
        sharesWith: null,
        about: { period: 'day' },
      },
    ]);
  });

  test('the amount counts against what the recipient may receive, and the account needs its age', () => {
    const received: LimitRule = {
      ...perDay('received:gold', 'transfer', 50),
      subject: 'recipient',
      period: 'week',
    };
    const rule = RULES.resources.get('gold') as ResourceRule;
    const transfer: TransferRule = {
      ...{ perTransfer: null, limits: [], receives: [received], accountAgeHours: 24 },
      ...{ onFull: 'reject', message: null },
    };
    const resources = new Map([...RULES.resources, ['gold', { ...rule, transfer }]]);
    const { operation } = decide({}, { rules: { ...RULES, resources } });
    expect(operation.limits).toMatchObject([
      {
        subject: 'recipient',
        name: 'received:gold',
        limit: 'recipient_limit',
        resource: 'gold',
        amount: 100,
        bound: 50,
        about: { period: 'week' },
      },
    ]);
    expect(operation.age).toEqual({ hours: 24, resource: 'gold', requested: 100 });
    expect(decide().operation.age).toBeNull();
  });

  test('a transfer of exactly the bound per transfer is committed', () => {
    expect(decide({ amount: positiveInt(500) }).operation.mode).toBe('commit');
  });

  test('a transfer above the bound per transfer is rejected and names the bound', () => {
    expect(decide({ amount: positiveInt(501) }).operation).toMatchObject({
      mode: 'reject',
      postings: [],
      counterparty: null,
      limits: [],
      rejection: {
        kind: 'limit_exceeded',
        limit: 'transfer_amount',
        resource: 'gold',
        bound: 500,
        remaining: 500,
        requested: 501,
        renewsAt: null,
      },
    });
  });

  test.each([
    'gems',
    'no_such_thing',
  ])('a transfer of %s, which players cannot give, only looks the key up', (resource) => {
    const { operation, fault } = decide({ resource });
    expect([operation.mode, operation.postings, operation.counterparty]).toEqual(['lookup', [], null]);
    expect(fault).toMatchObject({ code: 'BAD_USER_INPUT', field: 'resource' });
    expect(fault?.message).toMatch(/: gold$/);
  });

  test.each([
    [[], 'nothing'],
    [['gold', 'gems'], 'gold, gems'],
  ])('where the config allows %j, the fault lists: %s', (allowed, list) => {
    const transfer = { perTransfer: null, limits: [], receives: [], accountAgeHours: null };
    const resources = new Map(
      [...RULES.resources].map(([name, rule]) => [
        name,
        { ...rule, transfer: allowed.includes(name as never) ? transfer : null },
      ]),
    );
    const { fault } = decide({ resource: 'charges' }, { rules: { ...RULES, resources } });
    expect(fault?.message.split(': ').at(-1)).toBe(list);
  });

  test('transfers that differ in amount, recipient or resource have different fingerprints', () => {
    const others = [{}, { amount: positiveInt(101) }, { toPlayerId: 'p3' }, { resource: 'gems' }];
    const fingerprints = others.map((overrides) => decide(overrides).operation.fingerprint);
    expect(new Set(fingerprints).size).toBe(4);
  });
});
