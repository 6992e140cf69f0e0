/**
 * Measures the CPU time that a new isolate needs until its first answer, and for its first claim. The same of another commit can
 * be measured in turn, because both depend on the machine.
 */
import { showProgress } from '../../cli/progress.ts';
import { HttpConnection, type HttpRequest } from '../load/connection.ts';
import { checkOut, createCheckoutLedger } from '../stack/checkout.ts';
import { threadsCpuUs } from '../stack/process-usage.ts';
import type { Stack } from '../stack/stack.ts';
import type { Workerd } from '../stack/workerd.ts';
import { STATIC_BUNDLE } from '../subjects/baselines.ts';
import { type OncewardOptions, onceward, startOnceward } from '../subjects/onceward.ts';

/** CPU time in ms, one value per start. Null without /proc. */
interface IsolateCost {
  /** Until a new workerd has answered /health, minus the same for the static Worker. */
  readonly beyondStaticMs: (number | null)[];
  /** For the first claim, which opens services and parses documents for the first time. */
  readonly firstClaimMs: (number | null)[];
}

export interface StartCost extends IsolateCost {
  /** The same of another commit. */
  readonly base?: IsolateCost & { readonly commit: string };
}

const HEALTH: HttpRequest = { method: 'GET', path: '/health', headers: {}, body: '' };

/** `base`: the hash of the other commit. */
export async function measureStart(
  stack: Stack,
  { starts, base }: { starts: number; base: string | null },
): Promise<StartCost> {
  const own = newCost();
  const other = base === null ? null : { cost: newCost(), options: await prepareBase(stack, base) };
  for (let start = 0; start < starts; start++) {
    showProgress(`start ${start + 1} of ${starts}`);
    const bare = await stack.startWorker({ bundle: STATIC_BUNDLE });
    const bareMs = await cpuMsOfFirstResponse(bare);
    await bare.stop();
    await measureOne(stack, own, { bareMs, label: `start-${start}` });
    if (other)
      await measureOne(stack, other.cost, { bareMs, label: `start-${start}`, options: other.options });
  }
  return { ...own, ...(other && { base: { ...other.cost, commit: base as string } }) };
}

/** With a database of its own, because the kernel may have changed since. */
async function prepareBase(stack: Stack, commit: string): Promise<OncewardOptions> {
  const { database } = stack;
  const checkout = stack.newFolder();
  await checkOut(commit, checkout);
  const { databaseUrl, kvEntries } = await createCheckoutLedger(database, checkout, 'onceward_base');
  return { checkout, kvEntries, access: { databaseUrl, endpointUrl: database.endpointUrl } };
}

const newCost = (): IsolateCost => ({ beyondStaticMs: [], firstClaimMs: [] });

async function measureOne(
  stack: Stack,
  cost: IsolateCost,
  { bareMs, label, options }: { bareMs: number | null; label: string; options?: OncewardOptions },
): Promise<void> {
  const worker = await startOnceward(stack, options);
  const startMs = await cpuMsOfFirstResponse(worker);
  cost.beyondStaticMs.push(startMs === null || bareMs === null ? null : startMs - bareMs);
  await (await onceward(stack, worker, label)).pay('first-player', 1);
  const claimedMs = cpuMs(worker);
  cost.firstClaimMs.push(startMs === null || claimedMs === null ? null : claimedMs - startMs);
  await worker.stop();
}

async function cpuMsOfFirstResponse(worker: Workerd): Promise<number | null> {
  const connection = await HttpConnection.open(worker.port);
  const { status } = await connection.send(HEALTH);
  connection.close();
  if (status !== 200) throw new Error(`a new Worker answered ${status}`);
  return cpuMs(worker);
}

function cpuMs({ pid }: Workerd): number | null {
  const us = threadsCpuUs(pid);
  return us === null ? null : us / 1000;
}
