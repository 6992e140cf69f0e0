import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { arrange } from '../../admin/src/config/arrange.ts';
import { judge } from '../../admin/src/config/judge.ts';
import { mergeDocuments } from '../../admin/src/config/merge.ts';
import { outlineOf, placeIn } from '../../admin/src/config/outline.ts';
import { NOON } from './compared.ts';
import { exampleDocument, exampleWith } from './example.ts';
import { wholeDocument } from './whole-document.ts';

const SCHEMA = JSON.parse(
  readFileSync(new URL('../../config/balance.schema.json', import.meta.url), 'utf8'),
) as Parameters<typeof arrange>[1];

const judged = (text: string) =>
  judge({ text, base: exampleDocument(), now: NOON, reservedNames: ['transfer'] });
const example = () => arrange(exampleDocument(), SCHEMA);

describe('an arranged document', () => {
  test('says the same, however it was stored', () => {
    const text = arrange(wholeDocument(), SCHEMA);
    expect(JSON.parse(text)).toEqual(wholeDocument());
    const reversed = Object.fromEntries(Object.entries(wholeDocument() as object).reverse());
    expect(arrange(reversed, SCHEMA)).toBe(text);
    expect(arrange(JSON.parse(text), SCHEMA)).toBe(text);
  });

  test('has the fields in the order of the schema, and what fits on a line on one line', () => {
    const document = {
      manualRewards: { budgetPerDay: 1, description: 'None.' },
      resources: { b: {}, a: { value: 1, manual: true, description: 'First.' } },
      $schema: './s.json',
    };
    expect(arrange(document, SCHEMA)).toBe(`{
  "$schema": "./s.json",
  "resources": { "a": { "description": "First.", "manual": true, "value": 1 }, "b": {} },
  "manualRewards": { "description": "None.", "budgetPerDay": 1 }
}
`);
  });

  test('has no line that could be shorter', () => {
    const long = example()
      .split('\n')
      .filter((line) => line.length > 100);
    expect(long.every((line) => /"[^"]{20,}/.test(line))).toBe(true);
  });
});

describe('a draft', () => {
  test('that is not changed is the same, also in another form', () => {
    expect(judged(example())).toMatchObject({ kind: 'valid', isSame: true, changes: [] });
    expect(judged(JSON.stringify(exampleDocument()))).toMatchObject({ kind: 'valid', isSame: true });
  });

  test('says what it changes', () => {
    const next = exampleWith(['claimTypes', 'daily_quest', 'rewards', 'lumees'], 200);
    const { changes, kind } = judged(arrange(next, SCHEMA));
    expect(kind).toBe('valid');
    expect(changes.map(({ text }) => text)).toEqual(['daily_quest pays 200 lumees instead of 150.']);
  });

  test.each([
    ['a missing comma', (text: string) => text.replace('},\n', '}\n'), /comma/],
    ['a name without quotes', (text: string) => text.replace('"timeZone"', 'timeZone'), /quotes/],
    ['a comment', (text: string) => text.replace('{', '{ // why'), /Comments/],
    ['an end that is missing', (text: string) => text.slice(0, -4), /missing/],
    ['nothing', () => '', /value/],
    ['a name twice', (text: string) => text.replace('"timeZone"', '"timeZone": "UTC", "timeZone"'), /twice/],
  ])('that is broken by %s is marked where it is', (_, change, message) => {
    const { kind, problems, document } = judged(change(example()));
    expect({ kind, document }).toEqual({ kind: 'broken', document: undefined });
    expect(problems.map((problem) => problem.message).join()).toMatch(message);
  });

  test.each([
    ['a formula', ['claimTypes', 'ascension_victory', 'rewards', 'lumees'], '100 + flor * 25', 'flor'],
    ['a bound', ['claimTypes', 'arena_chest', 'perDay'], 0, '"perDay": 0'],
    ['a reference', ['claimTypes', 'daily_quest', 'rewards', 'gold'], 1, '"gold": 1'],
    ['a field', ['claimTypes', 'daily_quest', 'perDya'], 1, '"perDya": 1'],
    ['a reserved name', ['claimTypes', 'transfer'], { proof: 'server', rewards: {} }, '"transfer"'],
    ['a part that is missing', ['timeZone'], undefined, '{'],
  ])('with a problem of %s is marked at its line', (_, path, value, marked) => {
    const text = arrange(exampleWith(path, value), SCHEMA);
    const { kind, problems, changes } = judged(text);
    expect({ kind, changes }).toEqual({ kind: 'invalid', changes: [] });
    const [problem] = problems;
    expect(text.slice(problem?.start, problem?.end)).toContain(marked);
    expect(text.split('\n')[(problem?.line ?? 0) - 1]).toContain(marked);
  });
});

describe('the outline', () => {
  test('has each section and entry where it is in the text', () => {
    const text = example();
    const places = outlineOf(text);
    const quest = places.find(({ id }) => id === 'claimTypes.daily_quest');
    expect(text.slice(quest?.offset).startsWith('"daily_quest": {')).toBe(true);
    expect(places.map(({ id }) => id)).toContain('resources.shards:fire');
  });

  test('finds a value, or the nearest part of it that exists', () => {
    const text = example();
    const at = (path: string) => text.slice(placeIn(text, path));
    expect(at('claimTypes.daily_quest.rewards.lumees').startsWith('"lumees": 150')).toBe(true);
    expect(at('claimTypes.daily_quest.rewards.gold').startsWith('"rewards"')).toBe(true);
    expect(at('tiers.list[1].from').startsWith('"from": 1000')).toBe(true);
  });
});

describe('a draft of an earlier version', () => {
  const base = { a: 1, b: { c: 2, d: [1, 2] }, e: 5 };

  test('carries its changes over to the newer one', () => {
    const draft = { a: 7, b: { c: 2, d: [1, 2], f: 3 } };
    const newer = { a: 1, b: { c: 9, d: [3] }, e: 5, g: 1 };
    expect(mergeDocuments({ base, draft, newer })).toEqual({
      document: { a: 7, b: { c: 9, d: [3], f: 3 }, g: 1 },
      conflicts: [],
    });
  });

  test('keeps its own value where both changed it, and names it', () => {
    const merged = mergeDocuments({
      base,
      draft: { ...base, b: { c: 3 } },
      newer: { ...base, b: { c: 4, d: [1] } },
    });
    expect(merged).toEqual({ document: { ...base, b: { c: 3 } }, conflicts: ['b.c', 'b.d'] });
  });

  test('is the newer one if it changed nothing, and itself if the newer one did not', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (one, other) => {
        expect(mergeDocuments({ base: one, draft: one, newer: other })).toEqual({
          document: other,
          conflicts: [],
        });
        expect(mergeDocuments({ base: one, draft: other, newer: one })).toEqual({
          document: other,
          conflicts: [],
        });
      }),
      { numRuns: 100 },
    );
  });
});
