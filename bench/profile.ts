/**
 * `node bench/profile.ts`: where the Worker's CPU time goes while it pays claims, by function and by package. The bundle
 * is the deployed one with its names left readable. Sampling slows the Worker, and counts the time that passes while others
 * have the core: read shares, not speed.
 */
import { writeFile } from 'node:fs/promises';
import { fail, parseCommandLine } from '../dev/command-line.ts';
import { type CpuProfile, DevTools } from './profile/devtools.ts';
import { loadOrigins } from './profile/origins.ts';
import { summarise } from './profile/summary.ts';
import { profileTable } from './profile/table.ts';
import { doneSaying, say } from './report/progress.ts';
import { cpuUs } from './stack/process-usage.ts';
import { startOnceward } from './stack/stack.ts';
import { withStack } from './stack/with-stack.ts';
import { onceward } from './subjects/onceward.ts';

const { values } = parseCommandLine({
  help: `node bench/profile.ts [--subject claim|replay] [--requests 4000] [--top 30] [--save FILE]

Profiles the Worker under load (16 connections) and prints the functions with the most time of their own.

  --save FILE   also write the profile, for Chrome's DevTools (Performance → Load profile)`,
  options: {
    subject: { type: 'string', default: 'claim' },
    requests: { type: 'string', default: '4000' },
    top: { type: 'string', default: '30' },
    save: { type: 'string' },
  },
});
const requests = Number(values.requests);
const top = Number(values.top);
if (!['claim', 'replay'].includes(values.subject))
  fail(new Error('--subject is claim or replay. More with --help.'));
if (!(requests > 0 && top > 0)) fail(new Error('--requests and --top are numbers. More with --help.'));

const WARM_UP_REQUESTS = 2_000;
const CONNECTIONS = 16;
const SAMPLING_US = 200;

await withStack(async (stack) => {
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
});
