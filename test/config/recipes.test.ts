// The recipes of docs/balance-config.md are parts of documents that the validator accepts, so a designer can copy them.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { checkFormulas } from '../../src/config/check-formulas.ts';
import { compileBalanceConfig } from '../../src/config/compile.ts';
import type { Problem } from '../../src/config/problem.ts';
import { ID, type Json } from './example.ts';

const PAGE = readFileSync(new URL('../../docs/balance-config.md', import.meta.url), 'utf8');

type Document = Record<string, Record<string, Json>>;

const BASE = {
  timeZone: 'UTC',
  resources: {},
  claimTypes: {},
  manualRewards: { limitPerReward: 0, budgetPerDay: 0 },
};

/** What a recipe takes for granted: resources, draw tables, seasons and levels of the reader's game. */
const MISSING: readonly [RegExp, (name: string, document: Document) => void][] = [
  [/names the resource "([^"]+)"/, (name, { resources }) => Object.assign(resources ?? {}, { [name]: {} })],
  [/reads the resource "([^"]+)"/, (name, { resources }) => Object.assign(resources ?? {}, { [name]: {} })],
  [/names the stat "([^"]+)"/, addStat],
  [/has no (levels)/, addLevels],
  [/names the table "([^"]+)"/, addTable],
  [/names the season "([^"]+)"/, addSeason],
];

function addStat(name: string, document: Document) {
  Object.assign(document.resources ?? {}, { points: {}, [`stat:${name}`]: {} });
  document.statPoints = { resource: 'points', stats: { [name]: { resource: `stat:${name}` } } };
}

function addTable(name: string, document: Document) {
  const outcomes = { only: { weight: 1, gives: { unused: 1 } } };
  document.drawTables = { ...document.drawTables, [name]: { outcomes } };
}

function addSeason(name: string, document: Document) {
  document.seasons = { [name]: { from: '2026-12-01T00:00:00.000Z', until: '2027-03-01T00:00:00.000Z' } };
}

function addLevels(_: string, document: Document) {
  Object.assign(document.resources ?? {}, { experience: {}, levels_paid: {} });
  document.levels = {
    resource: 'experience',
    paidResource: 'levels_paid',
    maxLevel: 10,
    experienceForLevel: '100 * level',
  };
}

function problemsOf(document: Document): readonly Problem[] {
  const compiled = compileBalanceConfig(document, ID);
  return compiled.kind === 'invalid' ? compiled.problems : checkFormulas(compiled.rules);
}

/** The problems that are left after what the recipe takes for granted is there. */
function problemsIn(part: object): readonly Problem[] {
  const document = structuredClone({ ...BASE, ...part, resources: { unused: {}, ...resourcesOf(part) } });
  const given = document as unknown as Document;
  for (let round = 0; round < 30; round++) {
    const problems = problemsOf(given);
    const known = problems.flatMap(({ message }) =>
      MISSING.flatMap(([pattern, add]) => {
        const name = pattern.exec(message)?.[1];
        return name === undefined ? [] : [() => add(name, given)];
      }),
    );
    if (known.length === 0) return problems;
    known[0]?.();
  }
  throw new Error('the recipe names too much that is missing');
}

const resourcesOf = (part: object) => ('resources' in part ? (part.resources as object) : {});

const blocks = [...PAGE.matchAll(/```json\n(.*?)```/gs)].map(([, block]) => String(block));

describe('a recipe', () => {
  test('exists', () => expect(blocks.length).toBeGreaterThan(2));

  test.each(blocks)('is a part of a valid document: %s', (block) => {
    expect(problemsIn(JSON.parse(`{${block}}`))).toEqual([]);
  });

  test('with a field that does not exist is found', () => {
    const [block = ''] = blocks;
    const wrong = JSON.parse(`{${block.replace('"rewards"', '"reward"')}}`);
    expect(problemsIn(wrong)).not.toEqual([]);
  });
});

/** Which part of a document an object in a line of text is, by a field that it has. */
const PARTS: readonly [RegExp, (value: Json) => object][] = [
  [/"proof":/, (value) => ({ claimTypes: { one: value } })],
  [/"(costs|gives)":/, (value) => ({ exchanges: { one: value } })],
  [/"(startsWith|regenerates|transfer)":/, (value) => ({ resources: { one: value } })],
];

const inlines = [...PAGE.matchAll(/`(\{[^`]*\})`/g)].flatMap(([, text = '']) =>
  PARTS.filter(([field]) => field.test(text) && !text.includes('…')).map(
    ([, partOf]) => [text, partOf] as const,
  ),
);

test.each(inlines)('an object in the text is valid: %s', (text, partOf) => {
  expect(problemsIn(partOf(JSON.parse(text)))).toEqual([]);
});
