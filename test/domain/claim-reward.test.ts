import { describe, expect, test } from 'vitest';
import type { Actor } from '../../src/domain/actor.ts';
import { decideAnnounceReward } from '../../src/domain/announce-reward.ts';
import { type ClaimReward, decideClaimReward, type TicketContents } from '../../src/domain/claim-reward.ts';
import { unknownPlayer } from '../../src/domain/player-facts.ts';
import type { ClaimTypeRule, Facts } from '../../src/domain/rules.ts';
import { announcementOf } from './announcements.ts';
import { intentOf, NOW, PLAYER, RULES, SERVER, STAFF } from './rules.ts';

const claim = (overrides: Partial<ClaimReward> = {}): ClaimReward => ({
  type: 'ascension',
  key: null,
  facts: null,
  ticket: null,
  terms: null,
  ...overrides,
});
const ticket = (overrides: Partial<TicketContents> = {}): TicketContents => ({
  playerId: 'p1',
  type: 'ascension',
  key: 'tower-4',
  facts: { floor: 4 },
  expired: false,
  ...overrides,
});
const decide = (actor: Actor, request: ClaimReward, overrides = {}) =>
  decideClaimReward(intentOf(actor, overrides), request);

describe('who may claim what', () => {
  const facts = { floor: 4 };
  const claims: [string, string, string, Actor, Partial<ClaimReward>][] = [
    ['ticket', 'a player with a ticket', 'commit', PLAYER, { ticket: ticket() }],
    ['ticket', 'a player without a ticket', 'ticket_required', PLAYER, { key: 'tower-4' }],
    ['ticket', 'a server with facts', 'commit', SERVER, { key: 'tower-4', facts }],
    ['ticket', 'staff with facts', 'commit', STAFF, { key: 'tower-4', facts }],
    ['calendar', 'a player', 'commit', PLAYER, { type: 'daily' }],
    ['calendar', 'a server', 'commit', SERVER, { type: 'daily' }],
    ['calendar', 'staff', 'commit', STAFF, { type: 'daily' }],
    ['server', 'a player', 'server_only', PLAYER, { type: 'tournament', key: 'cup-1' }],
    [
      'server',
      'a player with a ticket',
      'server_only',
      PLAYER,
      { type: 'tournament', ticket: ticket({ type: 'tournament' }) },
    ],
    ['server', 'a server', 'commit', SERVER, { type: 'tournament', key: 'cup-1' }],
    ['server', 'staff', 'commit', STAFF, { type: 'tournament', key: 'cup-1' }],
  ];
  test.each(claims)('a claim with proof "%s" by %s ends as %s', (_, __, expected, actor, overrides) => {
    const { operation, fault } = decide(actor, claim(overrides));
    expect(fault).toBeNull();
    const { rejection } = operation;
    expect(rejection?.kind === 'not_eligible' ? rejection.why : operation.mode).toBe(expected);
    expect(operation.postings.length > 0).toBe(expected === 'commit');
  });

  test('a rejection names the requested claim and is recorded', () => {
    const { operation } = decide(PLAYER, claim({ key: 'tower-4' }));
    expect(operation).toMatchObject({
      mode: 'reject',
      claimType: 'ascension',
      claimKey: 'tower-4',
      postings: [],
      milestones: false,
    });
  });

  test('a rejected claim without a key keeps an empty claim key', () => {
    expect(decide(PLAYER, claim()).operation).toMatchObject({ mode: 'reject', claimKey: '' });
  });

  test('a claim of an unknown claim type is a recorded rejection', () => {
    const { operation } = decide(SERVER, claim({ type: 'toString', key: 'x' }));
    expect(operation).toMatchObject({
      mode: 'reject',
      rejection: { kind: 'unknown_claim_type', claimType: 'toString' },
    });
  });
});

describe('the claim key', () => {
  test.each<[string, Actor, Partial<ClaimReward>, string]>([
    ['the day in the time zone of the config', PLAYER, { type: 'daily' }, '2026-11-02'],
    ['the week in the time zone of the config', PLAYER, { type: 'weekly' }, '2026-W45'],
    ['the key of the input', SERVER, { type: 'tournament', key: 'cup-1' }, 'cup-1'],
    ['the key of the ticket', PLAYER, { ticket: ticket() }, 'tower-4'],
    ['the key of both input and ticket', PLAYER, { key: 'tower-4', ticket: ticket() }, 'tower-4'],
  ])('the claim key is %s', (_, actor, overrides, claimKey) => {
    expect(decide(actor, claim(overrides)).operation).toMatchObject({ mode: 'commit', claimKey });
  });

  test.each<[string, Partial<ClaimReward>, string]>([
    ['without a required key', { type: 'tournament' }, 'required'],
    ['with a key where the period is the key', { type: 'daily', key: '2026-11-01' }, 'leave it out'],
  ])('a claim %s only looks the idempotency key up and reports a fault', (_, overrides, problem) => {
    const { operation, fault } = decide(SERVER, claim(overrides));
    expect(operation).toMatchObject({ mode: 'lookup', postings: [], rejection: null });
    expect(fault).toMatchObject({
      code: 'BAD_USER_INPUT',
      field: 'key',
      message: expect.stringContaining(problem),
    });
  });
});

describe('the amounts', () => {
  test.each([
    ['leaves out a reward of 0', 4, { gold: 200, experience: 40 }],
    ['gives what each formula computes', 10, { gold: 350, gems: 1, experience: 40 }],
    ['stops at the cap of a reward', 50, { gold: 1_000, gems: 1, experience: 40 }],
  ])('a claim %s (floor %i)', (_, floor, amounts) => {
    const { postings } = decide(SERVER, claim({ key: 'k', facts: { floor } })).operation;
    expect(postings.map(({ resource, delta }) => [resource, delta])).toEqual(Object.entries(amounts));
  });

  test('a claim has the ceilings of its resources, and the level milestone where it gives experience', () => {
    const { operation } = decide(SERVER, claim({ key: 'k', facts: { floor: 10 } }));
    expect(operation.postings[1]).toEqual({
      resource: 'gems',
      delta: 1,
      floor: null,
      ceiling: 10,
      atLimit: 'clamp',
    });
    expect(operation.milestones).toBe(true);
    expect(decide(PLAYER, claim({ type: 'daily' })).operation.milestones).toBe(false);
  });

  test('a claim whose rewards are all 0 is still committed', () => {
    expect(decide(SERVER, claim({ type: 'nothing', key: 'k' })).operation).toMatchObject({
      mode: 'commit',
      postings: [],
    });
  });

  test('a fault in the facts names their path: the ticket or the input', () => {
    const { fault } = decide(PLAYER, claim({ ticket: ticket({ facts: { floor: 51 } }) }));
    expect(fault).toMatchObject({ code: 'BAD_USER_INPUT', field: 'ticket.facts.floor' });
    expect(decide(SERVER, claim({ key: 'k' })).fault).toMatchObject({ field: 'facts.floor' });
  });

  test('a claim with a formula that fails only looks its key up, so that a corrected config can pay it', () => {
    const { operation, fault } = decide(SERVER, claim({ type: 'broken', key: 'k' }));
    expect(operation.mode).toBe('lookup');
    expect(fault).toMatchObject({
      code: 'CONFIG_UNAVAILABLE',
      message: expect.stringMatching(/corrected.*same key/),
      detail: expect.stringContaining('division by zero'),
    });
  });
});

describe('source keys', () => {
  const sourceKeys = (facts: Facts) =>
    decide(SERVER, claim({ type: 'report', key: 'k', facts })).operation.sourceKeys;

  test('a reward that is given once per source takes a source key of its resource and facts', () => {
    expect(sourceKeys({ source: 'match-7', minute: 12, shown: true })).toEqual([
      { scope: 'player', type: 'gold', key: '7:match-72:12' },
      { scope: 'player', type: 'gems', key: 'match-7' },
    ]);
  });

  test('a reward of 0 takes no source key', () => {
    expect(sourceKeys({ source: 'match-7', minute: 0, shown: false })).toEqual([
      { scope: 'player', type: 'gold', key: '7:match-71:0' },
    ]);
  });

  test('a claim type without rewards per source takes no source keys', () => {
    expect(decide(SERVER, claim({ key: 'k', facts: { floor: 4 } })).operation.sourceKeys).toEqual([]);
  });
});

test('an expired ticket only looks the key up, with and without rules', () => {
  for (const rules of [RULES, null]) {
    const { operation, fault } = decide(PLAYER, claim({ ticket: ticket({ expired: true }) }), { rules });
    expect(operation.mode).toBe('lookup');
    expect(fault).toMatchObject({ code: 'FORBIDDEN', field: 'ticket' });
  }
});

describe('the fingerprint of a claim', () => {
  const fingerprint = (overrides: Partial<ClaimReward> = {}) =>
    decide(PLAYER, claim({ ticket: ticket(), ...overrides })).operation.fingerprint;

  test('the expiry and the signature of a ticket are not part of the fingerprint', () => {
    expect(fingerprint({ ticket: ticket({ expired: true }) })).toBe(fingerprint());
  });

  test.each<[string, Partial<ClaimReward>]>([
    ['type', { type: 'daily' }],
    ['key', { key: 'tower-4' }],
    ['facts', { facts: { floor: 4 } }],
    ['facts of the ticket', { ticket: ticket({ facts: { floor: 5 } }) }],
    ['key of the ticket', { ticket: ticket({ key: 'tower-5' }) }],
    ['ticket (none)', { ticket: null }],
  ])('claims that differ in the %s have different fingerprints', (_, overrides) => {
    expect(fingerprint(overrides)).not.toBe(fingerprint());
  });
});

test('the operation names actor and player, and staff do not create players', () => {
  const tournament = claim({ type: 'tournament', key: 'cup-1' });
  expect(decide(SERVER, tournament, { expectedVersion: 3 }).operation).toMatchObject({
    actor: SERVER,
    playerId: 'p1',
    createsPlayer: true,
    staff: null,
    expectedVersion: 3,
    configVersion: 7,
  });
  const byStaff = decide(STAFF, claim({ key: 'k', facts: { floor: 10 } })).operation;
  expect(byStaff.createsPlayer).toBe(false);
  expect(byStaff.staff).toMatchObject({ day: '2026-11-02', renewsAt: '2026-11-02T23:00:00.000Z' });
  // The day is that of the config's time zone, not the UTC date.
  expect(NOW.toISOString().slice(0, 10)).toBe('2026-11-01');
});

describe('a claim type with conditions', () => {
  const conditions = [{ when: () => false, text: 'locked.x', usesFacts: false }];
  const rule = { ...(RULES.claimTypes.get('tournament') as ClaimTypeRule), conditions };
  const rules = { ...RULES, claimTypes: new Map([['tournament', rule]]) };

  test('that are not met pays what was announced, and is rejected where nothing was', () => {
    const { operation } = decide(SERVER, claim({ type: 'tournament', key: 'cup-1' }), { rules });
    expect(operation).toMatchObject({
      mode: 'reject',
      source: { kind: 'pending' },
      postings: [],
      rejection: { kind: 'requirements_not_met', claimType: 'tournament', unmet: ['locked.x'] },
    });
  });

  test('that are not met is not announced', () => {
    const request = announcementOf({ type: 'tournament', key: 'cup-1', facts: null });
    const { operation } = decideAnnounceReward(intentOf(SERVER, { rules }), request, () => 0);
    expect(operation).toMatchObject({
      mode: 'reject',
      claimType: 'announcement',
      rejection: { kind: 'requirements_not_met', claimType: 'tournament' },
    });
  });
});

test('a cap may follow from the player', () => {
  const cap = Object.assign(({ level }: Facts) => 3 * Number(level), {
    reads: [{ kind: 'level', name: 'level' } as const],
  });
  const rewards = [{ resource: 'gold', amount: () => 50, cap, onceFor: null, scope: 'player' as const }];
  const rule = { ...(RULES.claimTypes.get('tournament') as ClaimTypeRule), rewards };
  const rules = { ...RULES, claimTypes: new Map([['tournament', rule]]) };
  const player = { ...unknownPlayer(NOW), balances: { experience: 300 }, number: 2 };
  const { operation } = decide(SERVER, claim({ type: 'tournament', key: 'cup-1' }), { rules, player });
  expect(operation.postings).toMatchObject([{ resource: 'gold', delta: 9 }]);
});

describe('a claim for a season, or once ever', () => {
  const [from, until] = ['2026-11-01T00:00:00.000Z', '2026-12-01T00:00:00.000Z'];
  const daily = RULES.claimTypes.get('daily') as ClaimTypeRule;
  const rulesWith = (period: ClaimTypeRule['period'], window: ClaimTypeRule['window']) => ({
    ...RULES,
    calendar: { ...RULES.calendar, seasons: new Map([['autumn', { from, until }]]) },
    claimTypes: new Map([['daily', { ...daily, period, window }]]),
  });
  const SEASON = rulesWith({ season: 'autumn' }, { from, until });

  test('has the name of the season as its key, and holds in it', () => {
    expect(decide(PLAYER, claim({ type: 'daily' }), { rules: SEASON }).operation).toMatchObject({
      ...{ mode: 'commit', claimKey: 'autumn', holdsFrom: from, holdsUntil: until },
    });
  });

  test.each([
    ['2026-10-31T23:59:59.999Z', { opensAt: from, closedAt: null }],
    [until, { opensAt: null, closedAt: until }],
  ])('is not available at %s', (now, window) => {
    const { operation } = decide(PLAYER, claim({ type: 'daily' }), { rules: SEASON, now: new Date(now) });
    expect(operation).toMatchObject({ postings: [], rejection: { kind: 'not_available', ...window } });
  });

  test('once ever has one key for all time', () => {
    const rules = rulesWith('ever', null);
    expect(decide(PLAYER, claim({ type: 'daily' }), { rules }).operation).toMatchObject({
      ...{ mode: 'commit', claimKey: 'ever', holdsFrom: null, holdsUntil: null },
    });
    const { fault } = decide(PLAYER, claim({ type: 'daily', key: 'mine' }), { rules });
    expect(fault?.message).toContain('daily is claimed once ever, and its key is ever');
  });
});
