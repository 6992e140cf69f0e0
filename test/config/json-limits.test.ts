import { expect, test } from 'vitest';
import { MAX_DOCUMENT_BYTES } from '../../src/config/bounds.ts';
import { jsonProblems } from '../../src/config/json-limits.ts';

const nested = (depth: number): unknown => (depth === 0 ? 'leaf' : { n: nested(depth - 1) });
const listed = (depth: number): unknown => (depth === 0 ? 'leaf' : [listed(depth - 1)]);

test('a document within the limits has no problem', () => {
  for (const document of [null, 7, 'text', [], {}, { a: [1, { b: null }] }, nested(16), listed(16)])
    expect(jsonProblems(document)).toEqual([]);
});

test('seventeen levels are refused, told where they begin', () => {
  const message = 'must be nested at most 16 deep';
  expect(jsonProblems(nested(17))).toEqual([{ path: 'n.n.n.n', message }]);
  expect(jsonProblems(listed(17))).toEqual([{ path: '[0][0][0][0]', message }]);
});

test('a key that JavaScript treats as magic is refused wherever it stands', () => {
  const message = 'is not a field of the balance config';
  const document = JSON.parse('{"a": [0, {"__proto__": {"b": 1}}], "__proto__": 1, "c": {"proto": 1}}');
  expect(jsonProblems(document)).toEqual([
    { path: 'a[1].__proto__', message },
    { path: '__proto__', message },
  ]);
});

test('the size is counted in bytes of the text without spaces, and the limit itself is allowed', () => {
  const sized = (bytes: number) => ({ t: `é${'x'.repeat(bytes - '{"t":"é"}'.length - 1)}` });
  expect(jsonProblems(sized(MAX_DOCUMENT_BYTES))).toEqual([]);
  expect(jsonProblems(sized(MAX_DOCUMENT_BYTES + 1))).toEqual([
    {
      path: '',
      message: `must be at most ${MAX_DOCUMENT_BYTES} bytes as JSON without spaces, not ${MAX_DOCUMENT_BYTES + 1}`,
    },
  ]);
});
