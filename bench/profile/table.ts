/** The profile as a person reads it: packages first, then the functions with the most time of their own. */
import type { Summary } from './summary.ts';

export interface TableOptions {
  readonly title: string;
  readonly requests: number;
  readonly top: number;
  /** CPU time of the whole process meanwhile; null: unknown here. */
  readonly processUs: number | null;
}

export function profileTable(
  { functions, homes, garbageUs, scriptUs }: Summary,
  options: TableOptions,
): string {
  const { title, requests, top, processUs } = options;
  const each = (us: number) => (us / requests).toFixed(1).padStart(9);
  const share = (us: number) => `${((100 * us) / scriptUs).toFixed(1)} %`.padStart(8);
  const byTime = [...homes].sort(([, a], [, b]) => b - a);
  const bySelf = functions.toSorted((a, b) => b.selfUs - a.selfUs).slice(0, top);
  return [
    `${title}: ${requests} requests, µs for each: CPU time of the process, time on the clock for all else`,
    ...(processUs === null ? [] : [`${each(processUs)}  the process, all threads`]),
    `${each(scriptUs)}  script and what it calls, of which garbage collection ${(garbageUs / requests).toFixed(1)}`,
    '',
    'by package: self',
    ...byTime.map(([home, us]) => `${each(us)} ${share(us)}  ${home}`),
    '',
    'by function: self, share, with what it calls',
    ...bySelf.map(
      ({ name, origin, selfUs, totalUs }) =>
        `${each(selfUs)} ${share(selfUs)} ${each(totalUs)}  ${name}  ${origin.file}`,
    ),
  ].join('\n');
}
