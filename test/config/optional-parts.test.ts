import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { compileBalanceConfig, compileForPublishing } from '../../src/config/compile.ts';
import { kernelRulesOf } from '../../src/config/publication.ts';
import { RESERVED_CLAIM_TYPES } from '../../src/resolvers/schema.ts';
import { exampleWithAll, ID, type Json, type Path, problemsOf, rulesOf } from './example.ts';

const PUZZLE = JSON.parse(
  readFileSync(new URL('../../config/puzzle.example.json', import.meta.url), 'utf8'),
) as Json;

/** The example without a part, with numbers where limits named a stat. */
const NO_STATS: readonly [Path, unknown][] = [
  [['statPoints'], undefined],
  ...['energy', 'stamina', 'health'].map((name): [Path, unknown] => [['resources', name, 'ceiling'], 100]),
];

describe('a game without', () => {
  test.each<[string, readonly [Path, unknown][]]>([
    ['levels', [[['levels'], undefined]]],
    ['stat points', NO_STATS],
    ['tiers', [[['tiers'], undefined]]],
    ['combat', [[['combat'], undefined]]],
    ['all of them', [...NO_STATS, [['levels'], undefined], [['tiers'], undefined], [['combat'], undefined]]],
  ])('%s is valid, and the rules have no such part', (_, removed) => {
    const rules = rulesOf(exampleWithAll(...removed));
    const gone = (part: string) => removed.some(([path]) => path[0] === part && path.length === 1);
    const { levels, statPoints, tiers, combat } = rules;
    for (const [name, part] of Object.entries({ levels, statPoints, tiers, combat }))
      expect([name, part === null]).toEqual([name, gone(name)]);
    expect(kernelRulesOf(rules).milestones).toHaveLength(gone('levels') ? 0 : 1);
  });

  test('an exchange may cost what levels would follow from', () => {
    const document = exampleWithAll(
      [['levels'], undefined],
      [['exchanges', 'drop', 'costs', 'experience'], 5],
    );
    expect(problemsOf(compileBalanceConfig(document, ID))).toEqual([]);
  });
});

describe('a limit that names an unknown stat is rejected with the stats that exist', () => {
  test.each<[string, Path, unknown, string, RegExp]>([
    [
      'a ceiling',
      ['resources', 'energy', 'ceiling'],
      { stat: 'mana' },
      'resources.energy.ceiling.stat',
      /the stat "mana", which is not listed in statPoints.stats; use one of: energy, health, stamina$/,
    ],
    [
      'where regeneration stops',
      ['resources', 'lumees', 'regenerates'],
      { everySeconds: 60, upTo: { stat: 'constructor' } },
      'resources.lumees.regenerates.upTo.stat',
      /the stat "constructor", which is not listed/,
    ],
    [
      'a ceiling, without any stats',
      ['statPoints'],
      undefined,
      'resources.energy.ceiling.stat',
      /the stat "energy", which .*; use a whole number, or add the stat there$/,
    ],
  ])('%s', (_, path, value, at, message) => {
    const problems = problemsOf(compileBalanceConfig(exampleWithAll([path, value]), ID));
    expect(problems.find((problem) => problem.path === at)?.message).toMatch(message);
  });
});

test('the example of a puzzle game can be published, and has none of these parts', () => {
  const result = compileForPublishing(PUZZLE, ID, { reservedNames: RESERVED_CLAIM_TYPES });
  expect(problemsOf(result)).toEqual([]);
  expect(rulesOf(PUZZLE)).toMatchObject({ levels: null, statPoints: null, tiers: null, combat: null });
});
