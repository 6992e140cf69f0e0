// Several ways to pay, and offers to choose from: what the domain makes of them. The kernel takes the first that can be paid.
import { describe, expect, test } from 'vitest';
import { alternativesOf, decideExchange, type Exchange } from '../../src/domain/exchange.ts';
import type { BalanceRules, ExchangeAmount, ExchangeRule, Facts } from '../../src/domain/rules.ts';
import { termsOf } from '../../src/domain/terms.ts';
import { intentOf, PLAYER, quantityOf, RULES } from './rules.ts';

const amounts = (resource: string, amount: number) => [{ resource, amount }];

function rulesWith(over: Partial<ExchangeRule>): BalanceRules {
  const bag: ExchangeRule = {
    name: 'bag',
    costs: [amounts('gems', 2), [...amounts('gold', 30), ...amounts('charges', 1)]],
    gives: amounts('experience', 5),
    options: null,
    conditions: [],
    draws: [],
    maxQuantity: 5,
    limits: [],
    window: null,
    reversibleBy: [],
    ...over,
  };
  const gold = { ...RULES.resources.get('gold'), floor: -10 };
  const resources = new Map([...RULES.resources, ['gold', gold as never]]);
  return { ...RULES, resources, exchanges: new Map([...RULES.exchanges, ['bag', bag]]) };
}

const decide = (request: Partial<Exchange> = {}, over: Partial<ExchangeRule> = {}) =>
  decideExchange(
    intentOf(PLAYER, { rules: rulesWith(over) }),
    { exchange: 'bag', quantity: quantityOf(2), payWith: null, choose: null, terms: null, ...request },
    null,
  );

describe('an exchange with several prices', () => {
  test('is a choice in the order of the config, which takes a price whose every part is there above its floor', () => {
    const { operation } = decide();
    expect(operation.postings).toEqual([]);
    expect(operation.choices).toMatchObject([
      {
        oneOf: [
          {
            when: [{ resource: 'gems', atLeast: 4 }],
            paidWith: 0,
            postings: [
              { resource: 'gems', delta: -4 },
              { resource: 'experience', delta: 10 },
            ],
          },
          {
            when: [],
            paidWith: 1,
            postings: [
              { resource: 'gold', delta: -60 },
              { resource: 'charges', delta: -2 },
              { resource: 'experience', delta: 10 },
            ],
          },
        ],
      },
    ]);
    expect(operation.resources).toEqual(expect.arrayContaining(['gems', 'gold', 'charges', 'experience']));
    expect(operation.milestones).toBe(true);
    const turned = decide({}, { costs: [amounts('gold', 30), amounts('gems', 2)] });
    expect(turned.operation.choices[0]?.oneOf[0]?.when).toEqual([{ resource: 'gold', atLeast: 50 }]);
  });

  test('takes the price that the request names, and no other', () => {
    const { operation } = decide({ payWith: 0 });
    expect(operation.choices).toMatchObject([{ oneOf: [{ when: [], paidWith: 0 }] }]);
    expect(operation.input).toMatchObject({ payWith: 0 });
    expect(operation.fingerprint).not.toBe(decide().operation.fingerprint);
    const { operation: unknown, fault } = decide({ payWith: 2 });
    expect([unknown.mode, fault?.field, fault?.message]).toEqual([
      'lookup',
      'payWith',
      expect.stringContaining('0 to 1'),
    ]);
  });

  test('has terms of all prices in their order, whichever is paid', () => {
    const terms = (request: Partial<Exchange> = {}, over: Partial<ExchangeRule> = {}) =>
      termsOf(decide(request, over).alternatives as never);
    expect(terms({ payWith: 1 })).toBe(terms());
    const [first, second] = [amounts('gems', 2), amounts('gold', 30)];
    expect(terms({}, { costs: [first, second] })).not.toBe(terms({}, { costs: [second, first] }));
  });

  test('evaluates the formulas of every price first: the choice and the terms are of amounts', () => {
    const price = (each: number) => [
      { resource: 'gems', amount: ({ quantity }: Facts) => each * Number(quantity) },
    ];
    const over = { costs: [price(3), [...amounts('gold', 30), ...price(0)]] };
    const { operation, alternatives } = decide({}, over);
    expect(operation.choices).toMatchObject([
      {
        oneOf: [
          { when: [{ resource: 'gems', atLeast: 6 }], postings: [{ delta: -6 }, { delta: 10 }] },
          { when: [], postings: [{ resource: 'gold', delta: -60 }, { delta: 10 }] },
        ],
      },
    ]);
    const dearer = decide({}, { costs: [price(4), over.costs[1] as never] });
    expect(termsOf(dearer.alternatives as never)).not.toBe(termsOf(alternatives as never));
  });

  test('pays none of its prices where a condition is not met', () => {
    const when = () => false;
    const { operation } = decide({}, { conditions: [{ when, text: 'locked', usesFacts: false }] });
    expect(operation).toMatchObject({ mode: 'reject', postings: [], choices: [] });
    expect(operation.rejection).toMatchObject({ kind: 'requirements_not_met', unmet: ['locked'] });
  });

  test('with one price is no choice', () => {
    const { operation } = decide({ payWith: 0 }, { costs: [amounts('gems', 2)] });
    expect(operation.choices).toEqual([]);
    expect(operation.postings).toMatchObject([{ resource: 'gems' }, { resource: 'experience' }]);
  });
});

describe('an exchange with options', () => {
  const options = new Map([
    ['sword', amounts('hero:dragon', 1)],
    ['shield', amounts('lifetime_points', 7)],
  ]);
  const choose = (choice: string | null, over: Partial<ExchangeRule> = {}) =>
    decide({ choose: choice }, { costs: [amounts('gems', 2)], options, ...over });

  test('gives what the chosen option gives, besides what every option does', () => {
    const { operation } = choose('shield');
    expect(operation.postings).toMatchObject([
      { resource: 'gems', delta: -4 },
      { resource: 'experience', delta: 10 },
      { resource: 'lifetime_points', delta: 14 },
    ]);
    expect(operation.input).toMatchObject({ choose: 'shield' });
    expect(operation.fingerprint).not.toBe(choose('sword').operation.fingerprint);
    expect(termsOf(choose('shield').alternatives as never)).not.toBe(
      termsOf(choose('sword').alternatives as never),
    );
  });

  test('gives by the formula of the chosen option, on what it reads of the player', () => {
    const amount: ExchangeAmount['amount'] = Object.assign(
      (inputs: Facts) => Number(inputs.quantity) * Number(inputs["balance('gold')"]),
      { reads: [{ kind: 'balance', name: "balance('gold')", resource: 'gold' }] as const },
    );
    const formulas = new Map<string, readonly ExchangeAmount[]>([
      ...options,
      ['shield', [{ resource: 'lifetime_points', amount }]],
    ]);
    expect(choose('shield', { options: formulas }).needs).toMatchObject({ resources: ['gold'] });
    const rule = rulesWith({ costs: [amounts('gems', 2)], options: formulas }).exchanges.get('bag');
    const inputs = { quantity: 2, choose: 'shield', player: { "balance('gold')": 5 } };
    expect(alternativesOf(rule as ExchangeRule, inputs, RULES)[0].postings).toMatchObject([
      { resource: 'gems', delta: -4 },
      { resource: 'experience', delta: 10 },
      { resource: 'lifetime_points', delta: 10 },
    ]);
  });

  test.each([null, 'bow'])('names the options where the request chooses %s', (choice) => {
    const { operation, fault } = choose(choice);
    expect([operation.mode, operation.postings]).toEqual(['lookup', []]);
    expect(fault).toMatchObject({ code: 'BAD_USER_INPUT', field: 'choose' });
    expect(fault?.message).toContain('sword, shield');
  });

  test('is the only one in which something may be chosen', () => {
    expect(choose('sword', { options: null }).fault).toMatchObject({ field: 'choose' });
  });
});
