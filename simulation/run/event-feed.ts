/** Reads the events of all players as a system that pulls would, page after page, while a seed runs and after it. */
import { setTimeout as sleep } from 'node:timers/promises';
import { eventsBody, OUTCOME } from '../clients/document.ts';
import type { FeedEvent } from '../invariants/feed.ts';
import type { Actor } from '../schedule/intent.ts';
import type { Deployment } from '../stack/deployment.ts';

interface Page {
  readonly events: readonly FeedEvent[];
  readonly next: string;
  readonly isAtEnd: boolean;
}

/** Longer than a transaction of the Worker may take. */
const MOST_TRIES = 200;
const PAUSE_MS = 100;

export class EventFeed {
  /** Where the seed before ended. */
  #next: string | null = null;
  #read: FeedEvent[] = [];

  /** One page. Returns how many events it has; 0 where there was no answer, too. */
  async poll(deployment: Deployment, by: Actor): Promise<number> {
    const page = await this.#page(deployment, by).catch(() => null);
    return page?.events.length ?? 0;
  }

  /**
   * All events of the seed. `expected`: how many there are. What runs elsewhere in the cluster holds some back for a moment. `again`: if
   * some are missing, all that are kept, of all seeds.
   */
  async all(deployment: Deployment, by: Actor, expected: number) {
    for (let tries = 0; tries < MOST_TRIES; ) {
      const { isAtEnd } = await this.#page(deployment, by);
      if (!isAtEnd) continue;
      if (this.#read.length >= expected) break;
      tries += 1;
      await sleep(PAUSE_MS);
    }
    const events = this.#read;
    this.#read = [];
    return { events, again: events.length < expected ? await readKept(deployment, by) : events };
  }

  async #page(deployment: Deployment, by: Actor): Promise<Page> {
    const page = await readPage(deployment, by, this.#next);
    this.#read.push(...page.events);
    this.#next = page.next;
    return page;
  }
}

async function readPage(deployment: Deployment, by: Actor, after: string | null): Promise<Page> {
  return (await deployment.send(by, eventsBody(after)))[OUTCOME] as Page;
}

async function readKept(deployment: Deployment, by: Actor): Promise<readonly FeedEvent[]> {
  const read: FeedEvent[] = [];
  for (let after: string | null = null; ; ) {
    const { events, next, isAtEnd } = await readPage(deployment, by, after);
    read.push(...events);
    if (isAtEnd) return read;
    after = next;
  }
}
