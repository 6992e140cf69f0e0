/** Runs the parts of the benchmark in order. plans.ts says how much each part measures. */
import { measureBulks } from './measurements/bulks.ts';
import { measureGrowth } from './measurements/growth.ts';
import { measureHeldRow } from './measurements/held-row.ts';
import { measureBundle, measureMemory } from './measurements/isolate.ts';
import { measureKernel } from './measurements/kernel.ts';
import { measureStart } from './measurements/start.ts';
import { measureDistance, measureThroughput } from './measurements/throughput.ts';
import type { Part, Plan } from './plans.ts';
import { describeMachine, type Results } from './report/results.ts';
import { installPeers } from './stack/peers.ts';
import type { Stack } from './stack/stack.ts';
import type { SubjectOptions } from './subjects/all.ts';

export interface RunOptions extends SubjectOptions {
  readonly plan: Plan;
  readonly parts: readonly Part[];
  /** The hash of the commit whose start is measured too. Null: none. */
  readonly base: string | null;
  readonly command: string;
}

export async function run(stack: Stack, options: RunOptions): Promise<Results> {
  const { plan, parts, peers, lanes, base, command } = options;
  const results: Results = {
    measuredAt: new Date().toISOString(),
    command,
    lanes,
    machine: describeMachine(),
  };
  const wanted = (part: Part) => parts.includes(part);
  if (peers && (wanted('throughput') || wanted('distance'))) await installPeers(stack.signal);
  if (wanted('bundle')) results.bundle = await measureBundle(stack);
  if (wanted('start')) results.start = await measureStart(stack, { starts: plan.starts, base });
  if (wanted('kernel')) results.kernel = await measureKernel(stack, plan.kernel);
  if (wanted('throughput')) results.throughput = await measureThroughput(stack, plan.throughput, options);
  if (wanted('bulks')) results.bulks = await measureBulks(stack, plan.bulks);
  if (wanted('held')) results.held = await measureHeldRow(stack, plan.held, options);
  if (wanted('distance')) results.distance = await measureDistance(stack, plan.distance, options);
  if (wanted('growth')) results.growth = await measureGrowth(stack, plan.growth);
  if (wanted('memory')) results.memory = await measureMemory(stack, plan.memory);
  return results;
}
