// Terms are a digest of what an operation costs, gives and draws: equal for equal plans, different for every difference.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decideClaimReward } from '../../src/domain/claim-reward.ts';
import type { Decision } from '../../src/domain/decide.ts';
import { decideExchange } from '../../src/domain/exchange.ts';
import { give, take } from '../../src/domain/postings.ts';
import type {
  BalanceRules,
  DrawTable,
  ExchangeRule,
  Guarantee,
  ResourceRule,
} from '../../src/domain/rules.ts';
import { type Alternative, type Alternatives, termsOf } from '../../src/domain/terms.ts';
import { CHEST, COIN, intentOf, LEVELS, PLAYER, perDay, quantityOf, RULES, SERVER } from './rules.ts';

const resources = fc.constantFrom('gold', 'gems', 'experience', 'charges', 'energy');
const amounts = fc.dictionary(resources, fc.integer({ min: 1, max: 1_000_000 }), { maxKeys: 4 });
const names = fc.constantFrom('common', 'epic', 'rare');
const outcome = fc.record({ name: names, weight: fc.integer({ min: 1, max: 9_999 }), gives: amounts });
const guarantee = fc.record({
  counter: fc.constantFrom('pity:one', 'pity:two'),
  after: fc.integer({ min: 1, max: 90 }),
  outcomes: fc.uniqueArray(names, { minLength: 1, maxLength: 2 }),
});
const table = fc.record({
  name: fc.constantFrom('chest', 'coin'),
  outcomes: fc.uniqueArray(outcome, { minLength: 1, selector: ({ name }) => name }),
  guarantees: fc.array(guarantee, { maxLength: 2 }),
});
/** What an operation takes, gives and draws, as plain data. */
const plans = fc.record({
  costs: amounts,
  gives: amounts,
  draws: fc.array(fc.record({ table, times: fc.integer({ min: 1, max: 11 }) }), { maxLength: 2 }),
});
type Plan = typeof plans extends fc.Arbitrary<infer T> ? T : never;
type Amounts = Plan['costs'];

const listed = (of: Amounts) => Object.entries(of).map(([resource, amount]) => ({ resource, amount }));
const rule = (name: string) => RULES.resources.get(name) as ResourceRule;

function alternative({ costs, gives, draws }: Plan): Alternative {
  return {
    postings: [
      ...listed(costs).map(({ resource, amount }) => take(rule(resource), amount)),
      ...listed(gives).map(({ resource, amount }) => give(rule(resource), amount)),
    ],
    draws: draws.map(({ table: { outcomes, ...rest }, times }) => ({
      table: {
        ...rest,
        outcomes: outcomes.map((one) => ({ ...one, gives: listed(one.gives), table: null })),
      } as DrawTable,
      times,
    })),
  };
}
const digest = (plan: Plan) => termsOf([alternative(plan)]);

/** The same plan with the members of every object in the opposite order. */
function turned<T>(value: T): T {
  if (Array.isArray(value)) return value.map(turned) as T;
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([name, member]) => [name, turned(member)]),
  ) as T;
}

/** The paths of all numbers and texts of a plan. */
function leavesOf(value: unknown, path: readonly (string | number)[] = []): (string | number)[][] {
  if (value === null) return [];
  if (typeof value !== 'object') return [[...path]];
  return Object.entries(value).flatMap(([name, member]) =>
    leavesOf(member, [...path, Array.isArray(value) ? Number(name) : name]),
  );
}

/** A copy with another number or text at the path. */
function altered(plan: Plan, path: readonly (string | number)[]): Plan {
  const copy = structuredClone(plan);
  const last = path.at(-1) as string | number;
  let at = copy as unknown as Record<string | number, unknown>;
  for (const step of path.slice(0, -1)) at = at[step] as typeof at;
  at[last] = typeof at[last] === 'number' ? at[last] + 1 : `${at[last]}x`;
  return copy;
}

describe('terms', () => {
  test('are 32 hexadecimal digits', () => {
    fc.assert(fc.property(plans, (plan) => /^[0-9a-f]{32}$/.test(digest(plan))));
  });

  test('are the same for the same plan, in whatever order its members come', () => {
    fc.assert(
      fc.property(plans, (plan) => {
        expect(digest(turned(plan))).toBe(digest(plan));
      }),
    );
  });

  test('are others when any amount, weight, number of draws, name or guarantee differs', () => {
    fc.assert(
      fc.property(plans, (plan) => {
        const paths = leavesOf(plan);
        const all = [plan, ...paths.map((path) => altered(plan, path))].map(digest);
        expect(new Set(all).size).toBe(paths.length + 1);
      }),
    );
  });

  test('are others when a guarantee, an outcome, a table or an amount is missing', () => {
    fc.assert(
      fc.property(plans, (plan) => {
        const [first, ...draws] = plan.draws;
        const without = (of: Amounts) => Object.fromEntries(Object.entries(of).slice(1));
        const less = [
          ...(first ? [{ ...plan, draws }] : []),
          ...(first && first.table.guarantees.length > 0
            ? [
                {
                  ...plan,
                  draws: [
                    { ...first, table: { ...first.table, guarantees: first.table.guarantees.slice(1) } },
                    ...draws,
                  ],
                },
              ]
            : []),
          ...(first && first.table.outcomes.length > 1
            ? [
                {
                  ...plan,
                  draws: [
                    { ...first, table: { ...first.table, outcomes: first.table.outcomes.slice(1) } },
                    ...draws,
                  ],
                },
              ]
            : []),
          ...(listed(plan.costs).length > 0 ? [{ ...plan, costs: without(plan.costs) }] : []),
          ...(listed(plan.gives).length > 0 ? [{ ...plan, gives: without(plan.gives) }] : []),
        ];
        for (const plainer of less) expect(digest(plainer)).not.toBe(digest(plan));
      }),
    );
  });

  test('do not confuse what is paid with what is given', () => {
    const plan = { costs: { gold: 5 }, gives: {}, draws: [] };
    expect(digest(plan)).not.toBe(digest({ ...plan, costs: {}, gives: { gold: 5 } }));
  });

  test('depend on the order of the alternatives', () => {
    fc.assert(
      fc.property(plans, plans, (one, other) => {
        fc.pre(digest(one) !== digest(other));
        const [first, second] = [alternative(one), alternative(other)];
        const all = [[first], [second], [first, second], [second, first]] as Alternatives[];
        expect(new Set(all.map(termsOf)).size).toBe(4);
      }),
    );
  });
});

const GUARANTEE = CHEST.guarantees[0] as Guarantee;

const ANY_WAY = { payWith: null, choose: null };

/** The terms of an exchange, as a preview computes them. */
function exchangeTerms(exchange: string, quantity = 1, rules: BalanceRules = RULES): string {
  const request = { exchange, quantity: quantityOf(quantity), ...ANY_WAY, terms: null };
  return termsOf(decideExchange(intentOf(PLAYER, { rules }), request, null).alternatives as Alternatives);
}
const claimTerms = (floor: number, rules: BalanceRules = RULES) =>
  termsOf(
    decideClaimReward(intentOf(SERVER, { rules }), {
      type: 'ascension',
      key: 'tower-4',
      facts: { floor },
      ticket: null,
      terms: null,
    }).alternatives as Alternatives,
  );
const withExchange = (name: string, over: Partial<ExchangeRule>): BalanceRules => ({
  ...RULES,
  exchanges: new Map([[name, { ...(RULES.exchanges.get(name) as ExchangeRule), ...over }]]),
});
const withTable = (over: Partial<DrawTable>) =>
  withExchange('open_chest', { draws: [{ table: { ...CHEST, ...over }, times: 1 }] });

/** A chest whose first outcome draws from a table, too. */
const nested = (table: DrawTable) =>
  withTable({ outcomes: CHEST.outcomes.map((one, at) => (at ? one : { ...one, table })) });

describe('the terms of an operation', () => {
  test('depend on the quantity', () => {
    for (const exchange of ['buy_gem', 'open_chest'])
      expect(new Set([1, 2, 3].map((quantity) => exchangeTerms(exchange, quantity))).size).toBe(3);
  });

  test('depend on the facts of a claim where the amounts do', () => {
    expect(claimTerms(4)).not.toBe(claimTerms(5));
    // Both reach the cap of the reward, and neither gives gems.
    expect(claimTerms(41)).toBe(claimTerms(42));
  });

  test.each<[string, BalanceRules]>([
    ['the price', withExchange('open_chest', { costs: [[{ resource: 'gold', amount: 101 }]] })],
    [
      'the resource of the price',
      withExchange('open_chest', { costs: [[{ resource: 'gems', amount: 100 }]] }),
    ],
    ['what it gives', withExchange('open_chest', { gives: [{ resource: 'gems', amount: 1 }] })],
    ['the number of draws', withExchange('open_chest', { draws: [{ table: CHEST, times: 2 }] })],
    ['the table', withExchange('open_chest', { draws: [{ table: COIN, times: 1 }] })],
    [
      'a weight',
      withTable({ outcomes: CHEST.outcomes.map((one, at) => (at ? one : { ...one, weight: 8 })) }),
    ],
    ['an outcome', withTable({ outcomes: CHEST.outcomes.slice(0, 2) })],
    ['the guarantee', withTable({ guarantees: [] })],
    ['when the guarantee applies', withTable({ guarantees: [{ ...GUARANTEE, after: 4 }] })],
    ['what the guarantee gives', withTable({ guarantees: [{ ...GUARANTEE, outcomes: ['rare'] }] })],
    [
      'the order of the guarantees',
      withTable({ guarantees: [GUARANTEE, { ...GUARANTEE, counter: 'pity:coin' }].toReversed() }),
    ],
    ['a table that an outcome draws from', nested(COIN)],
  ])('change with %s', (_, rules) => {
    expect(exchangeTerms('open_chest', 1, rules)).not.toBe(exchangeTerms('open_chest'));
  });

  test.each<[string, BalanceRules]>([
    ['the version and digest of the config', { ...RULES, version: 99, sha256: 'b'.repeat(64) }],
    ['another exchange', withExchange('open_chest', {})],
    ['the limit per day', withExchange('open_chest', { limits: [perDay('c', 'open_chest', 3)] })],
    ['the largest quantity', withExchange('open_chest', { maxQuantity: 99 })],
    [
      'the ceiling of a resource',
      { ...RULES, resources: new Map([...RULES.resources, ['gems', { ...rule('gems'), ceiling: 99 }]]) },
    ],
    ['levels', { ...RULES, levels: { ...LEVELS, thresholds: [1, 2, 3] } }],
  ])('do not change with %s', (_, rules) => {
    expect(exchangeTerms('open_chest', 1, rules)).toBe(exchangeTerms('open_chest'));
  });
});

const sent = (terms: string | null, rules: BalanceRules = RULES): Decision =>
  decideExchange(
    intentOf(PLAYER, { rules, expectedVersion: 99 }),
    { exchange: 'buy_gem', quantity: quantityOf(2), ...ANY_WAY, terms },
    null,
  );
const DEARER = withExchange('buy_gem', { costs: [[{ resource: 'gold', amount: 70 }]] });

describe('an exchange with terms', () => {
  test('is decided like one without where they hold, and has them in its fingerprint', () => {
    const [plain, guarded] = [sent(null), sent(exchangeTerms('buy_gem', 2))].map(
      ({ operation }) => operation,
    );
    expect(guarded).toEqual({ ...plain, fingerprint: expect.any(String), input: guarded?.input });
    expect(guarded?.input).toEqual({ ...plain?.input, terms: exchangeTerms('buy_gem', 2) });
    expect(guarded?.fingerprint).not.toBe(plain?.fingerprint);
  });

  test('is rejected under a changed price, with the new terms and what they are', () => {
    const { operation, fault } = sent(exchangeTerms('buy_gem', 2), DEARER);
    expect(fault).toBeNull();
    expect(operation).toMatchObject({
      mode: 'reject',
      claimType: 'buy_gem',
      postings: [],
      limits: [],
      rejection: {
        kind: 'terms_changed',
        terms: exchangeTerms('buy_gem', 2, DEARER),
        costs: [{ resource: 'gold', amount: 140 }],
        gives: [{ resource: 'gems', amount: 2 }],
      },
    });
  });

  test('is not rejected for terms where the exchange is unknown or the quantity too large', () => {
    const request = { ...ANY_WAY, terms: '0'.repeat(32), quantity: quantityOf(9) };
    const intent = intentOf(PLAYER);
    expect(
      decideExchange(intent, { ...request, exchange: 'barter' }, null).operation.rejection,
    ).toMatchObject({ kind: 'unknown_exchange' });
    const { operation, fault } = decideExchange(intent, { ...request, exchange: 'buy_gem' }, null);
    expect([operation.mode, fault?.field]).toEqual(['lookup', 'quantity']);
  });

  test('rolls nothing where the terms have changed', () => {
    const once = { ...ANY_WAY, quantity: quantityOf(1), terms: '0'.repeat(32) };
    const request = { ...once, exchange: 'open_chest' };
    const roll = () => {
      throw new Error('rolled');
    };
    expect(decideExchange(intentOf(PLAYER), request, roll).operation.choices).toEqual([]);
  });
});

test('a claim whose terms have changed pays only what was announced, and is rejected with the new terms otherwise', () => {
  const claim = { type: 'bounty', key: 'b-1', facts: null, ticket: null };
  const decide = (terms: string | null) => decideClaimReward(intentOf(SERVER), { ...claim, terms }).operation;
  expect(decide('0'.repeat(32))).toMatchObject({
    mode: 'reject',
    source: { kind: 'pending' },
    claimType: 'bounty',
    claimKey: 'b-1',
    postings: [],
    sourceKeys: [],
    milestones: true,
    limits: decide(null).limits,
    rejection: { kind: 'terms_changed', costs: [], gives: [{ resource: 'gold', amount: 4 }] },
  });
});
