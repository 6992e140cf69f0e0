import { describe, expect, test } from 'vitest';
import type { Actor } from '../../src/domain/actor.ts';
import { type ClaimReward, decideClaimReward, type TicketContents } from '../../src/domain/claim-reward.ts';
import type { Facts } from '../../src/domain/rules.ts';
import { intent, NOW, PLAYER, RULES, SERVER, STAFF } from './rules.ts';

const ask = (over: Partial<ClaimReward> = {}): ClaimReward => ({
  type: 'ascension',
  key: null,
  facts: null,
  ticket: null,
  ...over,
});
const ticket = (over: Partial<TicketContents> = {}): TicketContents => ({
  playerId: 'p1',
  type: 'ascension',
  key: 'tower-4',
  facts: { floor: 4 },
  expired: false,
  ...over,
});
const decide = (actor: Actor, request: ClaimReward, over = {}) =>
  decideClaimReward(intent(actor, over), request);

describe('proof × actor: who may claim what', () => {
  const facts = { floor: 4 };
  const claims: [string, string, Actor, Partial<ClaimReward>, string][] = [
    ['ticket', 'a player with a ticket', PLAYER, { ticket: ticket() }, 'commit'],
    ['ticket', 'a player without one', PLAYER, { key: 'tower-4' }, 'ticket_required'],
    ['ticket', 'a server with facts', SERVER, { key: 'tower-4', facts }, 'commit'],
    ['ticket', 'staff with facts', STAFF, { key: 'tower-4', facts }, 'commit'],
    ['calendar', 'a player', PLAYER, { type: 'daily' }, 'commit'],
    ['calendar', 'a server', SERVER, { type: 'daily' }, 'commit'],
    ['calendar', 'staff', STAFF, { type: 'daily' }, 'commit'],
    ['server', 'a player', PLAYER, { type: 'tournament', key: 'cup-1' }, 'server_only'],
    [
      'server',
      'a player with a ticket',
      PLAYER,
      { type: 'tournament', ticket: ticket({ type: 'tournament' }) },
      'server_only',
    ],
    ['server', 'a server', SERVER, { type: 'tournament', key: 'cup-1' }, 'commit'],
    ['server', 'staff', STAFF, { type: 'tournament', key: 'cup-1' }, 'commit'],
  ];
  test.each(claims)('%s: %s', (_, __, actor, over, expected) => {
    const { operation, fault } = decide(actor, ask(over));
    expect(fault).toBeNull();
    const { rejection } = operation;
    expect(rejection?.kind === 'not_eligible' ? rejection.why : operation.mode).toBe(expected);
    expect(operation.postings.length > 0).toBe(expected === 'commit');
  });

  test('a "no" carries the claim that was asked for, and travels to the ledger', () => {
    const { operation } = decide(PLAYER, ask({ key: 'tower-4' }));
    expect(operation).toMatchObject({
      mode: 'reject',
      claimType: 'ascension',
      claimKey: 'tower-4',
      postings: [],
      milestones: [],
    });
  });

  test('a "no" to a claim without a key has none made up for it', () => {
    expect(decide(PLAYER, ask()).operation).toMatchObject({ mode: 'reject', claimKey: '' });
  });

  test('an unknown claim type is a recorded "no"', () => {
    const { operation } = decide(SERVER, ask({ type: 'toString', key: 'x' }));
    expect(operation).toMatchObject({
      mode: 'reject',
      rejection: { kind: 'unknown_claim_type', claimType: 'toString' },
    });
  });
});

describe('period × key: under which key', () => {
  test.each<[string, Actor, Partial<ClaimReward>, string]>([
    ['a day in the config’s zone', PLAYER, { type: 'daily' }, '2026-11-02'],
    ['a week in the config’s zone', PLAYER, { type: 'weekly' }, '2026-W45'],
    ['the key that was sent', SERVER, { type: 'tournament', key: 'cup-1' }, 'cup-1'],
    ['the ticket’s', PLAYER, { ticket: ticket() }, 'tower-4'],
    ['the ticket’s, sent as well', PLAYER, { key: 'tower-4', ticket: ticket() }, 'tower-4'],
  ])('%s', (_, actor, over, claimKey) => {
    expect(decide(actor, ask(over)).operation).toMatchObject({ mode: 'commit', claimKey });
  });

  test.each<[string, Partial<ClaimReward>, string]>([
    ['no key where one is needed', { type: 'tournament' }, 'required'],
    ['a key where the period is the key', { type: 'daily', key: '2026-11-01' }, 'leave it out'],
  ])('%s is a fault: the key is only looked up', (_, over, problem) => {
    const { operation, fault } = decide(SERVER, ask(over));
    expect(operation).toMatchObject({ mode: 'lookup', postings: [], rejection: null });
    expect(fault).toMatchObject({
      code: 'BAD_USER_INPUT',
      field: 'key',
      message: expect.stringContaining(problem),
    });
  });
});

describe('how much', () => {
  const paid = (floor: number) =>
    decide(SERVER, ask({ key: 'k', facts: { floor } })).operation.postings.map(({ resource, delta }) => [
      resource,
      delta,
    ]);

  test('the formulas over the facts, capped, and nothing for a zero', () => {
    expect(paid(4)).toEqual([
      ['gold', 200],
      ['experience', 40],
    ]);
    expect(paid(10)).toEqual([
      ['gold', 350],
      ['gems', 1],
      ['experience', 40],
    ]);
    expect(paid(50)).toEqual([
      ['gold', 1_000],
      ['gems', 1],
      ['experience', 40],
    ]);
  });

  test('with the limits of the resource, and the levels that experience sets off', () => {
    const { operation } = decide(SERVER, ask({ key: 'k', facts: { floor: 10 } }));
    expect(operation.postings[1]).toEqual({
      resource: 'gems',
      delta: 1,
      floor: null,
      ceiling: 10,
      atLimit: 'clamp',
    });
    expect(operation.milestones).toEqual([
      {
        resource: 'experience',
        thresholds: [100, 300, 600],
        paidResource: 'levels_paid',
        grants: [
          { resource: 'stat_points', amounts: [3, 3, 5], floor: null, ceiling: 500, atLimit: 'reject' },
        ],
      },
    ]);
    expect(decide(PLAYER, ask({ type: 'daily' })).operation.milestones).toEqual([]);
  });

  test('a claim whose amounts are all zero is still a claim', () => {
    expect(decide(SERVER, ask({ type: 'nothing', key: 'k' })).operation).toMatchObject({
      mode: 'commit',
      postings: [],
    });
  });

  test('the ticket’s facts count, and faults in them are named there', () => {
    const { fault } = decide(PLAYER, ask({ ticket: ticket({ facts: { floor: 51 } }) }));
    expect(fault).toMatchObject({ code: 'BAD_USER_INPUT', field: 'ticket.facts.floor' });
    expect(decide(SERVER, ask({ key: 'k' })).fault).toMatchObject({ field: 'facts.floor' });
  });

  test('a formula that fails is the config’s fault: only looked up, and a corrected config pays', () => {
    const { operation, fault } = decide(SERVER, ask({ type: 'broken', key: 'k' }));
    expect(operation.mode).toBe('lookup');
    expect(fault).toMatchObject({
      code: 'CONFIG_UNAVAILABLE',
      message: expect.stringContaining('once it is corrected'),
      detail: expect.stringContaining('division by zero'),
    });
  });
});

describe('what is given once for its source', () => {
  const keys = (facts: Facts) =>
    decide(SERVER, ask({ type: 'report', key: 'k', facts })).operation.furtherKeys;

  test('takes a further key, named after the resource and the facts of the source', () => {
    expect(keys({ source: 'match-7', minute: 12, shown: true })).toEqual([
      { type: 'gold', key: 'match-7/12' },
      { type: 'gems', key: 'match-7' },
    ]);
  });

  test('and what this claim does not give takes none', () => {
    expect(keys({ source: 'match-7', minute: 0, shown: false })).toEqual([
      { type: 'gold', key: 'match-7/0' },
    ]);
  });

  test('claims of other types take none', () => {
    expect(decide(SERVER, ask({ key: 'k', facts: { floor: 4 } })).operation.furtherKeys).toEqual([]);
  });
});

describe('what comes before the rules', () => {
  test('an expired ticket only looks the key up, even without rules', () => {
    for (const rules of [RULES, null]) {
      const { operation, fault } = decide(PLAYER, ask({ ticket: ticket({ expired: true }) }), { rules });
      expect(operation.mode).toBe('lookup');
      expect(fault).toMatchObject({ code: 'FORBIDDEN', field: 'ticket' });
    }
  });

  test('without rules the key is only looked up, and no reward is made up', () => {
    const { operation, fault } = decide(SERVER, ask({ key: 'k', facts: { floor: 4 } }), { rules: null });
    expect(operation).toMatchObject({ mode: 'lookup', postings: [], configVersion: 0 });
    expect(fault?.code).toBe('CONFIG_UNAVAILABLE');
  });
});

describe('the fingerprint is of what the client sent', () => {
  const print = (over: Partial<ClaimReward> = {}, commandOver = {}) =>
    decide(PLAYER, ask({ ticket: ticket(), ...over }), commandOver).operation.fingerprint;

  test.each<[string, object]>([
    ['another day', { now: new Date('2027-01-01T00:00:00Z') }],
    ['another config', { rules: { ...RULES, version: 8 } }],
    ['no config', { rules: null }],
    ['another correlation ID', { correlationId: 'another' }],
    ['another idempotency key', { idempotencyKey: 'another-key-0000001' }],
  ])('not of %s', (_, over) => {
    expect(print({}, over)).toBe(print());
  });

  test('not of a ticket’s expiry or signature: signed anew it is the same input', () => {
    expect(print({ ticket: ticket({ expired: true }) })).toBe(print());
  });

  test.each<[string, Partial<ClaimReward>, object]>([
    ['type', { type: 'daily' }, {}],
    ['key', { key: 'tower-4' }, {}],
    ['facts', { facts: { floor: 4 } }, {}],
    ['the ticket’s facts', { ticket: ticket({ facts: { floor: 5 } }) }, {}],
    ['the ticket’s key', { ticket: ticket({ key: 'tower-5' }) }, {}],
    ['no ticket', { ticket: null }, {}],
    ['the expected version', {}, { expectedVersion: 0 }],
  ])('but of %s', (_, over, commandOver) => {
    expect(print(over, commandOver)).not.toBe(print());
  });

  test('and is hexadecimal SHA-256', () => {
    expect(print()).toMatch(/^[0-9a-f]{64}$/);
  });
});

test('the operation says who, when and for whom, and lets staff create nobody', () => {
  const server = decide(SERVER, ask({ type: 'tournament', key: 'cup-1' }), { expectedVersion: 3 }).operation;
  expect(server).toMatchObject({
    actor: SERVER,
    playerId: 'p1',
    createPlayer: true,
    staffCheck: null,
    expectedVersion: 3,
    configVersion: 7,
  });
  const staff = decide(STAFF, ask({ key: 'k', facts: { floor: 10 } })).operation;
  expect(staff.createPlayer).toBe(false);
  expect(staff.staffCheck).toEqual({
    roles: ['support', 'admin'],
    day: '2026-11-02',
    renewsAt: '2026-11-02T23:00:00.000Z',
    defaultLimit: 1_000,
    defaultBudget: 5_000,
    awardsPerDay: 20,
  });
  expect(NOW.toISOString().slice(0, 10)).toBe('2026-11-01');
});
