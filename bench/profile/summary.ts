/** A CPU profile by function and by package: self time, and for functions also the time below them. µs, as sampled. */
import type { CallFrame, CpuProfile } from './devtools.ts';
import type { Origin } from './origins.ts';

export interface FunctionTime {
  readonly name: string;
  readonly origin: Origin;
  selfUs: number;
  /** With everything that it called. */
  totalUs: number;
}

export interface Summary {
  readonly functions: FunctionTime[];
  readonly homes: Map<string, number>;
  readonly garbageUs: number;
  readonly scriptUs: number;
}

/** Samples without script on the stack: waiting, sockets and timers, which the profiler cannot tell apart. */
const OUTSIDE = ['(program)', '(idle)', '(root)'];
const GARBAGE = '(garbage collector)';

export function summarise(profile: CpuProfile, originOf: (frame: CallFrame) => Origin): Summary {
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
  const parents = new Map(
    profile.nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id] as const)),
  );
  const functions = new Map<string, FunctionTime>();
  const homes = new Map<string, number>();
  let garbageUs = 0;
  let scriptUs = 0;

  const entryOf = (frame: CallFrame): FunctionTime => {
    const key = `${frame.functionName} ${frame.url} ${frame.lineNumber} ${frame.columnNumber}`;
    let entry = functions.get(key);
    if (!entry) {
      entry = { name: frame.functionName || '(anonymous)', origin: originOf(frame), selfUs: 0, totalUs: 0 };
      functions.set(key, entry);
    }
    return entry;
  };

  profile.samples.forEach((sample, index) => {
    const us = profile.timeDeltas[index] ?? 0;
    const frame = nodes.get(sample)?.callFrame;
    if (!frame || OUTSIDE.includes(frame.functionName)) return;
    if (frame.functionName === GARBAGE) garbageUs += us;
    scriptUs += us;
    const self = entryOf(frame);
    self.selfUs += us;
    homes.set(self.origin.home, (homes.get(self.origin.home) ?? 0) + us);
    const stack = new Set<FunctionTime>();
    for (let id: number | undefined = sample; id !== undefined; id = parents.get(id)) {
      const above = nodes.get(id)?.callFrame;
      if (above && !OUTSIDE.includes(above.functionName)) stack.add(entryOf(above));
    }
    for (const entry of stack) entry.totalUs += us;
  });
  return { functions: [...functions.values()], homes, garbageUs, scriptUs };
}
