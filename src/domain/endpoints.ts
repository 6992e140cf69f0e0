/**
 * Endpoints, which get events as signed webhooks: the actions of staff on them, and their secrets. The kernel judges and executes the
 * actions (drizzle/kernel/71_endpoints.sql).
 */
import { createHmac } from 'node:crypto';
import { sha256 } from './canonical.ts';
import type { Intent } from './decide.ts';
import { type DecidedAction, decideAction } from './staff-action.ts';
import type { Reason, Title } from './values.ts';

const KIND = { permission: 'event:manage' } as const;
export const CREATE_ENDPOINT = { ...KIND, name: 'createEndpoint', claimType: 'endpoint_creation' } as const;
export const CHANGE_ENDPOINT = { ...KIND, name: 'changeEndpoint', claimType: 'endpoint_change' } as const;
export const ROTATE_SECRET = { ...KIND, name: 'rotateEndpointSecret', claimType: 'secret_rotation' } as const;
export const REPLAY_EVENTS = { ...KIND, name: 'replayEvents', claimType: 'event_replay' } as const;
export const RESEND_LETTERS = { ...KIND, name: 'resendDeadLetters', claimType: 'event_resending' } as const;

/** How long a rotated secret may go on signing. */
export const MAX_OVERLAP_HOURS = 168;
/** Dead letters that one call names. */
export const MAX_NAMED_LETTERS = 100;

export interface CreateEndpoint {
  readonly url: string;
  readonly description: Title;
  readonly reason: Reason;
}

interface OnEndpoint {
  readonly endpointId: number;
  readonly reason: Reason;
}

export interface ChangeEndpoint extends OnEndpoint {
  /** Null: as it is. */
  readonly url: string | null;
  readonly description: Title | null;
  readonly enabled: boolean | null;
}

/** What a claim keeps of a URL, which may hold a token: its host, and a digest that differs under another key. */
function keptUrl({ idempotencyKey }: Intent, url: string): string {
  return `${new URL(url).host} sha256:${sha256(`${idempotencyKey}\n${url}`)}`;
}

export function decideCreateEndpoint(intent: Intent, request: CreateEndpoint): DecidedAction {
  const { url, description, reason } = request;
  const input = { url: keptUrl(intent, url), description, reason };
  const effect = { kind: 'endpoint.create', url, description };
  return decideAction({ intent, kind: CREATE_ENDPOINT, input, reason, effect });
}

export function decideChangeEndpoint(intent: Intent, request: ChangeEndpoint): DecidedAction {
  const { endpointId, url, description, enabled, reason } = request;
  const input = { endpointId, url: url === null ? null : keptUrl(intent, url), description, enabled, reason };
  const effect = { kind: 'endpoint.change', endpointId, url, description, enabled };
  return decideAction({ intent, kind: CHANGE_ENDPOINT, input, reason, effect });
}

export function decideRotateSecret(
  intent: Intent,
  { endpointId, overlapHours, reason }: OnEndpoint & { readonly overlapHours: number },
): DecidedAction {
  const input = { endpointId, overlapHours, reason };
  const effect = { kind: 'endpoint.rotate', endpointId, overlapHours };
  return decideAction({ intent, kind: ROTATE_SECRET, input, reason, effect });
}

/** `from`: ISO 8601, UTC. */
export function decideReplayEvents(
  intent: Intent,
  { endpointId, from, reason }: OnEndpoint & { readonly from: string },
): DecidedAction {
  const input = { endpointId, from, reason };
  return decideAction({
    intent,
    kind: REPLAY_EVENTS,
    input,
    reason,
    effect: { kind: 'endpoint.replay', endpointId, from },
  });
}

/** `events`: their numbers in the outbox; null: the oldest dead letters. */
export function decideResendLetters(
  intent: Intent,
  { endpointId, events, reason }: OnEndpoint & { readonly events: readonly string[] | null },
): DecidedAction {
  const input = { endpointId, events, reason };
  const effect = { kind: 'endpoint.resend', endpointId, ...(events && { events }) };
  return decideAction({ intent, kind: RESEND_LETTERS, input, reason, effect });
}

/**
 * The secret of an endpoint in the form of Standard Webhooks. It follows from the service's secret, the endpoint's random salt and a
 * generation, so it is stored nowhere, and nobody who reads the database alone can sign.
 */
export function endpointSecret(
  master: string,
  { salt, generation }: { readonly salt: string; readonly generation: number },
): string {
  const bytes = createHmac('sha256', master).update(`webhook\n${salt}\n${generation}`).digest('base64');
  return `whsec_${bytes}`;
}
