import { describe, expect, test } from 'vitest';
import { MAX_AMOUNT } from '../../src/domain/operation.ts';
import {
  checkTransfer,
  decideTransferResource,
  type TransferResource,
} from '../../src/domain/transfer-resource.ts';
import { intent, PLAYER, RULES, SERVER } from './rules.ts';

const gift = (over: Partial<TransferResource> = {}): TransferResource => ({
  toPlayerId: 'p2',
  resource: 'gold',
  amount: 100,
  ...over,
});
const decide = (over: Partial<TransferResource> = {}, asked = intent(PLAYER)) =>
  decideTransferResource(asked, gift(over));

test.each([1, MAX_AMOUNT])('%d can be given', (amount) =>
  expect(checkTransfer('p1', gift({ amount }))).toBeNull());

test.each<[string, Partial<TransferResource>, string, string]>([
  ['a gift to oneself', { toPlayerId: 'p1' }, 'toPlayerId', 'another player'],
  ['nothing', { amount: 0 }, 'amount', `from 1 to ${MAX_AMOUNT}`],
  ['less than nothing', { amount: -1 }, 'amount', `from 1 to ${MAX_AMOUNT}`],
])('%s is a fault that names what would do', (_, over, field, needed) => {
  const fault = checkTransfer('p1', gift(over));
  expect(fault).toMatchObject({ code: 'BAD_USER_INPUT', field });
  expect(fault?.message).toContain(needed);
});

describe('a transfer', () => {
  test('is one operation with two sides, and neither side gives what merely fits', () => {
    const { operation, fault } = decide();
    expect(fault).toBeNull();
    expect(operation).toMatchObject({
      mode: 'commit',
      claimType: 'transfer',
      claimKey: operation.idempotencyKey,
      postings: [{ resource: 'gold', delta: -100, floor: 0, atLimit: 'reject' }],
      counterparty: { playerId: 'p2', postings: [{ resource: 'gold', delta: 100, atLimit: 'reject' }] },
      milestones: [],
      choices: [],
      staffCheck: null,
    });
  });

  test('of what clamps for its owner is refused, not cut, for the one who gets it', () => {
    const charges = { ...RULES.resources.get('charges'), transfer: { perTransfer: null, perDay: null } };
    const resources = new Map([...RULES.resources, ['charges', charges as never]]);
    const { operation } = decide(
      { resource: 'charges', amount: 2 },
      intent(PLAYER, { rules: { ...RULES, resources } }),
    );
    expect(operation.counterparty?.postings).toMatchObject([
      { resource: 'charges', delta: 2, ceiling: 5, atLimit: 'reject', accrual: { initial: 5 } },
    ]);
    expect(operation.quotas).toEqual([]);
  });

  test('counts its amount against the day of the config’s time zone', () => {
    // In Berlin it is Monday already.
    expect(decide().operation.quotas).toEqual([
      {
        name: 'transfer:gold',
        limit: 'transfer_per_day',
        amount: 100,
        bound: 800,
        period: '2026-11-02',
        renewsAt: '2026-11-02T23:00:00.000Z',
      },
    ]);
  });

  test.each([
    [500, 'commit'],
    [501, 'reject'],
  ])('of %i is judged by the bound of one transfer: %s', (amount, mode) => {
    const { operation } = decide({ amount });
    expect(operation.mode).toBe(mode);
    if (mode === 'reject')
      expect(operation).toMatchObject({
        postings: [],
        counterparty: null,
        quotas: [],
        rejection: {
          kind: 'limit_exceeded',
          limit: 'transfer_amount',
          resource: 'gold',
          bound: 500,
          remaining: 500,
          requested: amount,
          renewsAt: null,
        },
      });
  });

  test.each([
    'gems',
    'no_such_thing',
  ])('of %s only looks the key up, and says what may be given', (resource) => {
    const { operation, fault } = decide({ resource });
    expect([operation.mode, operation.postings, operation.counterparty]).toEqual(['lookup', [], null]);
    expect(fault).toMatchObject({ code: 'BAD_USER_INPUT', field: 'resource' });
    expect(fault?.message).toMatch(/the config allows: gold$/);
  });

  test.each([
    [[], 'nothing'],
    [['gold', 'gems'], 'gold, gems'],
  ])('where %j may be given, what else was asked for is told: %s', (allowed, told) => {
    const transfer = { perTransfer: null, perDay: null };
    const resources = new Map(
      [...RULES.resources].map(([name, rule]) => [
        name,
        { ...rule, transfer: allowed.includes(name as never) ? transfer : null },
      ]),
    );
    const { fault } = decide({ resource: 'charges' }, intent(PLAYER, { rules: { ...RULES, resources } }));
    expect(fault?.message.split('the config allows: ')[1]).toBe(told);
  });

  test('without rules is only looked up', () => {
    const { operation, fault } = decide({}, intent(PLAYER, { rules: null }));
    expect([operation.mode, operation.postings, fault?.code]).toEqual(['lookup', [], 'CONFIG_UNAVAILABLE']);
  });

  test('has a fingerprint of what was sent, whoever sends it and whatever the config says', () => {
    const print = (over: Partial<TransferResource>, asked = intent(PLAYER)) =>
      decide(over, asked).operation.fingerprint;
    const all = [{}, { amount: 101 }, { toPlayerId: 'p3' }, { resource: 'gems' }].map((over) => print(over));
    expect(new Set(all).size).toBe(4);
    expect(print({}, intent(SERVER, { rules: null }))).toBe(print({}));
  });
});
