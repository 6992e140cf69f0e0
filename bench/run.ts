/** Runs the parts of the benchmark in order. plans.ts says how much each part measures. */
import { measureBreakers } from './measurements/breakers.ts';
import { measureBulks } from './measurements/bulks.ts';
import { measureGrowth } from './measurements/growth.ts';
import { measureHeldRow } from './measurements/held-row.ts';
import { measureBundle, measureMemory } from './measurements/isolate.ts';
import { measureKernel } from './measurements/kernel.ts';
import { measureStart } from './measurements/start.ts';
import { measureDistance, measureThroughput } from './measurements/throughput.ts';
import { PARTS, type Part, type Plan } from './plans.ts';
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
  /** Is called after each part with what was measured so far. */
  readonly save: (results: Results) => Promise<void>;
}

export async function run(stack: Stack, options: RunOptions): Promise<Results> {
  const { plan, parts, peers, lanes, base, command } = options;
  const results: Results = {
    measuredAt: new Date().toISOString(),
    command,
    lanes,
    machine: describeMachine(),
  };
  const measures: Record<Part, () => Promise<Partial<Results>>> = {
    bundle: async () => ({ bundle: await measureBundle(stack) }),
    start: async () => ({ start: await measureStart(stack, { starts: plan.starts, base }) }),
    kernel: async () => ({ kernel: await measureKernel(stack, plan.kernel) }),
    throughput: async () => ({ throughput: await measureThroughput(stack, plan.throughput, options) }),
    bulks: async () => ({ bulks: await measureBulks(stack, plan.bulks) }),
    breakers: async () => ({ breakers: await measureBreakers(stack, plan.breakers) }),
    held: async () => ({ held: await measureHeldRow(stack, plan.held, options) }),
    distance: async () => ({ distance: await measureDistance(stack, plan.distance, options) }),
    growth: async () => ({ growth: await measureGrowth(stack, plan.growth) }),
    memory: async () => ({ memory: await measureMemory(stack, plan.memory) }),
  };
  if (peers && (parts.includes('throughput') || parts.includes('distance'))) await installPeers(stack.signal);
  for (const part of PARTS.filter((one) => parts.includes(one))) {
    Object.assign(results, await measures[part]());
    await options.save(results);
  }
  return results;
}
