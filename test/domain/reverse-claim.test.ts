import { expect, test } from 'vitest';
import { checkReason } from '../../src/domain/reason.ts';
import { decideReverseClaim, type ReverseClaim } from '../../src/domain/reverse-claim.ts';
import { command, STAFF } from './rules.ts';

const CLAIM = '01a201d2-9e85-780d-9e07-8cd1c2c6ba5c';
const ask = (over: Partial<ReverseClaim> = {}): ReverseClaim => ({
  claimId: CLAIM,
  reason: 'paid by mistake',
  ifInsufficient: 'refuse',
  ...over,
});

test('a reversal is a claim named after its original, and leaves the postings to the ledger', () => {
  const { operation, fault } = decideReverseClaim(command(STAFF), ask());
  expect(fault).toBeNull();
  expect(operation).toMatchObject({
    name: 'reverseClaim',
    mode: 'commit',
    claimType: 'reversal',
    claimKey: CLAIM,
    postings: [],
    milestones: [],
    reverses: { claimId: CLAIM, allowDebt: false },
    reason: 'paid by mistake',
    staffCheck: { roles: ['support', 'admin'] },
  });
});

test('a debt is left only where staff chose so, and the fingerprint tells', () => {
  const refuse = decideReverseClaim(command(STAFF), ask()).operation;
  const debt = decideReverseClaim(command(STAFF), ask({ ifInsufficient: 'debt' })).operation;
  expect(debt.reverses).toEqual({ claimId: CLAIM, allowDebt: true });
  expect(debt.fingerprint).not.toBe(refuse.fingerprint);
});

test('without rules the key is only looked up', () => {
  const { operation, fault } = decideReverseClaim(command(STAFF, { rules: null }), ask());
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
