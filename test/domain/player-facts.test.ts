import { describe, expect, test } from 'vitest';
import { decideClaimReward } from '../../src/domain/claim-reward.ts';
import { type PlayerSnapshot, unknownPlayer } from '../../src/domain/player-facts.ts';
import type { RegenerationRule } from '../../src/domain/regeneration.ts';
import type { BalanceRules, ClaimTypeRule, Facts, Formula, PlayerRead } from '../../src/domain/rules.ts';
import { intentOf, MAX_ENERGY, NOW, PLAYER, RULES, SERVER } from './rules.ts';

const balance = (resource: string): PlayerRead => ({
  kind: 'balance',
  name: `balance('${resource}')`,
  resource,
});
const LEVEL: PlayerRead = { kind: 'level', name: 'level' };
const TIER: PlayerRead = { kind: 'tier', name: 'tier' };
const HOLDS: PlayerRead = {
  kind: 'holds',
  name: "holds('gems', 'm-1')",
  resource: 'gems',
  source: 'm-1',
};

const AT = '2026-11-01T12:00:00.000Z';
const ENERGY: RegenerationRule = {
  resource: 'energy',
  effectiveFrom: '2020-01-01T00:00:00.000Z',
  effectiveUntil: null,
  everySeconds: 300,
  amount: 1,
  cap: MAX_ENERGY,
  opening: MAX_ENERGY,
};
const snapshot = (over: Partial<PlayerSnapshot> = {}): PlayerSnapshot => ({
  number: 12,
  balances: { gold: 40 },
  anchors: {},
  regenerationRules: [ENERGY],
  playerSince: '2026-10-01T00:00:00.000Z',
  at: AT,
  held: [],
  ...over,
});

const SEGMENT: PlayerRead = { kind: 'attribute', name: 'segment', values: ['new', 'vip'] };

/** Rules with one claim type, whose gold is this formula of what it reads. */
function rulesReading(reads: readonly PlayerRead[], amount: (inputs: Facts) => number): BalanceRules {
  const formula: Formula = Object.assign((inputs: Facts) => amount(inputs), { reads });
  const rewards = [{ resource: 'gold', amount: formula, cap: null, onceFor: null, scope: 'player' as const }];
  const rule: ClaimTypeRule = {
    ...(RULES.claimTypes.get('nothing') as ClaimTypeRule),
    name: 'shared',
    rewards,
  };
  return { ...RULES, claimTypes: new Map([...RULES.claimTypes, ['shared', rule]]) };
}

const CLAIM = { type: 'shared', key: 'k-1', facts: null, ticket: null, terms: null };
const decideWith = (rules: BalanceRules, player: PlayerSnapshot | null) =>
  decideClaimReward(intentOf(SERVER, { rules, player }), CLAIM);

describe('a decision that reads the player', () => {
  const rules = rulesReading([LEVEL, TIER, balance('gold'), balance('energy'), HOLDS], () => 5);

  test('says what it needs, and looks the key up until it has it', () => {
    const { needs, operation, fault } = decideWith(rules, null);
    expect(needs).toEqual({
      // The maximum of energy follows from the points in it.
      resources: ['experience', 'lifetime_points', 'gold', 'energy', 'stat:energy'],
      sourceKeys: [{ type: 'gems', key: 'm-1' }],
    });
    expect(operation).toMatchObject({ mode: 'lookup', decidedOn: null, factsRead: null });
    expect(fault).toBeNull();
  });

  test('names the number that it was decided on, and keeps what it read', () => {
    const balances = { experience: 300, lifetime_points: 1_000, gold: 40, energy: 200 };
    const held = [{ type: 'gems', key: 'm-1' }];
    const { needs, operation } = decideWith(rules, snapshot({ balances, held }));
    expect(needs).toBeNull();
    expect(operation).toMatchObject({
      mode: 'commit',
      decidedOn: 12,
      factsRead: {
        level: 3,
        tier: 'Silver',
        "balance('gold')": 40,
        "balance('energy')": 200,
        "holds('gems', 'm-1')": true,
      },
    });
  });

  test('has no bounds of time while nothing that it read regenerates', () => {
    const full = snapshot({ balances: { energy: 100 }, anchors: { energy: AT } });
    expect(decideWith(rules, full).operation).toMatchObject({ holdsFrom: null, holdsUntil: null });
  });

  test('holds until the next unit of a balance that regenerates', () => {
    // 20 minutes are 4 units; the next one comes after 25.
    const anchors = { energy: '2026-11-01T11:38:00.000Z' };
    const { operation } = decideWith(rules, snapshot({ balances: { energy: 10 }, anchors }));
    expect(operation).toMatchObject({
      factsRead: { "balance('energy')": 14 },
      holdsFrom: AT,
      holdsUntil: '2026-11-01T12:03:00.000Z',
    });
  });

  test('reads of a player who does not exist yet what they would begin with', () => {
    expect(decideWith(rules, unknownPlayer(NOW)).operation).toMatchObject({
      decidedOn: 0,
      factsRead: { level: 1, tier: '', "balance('gold')": 0, "balance('energy')": 100 },
    });
  });
});

test('a formula gets what it reads beside the facts', () => {
  const rules = rulesReading([balance('gold')], (inputs) => 100 + 10 * Number(inputs["balance('gold')"]));
  expect(decideWith(rules, snapshot()).operation.postings).toMatchObject([{ resource: 'gold', delta: 500 }]);
});

test('a decision that reads nothing ignores a player who was read for other rules', () => {
  const { operation, needs } = decideClaimReward(intentOf(SERVER, { player: snapshot() }), {
    ...CLAIM,
    type: 'tournament',
  });
  expect(needs).toBeNull();
  expect(operation).toMatchObject({ mode: 'commit', decidedOn: null, factsRead: null });
});

describe('an attribute of the token', () => {
  const rules = rulesReading([SEGMENT], ({ segment }) => (segment === 'vip' ? 9 : 1));
  const open = {
    ...(rules.claimTypes.get('shared') as ClaimTypeRule),
    proof: 'calendar',
    period: 'day',
  } as const;
  const byPlayer = { ...rules, claimTypes: new Map([['shared', open]]) };
  const decideAs = (attributes: Readonly<Record<string, string>> | undefined) =>
    decideClaimReward(intentOf({ ...PLAYER, ...(attributes && { attributes }) }, { rules: byPlayer }), {
      ...CLAIM,
      key: null,
    });

  test('is kept with the claim, and needs no read of the ledger', () => {
    const { needs, operation } = decideAs({ segment: 'vip', country: 'de' });
    expect(needs).toBeNull();
    expect(operation).toMatchObject({ mode: 'commit', decidedOn: null, factsRead: { segment: 'vip' } });
    expect(operation.postings).toMatchObject([{ delta: 9 }]);
  });

  test.each([
    [undefined],
    [{}],
    [{ segment: 'whale' }],
    [{ toString: 'vip' }],
  ])('is an empty text where the token says %j', (attributes) => {
    expect(decideAs(attributes as Record<string, string> | undefined).operation).toMatchObject({
      factsRead: { segment: '' },
    });
  });

  test('of a server says nothing of the player for whom it acts', () => {
    const server = { ...SERVER, attributes: { segment: 'vip' } };
    const { operation } = decideClaimReward(intentOf(server, { rules }), CLAIM);
    expect(operation.factsRead).toEqual({ segment: '' });
  });
});
