import { expect, test } from 'vitest';
import { decideRecoverReward, type RecoverReward } from '../../src/domain/recover-reward.ts';
import { intent, RULES, SERVER, STAFF } from './rules.ts';

const recovery = (over: Partial<RecoverReward> = {}): RecoverReward => ({
  type: 'ascension',
  key: 'tower-1',
  reason: 'the client never came back',
  ...over,
});

test('a recovery is the very claim that was announced, and leaves what it pays to the ledger', () => {
  const { operation, fault } = decideRecoverReward(intent(STAFF), recovery());
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

test('what grows by itself grows by the rules of today, as for an operation that brings its postings', () => {
  const { operation } = decideRecoverReward(intent(SERVER), recovery());
  const growing = [...RULES.resources.values()].filter(({ accrual }) => accrual !== null);
  expect(growing.length).toBeGreaterThan(0);
  expect(operation.accruals).toEqual(Object.fromEntries(growing.map(({ name, accrual }) => [name, accrual])));
});

test('a server needs neither role nor reason', () => {
  const { operation } = decideRecoverReward(intent(SERVER), recovery({ reason: null }));
  expect(operation).toMatchObject({ staffCheck: null, reason: null, paysOwed: true });
});

test('it counts as a claim of its type on the day on which it is paid', () => {
  const { operation } = decideRecoverReward(intent(SERVER), recovery({ type: 'bounty' }));
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

test('what the rules know no more is still owed', () => {
  const { operation, fault } = decideRecoverReward(intent(SERVER), recovery({ type: 'long_gone' }));
  expect(fault).toBeNull();
  expect(operation).toMatchObject({ mode: 'commit', claimType: 'long_gone', paysOwed: true, quotas: [] });
});

test('without rules it is only looked up', () => {
  const { operation, fault } = decideRecoverReward(intent(STAFF, { rules: null }), recovery());
  expect([operation.mode, operation.paysOwed, fault?.code]).toEqual(['lookup', false, 'CONFIG_UNAVAILABLE']);
});

test.each([
  ['type', { type: 'bounty' }],
  ['key', { key: 'tower-2' }],
  ['reason', { reason: 'another reason' }],
])('another %s is another input, and another config is not', (_, over) => {
  const fingerprint = (request: RecoverReward, rules = RULES) =>
    decideRecoverReward(intent(STAFF, { rules }), request).operation.fingerprint;
  expect(fingerprint(recovery(over))).not.toBe(fingerprint(recovery()));
  expect(fingerprint(recovery(), { ...RULES, version: 8 })).toBe(fingerprint(recovery()));
});
