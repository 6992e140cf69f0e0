// The check of the project's language finds what it should find.
import { describe, expect, test } from 'vitest';
import { countWords, forbiddenPhrases, isChecked, PHRASES } from '../../tools/check/text.ts';

describe('the check for archaic words', () => {
  const examples = PHRASES.flatMap((phrase) => phrase.examples);

  test.each(examples)('finds "%s" with its line', (example) => {
    expect(forbiddenPhrases('src/x.ts', `/** Fine. */\nconst text = 'so: ${example}, then';\n`)).toEqual([
      `src/x.ts:2: ${example}`,
    ]);
  });

  test.each(
    examples.filter((each) => each.includes(' ')),
  )('finds "%s" across lines of a comment', (example) => {
    const [first, second] = example.split(' ');
    for (const text of [`/**\n * ${first}\n * ${second}\n */`, `// ${first}\n// ${second}`])
      expect(forbiddenPhrases('src/x.ts', text)).toEqual([expect.stringContaining(example)]);
  });

  test('finds capitals and all occurrences', () => {
    const [example = ''] = examples;
    expect(forbiddenPhrases('README.md', `${example.toUpperCase()}\n\n${example} ${example}`)).toHaveLength(
      3,
    );
  });

  test('ignores longer words', () => {
    const longer = examples.map((example) => `x${example}x`).join(' ');
    expect(forbiddenPhrases('src/x.ts', `recommended, amendment, ${longer}`)).toEqual([]);
  });

  test.each([
    'src/worker.ts',
    'docs/proof.md',
    'drizzle/kernel/10_commit.sql',
    'test/ledger/import.test.ts',
    'src/ledger/read-ledger.ts',
    'schema.graphql',
    'config/balance.example.json',
    '.ci/run',
  ])('covers %s', (path) => expect(isChecked(path)).toBe(true));

  test.each(['docs/notes/performance.md', 'package-lock.json'])('exempts %s', (path) =>
    expect(isChecked(path)).toBe(false));
});

test('the limit of the documents counts words like wc', () => {
  expect(countWords('# A title\n\nTwo-part words,  and\tmore.\n')).toBe(7);
  expect(countWords('')).toBe(0);
});
