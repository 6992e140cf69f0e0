/** The sender's calls to the kernel (drizzle/kernel/72_send_events.sql, 73_keep_events.sql), one request each. */
import type { GrantEvent } from '../domain/event.ts';
import { type Database, queryDatabase } from './database.ts';
import { type KernelEvent, storedEvent } from './read-events.ts';

/** An event in its order. */
export interface NextEvent {
  /** Its number in the outbox. */
  readonly no: string;
  readonly attempt: number;
  /** The numbers of its players: of each of them, one event follows the other. */
  readonly players: readonly number[];
  /** Null: it is not sent now. */
  readonly grant: GrantEvent | null;
}

export interface NextEvents {
  readonly kind: 'events';
  readonly url: string;
  readonly salt: string;
  readonly generation: number;
  /** Whether the secret before is still valid. */
  readonly overlaps: boolean;
  /** Where the range of the outbox ends. */
  readonly transaction: string;
  readonly event: string;
  readonly events: readonly NextEvent[];
}

/** `busy`: another sender has the endpoint; `lost`: and has had it since; `idle`: there is nothing to send now. */
export type EndpointStep = NextEvents | { readonly kind: 'idle' | 'busy' | 'lost' };

export interface Tried {
  readonly event: string;
  /** Null: it was accepted. */
  readonly failure: string | null;
  /** The seconds that the endpoint asked for. */
  readonly retryAfter: number | null;
}

/** What became of a step's events. Those that are not named were not sent. */
export interface SentEvents {
  readonly transaction: string;
  readonly event: string;
  readonly longestMs: number;
  readonly tried: readonly Tried[];
}

interface KernelNext extends Omit<NextEvent, 'grant'> {
  readonly data: KernelEvent | null;
}

type KernelStep =
  | Exclude<EndpointStep, NextEvents>
  | (Omit<NextEvents, 'events'> & { readonly events: readonly KernelNext[] });

/** The IDs of the endpoints to which something can be sent now. */
export async function endpointsToSend({ sql: neon }: Database): Promise<number[]> {
  const rows = await queryDatabase(() => neon.query('SELECT onceward.endpoints_to_send() AS numbers', []));
  return ((rows as { numbers: (number | string)[] }[])[0]?.numbers ?? []).map(Number);
}

export async function stepEndpoint(
  { sql: neon }: Database,
  endpointId: number,
  holder: string,
  sent: SentEvents | null,
  atMost: number,
): Promise<EndpointStep> {
  const statement = 'SELECT onceward.step_endpoint($1::bigint, $2::uuid, $3::jsonb, $4::integer) AS step';
  const parameters = [endpointId, holder, sent && JSON.stringify(sent), atMost];
  const rows = await queryDatabase(() => neon.query(statement, parameters));
  const { step } = (rows as { step: KernelStep }[])[0] as { step: KernelStep };
  if (step.kind !== 'events') return step;
  const events = step.events.map(({ data, ...next }) => ({
    ...next,
    grant: data && storedEvent(data).event,
  }));
  return { ...step, events };
}

/** Lets old events go, and watches the endpoints. Returns whether a part of the outbox was emptied. */
export async function keepEvents({ sql: neon }: Database): Promise<boolean> {
  const rows = await queryDatabase(() => neon.query('SELECT onceward.keep_events() AS rotated', []));
  return (rows as { rotated: boolean }[])[0]?.rotated ?? false;
}
