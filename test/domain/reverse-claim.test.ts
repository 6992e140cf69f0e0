import { expect, test } from 'vitest';
import { decideReverseClaim, type ReverseClaim } from '../../src/domain/reverse-claim.ts';
import { checkReason } from '../../src/domain/values.ts';
import { intent, MAX_ENERGY, MAX_HEALTH, STAFF } from './rules.ts';

const CLAIM = '01a201d2-9e85-780d-9e07-8cd1c2c6ba5c';
const ask = (over: Partial<ReverseClaim> = {}): ReverseClaim => ({
  claimId: CLAIM,
  reason: 'paid by mistake',
  ifInsufficient: 'refuse',
  ...over,
});

test('a reversal is a claim named after its original, and leaves the postings to the ledger', () => {
  const { operation, fault } = decideReverseClaim(intent(STAFF), ask());
  expect(fault).toBeNull();
  expect(operation).toMatchObject({
    name: 'reverseClaim',
    mode: 'commit',
    claimType: 'reversal',
    claimKey: CLAIM,
    postings: [],
    reverses: { claimId: CLAIM, allowDebt: false },
    reason: 'paid by mistake',
    staffCheck: { roles: ['support', 'admin'] },
  });
});

test('what grows by itself is told to the ledger, which finds the postings', () => {
  const { reverses } = decideReverseClaim(intent(STAFF), ask()).operation;
  expect(reverses?.accruals).toEqual({
    charges: { initial: 5, regenerates: { everySeconds: 3600, amount: 1, upTo: 5 } },
    energy: { initial: MAX_ENERGY, regenerates: { everySeconds: 300, amount: 1, upTo: MAX_ENERGY } },
    health: { initial: MAX_HEALTH, regenerates: null },
  });
});

test('which resources count draws for a guarantee is told to the ledger, each once', () => {
  const { reverses } = decideReverseClaim(intent(STAFF), ask()).operation;
  expect(reverses?.counters).toEqual(['pity:chest']);
});

test.each([
  ['refuse', 0],
  ['debt', null],
] as const)('levels that experience no longer reaches are judged anew, where %s: down to %s', (ifInsufficient, floor) => {
  const { milestones } = decideReverseClaim(intent(STAFF), ask({ ifInsufficient })).operation;
  expect(milestones).toEqual([
    {
      resource: 'experience',
      thresholds: [100, 300, 600],
      paidResource: 'levels_paid',
      grants: [{ resource: 'stat_points', amounts: [3, 3, 5], floor, ceiling: 500, atLimit: 'reject' }],
    },
  ]);
});

test('a debt is left only where staff chose so, and the fingerprint tells', () => {
  const refuse = decideReverseClaim(intent(STAFF), ask()).operation;
  const debt = decideReverseClaim(intent(STAFF), ask({ ifInsufficient: 'debt' })).operation;
  expect(debt.reverses).toMatchObject({ claimId: CLAIM, allowDebt: true });
  expect(debt.fingerprint).not.toBe(refuse.fingerprint);
});

test('without rules the key is only looked up', () => {
  const { operation, fault } = decideReverseClaim(intent(STAFF, { rules: null }), ask());
  expect([operation.mode, operation.reverses, fault?.code]).toEqual(['lookup', null, 'CONFIG_UNAVAILABLE']);
});

test.each([
  ['ab', false],
  ['   ab   ', false],
  ['abc', true],
  ['x'.repeat(500), true],
  ['x'.repeat(501), false],
  ['🎁'.repeat(500), true],
])('the reason %j is long enough and short enough: %j', (reason, fits) => {
  expect(checkReason(reason) === null).toBe(fits);
});
