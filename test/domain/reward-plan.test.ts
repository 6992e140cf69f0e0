import { describe, expect, test } from 'vitest';
import { planReward } from '../../src/domain/reward-plan.ts';
import type { ClaimTypeRule, Facts } from '../../src/domain/rules.ts';
import { RULES } from './rules.ts';

const plan = (type: string, facts: Facts, field = 'facts') => {
  const rule = RULES.claimTypes.get(type) as ClaimTypeRule;
  return planReward(rule, { facts, field }, RULES);
};

describe('a plan', () => {
  test.each<[string, string, Facts, object]>([
    ['gives what the formulas say', 'ascension', { floor: 2 }, { gold: 150, experience: 40 }],
    ['gives no more than the cap', 'ascension', { floor: 40 }, { gold: 1_000, gems: 1, experience: 40 }],
    ['leaves out what comes to nothing', 'nothing', {}, {}],
  ])('%s', (_, type, facts, gives) => {
    const planned = plan(type, facts);
    if (planned.kind !== 'plan') throw new Error(JSON.stringify(planned));
    expect(Object.fromEntries(planned.postings.map(({ resource, delta }) => [resource, delta]))).toEqual(
      gives,
    );
  });

  test('carries the ceiling of each resource', () => {
    expect(plan('ascension', { floor: 10 })).toMatchObject({
      postings: expect.arrayContaining([
        { resource: 'gems', delta: 1, floor: null, ceiling: 10, atLimit: 'clamp' },
      ]),
    });
  });

  test('takes a further key for what it gives once for its source, and none for what it does not give', () => {
    const facts = { source: 'match-7', minute: 12 };
    expect(plan('report', { ...facts, shown: true })).toMatchObject({
      sourceKeys: [
        { type: 'gold', key: 'match-7/12' },
        { type: 'gems', key: 'match-7' },
      ],
    });
    expect(plan('report', { ...facts, shown: false })).toMatchObject({
      sourceKeys: [{ type: 'gold', key: 'match-7/12' }],
    });
  });
});

describe('no plan', () => {
  test('for facts that do not fit: the fault names where they stand', () => {
    for (const field of ['facts', 'ticket.facts'])
      expect(plan('ascension', {}, field)).toMatchObject({
        kind: 'fault',
        fault: { code: 'BAD_USER_INPUT', field: `${field}.floor` },
      });
  });

  test('where a formula has no amount: the fault is of the config, and its words are for the log', () => {
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

  test('where the code fails: a defect of ours is thrown, and not told as the config’s', () => {
    const amount = () => {
      throw new TypeError('a defect');
    };
    const rewards = [{ resource: 'gold', amount, cap: null, onceFor: null }];
    const rule = { ...(RULES.claimTypes.get('nothing') as ClaimTypeRule), rewards };
    expect(() => planReward(rule, { facts: {}, field: 'facts' }, RULES)).toThrow(TypeError);
  });
});
