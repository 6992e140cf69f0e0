/**
 * A closed load: a number of lines, each sending its next request as soon as the last was answered. Every answer is
 * verified as it comes in; the first that is wrong ends the run. Lines are HTTP connections or database sessions.
 */
import { performance } from 'node:perf_hooks';

export interface Line {
  /** Sends the next request and resolves once it is answered: with what verifies the answer, which throws where it is wrong. */
  ask(): Promise<() => void>;
  close(): void;
}

/** What a subject is asked to bear. */
export interface Load {
  readonly connections: number;
  readonly requests: number;
  /** Ends it early: over a distance the same requests take much longer of one than of another. */
  readonly maxSeconds?: number | undefined;
  readonly signal: AbortSignal;
}

export interface Timing {
  readonly seconds: number;
  /** One for each request that was sent. */
  readonly latenciesMs: number[];
}

export async function sendAll(
  open: () => Promise<Line>,
  { connections, requests, maxSeconds = Infinity, signal }: Load,
): Promise<Timing> {
  const lines = await Promise.all(Array.from({ length: connections }, open));
  const latenciesMs: number[] = [];
  let left = requests;
  const began = performance.now();
  const deadline = began + maxSeconds * 1000;
  const work = async (line: Line) => {
    while (left > 0 && !signal.aborted) {
      left -= 1;
      const sent = performance.now();
      const verify = await line.ask();
      const answered = performance.now();
      latenciesMs.push(answered - sent);
      verify();
      if (answered > deadline) left = 0;
    }
  };
  try {
    await Promise.all(lines.map(work));
    signal.throwIfAborted();
    return { seconds: (performance.now() - began) / 1000, latenciesMs };
  } catch (error) {
    left = 0;
    throw error;
  } finally {
    for (const line of lines) line.close();
  }
}
