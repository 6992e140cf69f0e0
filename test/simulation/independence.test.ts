import { expect, test } from 'vitest';
import { importedFiles, readFiles } from '../architecture/source-tree.ts';

/** Where what should happen is reckoned. */
const JUDGES = ['simulation/model', 'simulation/operations', 'simulation/invariants'];

test('what judges the product shares no line with it', () => {
  const files = readFiles(JUDGES, /\.ts$/);
  expect(files.length).toBeGreaterThan(15);
  expect(files.flatMap(importedFiles).filter((path) => path.startsWith('src/'))).toEqual([]);
});
