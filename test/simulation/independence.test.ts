import { expect, test } from 'vitest';
import { importedFiles, readFiles } from '../architecture/source-tree.ts';

/** The folders that compute what should happen. */
const MODEL = ['model', 'game', 'operations', 'schedule', 'invariants', 'batches', 'merge'].map(
  (name) => `simulation/${name}`,
);

test('the model and the checks import nothing from the product', () => {
  const files = readFiles(MODEL, /\.ts$/);
  expect(files.length).toBeGreaterThan(15);
  expect(files.flatMap(importedFiles).filter((path) => path.startsWith('src/'))).toEqual([]);
});
