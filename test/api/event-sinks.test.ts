/** The sinks of events inside workerd: files of JSON lines in R2, and counts for Analytics Engine. */
import { env } from 'cloudflare:workers';
import { beforeAll, describe, expect, it } from 'vitest';
import type { GrantEvent } from '../../src/domain/event.ts';
import type { Env } from '../../src/env.ts';
import { type CountPoint, countEvents } from '../../src/events/count-events.ts';
import { storeEvents } from '../../src/events/store-events.ts';
import { openDatabase } from '../../src/ledger/database.ts';
import { serveExample } from '../support/worker/balance.ts';
import { asServer, receiptOf } from '../support/worker/client.ts';
import { owner } from '../support/worker/ledger-state.ts';
import { TOWER } from '../support/worker/scenes.ts';
import { fresh } from '../support/worker/service.ts';

const { DATABASE_URL: databaseUrl, NEON_ENDPOINT: endpoint, EVENT_FILES } = env as unknown as Env;
const database = openDatabase({ databaseUrl, endpoint });
const bucket = EVENT_FILES as R2Bucket;
const HOUR = 3_600_000;

beforeAll(serveExample);

/** As the schedule does two hours from now, when this hour is over. */
const store = (into: Parameters<typeof storeEvents>[0]['bucket'] = bucket, now = Date.now() + 2 * HOUR) =>
  storeEvents({ database, bucket: into, now, until: Date.now() + 20_000 });

async function claims(player: string, count: number): Promise<void> {
  for (let made = 0; made < count; made++)
    receiptOf(await asServer().claimReward({ ...TOWER, playerId: player, key: fresh('tower') }));
}

async function files(): Promise<string[]> {
  const { objects } = await bucket.list({ prefix: 'events/' });
  return objects.map(({ key }) => key);
}

/** What the files hold of a player, in the order of the files. */
async function stored(player: string): Promise<GrantEvent[]> {
  const texts = await Promise.all((await files()).map(async (key) => (await bucket.get(key))?.text() ?? ''));
  const lines = texts.flatMap((text) => text.split('\n').filter((line) => line !== ''));
  return lines.map((line) => JSON.parse(line) as GrantEvent).filter((event) => event.player === player);
}

/** Stores until all events of the player are there: other test files keep newer transactions waiting. */
async function storeAll(player: string, count: number, into?: Parameters<typeof storeEvents>[0]['bucket']) {
  await expect
    .poll(
      async () => {
        await store(into).catch(() => {});
        return (await stored(player)).length;
      },
      { timeout: 20_000, interval: 50 },
    )
    .toBeGreaterThanOrEqual(count);
  return (await stored(player)).map(({ number }) => number);
}

describe('files of events', () => {
  it('are not written before their hour is over', async () => {
    await store();
    const before = await files();
    await claims(fresh('player'), 1);
    await store(bucket, Date.now());
    expect(await files()).toEqual(before);
  });

  it('hold each event once, in order, under the hour of their first event', async () => {
    const player = fresh('player');
    await claims(player, 3);
    expect(await storeAll(player, 3)).toEqual([1, 2, 3]);
    const [event] = await stored(player);
    expect(event).toMatchObject({ type: 'claim.granted', claimType: TOWER.type, changes: expect.any(Array) });
    for (const key of await files())
      expect(key).toMatch(/^events\/\d{4}-\d\d-\d\d\/\d\d\/\d{20}-evt_[0-9a-f]{32}_\d+\.jsonl$/);
  });

  it('hold each event once where runs die after a file was written, and where runs meet', async () => {
    const player = fresh('player');
    await claims(player, 4);
    let deaths = 0;
    const dying: Pick<R2Bucket, 'put' | 'head'> = {
      head: (key) => bucket.head(key),
      put: (async (...put: Parameters<R2Bucket['put']>) => {
        const written = await bucket.put(...put);
        if (written === null) return written;
        deaths += 1;
        throw new Error('the Worker died');
      }) as unknown as R2Bucket['put'],
    };
    expect(await storeAll(player, 4, dying)).toEqual([1, 2, 3, 4]);
    expect(deaths).toBeGreaterThan(0);
    await claims(player, 2);
    await Promise.all([store(), store(), store()]);
    expect(await storeAll(player, 6)).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('begin again at the oldest event, where the place of the sink is no longer known', async () => {
    const player = fresh('player');
    await claims(player, 1);
    await storeAll(player, 1);
    await owner`UPDATE onceward.event_readers SET transaction = '9223372036854775806' WHERE name = 'files'`;
    await claims(player, 1);
    expect(await storeAll(player, 2)).toEqual([1, 2]);
  });
});

describe('counts of events', () => {
  it('add up to what was gained and lost, in at most 250 points a run, each within the limits of its sizes', async () => {
    const counted = async () => {
      const points: CountPoint[] = [];
      await countEvents({ database, write: (point) => points.push(point) });
      expect(points.length).toBeLessThanOrEqual(250);
      return points;
    };
    while ((await counted()).length > 0);
    const player = fresh('player');
    await claims(player, 3);
    const seen: CountPoint[] = [];
    const lumees = () =>
      seen
        .filter(({ blobs }) => blobs.join() === `claimReward,${TOWER.type},lumees,operation`)
        .reduce((sum, { doubles }) => sum + doubles[2], 0);
    await expect
      .poll(
        async () => {
          seen.push(...(await counted()));
          return lumees();
        },
        { timeout: 20_000, interval: 50 },
      )
      .toBeGreaterThanOrEqual(3);
    for (const { indexes, blobs, doubles } of seen) {
      expect(indexes).toHaveLength(1);
      expect(new TextEncoder().encode(indexes[0]).length).toBeLessThanOrEqual(96);
      expect(new TextEncoder().encode(blobs.join('')).length).toBeLessThan(5_120);
      expect([blobs.length, doubles.length]).toEqual([4, 3]);
    }
    const gained = seen.find(({ blobs }) => blobs.join() === `claimReward,${TOWER.type},lumees,operation`);
    expect(gained?.doubles[0]).toBe(350 * (gained?.doubles[2] ?? 0));
    expect(gained?.doubles[1]).toBe(0);
  });
});
