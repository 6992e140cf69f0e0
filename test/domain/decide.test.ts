/** What holds for every mutation, whatever it decides. The file of each mutation tests the rest. */
import { describe, expect, test } from 'vitest';
import type { StaffPermission } from '../../src/domain/actor.ts';
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
import { announcementOf } from './announcements.ts';
import {
  claimIdOf,
  intentOf,
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
const healthChange = { amount: one, source: null, reason: null };
const cup = { type: 'tournament', key: 'cup-1', facts: null, terms: null };
const claimId = claimIdOf('k3v9q0d8x2m7c5ta1');

const SHOWN = ['experience', 'lifetime_points', 'stat:energy', 'stat:health', 'stat:stamina', 'stat_points'];

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
    (intent) => decideSpendStatPoints(intent, { points: [{ stat: 'energy', points: one }] }),
  ],
  reverseClaim: [
    'reward:reverse',
    (intent) =>
      decideReverseClaim(intent, {
        ...{ claimId, reopen: false, quantity: null, reason },
        ifInsufficient: 'refuse',
      }),
  ],
  exchange: [
    'reward:claim',
    (intent) =>
      decideExchange(
        intent,
        { exchange: 'buy_gem', quantity: quantityOf(1), payWith: null, choose: null, terms: null },
        null,
      ),
  ],
  transferResource: [
    'reward:claim',
    (intent) => decideTransferResource(intent, { toPlayerId: 'p2', resource: 'gold', amount: one }),
  ],
  applyDamage: ['combat:correct', (intent) => decideApplyDamage(intent, { ...healthChange, type: null })],
  heal: ['combat:correct', (intent) => decideHeal(intent, healthChange)],
  announceReward: ['reward:claim', (intent) => decideAnnounceReward(intent, announcementOf(cup), () => 0)],
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
  test.each([PLAYER, SERVER, STAFF])('an operation by a $kind names its permission', (actor) => {
    expect(decide(intentOf(actor)).operation.permission).toBe(permission);
  });

  test('an operation by staff has the day of their limits, and states no bound', () => {
    expect(decide(intentOf(STAFF)).operation.staff).toEqual({
      day: '2026-11-02',
      renewsAt: '2026-11-02T23:00:00.000Z',
    });
  });

  test.each([
    PLAYER,
    SERVER,
  ])('an operation by a $kind has no limits of staff, unless it is an award', (actor) => {
    const isAward = name === 'manualReward' && actor.kind === 'server';
    expect(decide(intentOf(actor)).operation.staff === null).toBe(!isAward);
  });

  test('an operation names the config that decided it, and both correlation IDs', () => {
    expect(decide(intentOf(SERVER)).operation).toMatchObject({
      configVersion: 7,
      configSha256: RULES.sha256,
      correlationId: '01a201d2-9e85-780d-9e07-8cd1c2c6ba5c',
      clientCorrelationId: 'correlation-1',
    });
  });

  test('an operation lists what it touches, and what level, tier and stats follow from', () => {
    const { operation } = decide(intentOf(SERVER));
    const postings = [...operation.postings, ...(operation.counterparty?.postings ?? [])];
    const named = postings.map(({ resource }) => resource);
    expect(operation.mode).toBe('commit');
    expect(operation.resources).toEqual(expect.arrayContaining([...named, ...operation.shown]));
    expect(new Set(operation.resources).size).toBe(operation.resources.length);
    expect(operation.shown.toSorted()).toEqual(SHOWN);
  });

  test('an operation by staff holds on one day of the config, and no longer than the day', () => {
    const { holdsFrom, holdsUntil } = decide(intentOf(STAFF)).operation;
    expect(String(holdsFrom) >= '2026-11-01T23:00:00.000Z').toBe(true);
    expect(String(holdsUntil) <= '2026-11-02T23:00:00.000Z').toBe(true);
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
      configVersion: null,
      configSha256: null,
      holdsFrom: null,
      holdsUntil: null,
      source: { kind: 'postings' },
      postings: [],
      requires: [],
      advances: [],
      choices: [],
      milestones: false,
      counterparty: null,
      limits: [],
      staff: null,
      resources: [],
      shown: [],
      rejection: null,
    });
  });

  test.each<[string, Partial<Intent>]>([
    ['the time', { now: new Date('2027-01-01T00:00:00Z') }],
    ['the config version', { rules: { ...RULES, version: 8 } }],
    ['whether a config can be loaded', { rules: null }],
    ['the correlation IDs', { correlationId: 'another', clientCorrelationId: null }],
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

describe('when an operation holds', () => {
  const holds = ({ operation: { holdsFrom, holdsUntil } }: Decision) => [holdsFrom, holdsUntil];
  const berlin = ['2026-11-01T23:00:00.000Z', '2026-11-02T23:00:00.000Z'];
  const award = { grants: [{ resource: 'gold', amount: one }], reason };

  test.each<[string, Decision, readonly (string | null)[]]>([
    ['a claim with a key of its own', MUTATIONS.claimReward[1](intentOf(SERVER)), [null, null]],
    ['damage', MUTATIONS.applyDamage[1](intentOf(SERVER)), [null, null]],
    [
      'a claim with a limit per day',
      decideClaimReward(intentOf(SERVER), { ...cup, type: 'bounty', ticket: null }),
      berlin,
    ],
    ['an exchange with a limit per day', MUTATIONS.exchange[1](intentOf(PLAYER)), berlin],
    ['a transfer with a limit per day', MUTATIONS.transferResource[1](intentOf(PLAYER)), berlin],
    [
      'a daily claim',
      decideClaimReward(intentOf(PLAYER), { ...cup, type: 'daily', key: null, ticket: null }),
      berlin,
    ],
    [
      'a weekly claim',
      decideClaimReward(intentOf(PLAYER), { ...cup, type: 'weekly', key: null, ticket: null }),
      ['2026-11-01T23:00:00.000Z', '2026-11-08T23:00:00.000Z'],
    ],
    ['a claim by staff', MUTATIONS.claimReward[1](intentOf(STAFF)), berlin],
    [
      'an award with a key of its own',
      decideManualReward(intentOf(STAFF), { ...award, rewardId: 'promo-1' }),
      berlin,
    ],
    // The key of the award names the UTC date, and in Berlin the next day has begun.
    [
      'an award by date',
      decideManualReward(intentOf(STAFF), { ...award, rewardId: null }),
      ['2026-11-01T23:00:00.000Z', '2026-11-02T00:00:00.000Z'],
    ],
    [
      'a rejection',
      decideExchange(
        intentOf(PLAYER),
        { exchange: 'barter', quantity: quantityOf(1), payWith: null, choose: null, terms: null },
        null,
      ),
      [null, null],
    ],
  ])('%s', (_, decision, expected) => {
    expect(holds(decision)).toEqual(expected);
  });
});
