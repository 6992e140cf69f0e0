/** Bulks in batches: one call of a game server that makes several claims, sent whole or in parts, as often as its items need it. */
import { createHash } from 'node:crypto';
import type { Random } from '../random.ts';
import {
  type BatchIntent,
  type BatchOperation,
  type BatchOutcome,
  type Bulk,
  onWire,
  uuidOf,
} from './operation.ts';

/** The key of an item, as the contract of the kernel says. Not the kernel's own code: a model must not share its defects. */
function itemKey({ key, actor }: Bulk, place: number): string {
  const text = `server ${actor.length}:${actor} ${key} ${place}`;
  return `onceward:${createHash('sha256').update(text).digest('hex').slice(0, 32)}`;
}

/** Turns fresh operations of one server into the items of a call. */
export function asBulk(key: string, intents: readonly BatchIntent[]): BatchIntent[] {
  const [first] = intents.map(({ operation }) => operation) as [BatchOperation];
  const items = intents.map(({ number }) => String(number));
  const bulk: Bulk = { key, actor: first.actor_id, name: first.name, items };
  return intents.map((intent, place) => ({
    ...intent,
    operation: { ...intent.operation, idempotency_key: itemKey(bulk, place) },
    bulk: { bulk, place },
  }));
}

/** The whole call again, or a part of it. */
export function again(intents: readonly BatchIntent[], random: Random): BatchIntent[] {
  if (random.chance(0.5)) return [...intents];
  const from = random.int(0, intents.length - 1);
  return intents.slice(from, from + random.int(1, intents.length));
}

interface BulkAnswer {
  readonly bulk: { readonly kind: string; readonly items?: readonly string[] };
  readonly keys: readonly string[];
  readonly outcomes: readonly BatchOutcome[] | null;
}

/** The parameters of `commit_bulk`, without the contract: these items of a call. */
export function bulkOnWire(
  { key, actor, name, items }: Bulk,
  sent: readonly BatchOperation[],
  places: readonly number[],
): [string, string] {
  const [{ config_version, config_sha256 }] = sent as [BatchOperation];
  const bulk = {
    mode: 'commit',
    name,
    actor_kind: 'server',
    actor_id: actor,
    idempotency_key: key,
    fingerprint: uuidOf(`${key}/bulk`),
    input: { key },
    items,
    places,
    correlation_id: uuidOf(`${key}/correlation`),
    client_correlation_id: null,
    config_version,
    config_sha256,
  };
  // The kernel derives the keys of items, and refuses one that is sent.
  const operations = sent.map((operation) => ({ ...(onWire(operation) as object), idempotency_key: key }));
  return [JSON.stringify(bulk), JSON.stringify(operations)];
}

/** The outcomes of the items; and what is wrong with the answer, where something is. */
export function readBulkAnswer(
  { bulk, keys, outcomes }: BulkAnswer,
  sent: readonly BatchOperation[],
): { readonly outcomes: BatchOutcome[]; readonly fault: string | null } {
  const expected = sent.map(({ idempotency_key }) => idempotency_key);
  if (bulk.kind === 'stale_config')
    return { outcomes: sent.map(() => ({ kind: 'stale_config' })), fault: null };
  if (bulk.kind !== 'open' || !outcomes)
    return { outcomes: sent.map(() => ({ kind: 'busy' })), fault: `a call was answered as ${bulk.kind}` };
  const fault = keys.join() === expected.join() ? null : `an item has the key ${keys.join()}`;
  return { outcomes: [...outcomes], fault };
}

/** What is wrong with the answer to a call that lists other items than it was recorded with; null: nothing. */
export function faultOfOtherList({ items }: Bulk, { bulk, outcomes }: BulkAnswer): string | null {
  if (bulk.kind === 'other_items' && bulk.items?.join() === items.join() && outcomes === null) return null;
  return `a call with another list was answered as ${bulk.kind}`;
}
