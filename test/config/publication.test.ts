import { describe, expect, test } from 'vitest';
import { kernelRulesOf } from '../../src/config/publication.ts';
import { MAX_AMOUNT } from '../../src/domain/values.ts';
import { exampleDocument, exampleWith, type Json, rulesOf } from './example.ts';

const effectsOf = (document: Json) => kernelRulesOf(rulesOf(document));

/** Every object with its fields the other way round. */
function reversed(value: Json): Json {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).reverse();
  return Object.fromEntries(fields.map(([key, field]) => [key, reversed(field)]));
}

test('what is published does not depend on the order of fields, so that an approval holds for each text of a document', () => {
  const [one, other] = [exampleDocument(), reversed(exampleDocument())].map(effectsOf);
  expect(JSON.stringify(other)).toBe(JSON.stringify(one));
});

describe('the names that a config gives numbers to', () => {
  const { names } = effectsOf(exampleDocument());

  test('are all resources, counters, claim types and exchanges', () => {
    type Part = 'resources' | 'counters' | 'payouts' | 'claimTypes' | 'exchanges';
    const document = exampleDocument() as Record<Part, object>;
    expect(names.resource).toEqual([
      ...Object.keys(document.resources).sort(),
      ...Object.keys(document.counters).sort(),
      ...Object.keys(document.payouts).map((payout) => `payout:${payout}`),
    ]);
    expect([...names.claim_type].sort()).toEqual(
      [...Object.keys(document.claimTypes), ...Object.keys(document.exchanges)].sort(),
    );
  });

  test('include a limit for each claim type, exchange, transfer and gift of staff that is limited per day', () => {
    expect(names.limit).toEqual([
      'claims:arena_chest',
      'exchange:buy_summon_token',
      'transfer:lumees',
      'staff:resource:stat_points',
    ]);
  });
});

describe('the limits of staff', () => {
  const staffOf = (document: Json = exampleDocument()) => effectsOf(document).staff;
  const countOf = (resource: string, document?: Json) =>
    staffOf(document).values.find((value) => value.resource === resource);

  test('are those of the config', () => {
    expect(staffOf()).toMatchObject({ reward_limit: 10_000, daily_budget: 50_000, awards_per_day: 200 });
    const unbounded = exampleWith(['manualRewards', 'awardsPerDay'], undefined);
    expect(staffOf(unbounded).awards_per_day).toBeNull();
  });

  test('count each resource in value or against a limit of its own', () => {
    const none = { value: null, per_reward: null, per_day: null };
    expect(countOf('auric_coins')).toEqual({ ...none, resource: 'auric_coins', value: 10 });
    const own = { ...none, resource: 'stat_points', per_reward: 20, per_day: 100 };
    expect(countOf('stat_points')).toEqual(own);
    const daily = exampleWith(['resources', 'stat_points', 'staffLimit'], { perDay: 9 });
    expect(countOf('stat_points', daily)).toEqual({ ...own, per_reward: null, per_day: 9 });
  });

  test('count nothing for a counter of draws, which a reversal may raise', () => {
    expect(countOf('pity:summons')).toMatchObject({ value: 0 });
  });

  test('leave out what staff cannot give', () => {
    expect(countOf('hero:militia')).toBeUndefined();
  });
});

describe('the level milestone', () => {
  test('has the thresholds of the curve and what each level grants', () => {
    const [milestone, ...more] = effectsOf(exampleDocument()).milestones;
    expect(more).toEqual([]);
    expect(milestone).toMatchObject({ resource: 'experience', paid_resource: 'levels_paid' });
    expect(milestone?.grants).toHaveLength(1);
    expect(milestone?.grants[0]?.amounts).toHaveLength(milestone?.thresholds.length ?? 0);
  });

  test('grants without a ceiling, since no config may set one', () => {
    const [milestone] = effectsOf(exampleDocument()).milestones;
    const { amounts: _, ...grant } = milestone?.grants[0] ?? {};
    expect(grant).toEqual({
      resource: 'stat_points',
      ceiling: MAX_AMOUNT,
      ceiling_per_unit: 0,
      ceiling_of: null,
    });
  });
});

describe('the regeneration rules', () => {
  const ruleOf = (resource: string, document: Json = exampleDocument()) =>
    effectsOf(document).regeneration.find((rule) => rule.resource === resource);

  test('are those of the resources that open with a balance or regenerate', () => {
    const resources = effectsOf(exampleDocument()).regeneration.map(({ resource }) => resource);
    expect(resources).toEqual(['drop_charges', 'energy', 'health', 'stamina']);
  });

  test('state numbers with no resource that they depend on', () => {
    expect(ruleOf('drop_charges')).toEqual({
      resource: 'drop_charges',
      every_seconds: 3_600,
      amount: 1,
      opening_base: 5,
      opening_per_unit: 0,
      opening_of: null,
      cap_base: 5,
      cap_per_unit: 0,
      cap_of: null,
    });
  });

  test('state what a stat adds per point', () => {
    expect(ruleOf('energy')).toEqual({
      resource: 'energy',
      every_seconds: 300,
      amount: 1,
      opening_base: 100,
      opening_per_unit: 10,
      opening_of: 'stat:energy',
      cap_base: 100,
      cap_per_unit: 10,
      cap_of: 'stat:energy',
    });
  });

  test('of a resource that only opens with a balance have no interval and no cap', () => {
    const nothing = { every_seconds: null, amount: null, cap_base: null, cap_per_unit: null, cap_of: null };
    expect(ruleOf('health')).toMatchObject({ opening_base: 500, opening_of: 'stat:health', ...nothing });
  });

  test('of a resource that only regenerates have no opening', () => {
    const document = exampleWith(['resources', 'drop_charges', 'startsWith'], undefined);
    const nothing = { opening_base: null, opening_per_unit: null, opening_of: null };
    expect(ruleOf('drop_charges', document)).toMatchObject({ every_seconds: 3_600, cap_base: 5, ...nothing });
  });
});

test('no config has limits of the whole game', () => {
  expect(effectsOf(exampleDocument()).game_limits).toEqual([]);
});

test('servers may reverse the claim types and exchanges that say so', () => {
  expect(effectsOf(exampleDocument()).reversible_by_servers).toEqual(['buy_summon_token', 'progress']);
  const document = exampleWith(['claimTypes', 'enrolment_refund', 'reversibleBy'], ['server']);
  expect(effectsOf(document).reversible_by_servers).toEqual([
    'enrolment_refund',
    'buy_summon_token',
    'progress',
  ]);
});
