/** Runs the parts that were asked for, one after the other, on a stack that stands already. */
import { measureBundle } from './measurements/bundle.ts';
import { measureDistance } from './measurements/distance.ts';
import { measureGrowth } from './measurements/growth.ts';
import { measureMemory } from './measurements/memory.ts';
import type { Say } from './measurements/rounds.ts';
import { measureStart } from './measurements/start.ts';
import { measureThroughput } from './measurements/throughput.ts';
import type { Plan } from './plan.ts';
import { describeMachine } from './report/machine.ts';
import type { Results } from './report/results.ts';
import { installPeers } from './stack/peers.ts';
import type { Stack } from './stack/stack.ts';

/** In the order in which they are run: what is sensitive to a cold or a crowded machine comes first. */
export const PARTS = ['bundle', 'start', 'throughput', 'distance', 'growth', 'memory'] as const;
export type Part = (typeof PARTS)[number];

export interface RunOptions {
  readonly plan: Plan;
  readonly parts: readonly Part[];
  readonly peers: boolean;
  readonly command: string;
  readonly say: Say;
}

export async function run(stack: Stack, { plan, parts, peers, command, say }: RunOptions): Promise<Results> {
  const results: Results = { measuredAt: new Date().toISOString(), command, machine: describeMachine() };
  const wanted = (part: Part) => parts.includes(part);
  if (peers && (wanted('throughput') || wanted('distance'))) await installPeers(say, stack.signal);
  if (wanted('bundle')) results.bundle = await measureBundle(stack);
  if (wanted('start')) results.start = await measureStart(stack, plan.starts, say);
  if (wanted('throughput'))
    results.throughput = await measureThroughput(stack, { plan: plan.throughput, peers, say });
  if (wanted('distance'))
    results.distance = await measureDistance(stack, { plan: plan.distance, peers, say });
  if (wanted('growth')) results.growth = await measureGrowth(stack, { plan: plan.growth, say });
  if (wanted('memory')) results.memory = await measureMemory(stack, plan.memory, say);
  return results;
}
