/** Where the figures were taken: without it they cannot be read. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism, cpus, loadavg } from 'node:os';

export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly platform: string;
  /** Of the minute before: what else was going on. */
  readonly loadBefore: number;
  readonly node: string;
  readonly workerd: string;
}

export function describeMachine(): Machine {
  const require = createRequire(import.meta.url);
  const workerd = createRequire(require.resolve('wrangler')).resolve('workerd/package.json');
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    platform: `${process.platform}-${process.arch}`,
    loadBefore: loadavg()[0] ?? 0,
    node: process.version,
    workerd: (JSON.parse(readFileSync(workerd, 'utf8')) as { version: string }).version,
  };
}

const CROWDED =
  '**Others used the machine meanwhile**: latencies, and throughput with them, tell how crowded it was. Counts, and ratios of CPU time, can be read.';

/** The line above the figures. */
export function describeRun({
  measuredAt,
  command,
  machine,
}: {
  measuredAt: string;
  command: string;
  machine: Machine;
}): string {
  const { cores, cpu, loadBefore, node, workerd } = machine;
  const day = new Date(measuredAt).toLocaleDateString('en-GB', { dateStyle: 'long', timeZone: 'UTC' });
  const line = `${day}; ${cores} × ${cpu}, load ${loadBefore.toFixed(1)} before the run, Node ${node}, workerd ${workerd}; \`${command}\``;
  return loadBefore > cores / 2 ? `${line}\n\n${CROWDED}` : line;
}
