/**
 * Wakes the sender through the Queue after operations. The Queue holds no event: a message that is lost, or sent for nothing, only makes
 * the schedule send instead.
 */

/** Between two messages of an isolate. */
const EVERY_MS = 1_000;
/** After this time a message that another request was to send counts as lost. */
const LOST_MS = 5_000;

export type Wake = () => Promise<void>;

/** The promise belongs into `waitUntil`. An operation that comes within a second of a message waits for the next one, with all others. */
export function createWake(
  queue: { readonly send: (message: string) => Promise<unknown> } | undefined,
  wait = (ms: number) => new Promise((done) => setTimeout(done, ms)),
): Wake | null {
  if (!queue) return null;
  let sentAt = Number.NEGATIVE_INFINITY;
  let waitingSince: number | null = null;
  return async () => {
    const now = Date.now();
    if (waitingSince !== null && now - waitingSince < LOST_MS) return;
    waitingSince = now;
    try {
      if (now - sentAt < EVERY_MS) await wait(EVERY_MS - (now - sentAt));
      sentAt = Date.now();
      waitingSince = null;
      await queue.send('events');
    } catch {
      // The schedule sends.
      waitingSince = null;
    }
  };
}
