// Runs one replay: reads pages of claims with the session's token, and gives them to a worker one after the other. The next page is
// read while the worker computes.
import { replayClaims } from '@onceward/client';
import type { ReplayReport } from '../../../src/domain/replay-report.ts';
import type { ReplayRows } from '../../../src/domain/replay-rows.ts';
import { client } from '../session/api.ts';
import type { ReplayDone, ReplayTask } from './replay.worker.ts';

/** ISO 8601, UTC. */
export interface ReplayedWindow {
  readonly from: string;
  /** Null: as new as possible. */
  readonly until: string | null;
}

export interface ReplayProgress {
  readonly claims: number;
  /** How much of all players is behind: from 0 to 1. */
  readonly share: number;
}

export interface ReplayOutcome {
  readonly report: ReplayReport;
  readonly from: string;
  readonly until: string;
  /** False: it was cancelled before. */
  readonly isComplete: boolean;
  readonly share: number;
}

interface Running {
  readonly window: ReplayedWindow;
  /** JSON. */
  readonly document: string;
  readonly onProgress: (progress: ReplayProgress) => void;
  readonly cancelled: AbortSignal;
}

/** Rejects where a page cannot be read, or the draft is not valid. */
export async function runReplay({
  window,
  document,
  onProgress,
  cancelled,
}: Running): Promise<ReplayOutcome> {
  const worker = new Worker(new URL('./replay.worker.ts', import.meta.url), { type: 'module' });
  try {
    await perform(worker, { kind: 'begin', document });
    let [claims, share, until, isComplete] = [0, 0, window.from, false];
    for (let reading: ReturnType<typeof readPage> | null = readPage(window, null); reading !== null; ) {
      const page: Awaited<ReturnType<typeof readPage>> = await reading;
      const { next } = page;
      isComplete = next === null;
      reading = next === null || cancelled.aborted ? null : readPage(window, next);
      // Without this, a page that cannot be read while the worker computes would be an error of nobody.
      reading?.catch(() => {});
      const done = await perform(worker, { kind: 'page', rows: page as unknown as ReplayRows });
      if (done.kind === 'replayed') claims += done.claims;
      ({ until, progress: share } = page);
      onProgress({ claims, share });
      if (cancelled.aborted && !isComplete) break;
    }
    const done = await perform(worker, { kind: 'report' });
    if (done.kind !== 'report') throw new Error('The replay gave no report.');
    return { report: done.report, from: window.from, until, isComplete, share };
  } finally {
    worker.terminate();
  }
}

function readPage({ from, until }: ReplayedWindow, after: string | null) {
  return client.query(replayClaims, after === null ? { from, until } : { after });
}

function perform(worker: Worker, task: ReplayTask): Promise<ReplayDone> {
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }: MessageEvent<ReplayDone>) =>
      data.kind === 'failed' ? reject(new Error(data.message)) : resolve(data);
    worker.onerror = ({ message }) => reject(new Error(message || 'The replay could not be started.'));
    worker.postMessage(task);
  });
}
