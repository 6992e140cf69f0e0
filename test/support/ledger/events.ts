/** Reading events in tests, as the Worker does. */
import { drizzle } from 'drizzle-orm/node-postgres';
import type pg from 'pg';
import type { EventCursor, GrantEvent } from '../../../src/domain/event.ts';
import type { Database } from '../../../src/ledger/database.ts';
import { type EventPage, MAX_EVENTS, readEvents } from '../../../src/ledger/read-events.ts';

export function openEvents(app: pg.Pool) {
  const database = { reads: drizzle(app) } as unknown as Database;
  const read = (after: EventCursor | null, atMost = MAX_EVENTS) => readEvents(database, { after, atMost });

  async function page(after: EventCursor | null, atMost?: number): Promise<EventPage> {
    const answer = await read(after, atMost);
    if (answer.kind !== 'page') throw new Error(`the cursor is not known: ${JSON.stringify(answer)}`);
    return answer;
  }

  /** All that can be read now, and where it ends. */
  async function since(after: EventCursor | null, atMost?: number) {
    const events: GrantEvent[] = [];
    for (let from = after; ; ) {
      const answer = await page(from, atMost);
      events.push(...answer.events.map(({ event }) => event));
      from = answer.next;
      if (answer.isAtEnd) return { events, end: answer.next };
    }
  }

  return { read, page, since };
}

/** By player, the numbers under which the events name them, in the order of the events. */
export function numbersIn(events: readonly GrantEvent[]): Map<string, number[]> {
  const numbers = new Map<string, number[]>();
  const add = (player: string, number: number) =>
    numbers.set(player, [...(numbers.get(player) ?? []), number]);
  for (const { player, number, counterparty, counterpartyNumber } of events) {
    add(player, number);
    if (counterparty !== null && counterpartyNumber !== null) add(counterparty, counterpartyNumber);
  }
  return numbers;
}
