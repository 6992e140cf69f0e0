/** `npm run prove:archive`: a million claims, archived and put back. */
import { fail, parseCommandLine } from '../cli/command-line.ts';
import { proveArchive } from './archive/prove.ts';

const HELP = `npm run prove:archive -- [--claims 1000000] [--replays 1000] [--seed NAME]

Writes old claims into a database of its own, archives them to a directory, asks for some of their keys, and puts them back. Counts, sums
and digests must agree, and the ledger must be sound in between and afterwards. Exits with status 1 otherwise.`;

const { values } = parseCommandLine({
  help: HELP,
  options: {
    claims: { type: 'string', default: '1000000' },
    replays: { type: 'string', default: '1000' },
    seed: { type: 'string', default: 'archive' },
  },
});

async function run(): Promise<void> {
  const { claims, entries, seconds, bytes, faults } = await proveArchive({
    claims: Number(values.claims),
    replays: Number(values.replays),
    seed: values.seed,
    log: (line) => console.log(line),
  });
  const each = (total: number) => Math.round(total / claims);
  console.log(
    `${claims} claims and ${entries} entries: archived in ${seconds.archive.toFixed(0)} s, put back in ${seconds.restore.toFixed(0)} s`,
  );
  console.log(
    `bytes of a claim: ${each(bytes.before)} in the database, then ${each(bytes.after)}, and ${each(bytes.files)} in the files`,
  );
  for (const fault of faults.slice(0, 50)) console.error(fault);
  if (faults.length > 0) process.exit(1);
  console.log('Counts, sums and digests agree, and archived keys are answered with the original numbers.');
}

await run().catch(fail);
