/**
 * Verifies webhooks of Onceward, which are signed as Standard Webhooks (https://www.standardwebhooks.com) specifies: HMAC-SHA256 over
 * `id.timestamp.body`. Works wherever there is Web Crypto: Node, Workers, Deno, Bun.
 */
import type { GrantEvent } from '@onceward/client';

export interface WebhookOptions {
  /** The endpoint's secret (`whsec_…`). While it is rotated: the new one and the one before. */
  readonly secrets: string | readonly string[];
  /** How far the time of the message may be from now, in seconds: 300 unless given. */
  readonly toleranceSeconds?: number;
  /** Milliseconds since 1970; for tests. */
  readonly now?: () => number;
}

/** What arrived. `body`: as it was received, before any parser. */
export interface ReceivedWebhook {
  readonly headers: Headers | Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: string | Uint8Array;
}

/** The message is not from Onceward, or too old: answer 400, and do nothing. */
export class WebhookRefused extends Error {
  override readonly name = 'WebhookRefused';
}

/** Bounds the work of one request that anybody can send. */
const MAX_SIGNATURES = 8;
const PREFIX = 'whsec_';
const VERSION = 'v1';

/** The event of a genuine message. Throws WebhookRefused for any other, and a TypeError for a secret of the wrong form. */
export async function verifyWebhook(
  received: ReceivedWebhook,
  { secrets, toleranceSeconds = 300, now = Date.now }: WebhookOptions,
): Promise<GrantEvent> {
  const keys = await Promise.all((typeof secrets === 'string' ? [secrets] : secrets).map(keyOf));
  if (keys.length === 0) throw new TypeError('verifyWebhook needs a secret');
  const id = headerOf(received, 'webhook-id');
  const timestamp = headerOf(received, 'webhook-timestamp');
  const signatures = signaturesIn(headerOf(received, 'webhook-signature'));
  if (!/^\d{1,12}$/.test(timestamp)) throw new WebhookRefused('webhook-timestamp is not a number of seconds');
  if (Math.abs(now() / 1000 - Number(timestamp)) > toleranceSeconds)
    throw new WebhookRefused(`webhook-timestamp is more than ${toleranceSeconds} seconds from now`);
  const signed = concat(bytesOf(`${id}.${timestamp}.`), bytesOf(received.body));
  if (!(await isSigned(signed, signatures, keys))) throw new WebhookRefused('no signature matches');
  return eventIn(received.body, id);
}

/** Every pair is compared, each in constant time (`subtle.verify`). */
async function isSigned(
  signed: BufferSource,
  signatures: readonly BufferSource[],
  keys: readonly CryptoKey[],
): Promise<boolean> {
  const pairs = keys.flatMap((key) => signatures.map((signature) => [key, signature] as const));
  const matches = await Promise.all(
    pairs.map(([key, signature]) => crypto.subtle.verify('HMAC', key, signature, signed)),
  );
  return matches.includes(true);
}

async function keyOf(secret: string): Promise<CryptoKey> {
  const key = secret.startsWith(PREFIX) ? decoded(secret.slice(PREFIX.length)) : null;
  if (!key || key.length < 24 || key.length > 64)
    throw new TypeError('a secret is whsec_ and 24 to 64 bytes in base64');
  return crypto.subtle.importKey('raw', key, { name: 'HMAC', hash: 'SHA-256' }, false, ['verify']);
}

function headerOf({ headers }: ReceivedWebhook, name: string): string {
  const value = headers instanceof Headers ? headers.get(name) : headers[name];
  if (typeof value !== 'string' || value === '') throw new WebhookRefused(`there is no ${name}`);
  return value;
}

/** Those of versions that we do not know are left out, as the standard says. */
function signaturesIn(header: string): Uint8Array<ArrayBuffer>[] {
  const listed = header.split(' ', MAX_SIGNATURES + 1);
  if (listed.length > MAX_SIGNATURES) throw new WebhookRefused('webhook-signature has too many signatures');
  return listed.flatMap((each) => {
    const [version, text = ''] = each.split(',', 2);
    const signature = version === VERSION ? decoded(text) : null;
    return signature ? [signature] : [];
  });
}

function eventIn(body: string | Uint8Array, id: string): GrantEvent {
  const event: unknown = JSON.parse(typeof body === 'string' ? body : new TextDecoder().decode(body));
  if (typeof event !== 'object' || event === null || (event as GrantEvent).id !== id)
    throw new WebhookRefused('the body is not the event of webhook-id');
  return event as GrantEvent;
}

/** Null: not base64. */
function decoded(base64: string): Uint8Array<ArrayBuffer> | null {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) return null;
  try {
    return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  } catch {
    return null;
  }
}

const bytesOf = (content: string | Uint8Array): Uint8Array =>
  typeof content === 'string' ? new TextEncoder().encode(content) : content;

function concat(first: Uint8Array, second: Uint8Array): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(first.length + second.length);
  whole.set(first);
  whole.set(second, first.length);
  return whole;
}
