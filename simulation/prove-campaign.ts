/** `npm run prove:campaign`: a campaign of many players under kills, compared with the ledger. docs/campaigns.md has its figures. */
import { randomBytes } from 'node:crypto';
import { fail, parseCommandLine } from '../cli/command-line.ts';
import { proveCampaign } from './campaign/prove.ts';

const HELP = `npm run prove:campaign -- [--players 100000] [--kills 20] [--seed NAME]

Runs a campaign on a local stack of its own while the Worker, its Workflow and backends of Postgres are killed at random moments.
Afterwards every player must have exactly one grant, and the report must agree with the ledger and with the dry run. Exits with
status 1 otherwise.`;

const { values } = parseCommandLine({
  help: HELP,
  options: {
    players: { type: 'string', default: '100000' },
    kills: { type: 'string', default: '20' },
    seed: { type: 'string' },
  },
});

async function run(): Promise<void> {
  const seed = values.seed ?? randomBytes(4).toString('hex');
  console.log(`seed ${seed}`);
  const { campaign, kills, seconds, faults } = await proveCampaign({
    players: Number(values.players),
    kills: Number(values.kills),
    seed,
    log: (line) => console.log(line),
  });
  const { granted, already, rejected, pending, gives } = campaign.report;
  console.log(`killed ${JSON.stringify(kills)}`);
  console.log(`dry run ${seconds.check.toFixed(1)} s, grants ${seconds.run.toFixed(1)} s`);
  console.log(`granted ${granted}, had it ${already}, rejected ${rejected}, pending ${pending}`);
  console.log(`gave ${gives.map(({ resource, given }) => `${given} ${resource}`).join(', ')}`);
  for (const fault of faults) console.error(fault);
  if (faults.length > 0) process.exit(1);
  console.log('Every player has exactly one grant; report, ledger and dry run agree.');
}

await run().catch(fail);
