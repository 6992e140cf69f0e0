import { describe, expect, test } from 'vitest';
import { checkExchange, decideExchange, MAX_QUANTITY } from '../../src/domain/exchange.ts';
import type { ExchangeRule } from '../../src/domain/rules.ts';
import { intent, PLAYER, RULES, SERVER } from './rules.ts';

const decide = (exchange: string, quantity = 1, { roll = 0, over = {} } = {}) =>
  decideExchange(intent(PLAYER, over), { exchange, quantity }, () => roll);
const moved = ({ operation }: ReturnType<typeof decide>) =>
  operation.postings.map(({ resource, delta, atLimit }) => [resource, delta, atLimit]);

test.each([
  [1, null],
  [MAX_QUANTITY, null],
  [0, 'quantity'],
  [-1, 'quantity'],
  [MAX_QUANTITY + 1, 'quantity'],
  [Number.MAX_SAFE_INTEGER, 'quantity'],
])('a quantity of %i: the field at fault is %s', (quantity, field) => {
  const fault = checkExchange({ exchange: 'drop', quantity });
  expect(fault && [fault.code, fault.field]).toEqual(field && ['BAD_USER_INPUT', field]);
  if (fault) expect(fault.message).toContain(`1 to ${MAX_QUANTITY}`);
});

describe('an exchange', () => {
  test('takes the price, or nothing, and gives what it is for, as often as was asked', () => {
    expect(moved(decide('buy_gem', 3))).toEqual([
      ['gold', -150, 'reject'],
      ['gems', 3, 'clamp'],
    ]);
    expect(decide('buy_gem', 3).operation).toMatchObject({ mode: 'commit', name: 'exchange', choices: [] });
  });

  test('carries what a resource that comes back by itself needs to be reckoned', () => {
    const [price] = decide('drop').operation.postings;
    expect(price).toMatchObject({ delta: -1, floor: 0, accrual: { initial: 5 } });
  });

  test('is named by the client’s key alone, so that it can be made again under another', () => {
    const { operation } = decide('drop');
    expect([operation.claimType, operation.claimKey]).toEqual(['drop', 'key-0000000000000001']);
  });

  test('is the same request whatever is rolled: the fingerprint knows no draw', () => {
    const [one, other] = [0, 9].map((roll) =>
      decideExchange(intent(PLAYER), { exchange: 'open_chest', quantity: 2 }, (sides) =>
        Math.min(roll, sides - 1),
      ),
    );
    expect(one?.operation.choices).not.toEqual(other?.operation.choices);
    expect(one?.operation.fingerprint).toBe(other?.operation.fingerprint);
    expect(one?.operation.input).toEqual({ exchange: 'open_chest', quantity: 2 });
  });

  test('draws as often as its tables say, times the quantity, each with a roll of its own', () => {
    let rolls = 0;
    const { operation } = decideExchange(intent(SERVER), { exchange: 'wager', quantity: 2 }, (sides) => {
      rolls += 1;
      return rolls % sides;
    });
    const tables = operation.choices.map(({ oneOf }) => oneOf[0]?.draw.table);
    expect(tables).toEqual(['chest', 'chest', 'coin', 'coin', 'coin', 'coin']);
    // Two alternatives for each of the chest's, one for each of the coin's.
    expect(rolls).toBe(8);
  });

  test('sets off level-ups where it gives experience, and only there', () => {
    expect(decide('training').operation.milestones).toHaveLength(1);
    expect(decide('drop').operation.milestones).toEqual([]);
  });

  test('sets off level-ups where only a draw may give experience', () => {
    const outcomes = [{ name: 'lesson', weight: 1, gives: [{ resource: 'experience', amount: 100 }] }];
    const table = { name: 'lessons', outcomes, guarantee: null };
    const chest = RULES.exchanges.get('open_chest') as ExchangeRule;
    const exchanges = new Map([['open_chest', { ...chest, draws: [{ table, times: 1 }] }]]);
    expect(decide('open_chest').operation.milestones).toEqual([]);
    const { operation } = decide('open_chest', 1, { over: { rules: { ...RULES, exchanges } } });
    expect(operation.milestones).toHaveLength(1);
  });

  test('counts against the day of the config’s zone, by its quantity', () => {
    expect(decide('buy_gem', 4).operation.quotas).toEqual([
      {
        name: 'exchange:buy_gem',
        limit: 'exchanges_per_day',
        amount: 4,
        bound: 8,
        period: '2026-11-02',
        renewsAt: '2026-11-02T23:00:00.000Z',
      },
    ]);
    expect(decide('drop').operation.quotas).toEqual([]);
  });

  test('of a preview rolls nothing', () => {
    const { operation } = decideExchange(intent(PLAYER), { exchange: 'wager', quantity: 1 }, null);
    expect(operation).toMatchObject({ choices: [], mode: 'commit' });
    expect(operation.milestones).toHaveLength(1);
  });
});

describe('what can’t be exchanged', () => {
  test.each(['no_such', 'toString', 'constructor'])('%s is a recorded "no"', (exchange) => {
    expect(decide(exchange).operation).toMatchObject({
      mode: 'reject',
      claimType: exchange,
      rejection: { kind: 'unknown_exchange', exchange },
      postings: [],
    });
  });

  test('a quantity beyond the exchange’s own only looks the key up, and names the bound', () => {
    const { operation, fault } = decide('buy_gem', 6);
    expect(operation).toMatchObject({ mode: 'lookup', postings: [], choices: [] });
    expect(fault).toMatchObject({ code: 'BAD_USER_INPUT', field: 'quantity' });
    expect(fault?.message).toContain('1 to 5 times');
    expect(decide('buy_gem', 5).operation.mode).toBe('commit');
  });

  test('without any config the key is looked up', () => {
    const { operation, fault } = decide('drop', 1, { over: { rules: null } });
    expect([operation.mode, fault?.code]).toEqual(['lookup', 'CONFIG_UNAVAILABLE']);
  });

  test('what a changed config says counts at once', () => {
    const drop = { ...RULES.exchanges.get('drop'), gives: [{ resource: 'gold', amount: 9 }] } as never;
    const rules = { ...RULES, exchanges: new Map([['drop', drop]]) };
    expect(moved(decide('drop', 2, { over: { rules } }))).toContainEqual(['gold', 18, 'reject']);
  });
});
