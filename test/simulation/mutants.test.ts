import { expect, test } from 'vitest';
import { loadMutants, patched } from '../../simulation/mutants/mutant.ts';

const mutants = await loadMutants();

test('there are at least 37 mutants, with different names', () => {
  expect(mutants.length).toBeGreaterThanOrEqual(37);
  expect(new Set(mutants.map(({ name }) => name)).size).toBe(mutants.length);
});

test('every patch matches the code', async () => {
  const all = await Promise.all(mutants.map(patched));
  expect(all.flatMap((text) => (text.kind === 'stale' ? text.why : []))).toEqual([]);
});

test('a patch whose text is missing or ambiguous is stale, and the message names it', async () => {
  const mutant = { name: 'no-such', bug: '', patches: [] };
  const missing = await patched({
    ...mutant,
    patches: [{ in: 'kernel', find: 'no such text', replace: '' }],
  });
  expect(missing).toEqual({ kind: 'stale', why: [expect.stringContaining('no-such: found 0 times')] });
  const ambiguous = await patched({ ...mutant, patches: [{ in: 'kernel', find: 'onceward.', replace: '' }] });
  expect(ambiguous).toEqual({ kind: 'stale', why: [expect.stringMatching(/found \d\d+ times/)] });
});
