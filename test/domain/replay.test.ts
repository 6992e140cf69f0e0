import { describe, expect, test } from 'vitest';
import { Replay } from '../../src/domain/replay.ts';
import type { StoredAnnouncement, StoredClaim } from '../../src/domain/replay-rows.ts';
import type {
  BalanceRules,
  ClaimTypeRule,
  DrawOutcome,
  ExchangeRule,
  Expression,
  PlayerRead,
} from '../../src/domain/rules.ts';
import { CHEST, COIN, NOW, RULES } from './rules.ts';

function stored(claim: Partial<StoredClaim> & Pick<StoredClaim, 'operation' | 'type'>): StoredClaim {
  return {
    ...{ player: 1, number: 1, at: NOW.getTime(), by: 'server', version: 7, input: {}, facts: {}, shown: {} },
    ...{ draws: [], paidWith: null, entries: [], announcement: null, fixed: null },
    ...claim,
  };
}

const claimOf = (type: string, claim: Partial<StoredClaim> = {}) =>
  stored({ operation: 'claimReward', type, input: { type, key: 'k-1' }, ...claim });
const exchangeOf = (exchange: string, claim: Partial<StoredClaim> = {}) =>
  stored({ operation: 'exchange', type: exchange, input: { exchange, quantity: 1 }, ...claim });

/** What the rules would have requested, or why not. */
function replayed(claim: StoredClaim, rules: BalanceRules = RULES) {
  const found = new Replay(rules).replay(claim);
  if (found.kind !== 'replayed') return found.kind === 'apart' ? found.why : found.kind;
  return found.refused ?? Object.fromEntries(found.would);
}

function withType(name: string, change: Partial<ClaimTypeRule>): BalanceRules {
  const rule = { ...(RULES.claimTypes.get(name) as ClaimTypeRule), ...change };
  return { ...RULES, claimTypes: new Map([...RULES.claimTypes, [name, rule]]) };
}

function withExchange(name: string, change: Partial<ExchangeRule>): BalanceRules {
  const rule = { ...(RULES.exchanges.get(name) as ExchangeRule), ...change };
  return { ...RULES, exchanges: new Map([...RULES.exchanges, [name, rule]]) };
}

const LEVEL: PlayerRead = { kind: 'level', name: 'level' };
const GOLD: PlayerRead = { kind: 'balance', name: 'balance("gold")', resource: 'gold' };

/** Gives as much gold as the value that it reads. */
function reading(read: PlayerRead) {
  const amount: Expression<number> = Object.assign((inputs: object) => Number((inputs as never)[read.name]), {
    reads: [read],
  });
  return [{ resource: 'gold', amount, cap: null, onceFor: null, scope: 'player' as const }];
}

describe('a claim is replayed from what it recorded', () => {
  const ticket = { type: 'ascension', key: 'tower', facts: { floor: 12 } };
  const ascension = claimOf('ascension', { by: 'player', input: { type: 'ascension', ticket } });

  test('by the facts of its ticket', () => {
    expect(replayed(ascension)).toEqual({ gold: 400, experience: 40 });
  });

  test('without the facts that the draft no longer declares', () => {
    const rules = withType('ascension', { facts: new Map(), rewards: reading(GOLD) });
    expect(replayed({ ...ascension, facts: { 'balance("gold")': 5 } }, rules)).toEqual({ gold: 5 });
  });

  test('and apart where the draft asks for facts that it did not state', () => {
    const rules = withType('daily', {
      proof: 'server',
      period: null,
      facts: RULES.claimTypes.get('ascension')?.facts as never,
    });
    expect(replayed(claimOf('daily'), rules)).toBe('facts');
  });

  test('at its time: outside the window of the draft it is refused, and so is a type that the draft does not have', () => {
    const closed = withType('tournament', {
      window: { from: null, until: '2026-10-01T00:00:00.000Z' } as never,
    });
    expect(replayed(claimOf('tournament'))).toEqual({ gold: 9 });
    expect(replayed(claimOf('tournament'), closed)).toBe('not_available');
    expect(replayed(claimOf('gone'))).toBe('unknown_claim_type');
  });

  test('and apart where a formula of the draft fails', () => {
    expect(replayed(claimOf('broken'))).toBe('formula');
  });

  test('by the price, the quantity and the terms that the draft has, whatever terms the client showed', () => {
    const claim = exchangeOf('buy_gem', {
      input: { exchange: 'buy_gem', quantity: 3, terms: 'f'.repeat(32) },
    });
    const dear = withExchange('buy_gem', { costs: [[{ resource: 'gold', amount: 70 }]] });
    expect(replayed(claim)).toEqual({ gold: -150, gems: 3 });
    expect(replayed(claim, dear)).toEqual({ gold: -210, gems: 3 });
  });

  test('with the price that was paid; apart where the draft alone has several', () => {
    const prices = withExchange('buy_gem', {
      costs: [[{ resource: 'gold', amount: 50 }], [{ resource: 'experience', amount: 9 }]],
    });
    expect(replayed(exchangeOf('buy_gem', { paidWith: 1 }), prices)).toEqual({ experience: -9, gems: 1 });
    expect(replayed(exchangeOf('buy_gem'), prices)).toBe('payment');
  });

  test('by the length that its streak had; apart where it continued none', () => {
    const rules: BalanceRules = {
      ...withType('tournament', {
        streak: 'days',
        rewardsByStreak: [{ from: 3, rewards: [{ resource: 'gems', amount: 2 }] }],
      }),
      streaks: new Map([['days', { name: 'days', period: 'day', grace: 0, loses: null }]]),
    };
    const days = (before: number) =>
      claimOf('tournament', { entries: [{ resource: 'days', requested: 1, before }] });
    expect(replayed(days(1), rules)).toEqual({ gold: 9, days: 1 });
    expect(replayed(days(2), rules)).toEqual({ gold: 9, days: 1, gems: 2 });
    expect(replayed(claimOf('tournament'), rules)).toBe('streak');
  });
});

describe('what the draft reads of the player', () => {
  const byLevel = withType('tournament', { rewards: reading(LEVEL) });
  const byGold = withType('tournament', { rewards: reading(GOLD) });

  test('is what the claim read', () => {
    expect(replayed(claimOf('tournament', { facts: { level: 3 } }), byLevel)).toEqual({ gold: 3 });
    expect(replayed(claimOf('tournament', { facts: { 'balance("gold")': 70 } }), byGold)).toEqual({
      gold: 70,
    });
  });

  test('is the balance that the claim found or did not move, where it read none', () => {
    const found = { entries: [{ resource: 'gold', requested: 9, before: 30 }] };
    expect(replayed(claimOf('tournament', found), byGold)).toEqual({ gold: 30 });
    expect(replayed(claimOf('tournament', { shown: { experience: 350 } }), byLevel)).toEqual({ gold: 3 });
  });

  test('is the level under the curve of the draft where the experience is known, and otherwise the recorded one', () => {
    const steep = {
      ...byLevel,
      levels: { ...(RULES.levels as never as object), thresholds: [1_000, 2_000, 3_000] },
    };
    const known = { facts: { level: 3 }, shown: { experience: 1_500 } };
    expect(replayed(claimOf('tournament', known), steep as never)).toEqual({ gold: 2 });
    expect(replayed(claimOf('tournament', { facts: { level: 3 } }), steep as never)).toEqual({ gold: 3 });
  });

  test('is not guessed: the claim is apart where it recorded nothing of it', () => {
    expect(replayed(claimOf('tournament'), byGold)).toBe('player');
    expect(replayed(claimOf('tournament'), byLevel)).toBe('player');
  });
});

describe('draws', () => {
  const die = (table: string, outcome: string, roll: number, of: number) => ({
    ...{ table, outcome, roll, of, guaranteed: false },
  });
  const pity = (before: number, requested = 1) => ({ resource: 'pity:chest', requested, before });
  const chest = (number: number, roll: number, before: number) =>
    exchangeOf('open_chest', {
      ...{ number, draws: [die('chest', 'x', roll, 10)], entries: [pity(before)] },
    });

  test('keep their rolls on a table with as many', () => {
    expect(replayed(chest(1, 7, 0))).toEqual({ gold: -95, 'hero:dragon': 1, 'pity:chest': -10_000 });
    expect(replayed(chest(1, 8, 0))).toEqual({ gold: -100, gems: 1, 'pity:chest': 1 });
  });

  test('keep their place on a table with other weights, and spread evenly over its rolls', () => {
    const outcomes = CHEST.outcomes.map((one) => ({ ...one, weight: one.weight * 1_000 }));
    const table = { ...CHEST, outcomes, guarantees: [] };
    const rules = {
      ...withExchange('open_chest', { draws: [{ table, times: 1 }] }),
      drawTables: new Map([['chest', table]]),
    };
    expect(replayed(chest(1, 8, 0), rules)).toEqual({ gold: -100, gems: 1 });
    // Of the rolls that were the seventh, half are another outcome.
    const [common, epic, rare] = outcomes as [DrawOutcome, DrawOutcome, DrawOutcome];
    const halved = {
      ...table,
      outcomes: [{ ...common, weight: 6_500 }, { ...epic, weight: 1_500 }, rare],
    };
    const half = { ...rules, ...withExchange('open_chest', { draws: [{ table: halved, times: 1 }] }) };
    const dragons = Array.from({ length: 2_000 }, (_, player) =>
      replayed({ ...chest(1, 6, 0), player: player + 2 }, half),
    ).filter((found) => typeof found === 'object' && 'hero:dragon' in found);
    expect(dragons.length).toBeGreaterThan(700);
    expect(dragons.length).toBeLessThan(1_300);
  });

  test('of a draft that draws more often use dice of their own, the same in each replay', () => {
    const rules = withExchange('open_chest', { draws: [{ table: COIN, times: 40 }] });
    const first = replayed(chest(1, 7, 0), rules) as Record<string, number>;
    expect(replayed(chest(1, 7, 0), rules)).toEqual(first);
    // From 1 to 2 gold each.
    expect(first.gold).toBeGreaterThan(-60);
    expect(first.gold).toBeLessThan(-20);
    const others = Array.from({ length: 20 }, (_, place) =>
      JSON.stringify(replayed(chest(place + 2, 7, 0), rules)),
    );
    expect(new Set(others).size).toBeGreaterThan(4);
  });

  test('follow the guarantees of the draft from draw to draw, beginning where the ledger was', () => {
    const sooner = { ...CHEST, guarantees: [{ counter: 'pity:chest', after: 1, outcomes: ['epic'] }] };
    const rules = {
      ...withExchange('open_chest', { draws: [{ table: sooner, times: 1 }] }),
      drawTables: new Map([['chest', sooner]]),
    };
    const replay = new Replay(rules);
    // Common each time: the ledger counted 0, 1, 2 and the draft's guarantee is due at 1.
    const dragons = [0, 1, 2, 3].map((before) => {
      const found = replay.replay(chest(before + 1, 0, before));
      return found.kind === 'replayed' && found.would.has('hero:dragon');
    });
    expect(dragons).toEqual([false, true, false, true]);
  });

  test('count on after what is not replayed, as the ledger does', () => {
    const replay = new Replay(RULES);
    const reversal = stored({
      operation: 'reverseClaim',
      type: 'reversal',
      number: 2,
      entries: [pity(1, -1)],
    });
    replay.replay(chest(1, 0, 0));
    replay.replay(reversal);
    const drawn = [0, 1, 2, 3].map((before) => replay.replay(chest(before + 3, 0, before)));
    expect(drawn.map((found) => found.kind === 'replayed' && found.would.has('hero:dragon'))).toEqual([
      ...[false, false, false],
      true,
    ]);
  });
});

describe('an announced reward', () => {
  const announcement: StoredAnnouncement = {
    ...{ operation: 'announceReward', by: 'server', at: NOW.getTime(), facts: {}, shown: {} },
    input: { type: 'ascension', key: 'tower', facts: { floor: 12 } },
  };

  test('is replayed from its announcement, by whatever mutation it is paid', () => {
    for (const operation of ['claimReward', 'recoverReward', 'collectRewards'])
      expect(replayed(stored({ operation, type: 'ascension', announcement }))).toEqual({
        gold: 400,
        experience: 40,
      });
  });

  test('advances the counters of its type when it is paid', () => {
    const quest = { ...announcement, input: { type: 'quest', key: 'q' } };
    expect(replayed(stored({ operation: 'recoverReward', type: 'quest', announcement: quest }))).toEqual({
      ...{ gold: 4, wins: 1 },
    });
  });

  test('moves nothing when it is announced', () => {
    expect(replayed(stored({ operation: 'announceReward', type: 'announcement' }))).toBe('nothing');
  });
});

describe('a request that states its amounts', () => {
  test.each([
    ['manualReward', { grants: [{ resource: 'gold', amount: 5 }] }, { gold: 5 }],
    ['grantMany', { campaign: 'c', item: 'i', gives: [{ resource: 'gold', amount: 6 }] }, { gold: 6 }],
    ['runCampaign', { campaign: 'c', item: 'i', gives: { gold: 7 } }, { gold: 7 }],
    ['transferResource', { resource: 'gold', amount: 8 }, { gold: -8 }],
    ['spendResource', { resource: 'gold', amount: 9 }, { gold: -9 }],
    ['takeResource', { resource: 'gold', amount: 10, ifInsufficient: 'clamp' }, { gold: -10 }],
    ['applyDamage', { amount: 11 }, { health: -11 }],
    ['heal', { amount: 12 }, { health: 12 }],
    [
      'spendStatPoints',
      { points: [{ stat: 'energy', points: 2 }] },
      { stat_points: -2, 'stat:energy': 2, energy: 0 },
    ],
    ['advanceProgress', { key: 'match', counters: [{ counter: 'wins', by: 3 }] }, { wins: 3 }],
    [
      'payoutRanking',
      { payout: 'arena', key: 'w', participants: 2, position: 1, rank: 1, tied: 1 },
      { gold: 10 },
    ],
  ])('%s moves them under every config that accepts it', (operation, input, moved) => {
    expect(replayed(stored({ operation, type: 'any', input }))).toEqual(moved);
  });

  test('is refused by a config that does not accept it', () => {
    const input = { resource: 'gold', amount: 501 };
    expect(replayed(stored({ operation: 'transferResource', type: 'transfer', input }))).toBe(
      'limit_exceeded',
    );
    const gone = { grants: [{ resource: 'silver', amount: 5 }] };
    expect(replayed(stored({ operation: 'manualReward', type: 'manual_reward', input: gone }))).toBe(
      'not_accepted',
    );
  });
});

test.each([
  [{ operation: 'reverseClaim' }, 'reversal'],
  [{ operation: 'redeemCode' }, 'code'],
  [{ operation: 'import' }, 'imported'],
  [{ operation: 'payoutRanking', fixed: 'ranking' }, 'ranking'],
  [{ operation: 'grantMany', fixed: 'pending' }, 'pending'],
  [{ operation: 'expireRewards', fixed: 'expired' }, 'expired'],
  [{ operation: 'collectRewards', announcement: 'waited' }, 'waited'],
  [{ operation: 'somethingElse', entries: [{ resource: 'gold', requested: 1, before: 0 }] }, 'other'],
  [{ operation: 'acceptGifts' }, 'nothing'],
] as const)('what follows from neither the request nor the config is apart: %j', (claim, why) => {
  expect(replayed(stored({ type: 'any', ...claim }))).toBe(why);
});
