/** The idempotency key of an item of a call, written again from the contract. */
import { createHash } from 'node:crypto';
import type { Actor } from '../schedule/intent.ts';

export function itemKey({ kind, id }: Actor, callKey: string, place: number): string {
  const text = `${kind} ${id.length}:${id} ${callKey} ${place}`;
  return `onceward:${createHash('sha256').update(text).digest('hex').slice(0, 32)}`;
}
