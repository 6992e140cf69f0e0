/** Measures the size of the bundle, and whether the memory of an isolate stays constant. */
import { readFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { showProgress } from '../../cli/progress.ts';
import { DevTools } from '../profile/devtools.ts';
import { residentMb } from '../stack/process-usage.ts';
import type { Stack } from '../stack/stack.ts';
import { onceward, startOnceward } from '../subjects/onceward.ts';
import { nearAccess } from '../subjects/subject.ts';

const KIB = 1024;
const MIB = 1024 * 1024;

export interface BundleSize {
  readonly rawKib: number;
  readonly gzipKib: number;
}

export async function measureBundle({ build }: Stack): Promise<BundleSize> {
  const bundle = await readFile(await build({ entry: 'src/worker.ts' }));
  return { rawKib: bundle.length / KIB, gzipKib: gzipSync(bundle).length / KIB };
}

export interface MemoryPlan {
  readonly requests: number;
  /** How many samples to take. The requests before the first one are the warm-up. */
  readonly samples: number;
}

export interface MemorySample {
  /** New claims so far. */
  readonly requests: number;
  /** V8's heap after a garbage collection. */
  readonly heapMb: number;
  readonly residentMb: number | null;
}

const MEMORY_CONNECTIONS = 16;
const REQUESTS_DURING_COLLECTION = 20;

/** Every claim is new, so that anything that the Worker keeps per claim would show. */
export async function measureMemory(
  stack: Stack,
  { requests, samples }: MemoryPlan,
): Promise<MemorySample[]> {
  const worker = await startOnceward(stack, { access: nearAccess(stack), inspect: true });
  if (worker.inspectorPort === null) throw new Error('workerd has no inspector');
  const tools = await DevTools.attach(worker.inspectorPort, 'worker');
  const claim = (await onceward(stack, worker, 'memory')).claim();
  const share = Math.ceil(requests / samples);
  const taken: MemorySample[] = [];
  for (let number = 1; number <= samples; number++) {
    showProgress(`memory: ${(number - 1) * share} of ${requests} requests`);
    await claim.run({ connections: MEMORY_CONNECTIONS, requests: share, signal: stack.signal });
    // V8 collects in a task of the isolate, which runs only while the isolate handles requests.
    const collected = tools.send('HeapProfiler.collectGarbage');
    await claim.run({ connections: 1, requests: REQUESTS_DURING_COLLECTION, signal: stack.signal });
    await collected;
    const { usedSize } = await tools.send<{ usedSize: number }>('Runtime.getHeapUsage');
    taken.push({ requests: number * share, heapMb: usedSize / MIB, residentMb: residentMb(worker.pid) });
  }
  tools.close();
  await worker.stop();
  return taken;
}
