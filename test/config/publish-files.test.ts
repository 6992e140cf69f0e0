import { expect, test } from 'vitest';
import { changeText, diffDocuments } from '../../cli/config-diff.ts';
import { parseConfigText } from '../../cli/config-file.ts';
import { exampleDocument, exampleWith } from './example.ts';

test('a diff names each value that changed, came or went, by its path', () => {
  const before = exampleDocument();
  const after = exampleWith(['claimTypes', 'daily_quest', 'rewards'], { lumees: 200, auric_coins: 1 });
  expect(diffDocuments(before, after).map(changeText)).toEqual([
    '+ claimTypes.daily_quest.rewards.auric_coins: 1',
    '- claimTypes.daily_quest.rewards.experience: 50',
    '~ claimTypes.daily_quest.rewards.lumees: 150 → 200',
  ]);
  expect(diffDocuments(before, exampleDocument())).toEqual([]);
});

test('a diff tells an emptied object from a missing one', () => {
  expect(diffDocuments({ facts: {} }, { facts: { a: [1] } }).map(changeText)).toEqual([
    '- facts: {}',
    '+ facts.a[0]: 1',
  ]);
});

test('a field written twice is refused with its line, since JSON would drop the first', () => {
  const text =
    '{\n  "lumees": 5,\n  "list": [{"a": 1}, {"a": 2}],\n  "nested": {"lumees": 1},\n  "lum\\u0065es": 6\n}';
  expect(() => parseConfigText(text, 'b.json')).toThrow(
    'b.json, line 5: "lumees" is written twice in one object; keep one',
  );
});

test('braces and colons inside text confuse nobody', () => {
  const text = '{"a": "{\\"b\\": [", "b": "]}:", "c": {"a": 1}}';
  expect(parseConfigText(text, 'b.json')).toEqual(JSON.parse(text));
});

test('a file that is not JSON is refused by name', () => {
  expect(() => parseConfigText('{"a": 1,}', 'b.json')).toThrow(/^b\.json is not JSON: /);
});
