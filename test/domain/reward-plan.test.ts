import { describe, expect, test } from 'vitest';
import { planReward } from '../../src/domain/reward-plan.ts';
import type { ClaimTypeRule, Facts } from '../../src/domain/rules.ts';
import { RULES } from './rules.ts';

const plan = (type: string, facts: Facts, field = 'facts') => {
  const rule = RULES.claimTypes.get(type) as ClaimTypeRule;
  return planReward(rule, { facts, field, player: {} }, RULES);
};

describe('a reward plan', () => {
  test.each<[string, string, Facts, object]>([
    ['gives what the formulas compute', 'ascension', { floor: 2 }, { gold: 150, experience: 40 }],
    ['gives no more than the cap', 'ascension', { floor: 40 }, { gold: 1_000, gems: 1, experience: 40 }],
    ['leaves out rewards of 0', 'nothing', {}, {}],
  ])('a plan %s', (_, type, facts, gives) => {
    const planned = plan(type, facts);
    if (planned.kind !== 'plan') throw new Error(JSON.stringify(planned));
    expect(Object.fromEntries(planned.postings.map(({ resource, delta }) => [resource, delta]))).toEqual(
      gives,
    );
  });

  test('a plan has the ceiling of each resource', () => {
    expect(plan('ascension', { floor: 10 })).toMatchObject({
      postings: expect.arrayContaining([
        { resource: 'gems', delta: 1, floor: null, ceiling: 10, atLimit: 'clamp' },
      ]),
    });
  });

  test('a plan takes a source key for each reward that is given once per source, and none for a reward of 0', () => {
    const facts = { source: 'match-7', minute: 12 };
    expect(plan('report', { ...facts, shown: true })).toMatchObject({
      sourceKeys: [
        { scope: 'player', type: 'gold', key: '7:match-72:12' },
        { scope: 'player', type: 'gems', key: 'match-7' },
      ],
    });
    expect(plan('report', { ...facts, shown: false })).toMatchObject({
      sourceKeys: [{ scope: 'player', type: 'gold', key: '7:match-72:12' }],
    });
  });

  test('a plan takes a source key of the whole game where the reward has that scope', () => {
    expect(plan('purchase', { transaction: 'GPA.1' })).toMatchObject({
      sourceKeys: [{ scope: 'game', type: 'gold', key: 'GPA.1' }],
    });
  });
});

describe('a fault instead of a plan', () => {
  test('a fault in the facts names their path in the input', () => {
    for (const field of ['facts', 'ticket.facts'])
      expect(plan('ascension', {}, field)).toMatchObject({
        kind: 'fault',
        fault: { code: 'BAD_USER_INPUT', field: `${field}.floor` },
      });
  });

  test('a formula that fails is a fault of the config, with the details only in the log', () => {
    const planned = plan('broken', {});
    expect(planned).toMatchObject({
      kind: 'fault',
      fault: {
        code: 'CONFIG_UNAVAILABLE',
        field: null,
        message: expect.stringContaining('same key'),
        detail: expect.stringContaining('division by zero'),
      },
    });
    expect(planned.kind === 'fault' && planned.fault.message).not.toContain('division');
  });

  test('an error that is not a FormulaError is thrown, not reported as a fault of the config', () => {
    const amount = () => {
      throw new TypeError('a defect');
    };
    const rewards = [{ resource: 'gold', amount, cap: null, onceFor: null, scope: 'player' as const }];
    const rule = { ...(RULES.claimTypes.get('nothing') as ClaimTypeRule), rewards };
    expect(() => planReward(rule, { facts: {}, field: 'facts', player: {} }, RULES)).toThrow(TypeError);
  });
});
