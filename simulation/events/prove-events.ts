/** `npm run prove:events`: sends the events of many operations to a consumer under kills. docs/events.md has its figures. */
import { randomBytes } from 'node:crypto';
import { fail, parseCommandLine } from '../../cli/command-line.ts';
import { proveEvents } from './prove.ts';

const HELP = `npm run prove:events -- [--operations 100000] [--kills 4] [--seed NAME]

Grants operations on a local stack of its own, most of them imported and some through the API, and sends their events to a consumer that
is slow, answers errors and is killed every few seconds, while the Worker is killed too. Afterwards the consumer must have accepted each
event at least once, those of each player in the order of their numbers, with valid signatures. Exits with status 1 otherwise.`;

const { values } = parseCommandLine({
  help: HELP,
  options: {
    operations: { type: 'string', default: '100000' },
    kills: { type: 'string', default: '4' },
    seed: { type: 'string' },
  },
});

async function run(): Promise<void> {
  const seed = values.seed ?? randomBytes(4).toString('hex');
  console.log(`seed ${seed}`);
  const { events, received, killed, seconds, faults } = await proveEvents({
    operations: Number(values.operations),
    kills: Number(values.kills),
    seed,
    log: (line) => console.log(line),
  });
  console.log(`killed the Worker ${killed.worker} times, the consumer ${killed.consumer} times`);
  console.log(
    `granted within ${seconds.granted.toFixed(0)} s, accepted within ${seconds.accepted.toFixed(0)} s`,
  );
  console.log(`${events} events, accepted ${received.accepted.length} times`);
  for (const fault of faults) console.error(fault);
  if (faults.length > 0) process.exit(1);
  console.log('Each event was accepted at least once, those of each player in order, with valid signatures.');
}

await run().catch(fail);
