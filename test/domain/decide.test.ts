/** What holds for every mutation, whatever it decides. The file of each mutation tests the rest. */
import { describe, expect, test } from 'vitest';
import { STAFF_PERMISSIONS, type StaffPermission } from '../../src/domain/actor.ts';
import { decideAnnounceReward } from '../../src/domain/announce-reward.ts';
import { decideClaimReward } from '../../src/domain/claim-reward.ts';
import { decideApplyDamage, decideHeal } from '../../src/domain/combat.ts';
import { type Decision, type Intent, NO_CONFIG } from '../../src/domain/decide.ts';
import { decideExchange } from '../../src/domain/exchange.ts';
import { decideManualReward } from '../../src/domain/manual-reward.ts';
import { decideRecoverReward } from '../../src/domain/recover-reward.ts';
import { decideReverseClaim } from '../../src/domain/reverse-claim.ts';
import { decideSpendStatPoints } from '../../src/domain/spend-stat-points.ts';
import { decideTransferResource } from '../../src/domain/transfer-resource.ts';
import {
  claimIdOf,
  intentOf,
  nonNegativeInt,
  PLAYER,
  positiveInt,
  quantityOf,
  RULES,
  reasonOf,
  SERVER,
  STAFF,
} from './rules.ts';

const reason = reasonOf('an outage at the cup');
const one = positiveInt(1);
const none = nonNegativeInt(0);
const healthChange = { amount: one, source: null };
const cup = { type: 'tournament', key: 'cup-1', facts: null };
const claimId = claimIdOf('01a201d2-9e85-780d-9e07-8cd1c2c6ba5c');

/** Every mutation, with the permission that staff need for it. */
const MUTATIONS = {
  claimReward: ['reward:claim', (intent) => decideClaimReward(intent, { ...cup, ticket: null })],
  manualReward: [
    'reward:manual',
    (intent) =>
      decideManualReward(intent, { grants: [{ resource: 'gold', amount: one }], reason, rewardId: null }),
  ],
  spendStatPoints: [
    'reward:claim',
    (intent) => decideSpendStatPoints(intent, { energy: nonNegativeInt(1), stamina: none, health: none }),
  ],
  reverseClaim: [
    'reward:reverse',
    (intent) => decideReverseClaim(intent, { claimId, ifInsufficient: 'refuse', reason }),
  ],
  exchange: [
    'reward:claim',
    (intent) => decideExchange(intent, { exchange: 'buy_gem', quantity: quantityOf(1) }, null),
  ],
  transferResource: [
    'reward:claim',
    (intent) => decideTransferResource(intent, { toPlayerId: 'p2', resource: 'gold', amount: one }),
  ],
  applyDamage: ['reward:claim', (intent) => decideApplyDamage(intent, healthChange)],
  heal: ['reward:claim', (intent) => decideHeal(intent, healthChange)],
  announceReward: ['reward:claim', (intent) => decideAnnounceReward(intent, cup)],
  recoverReward: [
    'reward:recover',
    (intent) => decideRecoverReward(intent, { type: cup.type, key: cup.key, reason }),
  ],
} satisfies Record<string, [StaffPermission, (intent: Intent) => Decision]>;

describe.each(Object.entries(MUTATIONS))('%s', (name, [permission, decide]) => {
  const fingerprint = (overrides: Partial<Intent> = {}, actor = PLAYER) =>
    decide(intentOf(actor, overrides)).operation.fingerprint;

  test('the operation has the name of its mutation', () => {
    expect(decide(intentOf(STAFF)).operation.name).toBe(name);
  });

  // The resolvers do not let staff make every mutation. The kernel checks those that arrive a second time.
  test('an operation by staff requires the roles of its permission', () => {
    expect(decide(intentOf(STAFF)).operation.staffCheck?.roles).toEqual(STAFF_PERMISSIONS[permission]);
  });

  test.each([PLAYER, SERVER])('an operation by a $kind needs no staff check', (actor) => {
    expect(decide(intentOf(actor)).operation.staffCheck).toBeNull();
  });

  test.each([
    PLAYER,
    SERVER,
    STAFF,
  ])('without rules an operation by a $kind only looks its key up', (actor) => {
    const { operation, fault } = decide(intentOf(actor, { rules: null }));
    expect(fault).toEqual(NO_CONFIG);
    expect(fault?.code).toBe('CONFIG_UNAVAILABLE');
    expect(operation).toMatchObject({
      mode: 'lookup',
      claimType: '',
      claimKey: '',
      configVersion: 0,
      postings: [],
      choices: [],
      milestones: [],
      counterparty: null,
      quotas: [],
      reverses: null,
      owes: null,
      paysOwed: false,
      rejection: null,
    });
  });

  test.each<[string, Partial<Intent>]>([
    ['the time', { now: new Date('2027-01-01T00:00:00Z') }],
    ['the config version', { rules: { ...RULES, version: 8 } }],
    ['whether a config can be loaded', { rules: null }],
    ['the correlation ID', { correlationId: 'another' }],
    ['the idempotency key', { idempotencyKey: 'another-key-0000001' }],
    ['the actor', { actor: SERVER }],
    ['the server', { actor: { kind: 'server', id: 'arena-2' } }],
  ])('the fingerprint does not depend on %s', (_, overrides) => {
    expect(fingerprint(overrides)).toBe(fingerprint());
  });

  test('the fingerprint depends on the expected version, and 0 differs from none', () => {
    const fingerprints = [null, 0, 3].map((expectedVersion) => fingerprint({ expectedVersion }));
    expect(new Set(fingerprints).size).toBe(3);
  });

  test('the fingerprint is SHA-256 in hex', () => {
    expect(fingerprint()).toMatch(/^[0-9a-f]{64}$/);
  });
});

test('a lookup by staff names no claim, no day and no budget', () => {
  const [permission, decide] = MUTATIONS.manualReward;
  expect(decide(intentOf(STAFF, { rules: null })).operation).toMatchObject({
    mode: 'lookup',
    claimType: '',
    claimKey: '',
    staffCheck: {
      roles: STAFF_PERMISSIONS[permission],
      day: '',
      renewsAt: '',
      defaultLimit: 0,
      defaultBudget: 0,
      awardsPerDay: null,
    },
  });
});
