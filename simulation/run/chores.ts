/** What runs all the time beside the clients, until the seed is over: what the scheduled handler does, and what staff do. */
import { setTimeout as sleep } from 'node:timers/promises';
import { withClient } from '../../cli/connect.ts';
import type { Journal } from '../clients/journal.ts';
import type { DisabledInterval } from '../invariants/permissions.ts';
import type { World } from '../schedule/world.ts';
import type { Deployment } from '../stack/deployment.ts';
import type { ServerChanges } from './change-servers.ts';
import type { EventFeed } from './event-feed.ts';
import type { HeldRewards } from './settle-held.ts';
import { zeroIfUnavailable } from './unavailable.ts';

interface Chores {
  /** As the Worker connects. */
  readonly databaseUrl: string;
  readonly held: HeldRewards;
  readonly servers: ServerChanges;
  readonly feed: EventFeed;
  readonly deployment: Deployment;
  readonly world: World;
  readonly journal: Journal;
  /** Filled. */
  readonly disabled: DisabledInterval[];
  readonly count: (kind: string) => void;
  readonly signal: AbortSignal;
}

/** So that operations settle some of them first. */
const EXPIRY_EVERY_MS = 1_500;
const ROLL_UP_EVERY_MS = 100;
const ROLLERS = 2;
const SETTLE_EVERY_MS = 400;
const SETTLERS = 2;
const ENABLED_MS = 2_000;
const DISABLED_MS = 500;
const READ_EVENTS_MS = 150;
const ADOPT_EVERY_MS = 100;

export async function runChores({
  databaseUrl,
  held,
  servers,
  feed,
  deployment,
  world,
  journal,
  disabled,
  count,
  signal,
}: Chores): Promise<void> {
  const wait = (ms: number) => sleep(ms, undefined, { signal }).catch(() => {});
  const repeat = async (kind: string, everyMs: number, work: () => Promise<number>) => {
    while (!signal.aborted) {
      const times = await work();
      for (let time = 0; time < times; time += 1) count(kind);
      await wait(everyMs);
    }
  };
  const call = (query: string) => () =>
    zeroIfUnavailable(() =>
      withClient(databaseUrl, async (client) => Number((await client.query(query)).rows[0].times)),
    );
  /** As each migration does. No dump was restored, so there is nothing to adopt. */
  const adopt = () =>
    zeroIfUnavailable(async () => {
      const { rows } = await deployment.owner.query('SELECT onceward.adopt_restored_events()::int AS times');
      return Number(rows[0].times);
    });
  const reader = { kind: 'server', id: world.servers[0] as string } as const;
  const expire = call('SELECT onceward.expire_rewards(3) AS times');
  const rollUp = call('SELECT onceward.roll_up_economy(5) AS times');
  /** One server is disabled and enabled again, and is enabled at the end. */
  const revoke = async () => {
    for (;;) {
      await wait(ENABLED_MS);
      if (signal.aborted) return;
      const interval = await servers.disable(journal, (one) => disabled.push(one));
      count('server disabled');
      await wait(DISABLED_MS);
      await servers.enable(journal, interval);
    }
  };
  await Promise.all([
    repeat('expired reward settled by the schedule', EXPIRY_EVERY_MS, expire),
    // As overlapping runs of the scheduled handler would.
    ...Array.from({ length: ROLLERS }, () =>
      repeat('claim rolled up during the seed', ROLL_UP_EVERY_MS, rollUp),
    ),
    ...Array.from({ length: SETTLERS }, () =>
      repeat('held reward settled by staff', SETTLE_EVERY_MS, () => held.settle()),
    ),
    revoke(),
    repeat('outbox adopted as that of a restored dump', ADOPT_EVERY_MS, adopt),
    repeat('event read during the seed', READ_EVENTS_MS, () => feed.poll(deployment, reader)),
  ]);
}
