/** Cases of the kernel alone that take turns: each has a session of its own, and its backend's CPU time is read. */
import { showProgress } from '../../cli/progress.ts';
import { type Backend, cpuUsOf } from '../load/backend.ts';
import type { Stack } from '../stack/stack.ts';
import { COMMIT_OPERATIONS } from '../subjects/baselines.ts';
import { type Answer, areNewGrants, type Claim, kernelOperations } from '../subjects/claims.ts';

export interface KernelPlan {
  readonly rounds: number;
  /** Operations in a turn of one operation per call; the other turns have at least as many. */
  readonly operations: number;
  readonly newSessions: number;
  /** Claims in the ledger whose size is measured. */
  readonly sizeClaims: number;
}

/** Samples of one case. They are µs of CPU time per operation, or null without /proc. */
export interface KernelSeries {
  readonly name: string;
  readonly title: string;
  readonly samples: (number | null)[];
}

/** Something that runs one call and says how many operations that were. */
export interface KernelCase {
  readonly name: string;
  readonly title: string;
  readonly backend: Backend;
  readonly perCall: number;
  readonly prepare?: () => Promise<void>;
  call(): Promise<void>;
}

const WARM_UP_CALLS = 60;

export async function measureCases(
  { signal }: Stack,
  cases: readonly KernelCase[],
  { rounds, operations }: KernelPlan,
): Promise<KernelSeries[]> {
  const all = cases.map((one) => ({ one, series: seriesOf(one) }));
  for (let round = 0; round < rounds; round++) {
    showProgress(`kernel, round ${round + 1} of ${rounds}`);
    const start = round % all.length;
    for (const { one, series } of [...all.slice(start), ...all.slice(0, start)]) {
      signal.throwIfAborted();
      await one.prepare?.();
      const calls = Math.max(Math.ceil(operations / one.perCall), 3);
      const us = await cpuUsOf(one.backend, async () => {
        for (let call = 0; call < calls; call++) await one.call();
      });
      series.samples.push(us === null ? null : us / (calls * one.perCall));
    }
  }
  return all.map(({ series }) => series);
}

export const seriesOf = ({ name, title }: { name: string; title: string }): KernelSeries => ({
  name,
  title,
  samples: [],
});

export async function warmUpCases(cases: readonly KernelCase[]): Promise<void> {
  for (const { call } of cases) for (let calls = 0; calls < WARM_UP_CALLS; calls++) await call();
}

export async function commitClaims(
  backend: Backend,
  { rules }: Stack,
  claims: readonly Claim[],
): Promise<void> {
  const { answer } = await backend.call(COMMIT_OPERATIONS, [kernelOperations(claims, rules)]);
  if (!areNewGrants(answer as Answer, claims.length))
    throw new Error(`the kernel answered ${JSON.stringify(answer)}`);
}
