// A short form of `npm run prove:economy`.
import { expect, test } from 'vitest';
import { proveRollUp } from '../../simulation/economy/prove.ts';
import { startOwnServer } from '../support/ledger/own-database.ts';
import { sizeOf } from '../support/long-run.ts';

test('a history is rolled up once by overlapping runs whose backends are killed', async () => {
  const claims = sizeOf({ long: 100_000, short: 20_000 });
  const database = await startOwnServer({}, { rules: false });
  try {
    const { faults, ...proof } = await proveRollUp(
      { ...database, neonEndpoint: database.endpoint.url },
      { claims, kills: 3, seed: 'short' },
    );
    expect(faults).toEqual([]);
    expect(proof).toMatchObject({ claims, entries: claims * 3 });
  } finally {
    await database.stop();
  }
}, 120_000);
