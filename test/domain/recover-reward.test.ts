import { expect, test } from 'vitest';
import { decideRecoverReward, type RecoverReward } from '../../src/domain/recover-reward.ts';
import { intentOf, RULES, reasonOf, SERVER, STAFF } from './rules.ts';

const recovery = (overrides: Partial<RecoverReward> = {}): RecoverReward => ({
  type: 'ascension',
  key: 'tower-1',
  reason: reasonOf('the client never came back'),
  ...overrides,
});

test('a recovery has the type and key of the announced claim and leaves its postings to the kernel', () => {
  const { operation, fault } = decideRecoverReward(intentOf(STAFF), recovery());
  expect(fault).toBeNull();
  expect(operation).toMatchObject({
    name: 'recoverReward',
    mode: 'commit',
    claimType: 'ascension',
    claimKey: 'tower-1',
    paysOwed: true,
    postings: [],
    milestones: [],
    furtherKeys: [],
    quotas: [],
    owes: null,
    createPlayer: false,
    reason: 'the client never came back',
    staffCheck: { roles: ['support', 'admin'] },
  });
});

test('a recovery sends the current opening balances and regeneration of every resource', () => {
  const { operation } = decideRecoverReward(intentOf(SERVER), recovery());
  const accruing = [...RULES.resources.values()].filter(({ accrual }) => accrual !== null);
  expect(accruing.length).toBeGreaterThan(0);
  expect(operation.accruals).toEqual(
    Object.fromEntries(accruing.map(({ name, accrual }) => [name, accrual])),
  );
});

test('a recovery by a server needs neither a role nor a reason', () => {
  const { operation } = decideRecoverReward(intentOf(SERVER), recovery({ reason: null }));
  expect(operation).toMatchObject({ staffCheck: null, reason: null, paysOwed: true });
});

test('a recovery counts as a claim of its type on the day of the payment', () => {
  const { operation } = decideRecoverReward(intentOf(SERVER), recovery({ type: 'bounty' }));
  expect(operation.quotas).toEqual([
    {
      name: 'claims:bounty',
      limit: 'claims_per_day',
      amount: 1,
      bound: 3,
      period: '2026-11-02',
      renewsAt: '2026-11-02T23:00:00.000Z',
    },
  ]);
});

test('a pending reward of a claim type that the config no longer has is still paid', () => {
  const { operation, fault } = decideRecoverReward(intentOf(SERVER), recovery({ type: 'removed' }));
  expect(fault).toBeNull();
  expect(operation).toMatchObject({ mode: 'commit', claimType: 'removed', paysOwed: true, quotas: [] });
});

test.each<[string, Partial<RecoverReward>]>([
  ['type', { type: 'bounty' }],
  ['key', { key: 'tower-2' }],
  ['reason', { reason: reasonOf('another reason') }],
])('recoveries that differ in the %s have different fingerprints', (_, overrides) => {
  const fingerprint = (request: RecoverReward) =>
    decideRecoverReward(intentOf(STAFF), request).operation.fingerprint;
  expect(fingerprint(recovery(overrides))).not.toBe(fingerprint(recovery()));
});
