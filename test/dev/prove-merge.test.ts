// The proof of merges in its short form: `npm run simulate -- --live-ops` merges more guests, and `--mutants` plants bugs.
import { expect, test } from 'vitest';
import { proveMerges } from '../../simulation/merge/prove.ts';

const SHORT = { groups: 4, clients: 16, seed: 'short', killEveryMs: 500, log: () => {} };

test('a pair, a chain, a star and two who are merged into each other agree with their receipts under kills', async () => {
  const proof = await proveMerges(SHORT);
  expect(proof.faults).toEqual([]);
  // In a chain the account may be a guest before its own guest comes.
  expect(proof.merged).toBeGreaterThanOrEqual(5);
  expect(proof.lost).toBeGreaterThan(0);
}, 180_000);
