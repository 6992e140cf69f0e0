/**
 * Sends the events of one step: those of different players at the same time, those of one player one after the other. Behind an event
 * that was not accepted, or is not sent now, those of its players are not sent.
 */
import type { NextEvents, SentEvents, Tried } from '../ledger/step-endpoint.ts';
import type { Post, Target } from './post-event.ts';

/** Requests to one endpoint at the same time. */
const PARALLEL = 16;

export interface BatchRequest {
  readonly step: NextEvents;
  readonly target: Target;
  readonly post: Post;
  /** After this moment nothing more is sent: the endpoint belongs to this sender for a limited time. */
  readonly until: number;
}

export async function sendBatch({ step, target, post, until }: BatchRequest): Promise<SentEvents> {
  const tried: Tried[] = [];
  let longestMs = 0;
  const inTurn = limiter(PARALLEL);
  /** Of each player, whether everything before was accepted. */
  const last = new Map<number, Promise<boolean>>();
  for (const { no, players, grant } of step.events) {
    const before = players.map((player) => last.get(player) ?? Promise.resolve(true));
    const sending = (async () => {
      const isNext = (await Promise.all(before)).every(Boolean);
      if (!isNext || grant === null) return false;
      return inTurn(async () => {
        const began = Date.now();
        if (began >= until) return false;
        const { failure, retryAfter } = await post(grant, target);
        longestMs = Math.max(longestMs, Date.now() - began);
        tried.push({ event: no, failure, retryAfter });
        return failure === null;
      });
    })();
    for (const player of players) last.set(player, sending);
  }
  await Promise.all(last.values());
  return { transaction: step.transaction, event: step.event, longestMs, tried };
}

/** Runs at most so many at the same time, in the order in which they come. */
function limiter(most: number) {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async <T>(run: () => Promise<T>): Promise<T> => {
    if (running >= most) await new Promise<void>((go) => waiting.push(go));
    else running += 1;
    try {
      return await run();
    } finally {
      // The place passes to the next one, or is free.
      const next = waiting.shift();
      if (next) next();
      else running -= 1;
    }
  };
}
