/**
 * CPU time and memory of other processes, from /proc. Linux only: elsewhere everything is null, and the report says so
 * by leaving the columns empty.
 */
import { readdirSync, readFileSync } from 'node:fs';

/** USER_HZ, which Linux fixes at 100 for what it tells programs: a tick is 10 ms. */
const US_PER_TICK = 10_000;
const KB_PER_MB = 1024;

/** User and system time of the process and all its threads, in µs. */
export function cpuUs(pid: number): number | null {
  const stat = readStat(pid);
  return stat && (stat.own + stat.reapedChildren) * US_PER_TICK;
}

/** Of the process and its children: those that live, and those that have ended and been waited for. */
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
  // The name in brackets may hold spaces; the third field, the state, comes after the last bracket.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const field = (number: number) => Number(fields[number - 3]);
  return { parent: field(4), own: field(14) + field(15), reapedChildren: field(16) + field(17) };
}

function readProc(path: string): string | null {
  try {
    return readFileSync(`/proc/${path}`, 'utf8');
  } catch {
    // No /proc here, or the process ended in this very moment.
    return null;
  }
}

/** User and system time of the threads that live, in µs and exact to less than that: for what takes only a few ticks. */
export function threadsCpuUs(pid: number): number | null {
  let threads: string[];
  try {
    threads = readdirSync(`/proc/${pid}/task`);
  } catch {
    return null;
  }
  const times = threads.map((thread) => Number(readProc(`${pid}/task/${thread}/schedstat`)?.split(' ')[0]));
  // Not every kernel keeps these counts.
  return times.some(Number.isNaN) ? null : times.reduce((sum, ns) => sum + ns, 0) / 1000;
}
