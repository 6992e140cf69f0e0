/** Summarises a CPU profile of a Worker by function and by package, and prints it. Times are µs, as sampled. */
import { readFile } from 'node:fs/promises';
import { SourceMap } from 'node:module';
import type { CallFrame, CpuProfile } from './devtools.ts';

interface Origin {
  /** A package, or a folder of this repository such as src/schema. */
  readonly group: string;
  readonly file: string;
}

type OriginOf = (frame: CallFrame) => Origin;

const NATIVE: Origin = { group: 'workerd itself', file: '' };

/** Finds the origin of a call frame with the bundle's source map. */
export async function loadOrigins(bundle: string): Promise<OriginOf> {
  const map = new SourceMap(JSON.parse(await readFile(`${bundle}.map`, 'utf8')));
  return ({ url, lineNumber, columnNumber }) => {
    if (url === '' || url.startsWith('node')) return NATIVE;
    const entry = map.findEntry(lineNumber, columnNumber);
    const source = 'originalSource' in entry ? entry.originalSource : '';
    const line = 'originalLine' in entry ? entry.originalLine + 1 : 0;
    return {
      group: groupOf(source),
      file: `${source.replace(/^.*node_modules\//, '').replace(/^.*\/src\//, 'src/')}:${line}`,
    };
  };
}

function groupOf(source: string): string {
  const installed = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(source)?.[1];
  return installed ?? /(?:^|\/)(src\/[^/]+)/.exec(source)?.[1] ?? 'bundle';
}

interface FunctionTime {
  readonly name: string;
  readonly origin: Origin;
  selfUs: number;
  /** Includes everything that the function calls. */
  totalUs: number;
}

interface Summary {
  readonly functions: FunctionTime[];
  /** Self time. */
  readonly groups: Map<string, number>;
  readonly garbageUs: number;
  readonly scriptUs: number;
}

/** Samples without script on the stack: idle time, sockets and timers, which the profiler does not distinguish. */
const OUTSIDE_SCRIPT = ['(program)', '(idle)', '(root)'];
const GARBAGE = '(garbage collector)';

export function summarise(profile: CpuProfile, originOf: OriginOf): Summary {
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
  const parents = new Map(
    profile.nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id] as const)),
  );
  const functions = new Map<string, FunctionTime>();
  const groups = new Map<string, number>();
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
    if (!frame || OUTSIDE_SCRIPT.includes(frame.functionName)) return;
    if (frame.functionName === GARBAGE) garbageUs += us;
    scriptUs += us;
    const self = entryOf(frame);
    self.selfUs += us;
    groups.set(self.origin.group, (groups.get(self.origin.group) ?? 0) + us);
    const stack = new Set<FunctionTime>();
    for (let id: number | undefined = sample; id !== undefined; id = parents.get(id)) {
      const caller = nodes.get(id)?.callFrame;
      if (caller && !OUTSIDE_SCRIPT.includes(caller.functionName)) stack.add(entryOf(caller));
    }
    for (const entry of stack) entry.totalUs += us;
  });
  return { functions: [...functions.values()], groups, garbageUs, scriptUs };
}

export function profileTable(
  { functions, groups, garbageUs, scriptUs }: Summary,
  options: {
    title: string;
    requests: number;
    top: number;
    /** CPU time of the whole process during the profile. Null if unknown. */
    processUs: number | null;
  },
): string {
  const { title, requests, top, processUs } = options;
  const perRequest = (us: number) => (us / requests).toFixed(1).padStart(9);
  const share = (us: number) => `${((100 * us) / scriptUs).toFixed(1)} %`.padStart(8);
  const byTime = [...groups].sort(([, a], [, b]) => b - a);
  const bySelf = functions.toSorted((a, b) => b.selfUs - a.selfUs).slice(0, top);
  return [
    `${title}: ${requests} requests, µs per request (CPU time of the process, wall-clock time of everything else)`,
    ...(processUs === null ? [] : [`${perRequest(processUs)}  the process, all threads`]),
    `${perRequest(scriptUs)}  script and what it calls, of which garbage collection ${(garbageUs / requests).toFixed(1)}`,
    '',
    'by package: self',
    ...byTime.map(([group, us]) => `${perRequest(us)} ${share(us)}  ${group}`),
    '',
    'by function: self, share, total including calls',
    ...bySelf.map(
      ({ name, origin, selfUs, totalUs }) =>
        `${perRequest(selfUs)} ${share(selfUs)} ${perRequest(totalUs)}  ${name}  ${origin.file}`,
    ),
  ].join('\n');
}
