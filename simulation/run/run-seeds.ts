/** Runs several seeds one after the other on one deployment, shows the progress, and sums up the results. */

import { clearProgress, showFrequentProgress, showProgress } from '../../cli/progress.ts';
import { BatchDatabase } from '../batches/batch-database.ts';
import { LogLines } from '../invariants/log.ts';
import { checkDeadlocks, type Finding, Tally } from '../invariants/tally.ts';
import type { Rules } from '../model/rules.ts';
import type { Operation } from '../operation.ts';
import { story } from '../report/story.ts';
import { counted, Summary } from '../report/summary.ts';
import type { CommitPath } from '../schedule/lane-faults.ts';
import { Deployment } from '../stack/deployment.ts';
import type { DatabaseUrls, Environment } from '../stack/environment.ts';
import { EventFeed } from './event-feed.ts';
import { runSeed, type SeedResult } from './run-seed.ts';

export interface RunOptions {
  readonly environment: Environment;
  readonly urls: DatabaseUrls;
  /** The database of the batches that follow each seed. */
  readonly batchUrls: DatabaseUrls;
  readonly bundle: string;
  /** As in DeploymentOptions. */
  readonly kernel?: (ownerDatabaseUrl: string) => Promise<void>;
  readonly operationKinds: ReadonlyMap<string, Operation>;
  readonly seeds: readonly string[];
  /** The seeds take these in turn. */
  readonly paths: readonly CommitPath[];
  readonly operations: number;
  readonly clients: number;
  readonly snapshotEvery: number;
  readonly stopAtFirst: boolean;
  /** Precedes the progress. */
  readonly title: string;
}

export interface RunResult {
  readonly summary: Summary;
  readonly tally: Tally;
  /** The seeds that violated an invariant. */
  readonly violated: readonly SeedResult[];
  /** How many attempts it took to the first finding, over all seeds. */
  readonly attemptsNeeded: number | null;
  /** The error of the harness or the machine that ended the run early. It says nothing about the system under test. */
  readonly failure: { readonly seed: string; readonly path: CommitPath; readonly error: Error } | null;
}

export async function runSeeds(options: RunOptions): Promise<RunResult> {
  const { environment, urls, batchUrls, bundle } = options;
  const log = new LogLines((failure) => run.count(`ledger unavailable: ${failure}`));
  const run = new SeedsRun(options, log);
  environment.endpoint.faults.onTake = ({ kind, errorCode, failure = errorCode || '(no code)' }) =>
    run.count(`database hop: ${kind}${kind === 'error' || kind === 'neon' ? ` ${failure}` : ''}`);
  const deployment = await Deployment.open({
    environment,
    urls,
    bundle,
    ...(options.kernel && { kernel: options.kernel }),
    onLog: (line) => log.add(line),
    onFault: (kind) => run.count(`client hop: ${kind}`),
    onLane: run.count,
  });
  const batches = new BatchDatabase(batchUrls);
  try {
    return await run.perform(deployment, batches);
  } finally {
    clearProgress();
    await batches.close();
    await deployment.close();
  }
}

class SeedsRun {
  readonly #options: RunOptions;
  readonly #log: LogLines;
  readonly #feed = new EventFeed();
  readonly #summary = new Summary();
  readonly #tally = new Tally();
  readonly #violated: SeedResult[] = [];
  readonly #rulesByDigest = new Map<string, Rules>();
  #attemptsNeeded: number | null = null;
  #failure: RunResult['failure'] = null;

  constructor(options: RunOptions, log: LogLines) {
    this.#options = options;
    this.#log = log;
  }

  readonly count = (kind: string): void => this.#summary.count(kind);

  async perform(deployment: Deployment, batches: BatchDatabase): Promise<RunResult> {
    const { environment, seeds, paths, stopAtFirst, title } = this.#options;
    for (const [index, seed] of seeds.entries()) {
      if (environment.signal.aborted) break;
      const path = paths[index % paths.length] as CommitPath;
      const name = `${title}seed ${seed} (${path}, ${index + 1} of ${seeds.length})`;
      const result = await this.#runSeed({ deployment, batches }, { seed, path }, name);
      // The result of a seed that was stopped is incomplete.
      if (!result || environment.signal.aborted) break;
      this.#add(result, name);
      if (stopAtFirst && this.#violated.length > 0) break;
    }
    return {
      summary: this.#summary,
      tally: this.#tally,
      violated: this.#violated,
      attemptsNeeded: this.#attemptsNeeded,
      failure: this.#failure,
    };
  }

  async #runSeed(
    { deployment, batches }: { readonly deployment: Deployment; readonly batches: BatchDatabase },
    { seed, path }: { readonly seed: string; readonly path: CommitPath },
    name: string,
  ): Promise<SeedResult | null> {
    const { environment, urls, operations, stopAtFirst } = this.#options;
    const { signal } = environment;
    try {
      const result = await runSeed({
        ...this.#options,
        deployment,
        seed,
        path,
        ownerDatabaseUrl: urls.ownerDatabaseUrl,
        databaseUrl: urls.databaseUrl,
        log: this.#log,
        feed: this.#feed,
        rulesByDigest: this.#rulesByDigest,
        count: this.count,
        onProgress: (done) => showFrequentProgress(`${name}: ${done} of ${operations} operations`),
        signal,
      });
      if (signal.aborted || (stopAtFirst && result.tally.findings.length > 0)) return result;
      const size = Math.max(Math.round(operations * BATCH_SHARE), LEAST_IN_BATCHES);
      const count = (kind: string) => this.count(`batches: ${kind}`);
      const found = await batches.run({ seed, operations: size, count, signal });
      checkDeadlocks(found, await environment.deadlocks.take());
      result.tally.add(found);
      const isFirst = result.firstFindingAfter === null && found.findings.length > 0;
      return isFirst ? { ...result, firstFindingAfter: result.attempts.length } : result;
    } catch (error) {
      if (!environment.signal.aborted) this.#failure = { seed, path, error: error as Error };
      return null;
    }
  }

  #add(result: SeedResult, name: string): void {
    const { slots, seconds, tally, firstFindingAfter } = result;
    if (firstFindingAfter !== null) this.#attemptsNeeded ??= this.#summary.attempts + firstFindingAfter;
    this.#summary.add(result);
    this.#tally.add(tally);
    if (tally.findings.length > 0) this.#violated.push(result);
    showProgress(
      `${name}: ${slots} operations in ${seconds.toFixed(1)} s, ${counted(tally.findings.length, 'violation')}`,
    );
  }
}

/** How many operations the batches of a seed have, in proportion to the seed's own. */
const BATCH_SHARE = 0.25;
const LEAST_IN_BATCHES = 200;
const MOST_STORIES = 5;

/** The first finding of each invariant that a seed violated, for a few seeds and invariants. */
export function stories({ violated }: Pick<RunResult, 'violated'>): string[] {
  return violated.slice(0, MOST_STORIES).flatMap((result) => {
    const firsts = new Map<string, Finding>();
    for (const finding of result.tally.findings)
      if (!firsts.has(finding.invariant)) firsts.set(finding.invariant, finding);
    return [...firsts.values()].slice(0, MOST_STORIES).map((finding) => story(finding, result));
  });
}
