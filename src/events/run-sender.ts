/** The sender as the Worker runs it: from the Queue, and from the schedule. */
import type { Env } from '../env.ts';
import type { Database } from '../ledger/database.ts';
import { type SentRun, sendEvents } from './send-events.ts';

/** One run. What is left, another run sends, which the Queue wakes at once. */
const RUN_MS = 45_000;

/** Null: the service has no endpoints. */
export function senderOf({ EVENTS_SECRET: secret, ENVIRONMENT }: Env) {
  return secret ? { secret, allowsLoopback: ENVIRONMENT === 'local' } : null;
}

/** Returns what it sent; null: the service has no endpoints. */
export async function runSender(env: Env, database: Database): Promise<SentRun | null> {
  const sender = senderOf(env);
  if (!sender) return null;
  const run = await sendEvents({ database, secret: sender.secret, until: Date.now() + RUN_MS });
  if (run.more && env.EVENTS_QUEUE) await env.EVENTS_QUEUE.send('events').catch(() => {});
  return run;
}
