import { expect, test } from 'vitest';
import { loadMutants, patched } from '../../simulation/mutants/mutant.ts';

const mutants = await loadMutants();

test('there are at least the twelve planted bugs that the design asks for', () => {
  expect(mutants.length).toBeGreaterThanOrEqual(12);
  expect(new Set(mutants.map(({ name }) => name)).size).toBe(mutants.length);
});

test('every patch still fits the code', async () => {
  const all = await Promise.all(mutants.map(patched));
  expect(all.flatMap((text) => (text.kind === 'stale' ? text.why : []))).toEqual([]);
});

test('a patch whose text is gone, or is there too often, is stale, and says which', async () => {
  const mutant = { name: 'no-such', bug: '', patches: [] };
  const gone = await patched({ ...mutant, patches: [{ in: 'kernel', find: 'no such text', replace: '' }] });
  expect(gone).toEqual({ kind: 'stale', why: [expect.stringContaining('no-such: found 0 times')] });
  const often = await patched({ ...mutant, patches: [{ in: 'kernel', find: 'onceward.', replace: '' }] });
  expect(often).toEqual({ kind: 'stale', why: [expect.stringMatching(/found \d\d+ times/)] });
});
