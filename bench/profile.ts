/**
 * The command `npm run bench:profile`: shows where time is spent while claims are granted, in the Worker by function and
 * package, or in Postgres by statement. The bundle is the deployed one with readable names. Sampling slows the process down and
 * counts time in which other processes use the core, so shares are meaningful and absolute times are not.
 */
import { writeFile } from 'node:fs/promises';
import { fail, parseCommandLine } from '../cli/command-line.ts';
import { clearProgress, showProgress } from '../cli/progress.ts';
import { loadOrigins, profileTable, summarise } from './profile/cpu-profile.ts';
import { type CpuProfile, DevTools } from './profile/devtools.ts';
import { PROFILED_SETTINGS, withStatements } from './profile/statements.ts';
import { cpuUs } from './stack/process-usage.ts';
import { type Stack, withStack } from './stack/stack.ts';
import { postgresKernel, postgresMinimal } from './subjects/baselines.ts';
import { onceward, startOnceward } from './subjects/onceward.ts';
import { nearAccess } from './subjects/subject.ts';

const SUBJECTS = ['claim', 'lanes', 'replay', 'kernel', 'minimal'];
const LANES = 2;

const { values } = parseCommandLine({
  help: `npm run bench:profile -- [--subject ${SUBJECTS.join('|')}] [--requests 4000] [--top 30] [--save FILE]

Profiles a subject under load (16 connections). For a claim, direct or through lanes, or a replay, it lists the Worker's
functions with the most self time. For the kernel or the minimal claim function, it lists the statements with the most time.

  --save FILE   write the Worker's profile for Chrome DevTools (Performance → Load profile)`,
  options: {
    subject: { type: 'string', default: 'claim' },
    requests: { type: 'string', default: '4000' },
    top: { type: 'string', default: '30' },
    save: { type: 'string' },
  },
});
const requests = Number(values.requests);
const top = Number(values.top);
if (!SUBJECTS.includes(values.subject)) fail(new Error(`--subject must be one of ${SUBJECTS.join(', ')}.`));
if (!(requests > 0 && top > 0)) fail(new Error('--requests and --top must be positive numbers. See --help.'));

const WARM_UP_REQUESTS = 2_000;
const CONNECTIONS = 16;
const SAMPLING_US = 200;

if (values.subject === 'kernel' || values.subject === 'minimal')
  await withStack(profilePostgres, PROFILED_SETTINGS);
else await withStack(profileWorker);

async function profileWorker(stack: Stack): Promise<void> {
  showProgress('building and starting the Worker');
  const lanes = values.subject === 'lanes' ? LANES : undefined;
  const worker = await startOnceward(stack, { readable: true, inspect: true, lanes });
  if (worker.inspectorPort === null) throw new Error('workerd has no inspector');
  const { claim, claimThroughLanes, replay } = await onceward(stack, worker, 'profile');
  const subject =
    values.subject === 'replay' ? await replay() : lanes === undefined ? claim() : claimThroughLanes();
  const load = { connections: CONNECTIONS, signal: stack.signal };
  await subject.run({ ...load, requests: WARM_UP_REQUESTS });

  const tools = await DevTools.attach(worker.inspectorPort, 'worker');
  await tools.send('Profiler.enable');
  await tools.send('Profiler.setSamplingInterval', { interval: SAMPLING_US });
  await tools.send('Profiler.start');
  const before = cpuUs(worker.pid);
  showProgress(`profiling ${requests} requests`);
  await subject.run({ ...load, requests });
  const after = cpuUs(worker.pid);
  const { profile } = await tools.send<{ profile: CpuProfile }>('Profiler.stop');
  tools.close();

  clearProgress();
  if (values.save) await writeFile(values.save, JSON.stringify(profile));
  const processUs = before === null || after === null ? null : after - before;
  const summary = summarise(profile, await loadOrigins(worker.bundle));
  console.log(profileTable(summary, { title: subject.title, requests, top, processUs }));
}

async function profilePostgres(stack: Stack): Promise<void> {
  const start = values.subject === 'kernel' ? postgresKernel : postgresMinimal;
  const subject = start(stack, nearAccess(stack));
  const load = { connections: CONNECTIONS, signal: stack.signal };
  await withStatements(stack.database.ownerDatabaseUrl, async ({ reset, table }) => {
    showProgress(`warming up: ${subject.title}`);
    await subject.run({ ...load, requests: WARM_UP_REQUESTS });
    await stack.database.settle();
    await reset();
    showProgress(`counting ${requests} requests`);
    await subject.run({ ...load, requests });
    clearProgress();
    console.log(`${subject.title}: ${requests} requests, figures per request\n\n${await table(top)}`);
  });
}
