import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { changedExample, type Document, publish } from '../support/worker/balance.ts';
import {
  type Answer,
  asPlayer,
  asServer,
  receiptOf,
  rejectionOf,
  resultOf,
} from '../support/worker/client.ts';
import { frozenKv, startIsolate, startWithoutConfig } from '../support/worker/isolate.ts';
import { ledgerFaults, ledgerState, moved, owner } from '../support/worker/ledger-state.ts';
import { countRequests } from '../support/worker/neon-control.ts';
import { seasonedPlayer } from '../support/worker/scenes.ts';
import { type Door, fresh, worker } from '../support/worker/service.ts';
import { type MutationResult, tally } from '../support/worker/waves.ts';

const SECOND = 1_000;
const HOUR = 3_600 * SECOND;
const iso = (moment: number) => new Date(moment).toISOString();

interface Window {
  readonly from?: string;
  readonly until?: string;
}

/** The example, in which the chest, the drop and the table of the lottery have this window, and nothing that runs out. */
const within = (window: Window) =>
  changedExample(({ claimTypes, exchanges, drawTables }: Document) => {
    exchanges.lottery = { perDay: 1_000, draws: { summons: 1 } };
    exchanges.drop = { perDay: 1_000, gives: { auric_coins: 5 } };
    delete claimTypes.arena_chest.perDay;
    claimTypes.arena_chest.rewards = { lumees: 75 };
    for (const windowed of [claimTypes.arena_chest, exchanges.drop, drawTables.summons])
      Object.assign(windowed, window);
  });

type Send = (playerId: string, door?: Door) => Promise<Answer<MutationResult>>;
const CHEST = { type: 'arena_chest' };
const OFFERS: Readonly<Record<string, Send>> = {
  arena_chest: (playerId, door = worker) =>
    asServer().claimReward({ ...CHEST, playerId, key: fresh('chest') }, { door }),
  drop: (playerId, door = worker) => asServer().exchange({ exchange: 'drop', playerId }, { door }),
  lottery: (playerId, door = worker) => asServer().exchange({ exchange: 'lottery', playerId }, { door }),
};
const announce = (playerId: string, key: string, door: Door = worker) =>
  asServer().announceReward({ ...CHEST, playerId, key }, { door });

/** A player's times never go back: until that moment, it is the kernel's time of whatever concerns this player. */
async function playerAt(moment: number, known?: string): Promise<string> {
  const playerId = known ?? (await seasonedPlayer());
  await owner`UPDATE onceward.actors SET updated_at = ${iso(moment)} WHERE id = ${playerId} AND kind = 1`;
  return playerId;
}

/** Isolates of any age: the Worker's, a cold one, one whose config has no window, one with another window, one without a config. */
async function isolates(window: Window): Promise<readonly Door[]> {
  await publish(within({}));
  const before = startIsolate({ kv: await frozenKv() });
  await publish(within({ until: iso(Date.now() - HOUR) }));
  const closed = startIsolate({ kv: await frozenKv() });
  for (const door of [before, closed])
    resultOf((await OFFERS.drop?.(await seasonedPlayer(), door)) as Answer<MutationResult>);
  await publish(within(window));
  return [worker, startIsolate(), before, closed, startWithoutConfig()];
}

/** Runs a request that moves nothing. `ledgerFaults` would find that `playerAt` has moved the player's time. */
async function unmoved<T>(playerId: string, run: () => Promise<T>): Promise<T> {
  const before = await ledgerState(playerId);
  const result = await run();
  expect(moved(await ledgerState(playerId))).toEqual(moved(before));
  return result;
}

afterEach(() => void vi.useRealTimers());
/** The clock of every isolate. Nothing else here depends on it but tokens, which are signed with the same clock. */
const setClock = (moment: number) => vi.useFakeTimers({ toFake: ['Date'], now: moment });

it('E5 decides one millisecond before and after both ends of a window by the kernel’s clock, in isolates of any age', async () => {
  const [from, until] = [Date.now() + 120 * SECOND, Date.now() + 180 * SECOND];
  const doors = await isolates({ from: iso(from), until: iso(until) });
  for (const [name, send] of Object.entries(OFFERS)) {
    for (const door of doors) {
      for (const moment of [from, until - 1]) {
        const { claim } = receiptOf(await send(await playerAt(moment), door));
        expect(claim).toMatchObject({ type: name, claimedAt: iso(moment) });
      }
      for (const moment of [from - 1, until]) {
        const playerId = await playerAt(moment);
        const answer = await unmoved(playerId, () => send(playerId, door));
        expect(rejectionOf(answer, 'NotAvailable')).toMatchObject({
          claimType: name,
          opensAt: moment < from ? iso(from) : null,
          closedAt: moment < from ? null : iso(until),
        });
        expect(await refusedAt(playerId)).toEqual([moment]);
      }
    }
  }
});

it.each([
  { clock: 'a day fast', shift: 24 * HOUR },
  { clock: 'a day slow', shift: -24 * HOUR },
])('E5 records nothing that only an isolate’s clock says: $clock', async ({ shift }) => {
  const now = Date.now();
  const until = now + 200 * SECOND;
  await publish(within({ from: iso(now + 100 * SECOND), until: iso(until) }));
  const [open, ended] = [await playerAt(until - 1), await playerAt(until)];
  setClock(now + shift);
  const requests = await countRequests(open, async () => {
    expect(receiptOf(await (OFFERS.drop as Send)(open)).claim.claimedAt).toBe(iso(until - 1));
  });
  expect(requests).toBe(2);
  const answer = await unmoved(ended, () => (OFFERS.arena_chest as Send)(ended));
  expect(rejectionOf(answer, 'NotAvailable')).toMatchObject({ opensAt: null, closedAt: iso(until) });
  expect([await refusedAt(open), await refusedAt(ended)]).toEqual([[], [until]]);
});

it('E5 grants nothing outside a window that ends while 400 requests arrive, and refuses nothing inside it', async () => {
  const players = await Promise.all(Array.from({ length: 8 }, seasonedPlayer));
  const doors = [worker, startIsolate(), startIsolate()];
  const until = Date.now() + 1_500;
  await publish(within({ until: iso(until) }));
  const results: MutationResult[] = [];
  while (results.length < 400 || Date.now() < until + 300) {
    const wave = Array.from({ length: 16 }, async (_, index) => {
      const send = Object.values(OFFERS)[index % 3] as Send;
      return resultOf(await send(players[index % 8] as string, doors[index % 3]));
    });
    results.push(...(await Promise.all(wave)));
  }
  const { Receipt = 0, NotAvailable = 0, ...others } = tally(results);
  expect(others).toEqual({});
  expect(Math.min(Receipt, NotAvailable)).toBeGreaterThan(0);
  for (const result of results)
    if (result.__typename === 'Receipt') expect(Date.parse(result.claim.claimedAt)).toBeLessThan(until);
  for (const playerId of players) {
    for (const moment of await refusedAt(playerId)) expect(moment).toBeGreaterThanOrEqual(until);
    expect(await ledgerFaults(playerId)).toEqual([]);
  }
});

it('E5 pays what was announced as announced, also after the window, and announces nothing outside it', async () => {
  const until = Date.now() + 100 * SECOND;
  const doors = await isolates({ until: iso(until) });
  for (const door of doors) {
    const playerId = await playerAt(until - 1);
    receiptOf(await announce(playerId, 'a', door));
    receiptOf(await announce(playerId, 'b', door));
    await playerAt(until, playerId);
    const refused = await unmoved(playerId, () => announce(playerId, 'c', door));
    expect(rejectionOf(refused, 'NotAvailable')).toMatchObject({
      claimType: 'arena_chest',
      closedAt: iso(until),
    });
    const claimed = receiptOf(await asServer().claimReward({ ...CHEST, playerId, key: 'a' }, { door }));
    expect(claimed.changes.length).toBeGreaterThan(0);
    receiptOf(await asServer().recoverReward({ ...CHEST, playerId, key: 'b' }, { door }));
    const again = await unmoved(playerId, () =>
      asServer().claimReward({ ...CHEST, playerId, key: 'a' }, { door }),
    );
    expect(rejectionOf(again, 'AlreadyClaimed').original).toEqual(claimed.claim);
  }
});

it('E5 previews what the operation would do', async () => {
  const until = Date.now() + 100 * SECOND;
  for (const door of await isolates({ until: iso(until) })) {
    const previewsOf = async (playerId: string) => {
      const player = asPlayer(playerId);
      const previews = [
        await asServer().previewClaim({ ...CHEST, playerId, key: 'a' }, { door }),
        await player.previewExchange({ exchange: 'drop' }, { door }),
        await player.previewExchange({ exchange: 'lottery' }, { door }),
      ];
      return previews.map((answer) => resultOf<{ __typename: string }>(answer).__typename);
    };
    const open = await playerAt(until - 1);
    expect(await previewsOf(open)).toEqual(['ClaimPreview', 'ExchangePreview', 'ExchangePreview']);
    const ended = await playerAt(until);
    expect(await unmoved(ended, () => previewsOf(ended))).toEqual(Array(3).fill('NotAvailable'));
  }
});

/** When rejections as not available were recorded, in milliseconds. Others may be recorded at any time. */
async function refusedAt(playerId: string): Promise<number[]> {
  const rows = await owner`
    SELECT (extract(epoch FROM refused_at) * 1000)::bigint::text AS at FROM onceward.refusals_by_name
     WHERE player_id = ${playerId} AND rejection->>'kind' = 'not_available'`;
  return rows.map(({ at }) => Number(at));
}

beforeEach(() => publish(within({})));
