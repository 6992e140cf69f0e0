/**
 * Whether an isolate's memory stays flat: claims by the ten thousand, and after each share of them V8's own heap, once its
 * garbage has been collected, and the process. Claims are new each time, so nothing that is kept for each would be missed.
 */
import { DevTools } from '../profile/devtools.ts';
import { residentMb } from '../stack/process-usage.ts';
import { type Stack, startOnceward } from '../stack/stack.ts';
import { nearAccess } from '../subjects/access.ts';
import { onceward } from '../subjects/onceward.ts';
import type { Say } from './rounds.ts';

export interface MemoryPlan {
  readonly requests: number;
  /** How many times it is looked at on the way; the first share of the requests is the warm-up. */
  readonly looks: number;
}

export interface MemoryLook {
  readonly requests: number;
  /** After a garbage collection. */
  readonly heapMb: number;
  readonly residentMb: number | null;
}

const CONNECTIONS = 16;
const REQUESTS_TO_COLLECT = 20;
const MB = 1024 * 1024;

export async function measureMemory(
  stack: Stack,
  { requests, looks }: MemoryPlan,
  say: Say,
): Promise<MemoryLook[]> {
  const worker = await startOnceward(stack, { access: nearAccess(stack), inspect: true });
  if (worker.inspectorPort === null) throw new Error('workerd offers no inspector');
  const tools = await DevTools.attach(worker.inspectorPort, 'worker');
  const claim = (await onceward(stack, worker, 'memory')).claim();
  const share = Math.ceil(requests / looks);
  const seen: MemoryLook[] = [];
  for (let look = 1; look <= looks; look++) {
    say(`memory: ${(look - 1) * share} of ${requests} requests`);
    await claim.run({ connections: CONNECTIONS, requests: share, signal: stack.signal });
    // V8 collects as a task of the isolate, which takes one up only while it is at work.
    const collected = tools.send('HeapProfiler.collectGarbage');
    await claim.run({ connections: 1, requests: REQUESTS_TO_COLLECT, signal: stack.signal });
    await collected;
    const { usedSize } = await tools.send<{ usedSize: number }>('Runtime.getHeapUsage');
    seen.push({ requests: look * share, heapMb: usedSize / MB, residentMb: residentMb(worker.pid) });
  }
  tools.close();
  await worker.stop();
  return seen;
}
