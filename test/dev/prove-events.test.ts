// The proof of events in its short form: `npm run prove:events` does the same with more operations and kills.
import { expect, test } from 'vitest';
import { proveEvents } from '../../simulation/events/prove.ts';
import { sizeOf } from '../support/long-run.ts';

test('E21 sends every grant at least once, in order per player, to a consumer that fails and is killed, from a Worker that is killed', async () => {
  const operations = sizeOf({ long: 2_000, short: 600 });
  const proof = await proveEvents({ operations, kills: 1, seed: 'short', log: () => {} });
  expect(proof.faults).toEqual([]);
  expect(proof.events).toBeGreaterThan(operations * 0.9);
  expect(proof.killed.worker).toBe(1);
  expect(proof.received.accepted.length).toBeGreaterThanOrEqual(proof.events);
}, 300_000);
