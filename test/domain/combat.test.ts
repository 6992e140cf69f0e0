import { describe, expect, test } from 'vitest';
import { checkHealthChange, decideApplyDamage, decideHeal } from '../../src/domain/combat.ts';
import { MAX_AMOUNT } from '../../src/domain/operation.ts';
import { intent, MAX_HEALTH, RULES, SERVER } from './rules.ts';

const change = { amount: 30, source: null };

test.each([1, MAX_AMOUNT])('an amount of %d is let through', (amount) =>
  expect(checkHealthChange({ amount, source: null })).toBeNull());

test.each([0, -1])('an amount of %d is a fault that names the bounds', (amount) =>
  expect(checkHealthChange({ amount, source: null })).toMatchObject({
    code: 'BAD_USER_INPUT',
    field: 'amount',
    message: expect.stringContaining(`from 1 to ${MAX_AMOUNT}`),
  }));

describe('health', () => {
  test('is taken down to 0, from what the player begins with', () => {
    const { operation, fault } = decideApplyDamage(intent(SERVER), change);
    expect(fault).toBeNull();
    expect(operation).toMatchObject({
      name: 'applyDamage',
      mode: 'commit',
      claimType: 'damage',
      claimKey: operation.idempotencyKey,
      milestones: [],
    });
    expect(operation.postings).toEqual([
      {
        resource: 'health',
        delta: -30,
        floor: 0,
        ceiling: null,
        atLimit: 'clamp',
        accrual: { initial: MAX_HEALTH, regenerates: null },
      },
    ]);
  });

  test('is given back up to the maximum of the points that the ledger finds', () => {
    const { operation } = decideHeal(intent(SERVER), change);
    expect(operation).toMatchObject({ name: 'heal', claimType: 'healing' });
    expect(operation.postings).toEqual([
      {
        resource: 'health',
        delta: 30,
        floor: null,
        ceiling: MAX_HEALTH,
        atLimit: 'clamp',
        accrual: { initial: MAX_HEALTH, regenerates: null },
      },
    ]);
  });

  test.each([
    ['without rules', null, 'CONFIG_UNAVAILABLE'],
    ['in a game without combat', { ...RULES, combat: null }, 'BAD_USER_INPUT'],
  ])('%s is only looked up', (_, rules, code) => {
    for (const decide of [decideApplyDamage, decideHeal]) {
      const { operation, fault } = decide(intent(SERVER, { rules }), change);
      expect([operation.mode, operation.postings, fault?.code]).toEqual(['lookup', [], code]);
    }
  });

  test('the source is part of what was asked: the same key with another one is another request', () => {
    const print = (source: string | null, decide = decideApplyDamage) =>
      decide(intent(SERVER), { amount: 30, source }).operation.fingerprint;
    expect(new Set([print(null), print('trap-1'), print('trap-2'), print(null, decideHeal)]).size).toBe(4);
    expect(decideApplyDamage(intent(SERVER), { amount: 30, source: 'trap-1' }).operation.input).toEqual({
      amount: 30,
      source: 'trap-1',
    });
  });
});
