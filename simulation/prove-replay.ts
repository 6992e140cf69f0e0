/** `npm run prove:replay`: a million claims, replayed under the config that was current and under a draft. */
import { fail, parseCommandLine } from '../cli/command-line.ts';
import { proveReplay } from './replay/prove.ts';

const HELP = `npm run prove:replay -- [--claims 1000000] [--seed NAME]

Fills a local stack of its own with claims, each decided by the domain and committed by the kernel. Replays them through the API and
from the database, and ends one replay early. Under the config that was current the totals must equal the ledger; under a draft they
must differ by what the draft changes. Exits with status 1 otherwise.`;

const { values } = parseCommandLine({
  help: HELP,
  options: { claims: { type: 'string', default: '1000000' }, seed: { type: 'string', default: 'replay' } },
});

async function run(): Promise<void> {
  const { claims, players, seconds, endedAfter, faults } = await proveReplay({
    claims: Number(values.claims),
    seed: values.seed,
    log: (line) => console.log(line),
  });
  console.log(`filled in ${seconds.fill.toFixed(0)} s`);
  console.log(
    `${claims} claims of ${players} players: through the API ${seconds.api.toFixed(1)} s, from the database ${seconds.database.toFixed(1)} s`,
  );
  console.log(`ended early after ${endedAfter} claims`);
  for (const fault of faults) console.error(fault);
  if (faults.length > 0) process.exit(1);
  console.log('The totals equal the ledger, and differ under the draft by what it changes.');
}

await run().catch(fail);
