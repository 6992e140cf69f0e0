import { describe, expect, test } from 'vitest';
import { kernelRulesOf } from '../../src/config/publication.ts';
import { changes, listed } from './compared.ts';
import { exampleWith, expectProblem, type Invalid, rulesOf } from './example.ts';

const AT = ['breakers'];
const hourly = (one: object) => ({ hourly: one });
const breaker = (over: object = {}) => ({ resource: 'lumees', perHour: 1_000, ...over });

describe('a breaker is refused', () => {
  test.each<Invalid>([
    [AT, hourly({ perHour: 1 }), 'breakers.hourly', /must name a resource, or the claim types/],
    [AT, hourly(breaker({ perHour: 0 })), 'breakers.hourly.perHour', /must be at least 1/],
    [AT, hourly(breaker({ resource: 'gems' })), 'breakers.hourly.resource', /not listed in resources/],
    [
      AT,
      hourly(breaker({ resource: 'levels_paid' })),
      'breakers.hourly.resource',
      /is changed only by the ledger/,
    ],
    [AT, hourly(breaker({ resource: 'health' })), 'breakers.hourly.resource', /moved by combat/],
    [AT, hourly(breaker({ resource: 'pity:summons' })), 'breakers.hourly.resource', /counts draws/],
    [AT, hourly(breaker({ claimTypes: [] })), 'breakers.hourly.claimTypes', /must have at least 1 entry/],
    [
      AT,
      hourly(breaker({ claimTypes: ['nothing'] })),
      'breakers.hourly.claimTypes[0]',
      /neither a claim type nor an/,
    ],
    [
      AT,
      hourly(breaker({ claimTypes: ['pve_victory', 'pve_victory'] })),
      'breakers.hourly.claimTypes[1]',
      /must not name "pve_victory" twice/,
    ],
    [
      AT,
      hourly(breaker({ per: 'player' })),
      'breakers.hourly.per',
      /must be "game" or "server" or "version"/,
    ],
    [AT, { Hourly: breaker() }, 'breakers.Hourly', /must be a breaker name/],
  ])('%j is %j', expectProblem);
});

test('a breaker is published with the number of its name, and counts under it', () => {
  const rules = rulesOf(
    exampleWith(AT, hourly(breaker({ claimTypes: ['pvp_victory', 'pve_victory'], per: 'server' }))),
  );
  const { breakers, names } = kernelRulesOf(rules);
  expect(breakers).toEqual([
    {
      ...{ limit: 'breaker:hourly', bound: 1_000, resource: 'lumees', per: 2 },
      claim_types: ['pve_victory', 'pvp_victory'],
    },
  ]);
  expect(names.limit).toContain('breaker:hourly');
});

describe('publishing says', () => {
  const [one, other] = [
    exampleWith(AT, hourly(breaker())),
    exampleWith(AT, hourly(breaker({ perHour: 500, per: 'version' }))),
  ];

  test('what a new breaker holds back', () => {
    expect(listed(changes(one))).toEqual([
      'running breakers.hourly: The breaker hourly holds back what exceeds 1000 lumees in an hour.',
    ]);
  });

  test('what a changed one holds back, and that the running hour counts', () => {
    expect(listed(changes(other, { from: one }))).toEqual([
      'running breakers.hourly: The breaker hourly holds back what exceeds 500 lumees under each version in an hour instead of what exceeds 1000 lumees in an hour. What was given in the running hour counts.',
    ]);
  });

  test('that what one held back stays held when it is gone', () => {
    expect(listed(changes(exampleWith(AT, undefined), { from: one }))).toEqual([
      'running breakers.hourly: The breaker hourly is gone. What it held back stays held until staff release it.',
    ]);
  });

  test('nothing of a description', () => {
    const described = exampleWith(AT, hourly(breaker({ description: 'Why.' })));
    expect(listed(changes(described, { from: one }))).toEqual([
      'other breakers.hourly.description: added: "Why."',
    ]);
  });
});
