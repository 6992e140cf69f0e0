/** Reads CPU time and memory of other processes from /proc. Returns null where /proc does not exist (not Linux). */
import { readdirSync, readFileSync } from 'node:fs';

/** Linux reports CPU time in ticks of 10 ms (USER_HZ is always 100). */
const US_PER_TICK = 10_000;
const KB_PER_MB = 1024;

/** User and system time of a process with all its threads, in µs. */
export function cpuUs(pid: number): number | null {
  const stat = readStat(pid);
  return stat && (stat.own + stat.reapedChildren) * US_PER_TICK;
}

/** User and system time of a process and its children, including exited children that it has waited for, in µs. */
export function familyCpuUs(pid: number): number | null {
  const parent = readStat(pid);
  if (!parent) return null;
  let ticks = parent.own + parent.reapedChildren;
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const stat = readStat(Number(name));
    if (stat?.parent === pid) ticks += stat.own + stat.reapedChildren;
  }
  return ticks * US_PER_TICK;
}

/** Resident memory in MB. */
export function residentMb(pid: number): number | null {
  const kb = /^VmRSS:\s+(\d+)/m.exec(readProc(`${pid}/status`) ?? '')?.[1];
  return kb === undefined ? null : Number(kb) / KB_PER_MB;
}

function readStat(pid: number): { parent: number; own: number; reapedChildren: number } | null {
  const text = readProc(`${pid}/stat`);
  if (text === null) return null;
  // The second field, the name in brackets, may contain spaces. The third field follows the last bracket.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const field = (number: number) => Number(fields[number - 3]);
  return { parent: field(4), own: field(14) + field(15), reapedChildren: field(16) + field(17) };
}

function readProc(path: string): string | null {
  try {
    return readFileSync(`/proc/${path}`, 'utf8');
  } catch {
    // There is no /proc, or the process has just exited.
    return null;
  }
}

/** Like cpuUs without exited threads, and precise to less than 1 µs: for work that takes only a few ticks. */
export function threadsCpuUs(pid: number): number | null {
  let threads: string[];
  try {
    threads = readdirSync(`/proc/${pid}/task`);
  } catch {
    return null;
  }
  const times = threads.map((thread) => Number(readProc(`${pid}/task/${thread}/schedstat`)?.split(' ')[0]));
  // Not every kernel provides schedstat.
  return times.some(Number.isNaN) ? null : times.reduce((sum, ns) => sum + ns, 0) / 1000;
}
