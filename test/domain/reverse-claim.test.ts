import { expect, test } from 'vitest';
import { encodeClaimId } from '../../src/domain/claim-id.ts';
import { decideReverseClaim, type ReverseClaim } from '../../src/domain/reverse-claim.ts';
import { claimIdOf, intentOf, quantityOf, reasonOf, SERVER, STAFF } from './rules.ts';

const HANDLE = '00112233445566778899';
const CLAIM_ID = claimIdOf(encodeClaimId(HANDLE, 42));
const reversal = (overrides: Partial<ReverseClaim> = {}): ReverseClaim => ({
  claimId: CLAIM_ID,
  reopen: false,
  quantity: null,
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
    source: {
      ...{ kind: 'reversal', claimId: CLAIM_ID, handle: HANDLE, number: 42 },
      ...{ reopen: false, quantity: null, allowDebt: false },
    },
    reason: 'paid by mistake',
    permission: 'reward:reverse',
    staff: { day: '2026-11-02' },
  });
});

test('a reversal sends each resource that counts draws for a guarantee, once, and evaluates levels again', () => {
  const { operation } = decideReverseClaim(intentOf(STAFF), reversal());
  expect(operation.source).toMatchObject({ counters: ['pity:chest'] });
  expect(operation.milestones).toBe(true);
  expect(operation.resources).toEqual(
    expect.arrayContaining(['pity:chest', 'experience', 'levels_paid', 'stat_points', 'stat:energy']),
  );
});

test('a reversal allows debt only where staff ask for it, and the fingerprint differs', () => {
  const refuse = decideReverseClaim(intentOf(STAFF), reversal()).operation;
  const debt = decideReverseClaim(intentOf(STAFF), reversal({ ifInsufficient: 'debt' })).operation;
  expect(debt.source).toMatchObject({ claimId: CLAIM_ID, allowDebt: true });
  expect(debt.fingerprint).not.toBe(refuse.fingerprint);
});

test.each<[string, Partial<ReverseClaim>]>([
  ['reopens the claim', { reopen: true }],
  ['takes back a part', { quantity: quantityOf(3) }],
])('a reversal that %s tells the kernel so, and has another fingerprint', (_, over) => {
  const { operation } = decideReverseClaim(intentOf(STAFF), reversal(over));
  expect(operation.source).toMatchObject({ reopen: false, quantity: null, ...over });
  expect(operation.input).toMatchObject(over);
  expect(operation.fingerprint).not.toBe(
    decideReverseClaim(intentOf(STAFF), reversal()).operation.fingerprint,
  );
});

test('a reversal by a server has no staff limits, and says nothing of the type of its claim', () => {
  const { operation } = decideReverseClaim(intentOf(SERVER), reversal());
  expect(operation).toMatchObject({ mode: 'commit', staff: null, permission: 'reward:reverse' });
  expect(operation.claimType).toBe('reversal');
});
