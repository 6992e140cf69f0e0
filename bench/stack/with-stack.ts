/**
 * The frame of a command that starts processes: Ctrl-C and its kin ask it to stop, and it ends what it has started before
 * it goes. A second Ctrl-C changes nothing, as it would leave them behind.
 */
import { once } from 'node:events';
import { type Stack, startStack } from './stack.ts';

export async function withStack(
  work: (stack: Stack) => Promise<void>,
  /** Of Postgres, beside the usual ones. */
  settings: Record<string, string> = {},
): Promise<void> {
  const stopping = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => stopping.abort());
  try {
    const stack = await startStack(stopping.signal, settings);
    try {
      // Not every wait inside can be told to stop: what it waits for is ended below.
      const asked = once(stopping.signal, 'abort').then(() => stopping.signal.throwIfAborted());
      await Promise.race([work(stack), asked]);
    } finally {
      await stack.stop();
    }
  } catch (error) {
    console.error(stopping.signal.aborted ? '\nStopped.' : `\n${(error as Error).message}`);
    process.exitCode = stopping.signal.aborted ? 130 : 1;
  } finally {
    // The handlers would keep nothing alive; a stray timer of an HTTP client might.
    process.exit();
  }
}
