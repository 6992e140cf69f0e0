// The proof of replays in its short form: `npm run prove:replay` does the same with a million claims.
import { expect, test } from 'vitest';
import { proveReplay } from '../../simulation/replay/prove.ts';
import { sizeOf } from '../support/long-run.ts';

const CLAIMS = sizeOf({ long: 20_000, short: 2_000 });

test('stored claims are replayed through the API and from the database to the totals of the ledger, and a replay ends early', async () => {
  const proof = await proveReplay({ claims: CLAIMS, seed: 'short', log: () => {} });
  expect(proof.faults).toEqual([]);
  expect(proof.claims).toBe(CLAIMS);
  expect(proof.endedAfter).toBeLessThan(CLAIMS);
}, 180_000);
