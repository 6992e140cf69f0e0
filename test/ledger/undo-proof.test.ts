// A short form of `npm run prove:undo`.
import { expect, test } from 'vitest';
import { type ProofOptions, proveUndo } from '../../simulation/undo/prove.ts';
import { startOwnDatabase } from '../support/ledger/own-database.ts';
import { sizeOf } from '../support/long-run.ts';

const SIZES = {
  players: sizeOf({ long: 40, short: 24 }),
  rounds: sizeOf({ long: { before: 4, wrong: 8, after: 6 }, short: { before: 3, wrong: 6, after: 4 } }),
};

async function prove(options: Pick<ProofOptions, 'mode' | 'ifInsufficient'>, seed: string) {
  const database = await startOwnDatabase({}, { rules: false });
  try {
    return await proveUndo(database, { ...SIZES, ...options, seed });
  } finally {
    await database.stop();
  }
}

test('without ceilings, refusals and formulas an undo restores what players would have without the claims, and reports nobody', async () => {
  const proof = await prove({ mode: 'clean', ifInsufficient: 'refuse' }, 'clean');
  expect(proof.claims).toBeGreaterThan(60);
  expect(proof.killed).toBeGreaterThan(0);
  expect(proof).toMatchObject({
    differFromSingle: [],
    differFromWithout: [],
    reported: [],
    faults: [],
    result: { reversed: proof.claims, refused: {}, debts: 0, differ: 0 },
  });
  expect(proof.forecast).toEqual(proof.result);
}, 120_000);

test.each(
  sizeOf({ long: ['refuse', 'debt'] as const, short: ['debt'] as const }),
)('an undo with %s equals single reversals, newest first, and reports everyone who differs from a world without the claims', async (ifInsufficient) => {
  const proof = await prove({ mode: 'wild', ifInsufficient }, `wild-${ifInsufficient}`);
  expect(proof).toMatchObject({ differFromSingle: [], notReported: [], faults: [] });
  expect(proof.differFromWithout.length).toBeGreaterThan(0);
  expect(proof.forecast).toEqual(proof.result);
}, 120_000);
