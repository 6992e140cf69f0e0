/** `npm run prove:erasure`: erases 1,000 of 100,000 players under load, and searches what is left. */
import { fail, parseCommandLine } from '../cli/command-line.ts';
import { proveErasure } from './erasure/prove.ts';

const HELP = `npm run prove:erasure -- [--players 100000] [--erased 1000] [--clients 8] [--seed NAME]

Fills a local stack of its own, archives the claims of half of the players, erases players through the API while clients claim and give,
and searches the archive, every table and the log lines written afterwards for their IDs. The ledger must be sound and have each acknowledged claim once. Exits with status 1 otherwise.`;

const { values } = parseCommandLine({
  help: HELP,
  options: {
    players: { type: 'string', default: '100000' },
    erased: { type: 'string', default: '1000' },
    clients: { type: 'string', default: '8' },
    seed: { type: 'string', default: 'erasure' },
  },
});

async function run(): Promise<void> {
  const { erased, claimed, retried, rows, seconds, faults } = await proveErasure({
    players: Number(values.players),
    erased: Number(values.erased),
    clients: Number(values.clients),
    seed: values.seed,
    log: (line) => console.log(line),
  });
  console.log(
    `filled in ${seconds.fill.toFixed(0)} s; erased ${erased} of ${values.players} players in ${seconds.erase.toFixed(0)} s and ${seconds.finish.toFixed(0)} s for the rest; ${claimed} claims meanwhile, ${retried} retries; searched ${rows} rows in ${seconds.search.toFixed(0)} s`,
  );
  for (const fault of faults) console.error(fault);
  if (faults.length > 0) process.exit(1);
  console.log('Nothing names them, the ledger is sound, and it has each acknowledged claim once.');
}

await run().catch(fail);
