/** Balance rules and commands made by hand, small enough to reckon with: no document, no CEL, no clock. */
import type { Actor } from '../../src/domain/actor.ts';
import type { Command } from '../../src/domain/command.ts';
import {
  type BalanceRules,
  type ClaimTypeRule,
  FormulaError,
  type ResourceRule,
} from '../../src/domain/rules.ts';

const resource = (name: string, over: Partial<ResourceRule> = {}): [string, ResourceRule] => [
  name,
  { name, floor: 0, ceiling: null, atCeiling: 'reject', manual: false, ...over },
];

const claimType = (name: string, over: Partial<ClaimTypeRule>): [string, ClaimTypeRule] => [
  name,
  { name, proof: 'server', period: null, facts: new Map(), rewards: [], ...over },
];

const floorFact = new Map([['floor', { kind: 'int' as const, min: 1, max: 50 }]]);
const gold = (amount: ClaimTypeRule['rewards'][number]['amount'], cap: number | null = null) => ({
  resource: 'gold',
  amount,
  cap,
  onceFor: null,
});

export const RULES: BalanceRules = {
  version: 7,
  sha256: 'a'.repeat(64),
  timeZone: 'Europe/Berlin',
  resources: new Map([
    resource('gold', { manual: true }),
    resource('gems', { manual: true, ceiling: 10, atCeiling: 'clamp' }),
    resource('experience', { manual: true }),
    resource('levels_paid'),
    resource('stat_points', { ceiling: 500 }),
    resource('stat:energy'),
    resource('stat:stamina'),
    resource('stat:health', { ceiling: 100 }),
    resource('lifetime_points'),
  ]),
  claimTypes: new Map([
    claimType('ascension', {
      proof: 'ticket',
      facts: floorFact,
      rewards: [
        gold(({ floor }) => 100 + Number(floor) * 25, 1_000),
        {
          resource: 'gems',
          amount: ({ floor }) => (Number(floor) % 10 === 0 ? 1 : 0),
          cap: null,
          onceFor: null,
        },
        { resource: 'experience', amount: () => 40, cap: null, onceFor: null },
      ],
    }),
    claimType('report', {
      proof: 'server',
      facts: new Map([
        ['source', { kind: 'id' as const }],
        ['minute', { kind: 'int' as const, min: 0, max: 90 }],
        ['shown', { kind: 'bool' as const }],
      ]),
      rewards: [
        { ...gold(() => 5), onceFor: ['source', 'minute'] },
        { ...gold(({ shown }) => (shown ? 1 : 0)), resource: 'gems', onceFor: ['source'] },
        { ...gold(() => 2), resource: 'experience' },
      ],
    }),
    claimType('daily', { proof: 'calendar', period: 'day', rewards: [gold(() => 150)] }),
    claimType('weekly', { proof: 'calendar', period: 'week', rewards: [gold(() => 500)] }),
    claimType('tournament', { proof: 'server', rewards: [gold(() => 9)] }),
    claimType('broken', {
      rewards: [
        gold(() => {
          throw new FormulaError('claimTypes.broken.rewards.gold: division by zero');
        }),
      ],
    }),
    claimType('nothing', { rewards: [gold(() => 0)] }),
  ]),
  levels: {
    resource: 'experience',
    thresholds: [100, 300, 600],
    grants: [{ resource: 'stat_points', amounts: [3, 3, 5] }],
    paidResource: 'levels_paid',
  },
  statPoints: {
    resource: 'stat_points',
    stats: {
      energy: { resource: 'stat:energy', base: 100, perPoint: 10 },
      stamina: { resource: 'stat:stamina', base: 100, perPoint: 10 },
      health: { resource: 'stat:health', base: 500, perPoint: 50 },
    },
  },
  tiers: {
    resource: 'lifetime_points',
    tiers: [
      { name: 'Bronze', from: 10 },
      { name: 'Silver', from: 1_000 },
    ],
  },
  manualRewards: { limitPerReward: 1_000, budgetPerDay: 5_000 },
};

export const PLAYER: Actor = { kind: 'player', id: 'p1' };
export const SERVER: Actor = { kind: 'server', id: 'arena-1' };
export const STAFF: Actor = { kind: 'staff', id: 'support-1' };

/** Half past midnight on Monday, 2 November 2026, in Berlin; still Sunday in UTC. */
export const NOW = new Date('2026-11-01T23:30:00Z');

export function command(actor: Actor, over: Partial<Command> = {}): Command {
  return {
    actor,
    playerId: 'p1',
    idempotencyKey: 'key-0000000000000001',
    expectedVersion: null,
    correlationId: 'correlation-1',
    now: NOW,
    rules: RULES,
    ...over,
  };
}
