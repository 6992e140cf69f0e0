/** `npm run seed`: fills a database with players and claims, so that a load test of a staging environment meets a ledger of some size. */
import { type Command, ownerDatabaseUrl, parseArguments, runAsProcess } from '../cli/command-line.ts';
import { withClient } from '../cli/connect.ts';
import { readRules } from '../cli/import/current-rules.ts';
import { CLAIMS_PER_PLAYER, fillWithClaims } from './replay/fill.ts';

const DEFAULT_CLAIMS = 100_000;

const HELP = `npm run seed [-- --claims N] [--database-url URL]

Fills a database with claims, ${CLAIMS_PER_PLAYER} for each player: rewards, draws, transfers, damage and progress. Each is decided under the current
config and committed by the kernel, as a game would do it. Run again, it grants only what is missing. The current config must
be config/balance.example.json, and the database not that of a live game: its players are named seed-….

  --claims N           how many claims, in steps of 100 (default: ${DEFAULT_CLAIMS})
  --database-url URL   the owner's connection string (default: OWNER_DATABASE_URL, or the local stack's)`;

const OPTIONS = { claims: { type: 'string' }, 'database-url': { type: 'string' } } as const;

export const seedCommand: Command = async (args, output) => {
  const { values } = parseArguments({ help: HELP, options: OPTIONS, args });
  const claims = values.claims === undefined ? DEFAULT_CLAIMS : Number(values.claims);
  if (!Number.isInteger(claims) || claims < 1)
    throw new Error('--claims must be a whole number of 1 or more.');
  const databaseUrl = await ownerDatabaseUrl(values['database-url']);
  const rules = await withClient(databaseUrl, readRules);
  const granted = await fillWithClaims({
    ...{ databaseUrl, rules, claims, seed: 'load', prefix: 'seed' },
    log: output.progress,
  });
  output.log(`${granted} claims of ${granted / CLAIMS_PER_PLAYER} players are in the ledger.`);
  return 0;
};

if (import.meta.main) await runAsProcess(seedCommand);
