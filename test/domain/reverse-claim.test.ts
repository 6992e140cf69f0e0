import { expect, test } from 'vitest';
import { decideReverseClaim, type ReverseClaim } from '../../src/domain/reverse-claim.ts';
import { claimIdOf, intentOf, MAX_ENERGY, MAX_HEALTH, reasonOf, STAFF } from './rules.ts';

const CLAIM_ID = claimIdOf('01a201d2-9e85-780d-9e07-8cd1c2c6ba5c');
const reversal = (overrides: Partial<ReverseClaim> = {}): ReverseClaim => ({
  claimId: CLAIM_ID,
  reason: reasonOf('paid by mistake'),
  ifInsufficient: 'refuse',
  ...overrides,
});

test('a reversal has the ID of the original claim as its key and leaves its postings to the kernel', () => {
  const { operation, fault } = decideReverseClaim(intentOf(STAFF), reversal());
  expect(fault).toBeNull();
  expect(operation).toMatchObject({
    name: 'reverseClaim',
    mode: 'commit',
    claimType: 'reversal',
    claimKey: CLAIM_ID,
    postings: [],
    reverses: { claimId: CLAIM_ID, allowDebt: false },
    reason: 'paid by mistake',
    staffCheck: { roles: ['support', 'admin'] },
  });
});

test('a reversal sends the opening balances and regeneration of every resource', () => {
  const { reverses } = decideReverseClaim(intentOf(STAFF), reversal()).operation;
  expect(reverses?.accruals).toEqual({
    charges: { initial: 5, regenerates: { everySeconds: 3600, amount: 1, upTo: 5 } },
    energy: { initial: MAX_ENERGY, regenerates: { everySeconds: 300, amount: 1, upTo: MAX_ENERGY } },
    health: { initial: MAX_HEALTH, regenerates: null },
  });
});

test('a reversal sends each resource that counts draws for a guarantee, once', () => {
  const { reverses } = decideReverseClaim(intentOf(STAFF), reversal()).operation;
  expect(reverses?.counters).toEqual(['pity:chest']);
});

test.each([
  ['refuse', 0],
  ['debt', null],
] as const)('a reversal with ifInsufficient "%s" evaluates levels again and takes grants back down to %s', (ifInsufficient, floor) => {
  const { milestones } = decideReverseClaim(intentOf(STAFF), reversal({ ifInsufficient })).operation;
  expect(milestones).toEqual([
    {
      resource: 'experience',
      thresholds: [100, 300, 600],
      paidResource: 'levels_paid',
      grants: [{ resource: 'stat_points', amounts: [3, 3, 5], floor, ceiling: 500, atLimit: 'reject' }],
    },
  ]);
});

test('a reversal allows debt only where staff ask for it, and the fingerprint differs', () => {
  const refuse = decideReverseClaim(intentOf(STAFF), reversal()).operation;
  const debt = decideReverseClaim(intentOf(STAFF), reversal({ ifInsufficient: 'debt' })).operation;
  expect(debt.reverses).toMatchObject({ claimId: CLAIM_ID, allowDebt: true });
  expect(debt.fingerprint).not.toBe(refuse.fingerprint);
});
