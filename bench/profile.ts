/**
 * `npm run bench:profile`: where the time goes while claims are paid. In the Worker by function and by package, in Postgres
 * by the statements within the kernel. The bundle is the deployed one with its names left readable. Sampling slows what it
 * looks at, and counts the time that passes while others have the core: read shares, not speed.
 */
import { writeFile } from 'node:fs/promises';
import { fail, parseCommandLine } from '../cli/command-line.ts';
import { type CpuProfile, DevTools } from './profile/devtools.ts';
import { loadOrigins } from './profile/origins.ts';
import { PROFILED_SETTINGS, withStatements } from './profile/statements.ts';
import { summarise } from './profile/summary.ts';
import { profileTable } from './profile/table.ts';
import { doneSaying, say } from './report/progress.ts';
import { cpuUs } from './stack/process-usage.ts';
import { type Stack, startOnceward } from './stack/stack.ts';
import { withStack } from './stack/with-stack.ts';
import { nearAccess } from './subjects/access.ts';
import { onceward } from './subjects/onceward.ts';
import { postgresKernel, postgresMinimal } from './subjects/postgres.ts';

const SUBJECTS = ['claim', 'replay', 'kernel', 'minimal'];

const { values } = parseCommandLine({
  help: `npm run bench:profile -- [--subject ${SUBJECTS.join('|')}] [--requests 4000] [--top 30] [--save FILE]

Under load (16 connections): of a claim or a replay, the Worker's functions with the most time of their own; of the
kernel or the minimal claim function, the statements inside it with the most time.

  --save FILE   also write the Worker's profile, for Chrome's DevTools (Performance → Load profile)`,
  options: {
    subject: { type: 'string', default: 'claim' },
    requests: { type: 'string', default: '4000' },
    top: { type: 'string', default: '30' },
    save: { type: 'string' },
  },
});
const requests = Number(values.requests);
const top = Number(values.top);
if (!SUBJECTS.includes(values.subject)) fail(new Error(`--subject is one of ${SUBJECTS.join(', ')}.`));
if (!(requests > 0 && top > 0)) fail(new Error('--requests and --top are numbers. More with --help.'));

const WARM_UP_REQUESTS = 2_000;
const CONNECTIONS = 16;
const SAMPLING_US = 200;

if (values.subject === 'claim' || values.subject === 'replay') await withStack(profileWorker);
else await withStack(profilePostgres, PROFILED_SETTINGS);

async function profileWorker(stack: Stack): Promise<void> {
  say('building and starting the Worker');
  const worker = await startOnceward(stack, { readable: true, inspect: true });
  if (worker.inspectorPort === null) throw new Error('workerd offers no inspector');
  const { claim, replay } = await onceward(stack, worker, 'profile');
  const subject = values.subject === 'claim' ? claim() : await replay();
  const load = { connections: CONNECTIONS, signal: stack.signal };
  await subject.run({ ...load, requests: WARM_UP_REQUESTS });

  const tools = await DevTools.attach(worker.inspectorPort, 'worker');
  await tools.send('Profiler.enable');
  await tools.send('Profiler.setSamplingInterval', { interval: SAMPLING_US });
  await tools.send('Profiler.start');
  const before = cpuUs(worker.pid);
  say(`profiling ${requests} requests`);
  await subject.run({ ...load, requests });
  const after = cpuUs(worker.pid);
  const { profile } = await tools.send<{ profile: CpuProfile }>('Profiler.stop');
  tools.close();

  doneSaying();
  if (values.save) await writeFile(values.save, JSON.stringify(profile));
  const processUs = before === null || after === null ? null : after - before;
  const summary = summarise(profile, await loadOrigins(worker.bundle));
  console.log(profileTable(summary, { title: subject.title, requests, top, processUs }));
}

async function profilePostgres(stack: Stack): Promise<void> {
  const start = values.subject === 'kernel' ? postgresKernel : postgresMinimal;
  const subject = start(stack, nearAccess(stack));
  const load = { connections: CONNECTIONS, signal: stack.signal };
  await withStatements(stack.database.ownerDatabaseUrl, async ({ forget, table }) => {
    say(`warming up: ${subject.title}`);
    await subject.run({ ...load, requests: WARM_UP_REQUESTS });
    await stack.database.settle();
    await forget();
    say(`counting ${requests} requests`);
    await subject.run({ ...load, requests });
    doneSaying();
    console.log(`${subject.title}: ${requests} requests, for each\n\n${await table(top)}`);
  });
}
