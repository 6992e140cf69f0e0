import { describe, expect, test } from 'vitest';
import { decideExchange } from '../../src/domain/exchange.ts';
import type { PlayerSnapshot } from '../../src/domain/player-facts.ts';
import {
  type ExchangeRule,
  type Expression,
  type Facts,
  FormulaError,
  type PlayerRead,
} from '../../src/domain/rules.ts';
import { termsOf } from '../../src/domain/terms.ts';
import { BERLIN_DAY, intentOf, PLAYER, quantityOf, RULES, SERVER } from './rules.ts';

const request = (exchange: string, quantity = 1) => ({
  exchange,
  quantity: quantityOf(quantity),
  payWith: null,
  choose: null,
  terms: null,
});
const decide = (exchange: string, quantity = 1, { roll = 0, overrides = {} } = {}) =>
  decideExchange(intentOf(PLAYER, overrides), request(exchange, quantity), () => roll);
const movesOf = ({ operation }: ReturnType<typeof decide>) =>
  operation.postings.map(({ resource, delta, atLimit }) => [resource, delta, atLimit]);

describe('an exchange', () => {
  test('an exchange takes its price and gives what it buys, both times the quantity', () => {
    expect(movesOf(decide('buy_gem', 3))).toEqual([
      ['gold', -150, 'reject'],
      ['gems', 3, 'clamp'],
    ]);
    expect(decide('buy_gem', 3).operation).toMatchObject({ mode: 'commit', name: 'exchange', choices: [] });
  });

  test('an exchange counts as many units as it is made at once', () => {
    expect(decide('buy_gem', 3).operation.units).toBe(3);
    expect(decide('drop').operation.units).toBe(1);
  });

  test('an exchange names what it takes, what its draws may give, and the counters of its guarantees', () => {
    expect(decide('drop').operation.resources).toEqual(expect.arrayContaining(['charges', 'gold']));
    expect(decide('open_chest').operation.resources).toEqual(
      expect.arrayContaining(['gold', 'hero:dragon', 'pity:chest']),
    );
    // Energy regenerates up to a maximum that follows from points.
    expect(decide('training').operation.resources).toEqual(
      expect.arrayContaining(['energy', 'stat:energy', 'experience', 'levels_paid', 'stat_points']),
    );
  });

  test('the idempotency key is the claim key, so that another key makes the exchange again', () => {
    const { operation } = decide('drop');
    expect([operation.claimType, operation.claimKey]).toEqual(['drop', 'key-0000000000000001']);
  });

  test('the fingerprint does not depend on what is drawn', () => {
    const [one, other] = [0, 9].map((roll) =>
      decideExchange(intentOf(PLAYER), request('open_chest', 2), (sides) => Math.min(roll, sides - 1)),
    );
    expect(one?.operation.choices).not.toEqual(other?.operation.choices);
    expect(one?.operation.fingerprint).toBe(other?.operation.fingerprint);
    expect(one?.operation.input).toEqual({ exchange: 'open_chest', quantity: 2 });
  });

  test('an exchange draws from each table its number of times, times the quantity, with a roll per draw', () => {
    let rolls = 0;
    const { operation } = decideExchange(intentOf(SERVER), request('wager', 2), (sides) => {
      rolls += 1;
      return rolls % sides;
    });
    const tables = operation.choices.map(({ oneOf }) => oneOf[0]?.draws[0]?.table);
    expect(tables).toEqual(['chest', 'chest', 'coin', 'coin', 'coin', 'coin']);
    // A draw from the chest has two alternatives, a draw from the coin has one.
    expect(rolls).toBe(8);
  });

  test('an exchange has the level milestone only where it gives experience', () => {
    expect(decide('training').operation.milestones).toBe(true);
    expect(decide('drop').operation.milestones).toBe(false);
  });

  test('an exchange has the level milestone where only a draw may give experience', () => {
    const outcomes = [
      { name: 'lesson', weight: 1, gives: [{ resource: 'experience', amount: 100 }], table: null },
    ];
    const table = { name: 'lessons', outcomes, guarantees: [] };
    const chest = RULES.exchanges.get('open_chest') as ExchangeRule;
    const exchanges = new Map([['open_chest', { ...chest, draws: [{ table, times: 1 }] }]]);
    expect(decide('open_chest').operation.milestones).toBe(false);
    const { operation } = decide('open_chest', 1, { overrides: { rules: { ...RULES, exchanges } } });
    expect(operation.milestones).toBe(true);
    expect(operation.resources).toContain('levels_paid');
  });

  test('the quantity counts against the limit of the day in the time zone of the config', () => {
    expect(decide('buy_gem', 4).operation.limits).toEqual([
      {
        subject: 'player',
        name: 'exchange:buy_gem',
        claimType: 'buy_gem',
        resource: null,
        limit: 'exchanges',
        amount: 4,
        bound: 8,
        period: BERLIN_DAY,
        renewsAt: BERLIN_DAY.ends,
        sharesWith: null,
        about: { period: 'day' },
      },
    ]);
    expect(decide('drop').operation.limits).toEqual([]);
  });

  test('a preview of an exchange rolls nothing', () => {
    const { operation } = decideExchange(intentOf(PLAYER), request('wager'), null);
    expect(operation).toMatchObject({ choices: [], mode: 'commit', milestones: true });
    // The odds show how far the guarantee has counted.
    expect(operation.resources).toContain('pity:chest');
  });
});

describe('an exchange that cannot be made', () => {
  test.each([
    'no_such',
    'toString',
    'constructor',
  ])('an unknown exchange is a recorded rejection: %s', (exchange) => {
    expect(decide(exchange).operation).toMatchObject({
      mode: 'reject',
      claimType: exchange,
      rejection: { kind: 'unknown_exchange', exchange },
      postings: [],
    });
  });

  test('a quantity above the maximum of the exchange only looks the key up and names the bound', () => {
    const { operation, fault } = decide('buy_gem', 6);
    expect(operation).toMatchObject({ mode: 'lookup', postings: [], choices: [] });
    expect(fault).toMatchObject({ code: 'BAD_USER_INPUT', field: 'quantity' });
    expect(fault?.message).toContain('1 to 5');
    expect(decide('buy_gem', 5).operation.mode).toBe('commit');
  });

  test('a changed config applies at once', () => {
    const drop = { ...RULES.exchanges.get('drop'), gives: [{ resource: 'gold', amount: 9 }] } as never;
    const rules = { ...RULES, exchanges: new Map([['drop', drop]]) };
    expect(movesOf(decide('drop', 2, { overrides: { rules } }))).toContainEqual(['gold', 18, 'reject']);
  });
});

describe('an exchange with formulas and conditions', () => {
  const GOLD: PlayerRead = { kind: 'balance', name: "balance('gold')", resource: 'gold' };
  const LEVEL: PlayerRead = { kind: 'level', name: 'level' };
  const reading = <T>(reads: readonly PlayerRead[], of: (inputs: Facts) => T): Expression<T> =>
    Object.assign((inputs: Facts) => of(inputs), { reads });
  const rule: ExchangeRule = {
    ...(RULES.exchanges.get('buy_gem') as ExchangeRule),
    name: 'militia',
    costs: [
      [
        {
          resource: 'gold',
          amount: reading(
            [GOLD],
            (inputs) => (Number(inputs["balance('gold')"]) / 10) * Number(inputs.quantity),
          ),
        },
        { resource: 'energy', amount: 2 },
      ],
    ],
    gives: [{ resource: 'gems', amount: 1 }],
    conditions: [
      { when: reading([LEVEL], ({ level }) => Number(level) >= 2), text: 'locked.level_2', usesFacts: false },
    ],
    limits: [],
  };
  const withRule = (changed: Partial<ExchangeRule> = {}) => ({
    ...RULES,
    exchanges: new Map([['militia', { ...rule, ...changed }]]),
  });
  const player = (balances: Readonly<Record<string, number>>): PlayerSnapshot => ({
    number: 4,
    balances,
    anchors: {},
    regenerationRules: [],
    playerSince: '2026-01-01T00:00:00.000Z',
    at: '2026-11-01T12:00:00.000Z',
    held: [],
  });
  const buy = (
    balances: Readonly<Record<string, number>>,
    changed: Partial<ExchangeRule> = {},
    quantity = 3,
  ) => decide('militia', quantity, { overrides: { rules: withRule(changed), player: player(balances) } });

  test('reads what its conditions and formulas read', () => {
    const { needs } = decide('militia', 1, { overrides: { rules: withRule() } });
    expect(needs?.resources).toEqual(['experience', 'gold']);
  });

  test('a formula says the amount for the whole quantity, a number that for one', () => {
    const bought = buy({ gold: 500, experience: 100 });
    expect(movesOf(bought)).toEqual([
      ['gold', -150, 'reject'],
      ['energy', -6, 'reject'],
      ['gems', 3, 'clamp'],
    ]);
    expect(bought.operation).toMatchObject({
      decidedOn: 4,
      factsRead: { level: 2, "balance('gold')": 500 },
    });
  });

  test('an amount of 0 moves nothing', () => {
    expect(movesOf(buy({ gold: 0, experience: 100 }))).toEqual([
      ['energy', -6, 'reject'],
      ['gems', 3, 'clamp'],
    ]);
  });

  test('the terms are those of the amounts that were evaluated', () => {
    const [cheap, dear] = [500, 600].map((gold) => buy({ gold, experience: 100 }).alternatives);
    expect(cheap && dear && termsOf(cheap) !== termsOf(dear)).toBe(true);
  });

  test('a condition that is not met is a recorded rejection that keeps what was read, and no formula is computed', () => {
    const failing = reading([GOLD], (): number => {
      throw new FormulaError('division by zero');
    });
    const { operation, fault } = buy({ gold: 500 }, { gives: [{ resource: 'gems', amount: failing }] });
    expect(fault).toBeNull();
    expect(operation).toMatchObject({
      mode: 'reject',
      postings: [],
      decidedOn: 4,
      rejection: {
        kind: 'requirements_not_met',
        claimType: 'militia',
        unmet: ['locked.level_2'],
        factsRead: { level: 1, "balance('gold')": 500 },
      },
    });
  });

  test('a formula that fails is a fault that records nothing', () => {
    const failing = reading([GOLD], (): number => {
      throw new FormulaError('division by zero');
    });
    const { operation, fault } = buy(
      { gold: 500, experience: 100 },
      { gives: [{ resource: 'gems', amount: failing }] },
    );
    expect(operation.mode).toBe('lookup');
    expect(fault).toMatchObject({ code: 'CONFIG_UNAVAILABLE', detail: 'division by zero' });
    expect(fault?.message).toMatch(/formula of militia fails/);
  });
});
