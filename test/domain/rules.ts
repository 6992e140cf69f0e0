/** Balance rules and intents for tests, written by hand and small enough to check by eye: no document, no CEL, no clock. */
import type { Actor } from '../../src/domain/actor.ts';
import type { Intent } from '../../src/domain/decide.ts';
import {
  type Amount,
  type BalanceRules,
  type ClaimTypeRule,
  type DrawTable,
  type ExchangeRule,
  FormulaError,
  type LevelRules,
  type ResourceRule,
} from '../../src/domain/rules.ts';
import { constrained } from '../../src/domain/values.ts';
import { calendarIn, perDay } from './periods.ts';

export { BERLIN_DAY, calendarIn, perDay } from './periods.ts';

const resource = (name: string, overrides: Partial<ResourceRule> = {}): [string, ResourceRule] => [
  name,
  {
    name,
    floor: 0,
    ceiling: null,
    atCeiling: 'reject',
    converts: null,
    manual: false,
    staff: { kind: 'value', value: 1 },
    accrual: null,
    transfer: null,
    spend: null,
    take: null,
    ...overrides,
  },
];

const claimType = (name: string, overrides: Partial<ClaimTypeRule>): [string, ClaimTypeRule] => [
  name,
  {
    ...{ name, proof: 'server', period: null, facts: new Map(), rewards: [], conditions: [], limits: [] },
    draws: [],
    requires: [],
    advances: [],
    streak: null,
    rewardsByStreak: [],
    ...{ onExpiry: [], window: null, reversibleBy: [] },
    ...overrides,
  },
];

const exchange = (name: string, overrides: Partial<ExchangeRule>): [string, ExchangeRule] => [
  name,
  {
    ...{ name, costs: [[]], gives: [], options: null, conditions: [], draws: [], maxQuantity: 1 },
    ...{ limits: [], window: null, reversibleBy: [] },
    ...overrides,
  },
];

const amountOf = (resource: string, amount: number): readonly Amount[] => [{ resource, amount }];

const floorFact = new Map([['floor', { kind: 'int' as const, min: 1, max: 50 }]]);
const goldReward = (amount: ClaimTypeRule['rewards'][number]['amount'], cap: number | null = null) => ({
  resource: 'gold',
  amount,
  cap,
  onceFor: null,
  scope: 'player' as const,
});

/** The maximum of energy: 100, and 10 more per point of the stat. */
export const MAX_ENERGY = { base: 100, perUnit: 10, resource: 'stat:energy' };
/** The maximum of health: 500, and 50 more per point of the stat. */
export const MAX_HEALTH = { base: 500, perUnit: 50, resource: 'stat:health' };

/** Rolls 0 to 6 are common, 7 is epic, 8 and 9 are rare. After three draws without epic, the next draw is epic. */
export const CHEST: DrawTable = {
  name: 'chest',
  outcomes: [
    { name: 'common', weight: 7, gives: amountOf('gold', 10), table: null },
    { name: 'epic', weight: 1, gives: [...amountOf('gold', 5), ...amountOf('hero:dragon', 1)], table: null },
    { name: 'rare', weight: 2, gives: amountOf('gems', 1), table: null },
  ],
  guarantees: [{ counter: 'pity:chest', after: 3, outcomes: ['epic'] }],
};

/** Roll 0 is heads, 1 is tails. */
export const COIN: DrawTable = {
  name: 'coin',
  outcomes: [
    { name: 'heads', weight: 1, gives: amountOf('gold', 2), table: null },
    { name: 'tails', weight: 1, gives: amountOf('gold', 1), table: null },
  ],
  guarantees: [],
};

export const LEVELS: LevelRules = {
  resource: 'experience',
  thresholds: [100, 300, 600],
  grants: [{ resource: 'stat_points', amounts: [3, 3, 5] }],
  paidResource: 'levels_paid',
};

export const RULES: BalanceRules = {
  version: 7,
  sha256: 'a'.repeat(64),
  calendar: calendarIn('Europe/Berlin'),
  playerZone: null,
  resources: new Map([
    resource('gold', {
      manual: true,
      transfer: {
        perTransfer: 500,
        limits: [perDay('transfer:gold', 'transfer', 800)],
        receives: [],
        accountAgeHours: null,
        onFull: 'reject',
        message: null,
      },
      spend: { perCall: 300, limits: [perDay('spend:gold', 'spending', 700)] },
      take: { perCall: null, perDay: 200, debt: true },
    }),
    resource('gems', {
      manual: true,
      ceiling: 10,
      atCeiling: 'clamp',
      spend: { perCall: null, limits: [] },
      take: { perCall: 5, perDay: 9, debt: false },
    }),
    resource('experience', { manual: true }),
    resource('levels_paid'),
    resource('stat_points', { ceiling: 500 }),
    resource('stat:energy'),
    resource('stat:stamina'),
    resource('stat:health', { ceiling: 100 }),
    resource('lifetime_points'),
    resource('charges', {
      ceiling: 5,
      atCeiling: 'clamp',
      accrual: { initial: 5, regenerates: { everySeconds: 3600, amount: 1, upTo: 5 } },
    }),
    resource('energy', {
      ceiling: MAX_ENERGY,
      atCeiling: 'clamp',
      accrual: { initial: MAX_ENERGY, regenerates: { everySeconds: 300, amount: 1, upTo: MAX_ENERGY } },
    }),
    resource('health', {
      ceiling: MAX_HEALTH,
      atCeiling: 'clamp',
      accrual: { initial: MAX_HEALTH, regenerates: null },
    }),
    resource('hero:dragon'),
    resource('pity:chest'),
  ]),
  claimTypes: new Map([
    claimType('ascension', {
      proof: 'ticket',
      facts: floorFact,
      rewards: [
        goldReward(({ floor }) => 100 + Number(floor) * 25, 1_000),
        {
          resource: 'gems',
          amount: ({ floor }) => (Number(floor) % 10 === 0 ? 1 : 0),
          cap: null,
          onceFor: null,
          scope: 'player',
        },
        { resource: 'experience', amount: () => 40, cap: null, onceFor: null, scope: 'player' },
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
        { ...goldReward(() => 5), onceFor: ['source', 'minute'] },
        { ...goldReward(({ shown }) => (shown ? 1 : 0)), resource: 'gems', onceFor: ['source'] },
        { ...goldReward(() => 2), resource: 'experience' },
      ],
      onExpiry: amountOf('gems', 1),
    }),
    claimType('purchase', {
      proof: 'server',
      facts: new Map([['transaction', { kind: 'id' as const }]]),
      rewards: [{ ...goldReward(() => 5), onceFor: ['transaction'], scope: 'game' }],
    }),
    claimType('daily', { proof: 'calendar', period: 'day', rewards: [goldReward(() => 150)] }),
    claimType('weekly', { proof: 'calendar', period: 'week', rewards: [goldReward(() => 500)] }),
    claimType('tournament', { proof: 'server', rewards: [goldReward(() => 9)] }),
    claimType('bounty', {
      proof: 'server',
      limits: [perDay('claims:bounty', 'bounty', 3)],
      rewards: [goldReward(() => 4)],
    }),
    claimType('broken', {
      rewards: [
        goldReward(() => {
          throw new FormulaError('claimTypes.broken.rewards.gold: division by zero');
        }),
      ],
    }),
    claimType('quest', {
      requires: [{ counter: 'wins', atLeast: 3 }],
      advances: [{ counter: 'wins', by: 1 }],
      rewards: [goldReward(() => 4)],
    }),
    claimType('nothing', { rewards: [goldReward(() => 0)] }),
  ]),
  exchanges: new Map([
    exchange('drop', { costs: [amountOf('charges', 1)], gives: amountOf('gold', 5), maxQuantity: 5 }),
    exchange('buy_gem', {
      costs: [amountOf('gold', 50)],
      gives: amountOf('gems', 1),
      maxQuantity: 5,
      limits: [perDay('exchange:buy_gem', 'buy_gem', 8)],
    }),
    exchange('open_chest', {
      costs: [amountOf('gold', 100)],
      draws: [{ table: CHEST, times: 1 }],
      maxQuantity: 10,
    }),
    exchange('wager', {
      costs: [amountOf('gems', 1)],
      gives: amountOf('experience', 1),
      draws: [
        { table: CHEST, times: 1 },
        { table: COIN, times: 2 },
      ],
      maxQuantity: 2,
    }),
    exchange('training', { costs: [amountOf('energy', 10)], gives: amountOf('experience', 50) }),
  ]),
  streaks: new Map(),
  counters: new Map([['wins', { name: 'wins', period: 'day', max: null }]]),
  drawTables: new Map([
    ['chest', CHEST],
    ['coin', COIN],
  ]),
  combat: { health: 'health', damageTypes: [] },
  levels: LEVELS,
  statPoints: {
    resource: 'stat_points',
    stats: new Map([
      ['energy', { resource: 'stat:energy', base: 100, perPoint: 10 }],
      ['health', { resource: 'stat:health', base: 500, perPoint: 50 }],
      ['stamina', { resource: 'stat:stamina', base: 100, perPoint: 10 }],
    ]),
  },
  tiers: {
    resource: 'lifetime_points',
    tiers: Object.entries({ Bronze: 10, Silver: 1_000 }).map(([name, from]) => ({ name, from })),
  },
  manualRewards: {
    limitPerReward: 1_000,
    budgetPerDay: 5_000,
    awardsPerDay: 20,
    servers: { limitPerReward: 500, budgetPerDay: 2_000 },
  },
  breakers: new Map(),
  payouts: new Map([
    ['arena', { name: 'arena', rows: [{ to: 1, gives: [{ resource: 'gold', amount: 10 }] }], ties: 'same' }],
  ]),
  catalogue: {
    defaultLanguage: 'en',
    entries: new Map([
      [
        'messages.report_is_in',
        { title: 'The report is in', text: 'Well played.', image: null, tags: [], sort: 0 },
      ],
    ]),
  },
};

/** The same game without levels, stat points, tiers and combat. */
export const PLAIN_RULES: BalanceRules = {
  ...RULES,
  resources: new Map(
    [...RULES.resources].map(([name, rule]) =>
      name === 'energy' || name === 'health' ? resource(name) : [name, rule],
    ),
  ),
  levels: null,
  statPoints: null,
  tiers: null,
  combat: null,
};

export const PLAYER: Actor = { kind: 'player', id: 'p1' };
export const SERVER: Actor = { kind: 'server', id: 'arena-1' };
export const STAFF: Actor = { kind: 'staff', id: 'support-1' };

/** Half past midnight on Monday, 2 November 2026, in Berlin. In UTC it is still Sunday. */
export const NOW = new Date('2026-11-01T23:30:00Z');

export function intentOf(actor: Actor, overrides: Partial<Intent> = {}): Intent {
  return {
    actor,
    playerId: 'p1',
    idempotencyKey: 'key-0000000000000001',
    expectedVersion: null,
    correlationId: '01a201d2-9e85-780d-9e07-8cd1c2c6ba5c',
    clientCorrelationId: 'correlation-1',
    now: NOW,
    rules: RULES,
    player: null,
    zones: null,
    ...overrides,
  };
}

/** Values of the constrained types. They throw where a test passes a value that no scalar would accept. */
export const positiveInt = (value: number) => constrained('PositiveInt', value);
export const quantityOf = (value: number) => constrained('Quantity', value);
export const reasonOf = (value: string) => constrained('Reason', value);
export const claimIdOf = (value: string) => constrained('ClaimId', value);
