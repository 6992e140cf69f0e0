import { describe, expect, test } from 'vitest';
import { decideAnnounceReward } from '../../src/domain/announce-reward.ts';
import { encodeClaimId } from '../../src/domain/claim-id.ts';
import { decideClaimReward } from '../../src/domain/claim-reward.ts';
import type { Intent } from '../../src/domain/decide.ts';
import { decideExchange } from '../../src/domain/exchange.ts';
import type { Limit, Posting } from '../../src/domain/moves.ts';
import type { Operation } from '../../src/domain/operation.ts';
import { decideRecoverReward } from '../../src/domain/recover-reward.ts';
import { decideReverseClaim } from '../../src/domain/reverse-claim.ts';
import { decideTransferResource } from '../../src/domain/transfer-resource.ts';
import { MAX_AMOUNT } from '../../src/domain/values.ts';
import { encodeOperation } from '../../src/ledger/encode-operation.ts';
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

const DAY = ['2026-11-01T23:00:00.000Z', '2026-11-02T23:00:00.000Z'] as const;

/** A claim of 100 + 25 × 10 gold, 1 gem and 40 experience. */
const claim = (overrides: Partial<Intent> = {}): Operation =>
  decideClaimReward(intentOf(SERVER, overrides), {
    type: 'ascension',
    key: 'tower-4',
    facts: { floor: 10 },
    ticket: null,
    terms: null,
  }).operation;

test('a claim has every member of the contract', () => {
  const { fingerprint } = claim();
  expect(encodeOperation(claim())).toEqual({
    mode: 'commit',
    name: 'claimReward',
    player: 'p1',
    creates_player: true,
    actor_kind: 'server',
    actor_id: 'arena-1',
    permission: 'reward:claim',
    idempotency_key: 'key-0000000000000001',
    fingerprint: expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
    input: { type: 'ascension', key: 'tower-4', facts: { floor: 10 } },
    correlation_id: '01a201d2-9e85-780d-9e07-8cd1c2c6ba5c',
    client_correlation_id: 'correlation-1',
    reason: null,
    config_version: 7,
    config_sha256: RULES.sha256,
    holds_from: '-infinity',
    holds_until: 'infinity',
    claim_type: 'ascension',
    claim_key: 'tower-4',
    source_keys: [],
    expected_version: null,
    decided_on: null,
    facts_read: null,
    zones_seen: null,
    zones_next: null,
    redeems: null,
    on_full: null,
    rejection: null,
    source: 'postings',
    resources: claim().resources,
    postings: [
      plain({ resource: 'gold', delta: 350 }),
      plain({ resource: 'gems', delta: 1, ceiling: 10, clamp: true }),
      plain({ resource: 'experience', delta: 40 }),
    ],
    requires: [],
    advances: [],
    choices: [],
    milestones: true,
    counterparty: null,
    counterparty_postings: [],
    limits: [],
    age: null,
    staff: null,
    units: 1,
    announces: null,
    server: null,
    merges: null,
    reverses: null,
    shown: claim().shown,
    accepts_gifts: null,
    freezes: null,
    occurred_at: null,
  });
  expect(encodeOperation(claim()).fingerprint.replaceAll('-', '')).toBe(fingerprint.slice(0, 32));
});

function plain(posting: { resource: string; delta: number } & Record<string, unknown>) {
  return {
    floor: -MAX_AMOUNT,
    ceiling: MAX_AMOUNT,
    ceiling_per_unit: 0,
    ceiling_of: null,
    clamp: false,
    ...posting,
  };
}

describe('the bounds of a posting', () => {
  const encoded = (delta: number, bounds: Partial<Posting>) => {
    const posting = {
      resource: 'r',
      delta,
      floor: null,
      ceiling: null,
      atLimit: 'clamp',
      ...bounds,
    } as const;
    return encodeOperation({ ...claim(), postings: [posting] }).postings[0];
  };
  const follows: Limit = { base: 100, perUnit: 10, resource: 'stat:energy' };

  test.each<[string, number, Partial<Posting>, object]>([
    ['a floor of 0 that clamps', -5, { floor: 0 }, { floor: 0, clamp: true }],
    ['a floor that rejects', -5, { floor: 2, atLimit: 'reject' }, { floor: 2, clamp: false }],
    ['a ceiling of 0 that clamps', 5, { ceiling: 0 }, { ceiling: 0, clamp: true }],
    [
      'a ceiling that follows from another balance',
      5,
      { ceiling: follows },
      { ceiling: 100, ceiling_per_unit: 10, ceiling_of: 'stat:energy', clamp: true },
    ],
    // A grant that would leave the range of SafeInt is rejected, not cut off.
    ['no ceiling', 5, { floor: 0 }, { floor: 0, ceiling: MAX_AMOUNT, clamp: false }],
    ['no floor', -5, { ceiling: 9 }, { floor: -MAX_AMOUNT, ceiling: 9, clamp: false }],
  ])('%s', (_, delta, bounds, expected) => {
    expect(encoded(delta, bounds)).toEqual(plain({ resource: 'r', delta, ...expected }));
  });
});

test('draws have their conditions, and a source key belongs to the player', () => {
  const { operation } = decideExchange(
    intentOf(PLAYER),
    { exchange: 'open_chest', quantity: quantityOf(1), payWith: null, choose: null, terms: null },
    () => 0,
  );
  const [choice] = encodeOperation(operation).choices;
  expect(choice?.one_of).toMatchObject([
    { when: [{ resource: 'pity:chest', at_least: 3 }], draws: [{ outcome: 'epic' }] },
    { when: [], draws: [{ outcome: 'common' }] },
  ]);
  expect(choice?.one_of[1]?.postings).toMatchObject([plain({ resource: 'gold', delta: 10 }), {}]);

  const facts = { source: 'match-7', minute: 12, shown: false };
  const report = { type: 'report', key: 'k', facts, ticket: null, terms: null };
  expect(encodeOperation(decideClaimReward(intentOf(SERVER), report).operation).source_keys).toEqual([
    { game: false, resource: 'gold', key: '7:match-72:12' },
  ]);
  const purchase = { type: 'purchase', key: 'k', facts: { transaction: 'GPA.1' }, ticket: null, terms: null };
  expect(encodeOperation(decideClaimReward(intentOf(SERVER), purchase).operation).source_keys).toEqual([
    { game: true, resource: 'gold', key: 'GPA.1' },
  ]);
});

test('a transfer has both sides, what it uses of its limit, and the day on which it holds', () => {
  const request = { toPlayerId: 'p2', resource: 'gold', amount: positiveInt(100) };
  expect(encodeOperation(decideTransferResource(intentOf(PLAYER), request).operation)).toMatchObject({
    holds_from: DAY[0],
    holds_until: DAY[1],
    postings: [plain({ resource: 'gold', delta: -100, floor: 0 })],
    counterparty: 'p2',
    counterparty_postings: [plain({ resource: 'gold', delta: 100 })],
    limits: [
      {
        kind: 'player',
        name: 'transfer:gold',
        period: '2026-11-02',
        since: DAY[0],
        claim_type: 'transfer',
        shares_with: null,
        about: { period: 'day' },
        resource: 'gold',
        amount: 100,
        bound: 800,
        rejection: 'transfers',
        renews_at: DAY[1],
      },
    ],
  });
});

test('staff have the day that their limits count, and no bound', () => {
  const recovery = { type: 'ascension', key: 'tower-1', reason: reasonOf('never came back') };
  const encoded = encodeOperation(decideRecoverReward(intentOf(STAFF), recovery).operation);
  expect(encoded).toMatchObject({ source: 'pending', creates_player: false, reason: 'never came back' });
  expect(encoded.staff).toEqual({ day: '2026-11-02', renews_at: DAY[1] });
});

test('an announcement has the plan of the reward, its origin, expiry and message', () => {
  const facts = { source: 'match-7', minute: 12, shown: false };
  const { operation } = decideAnnounceReward(
    intentOf(SERVER),
    {
      ...{ type: 'report', key: 'k-1', facts, reason: null },
      ...{ message: { name: 'report_is_in' }, expiresAt: new Date('2026-12-24T00:00:00Z') },
    },
    () => 0,
  );
  expect(encodeOperation(operation)).toMatchObject({
    source: 'announcement',
    postings: [],
    announces: {
      claim_type: 'report',
      claim_key: 'k-1',
      plan: {
        resources: expect.arrayContaining(['gold', 'experience', 'levels_paid', 'stat_points']),
        postings: [plain({ resource: 'gold', delta: 5 }), plain({ resource: 'experience', delta: 2 })],
        choices: [],
        source_keys: [{ game: false, resource: 'gold', key: '7:match-72:12' }],
        on_expiry: [plain({ resource: 'gems', delta: 1, ceiling: 10, clamp: true })],
      },
      origin: 1,
      expires_at: '2026-12-24T00:00:00.000Z',
      message: { name: 'report_is_in' },
    },
    reverses: null,
  });
});

test('a reversal has the public ID of the claim and what it stands for', () => {
  const claimId = claimIdOf(encodeClaimId('00112233445566778899', 42));
  const request = {
    ...{ claimId, reopen: true, quantity: quantityOf(3), reason: reasonOf('by mistake') },
    ifInsufficient: 'debt',
  } as const;
  const encoded = encodeOperation(decideReverseClaim(intentOf(STAFF), request).operation);
  expect(encoded).toMatchObject({ source: 'reversal', claim_key: claimId, announces: null });
  expect(encoded.reverses).toEqual({
    claim_id: claimId,
    handle: '\\x00112233445566778899',
    number: 42,
    quantity: 3,
    reopen: true,
    allow_debt: true,
    counters: ['pity:chest'],
  });
});

test('an operation without rules looks its key up and names no config', () => {
  expect(encodeOperation(claim({ rules: null }))).toMatchObject({
    mode: 'lookup',
    config_version: null,
    config_sha256: null,
    staff: null,
    resources: [],
    shown: [],
  });
});
