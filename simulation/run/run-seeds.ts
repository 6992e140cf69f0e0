/** Several seeds one after the other on one stack: progress, the summary, and the story of each violation. */
import { doneSaying, say, sayOften } from '../../bench/report/progress.ts';
import { type Finding, Tally } from '../invariants/finding.ts';
import { LogLines } from '../invariants/log.ts';
import type { Rules } from '../model/rules.ts';
import type { Operation } from '../operation.ts';
import { story } from '../report/story.ts';
import { Summary } from '../report/summary.ts';
import { Arena } from '../stack/arena.ts';
import type { DatabaseUrls, Ground } from '../stack/ground.ts';
import { runSeed, type SeedResult } from './run-seed.ts';

export interface RunOptions {
  readonly ground: Ground;
  readonly urls: DatabaseUrls;
  readonly bundle: string;
  /** As in ArenaOptions. */
  readonly kernel?: (ownerDatabaseUrl: string) => Promise<void>;
  readonly operationKinds: ReadonlyMap<string, Operation>;
  readonly seeds: readonly string[];
  readonly operations: number;
  readonly clients: number;
  readonly snapshotEvery: number;
  readonly stopAtFirst: boolean;
  /** Stands before the progress. */
  readonly title: string;
}

export interface RunResult {
  readonly summary: Summary;
  readonly tally: Tally;
  /** The seeds that broke an invariant. */
  readonly broken: readonly SeedResult[];
  /** Attempts until the first finding, those of sound seeds before it included. */
  readonly attemptsNeeded: number | null;
  /** What ended the run before its last seed, a fault of the harness or the machine. It has proved nothing about that seed. */
  readonly failure: { readonly seed: string; readonly error: Error } | null;
}

export async function runSeeds(options: RunOptions): Promise<RunResult> {
  const { ground, urls, bundle, seeds, title } = options;
  const summary = new Summary();
  const tally = new Tally();
  const broken: SeedResult[] = [];
  const log = new LogLines();
  const book = new Map<string, Rules>();
  const count = (kind: string) => summary.count(kind);
  ground.endpoint.faults.onTake = ({ kind, errorCode }) =>
    count(`database hop: ${kind}${kind === 'error' ? ` ${errorCode || '(no code)'}` : ''}`);
  const arena = await Arena.open({
    ground,
    urls,
    bundle,
    ...(options.kernel && { kernel: options.kernel }),
    onLog: (line) => log.take(line),
    onFault: (kind) => count(`client hop: ${kind}`),
  });
  let attemptsNeeded: number | null = null;
  let failure: RunResult['failure'] = null;
  try {
    for (const [index, seed] of seeds.entries()) {
      if (ground.signal.aborted) break;
      const place = `${title}seed ${seed} (${index + 1} of ${seeds.length})`;
      const result = await runSeed({
        ...options,
        arena,
        seed,
        ownerDatabaseUrl: urls.ownerDatabaseUrl,
        log,
        book,
        count,
        onProgress: (done) => sayOften(`${place}: ${done} of ${options.operations} operations`),
        signal: ground.signal,
      }).catch((error: Error) => {
        if (!ground.signal.aborted) failure = { seed, error };
        return null;
      });
      // Broken off by hand, it was not judged to its end.
      if (!result || ground.signal.aborted) break;
      if (result.firstFindingAfter !== null) attemptsNeeded ??= summary.attempts + result.firstFindingAfter;
      summary.seeds.push(seed);
      summary.operations += result.slots;
      summary.reads += result.reads;
      summary.seconds += result.seconds;
      summary.lostAfterCommit += result.lostAfterCommit;
      summary.addAttempts(result.attempts);
      tally.add(result.tally);
      say(
        `${place}: ${result.tally.findings.length} broken, ${result.slots} operations in ${result.seconds.toFixed(1)} s`,
      );
      if (result.tally.findings.length > 0) broken.push(result);
      if (options.stopAtFirst && broken.length > 0) break;
    }
  } finally {
    doneSaying();
    await arena.close();
  }
  return { summary, tally, broken, attemptsNeeded, failure };
}

const STORIES = 5;

/** One story for each invariant that a seed broke, a few at most: the first tells most. */
export function stories({ broken }: RunResult): string[] {
  return broken.slice(0, STORIES).flatMap((result) => {
    const firsts = new Map<string, Finding>();
    for (const finding of result.tally.findings)
      if (!firsts.has(finding.invariant)) firsts.set(finding.invariant, finding);
    return [...firsts.values()].slice(0, STORIES).map((finding) => story(finding, result));
  });
}
