/** `npm run prove:economy`: rolls up a million claims under kills, within five minutes, and compares the sums with the ledger. */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fail, parseCommandLine } from '../../cli/command-line.ts';
import { startDatabase } from '../../dev/database.ts';
import { proveRollUp } from './prove.ts';

const MOST_SECONDS = 300;

const HELP = `npm run prove:economy -- [--claims 1000000] [--kills 50] [--seed NAME]

Rolls a history up while backends are killed at random. Exits with status 1 if a sum differs from the ledger, or if it takes more
than ${MOST_SECONDS} seconds.`;

async function main(): Promise<void> {
  const { values } = parseCommandLine({
    help: HELP,
    options: {
      claims: { type: 'string', default: '1000000' },
      kills: { type: 'string', default: '50' },
      seed: { type: 'string' },
    },
  });
  const seed = values.seed ?? randomBytes(4).toString('hex');
  const dir = await mkdtemp(join(tmpdir(), 'onceward-economy-'));
  const database = await startDatabase({ dir, settings: { fsync: 'off', synchronous_commit: 'off' } });
  try {
    console.log(`seed ${seed}`);
    const proof = await proveRollUp(
      { ...database, neonEndpoint: database.endpoint.url },
      { claims: Number(values.claims), kills: Number(values.kills), seed },
    );
    const { claims, entries, killed, seconds, faults } = proof;
    console.log(
      `${claims} claims with ${entries} entries in ${seconds.toFixed(1)} s, ${killed} backends killed`,
    );
    for (const fault of faults) console.error(fault);
    if (faults.length > 0 || seconds > MOST_SECONDS) process.exitCode = 1;
    else console.log('The sums are those of the ledger.');
  } finally {
    await database.stop();
    await database.postgres.remove();
    await rm(dir, { recursive: true, force: true });
  }
}

await main().catch(fail);
