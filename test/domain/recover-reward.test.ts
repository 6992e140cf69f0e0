import { expect, test } from 'vitest';
import { decideRecoverReward, type RecoverReward } from '../../src/domain/recover-reward.ts';
import { intentOf, reasonOf, SERVER, STAFF } from './rules.ts';

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
    source: { kind: 'pending' },
    postings: [],
    sourceKeys: [],
    limits: [],
    createsPlayer: false,
    reason: 'the client never came back',
    permission: 'reward:recover',
    staff: { day: '2026-11-02' },
  });
});

test('a recovery evaluates levels and names what any regeneration follows from', () => {
  const { operation } = decideRecoverReward(intentOf(SERVER), recovery());
  expect(operation.milestones).toBe(true);
  expect(operation.resources).toEqual(
    expect.arrayContaining(['experience', 'levels_paid', 'stat_points', 'stat:energy', 'stat:health']),
  );
});

test('a recovery by a server has no limits of staff and needs no reason', () => {
  const { operation } = decideRecoverReward(intentOf(SERVER), recovery({ reason: null }));
  expect(operation).toMatchObject({ staff: null, reason: null, source: { kind: 'pending' } });
});

test('a recovery uses no limit of its claim type and holds on any day', () => {
  const { operation } = decideRecoverReward(intentOf(SERVER), recovery({ type: 'bounty' }));
  expect(operation).toMatchObject({ limits: [], holdsFrom: null, holdsUntil: null });
});

test('a pending reward of a claim type that the config no longer has is still paid', () => {
  const { operation, fault } = decideRecoverReward(intentOf(SERVER), recovery({ type: 'removed' }));
  expect(fault).toBeNull();
  expect(operation).toMatchObject({
    mode: 'commit',
    claimType: 'removed',
    source: { kind: 'pending' },
    limits: [],
  });
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
