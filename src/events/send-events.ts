/**
 * Sends events to endpoints. The Queue and the schedule wake it; what there is to send, and to whom, only Postgres knows
 * (drizzle/kernel/72_send_events.sql), so a sender that is woken twice or dies loses nothing.
 */
import { endpointSecret } from '../domain/endpoints.ts';
import type { Database } from '../ledger/database.ts';
import { endpointsToSend, type NextEvents, type SentEvents, stepEndpoint } from '../ledger/step-endpoint.ts';
import { type Post, postEvent, type Target } from './post-event.ts';
import { sendBatch } from './send-batch.ts';

/** Events of a step. */
const AT_MOST = 200;
/** A run ends before it meets the platform's limit of requests (1,000); the caller wakes it again. */
const REQUESTS_OF_A_RUN = 800;
/** Endpoints at the same time. */
const PARALLEL_ENDPOINTS = 4;
/** Sends of a step begin within this time. The kernel gives a sender the endpoint for 45 seconds. */
const STEP_MS = 25_000;

export interface SenderSettings {
  readonly database: Database;
  /** The service's secret, from which those of the endpoints follow. */
  readonly secret: string;
  /** When the run ends. */
  readonly until: number;
  /** For tests. */
  readonly post?: Post;
}

export interface SentRun {
  readonly accepted: number;
  readonly failed: number;
  /** Whether there is more to send now. */
  readonly more: boolean;
}

/** One run: until there is nothing to send now, or its time or its requests are used up. */
export async function sendEvents(settings: SenderSettings): Promise<SentRun> {
  const run = { accepted: 0, failed: 0, requests: 0, more: false };
  const endpoints = await endpointsToSend(settings.database);
  run.requests += 1;
  const worker = async () => {
    for (let id = endpoints.shift(); id !== undefined; id = endpoints.shift())
      await sendToEndpoint(settings, id, run);
  };
  const outcomes = await Promise.allSettled(Array.from({ length: PARALLEL_ENDPOINTS }, worker));
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
  const { accepted, failed, more } = run;
  return { accepted, failed, more };
}

interface Run {
  accepted: number;
  failed: number;
  requests: number;
  more: boolean;
}

async function sendToEndpoint(settings: SenderSettings, endpointId: number, run: Run): Promise<void> {
  const { database, secret, until, post = postEvent } = settings;
  const holder = crypto.randomUUID();
  let sent: SentEvents | null = null;
  for (;;) {
    const isOver = Date.now() >= until || run.requests + AT_MOST > REQUESTS_OF_A_RUN;
    if (isOver) run.more = true;
    if (isOver && sent === null) return;
    // Counted before they are made: other endpoints are sent to meanwhile.
    run.requests += isOver ? 1 : AT_MOST + 1;
    const step = await stepEndpoint(database, endpointId, holder, sent, isOver ? 0 : AT_MOST);
    if (step.kind !== 'events') return;
    const stepUntil = Math.min(Date.now() + STEP_MS, Math.max(until, Date.now()));
    sent = await sendBatch({ step, target: targetOf(step, secret), post, until: stepUntil });
    const failed = sent.tried.filter(({ failure }) => failure !== null).length;
    run.requests -= AT_MOST - sent.tried.length;
    run.failed += failed;
    run.accepted += sent.tried.length - failed;
  }
}

function targetOf({ url, salt, generation, overlaps }: NextEvents, master: string): Target {
  const secretOf = (number: number) => endpointSecret(master, { salt, generation: number });
  return {
    url,
    secrets: overlaps ? [secretOf(generation), secretOf(generation - 1)] : [secretOf(generation)],
  };
}
