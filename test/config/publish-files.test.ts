import { describe, expect, test } from 'vitest';
import { parseConfigText } from '../../cli/config-document.ts';
import { checkDocument } from '../../cli/config-judge.ts';
import { diffDocuments, type ValueChange, valuesText } from '../../src/config/changes.ts';
import { exampleDocument, exampleWith } from './example.ts';

const lineOf = (change: ValueChange) => `${change.path}: ${valuesText(change)}`;

test('a diff lists each changed, added and removed value with its path', () => {
  const before = exampleDocument();
  const after = exampleWith(['claimTypes', 'daily_quest', 'rewards'], { lumees: 200, auric_coins: 1 });
  expect(diffDocuments(before, after).map(lineOf)).toEqual([
    'claimTypes.daily_quest.rewards.auric_coins: added: 1',
    'claimTypes.daily_quest.rewards.experience: removed: 50',
    'claimTypes.daily_quest.rewards.lumees: 150 → 200',
  ]);
  expect(diffDocuments(before, exampleDocument())).toEqual([]);
});

test('a diff distinguishes an empty object from a missing one', () => {
  expect(diffDocuments({ facts: {} }, { facts: { a: [1] } }).map(lineOf)).toEqual([
    'facts: removed: {}',
    'facts.a[0]: added: 1',
  ]);
});

test('a duplicate field is rejected with its line, because JSON would drop the first', () => {
  const text =
    '{\n  "lumees": 5,\n  "list": [{"a": 1}, {"a": 2}],\n  "nested": {"lumees": 1},\n  "lum\\u0065es": 6\n}';
  expect(() => parseConfigText(text, 'b.json')).toThrow(
    'b.json, line 5: the key "lumees" occurs twice in one object. Remove one of them.',
  );
});

test('braces and colons inside strings are not parsed as structure', () => {
  const text = '{"a": "{\\"b\\": [", "b": "]}:", "c": {"a": 1}}';
  expect(parseConfigText(text, 'b.json')).toEqual(JSON.parse(text));
});

test('a file that is not JSON is rejected with its name', () => {
  expect(() => parseConfigText('{"a": 1,}', 'b.json')).toThrow(/^b\.json is not JSON: /);
});

describe('the publisher', () => {
  test('accepts the example', async () => {
    expect(await checkDocument(exampleDocument())).toMatchObject({ kind: 'valid' });
  });

  test.each([
    'manual_reward',
    'spend_stat_points',
    'reversal',
    'transfer',
    'damage',
    'healing',
    'announcement',
    'import',
  ])('rejects %s as a claim type and as an exchange, because the ledger reserves it', async (name) => {
    const message = 'is reserved by the ledger; choose another name';
    const claimType = { proof: 'server', rewards: { lumees: 1 } };
    const exchange = { gives: { lumees: 1 }, perDay: 1 };
    for (const [section, value] of Object.entries({ claimTypes: claimType, exchanges: exchange })) {
      const checked = await checkDocument(exampleWith([section, name], value));
      expect(checked).toEqual({ kind: 'invalid', problems: [{ path: `${section}.${name}`, message }] });
    }
  });
});
