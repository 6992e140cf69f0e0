/**
 * What it costs an isolate to come into being: CPU time of a fresh workerd until it has answered one request that does
 * nothing (/health), beyond what the bare static Worker takes for the same. And then the first claim's, in which services
 * are opened and documents parsed for the first time.
 */
import { HttpConnection, type HttpRequest } from '../load/connection.ts';
import { threadsCpuUs } from '../stack/process-usage.ts';
import { type Stack, startOnceward } from '../stack/stack.ts';
import type { Workerd } from '../stack/workerd.ts';
import { nearAccess } from '../subjects/access.ts';
import { onceward } from '../subjects/onceward.ts';
import { STATIC_BUNDLE } from '../subjects/static.ts';
import type { Say } from './rounds.ts';

/** ms of CPU time; null where there is no /proc. One for each start. */
export interface StartCost {
  readonly beyondStaticMs: (number | null)[];
  readonly firstClaimMs: (number | null)[];
}

const HEALTH: HttpRequest = { method: 'GET', path: '/health', headers: {}, body: '' };

export async function measureStart(stack: Stack, starts: number, say: Say): Promise<StartCost> {
  const cost: StartCost = { beyondStaticMs: [], firstClaimMs: [] };
  for (let start = 0; start < starts; start++) {
    say(`start ${start + 1} of ${starts}`);
    const bare = await stack.startWorker({ bundle: STATIC_BUNDLE });
    const bareMs = await answerFirst(bare);
    await bare.stop();

    const worker = await startOnceward(stack, { access: nearAccess(stack) });
    const startMs = await answerFirst(worker);
    cost.beyondStaticMs.push(startMs === null || bareMs === null ? null : startMs - bareMs);
    await (await onceward(stack, worker, `start-${start}`)).pay('first-player', 1);
    const claimedMs = cpuMs(worker);
    cost.firstClaimMs.push(startMs === null || claimedMs === null ? null : claimedMs - startMs);
    await worker.stop();
  }
  return cost;
}

async function answerFirst(worker: Workerd): Promise<number | null> {
  const connection = await HttpConnection.open(worker.port);
  const { status } = await connection.send(HEALTH);
  connection.close();
  if (status !== 200) throw new Error(`a fresh Worker answered ${status}`);
  return cpuMs(worker);
}

function cpuMs({ pid }: Workerd): number | null {
  const us = threadsCpuUs(pid);
  return us === null ? null : us / 1000;
}
