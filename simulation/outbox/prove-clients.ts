/** `npm run prove:clients`: kills apps with an outbox, and checks that each intent has one effect and one outcome. */
import { randomBytes } from 'node:crypto';
import { fail, parseCommandLine } from '../../cli/command-line.ts';
import { Environment } from '../stack/environment.ts';
import { prepareApps } from './commands.ts';
import { runApps } from './run-apps.ts';

const HELP = `npm run prove:clients -- [options]

Starts the built Worker and a real Postgres, lets apps send intents through the outbox of a client, kills their
processes, tabs and browsers at random, and loses, delays and duplicates requests and replies. Afterwards each
intent must have exactly one effect in the ledger, and its app exactly one outcome. Exits with 1 otherwise.

  --client NAME which client: typescript (Node), browser (two tabs of each app in Chromium), unity (the C# core
                under Mono) or godot (Godot 3) (default typescript)
  --kills N     how many apps are killed in all (default 5000)
  --intents N   how many intents are made in all (default 1000)
  --apps N      how many apps run side by side (default 4)
  --seed TEXT   repeats the kills and faults of a run; processes still differ in speed`;

const { values } = parseCommandLine({
  help: HELP,
  options: {
    client: { type: 'string', default: 'typescript' },
    kills: { type: 'string', default: '5000' },
    intents: { type: 'string', default: '1000' },
    apps: { type: 'string', default: '4' },
    seed: { type: 'string', default: randomBytes(4).toString('hex') },
  },
});

function count(name: 'kills' | 'intents' | 'apps'): number {
  const number = Number(values[name]);
  if (!Number.isSafeInteger(number) || number < 1) fail(new Error(`--${name} must be a positive integer.`));
  return number;
}

/** An app that ends before its last kill is not started again. */
const LEAST_SHARE = 0.5;

async function main(): Promise<void> {
  const began = performance.now();
  const apps = count('apps');
  const sizes = {
    apps,
    kills: Math.ceil(count('kills') / apps),
    intents: Math.ceil(count('intents') / apps),
  };
  const stopping = new AbortController();
  process.once('SIGINT', () => stopping.abort());
  const environment = await Environment.start(stopping.signal);
  try {
    const all = sizes.kills * apps;
    console.log(`Seed ${values.seed}: ${sizes.intents * apps} intents of ${apps} apps, ${all} kills`);
    let kills = 0;
    const clients = await prepareApps(values.client, () => environment.newFolder());
    const result = await runApps(environment, { sizes, seed: values.seed, open: clients.open }, () => {
      kills += 1;
      if (kills % Math.ceil(all / 10) === 0) console.log(`${kills} of ${all} kills, ${seconds(began)} s`);
    }).finally(clients.close);
    const faults = Object.entries(result.faults).map(([kind, times]) => `${kind} ${times}`);
    console.log(`Faults: ${faults.sort().join(', ')}`);
    console.log(`Intents that ended between the kills: ${result.endedBetween} of ${sizes.intents * apps}`);
    console.log(`Outcomes that an app got again after a kill: ${result.repeated}`);
    if (kills < LEAST_SHARE * all) result.violations.push(`only ${kills} kills: use more intents`);
    for (const violation of result.violations.slice(0, 20)) console.log(`VIOLATED: ${violation}`);
    console.log(`${result.violations.length === 0 ? 'PASSED' : 'FAILED'} after ${seconds(began)} s`);
    process.exitCode = result.violations.length === 0 ? 0 : 1;
  } finally {
    await environment.stop();
  }
}

const seconds = (since: number) => Math.round((performance.now() - since) / 1_000);

await main();
