/** events: the feed of what was granted to all players, for game servers and staff. */
import { beforeAll, describe, expect, it } from 'vitest';
import { serveExample } from '../../support/worker/balance.ts';
import {
  asPlayer,
  asServer,
  asStaff,
  type Client,
  faultOf,
  type ResultOf,
  receiptOf,
  resultOf,
} from '../../support/worker/client.ts';
import { addStaffMember, ledgerState, owner } from '../../support/worker/ledger-state.ts';
import { TOWER, victory } from '../../support/worker/scenes.ts';
import { fresh, freshKey } from '../../support/worker/service.ts';
import { atOnce } from '../../support/worker/waves.ts';

type GrantEvent = ResultOf<'events'>['events'][number];

let staffId: string;
let staff: Client;
beforeAll(async () => {
  await serveExample();
  staffId = await addStaffMember(fresh('staff'), { role: 'auditor' });
  staff = asStaff(staffId);
});

const audit = () =>
  owner`SELECT action, outcome, detail FROM onceward.audit_by_name WHERE actor_id = ${staffId} ORDER BY id`;

/** Every event from now on is behind it. */
async function now(): Promise<string> {
  const rows =
    await owner`SELECT (pg_snapshot_xmin(pg_current_snapshot())::text::bigint - 1)::text AS before`;
  return `${rows[0]?.before}-${'9'.repeat(18)}`;
}

/** Everything that can be read now. */
async function pass(after: string, first: number): Promise<{ events: GrantEvent[]; end: string }> {
  const events: GrantEvent[] = [];
  for (let from = after; ; ) {
    const page: ResultOf<'events'> = resultOf(await asServer().events({ after: from, first }));
    events.push(...page.events);
    from = page.next;
    if (page.isAtEnd) return { events, end: from };
  }
}

/** Follows the feed until `count` events of the players were read: other test files write to the same ledger. */
async function follow(after: string, players: readonly string[], count: number, first = 7) {
  const seen: GrantEvent[] = [];
  let from = after;
  await expect
    .poll(
      async () => {
        const { events, end } = await pass(from, first);
        from = end;
        seen.push(...events.filter(({ player }) => players.includes(player)));
        return seen.length;
      },
      { timeout: 20_000, interval: 50 },
    )
    .toBe(count);
  return seen;
}

const oneTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1);

describe('events', () => {
  it('shows a claim as its receipt does', async () => {
    const start = await now();
    const playerId = fresh('player');
    const input = { ...victory, playerId, key: 'cup-1', idempotencyKey: freshKey() };
    const { claim, changes } = receiptOf(await asServer().claimReward(input));
    const [event] = await follow(start, [playerId], 1);
    expect(event).toMatchObject({
      ...{ type: 'claim.granted', player: playerId, number: 1, counterparty: null, reverses: null },
      ...{ claimId: claim.id, operation: 'claimReward', claimType: claim.type, claimKey: 'cup-1' },
      ...{ claimedAt: claim.claimedAt, configVersion: claim.configVersion },
      correlationId: claim.correlationId,
      actor: { kind: 'server', id: claim.actorId },
    });
    expect(event?.changes).toEqual(
      changes.map(({ resource, before, delta, after, cause }) => ({
        ...{ player: playerId, resource, before, delta, after, cause: cause.toLowerCase() },
      })),
    );
  });

  it('shows no replay and no rejection', async () => {
    const start = await now();
    const playerId = fresh('player');
    const input = { ...victory, playerId, key: 'cup-1', idempotencyKey: freshKey() };
    receiptOf(await asServer().claimReward(input));
    receiptOf(await asServer().claimReward(input));
    expect(resultOf(await asServer().claimReward({ ...input, idempotencyKey: freshKey() }))).toMatchObject({
      __typename: 'AlreadyClaimed',
    });
    receiptOf(await asServer().claimReward({ ...input, key: 'cup-2', idempotencyKey: freshKey() }));
    const seen = await follow(start, [playerId], 2);
    expect(seen.map(({ claimKey }) => claimKey)).toEqual(['cup-1', 'cup-2']);
  });

  it('gives every grant once per pass, of each player in order, while 64 claims and transfers are made', async () => {
    const players = oneTo(8).map(() => fresh('player'));
    const start = await now();
    const writing = atOnce(64, async (index) => {
      const playerId = players[index % 8] as string;
      receiptOf(await asServer().claimReward({ ...TOWER, playerId, key: `tower-${index}` }));
      if (index % 4 !== 0) return 1;
      const toPlayerId = players[(index + 1 + (index % 7)) % 8] as string;
      const given = await asPlayer(playerId).transferResource({ toPlayerId, resource: 'lumees', amount: 1 });
      return resultOf(given).__typename === 'Receipt' ? 2 : 1;
    });
    // The count is not known yet: the passes go on until the writers have ended, and then to the end.
    const counted = writing.then((counts) => counts.reduce<number>((sum, count) => sum + count, 0));
    const early = await pass(start, 5);
    const count = await counted;
    const ofOurs = early.events.filter(({ player }) => players.includes(player));
    const rest = await follow(early.end, players, count - ofOurs.length, 5);
    const seen = [...ofOurs, ...rest];
    expect(count).toBeGreaterThan(64);
    expect(new Set(seen.map(({ id }) => id)).size).toBe(count);
    for (const player of players) {
      const numbers = seen.flatMap((event) =>
        event.player === player
          ? [event.number]
          : event.counterparty === player
            ? [event.counterpartyNumber]
            : [],
      );
      const { granted } = await ledgerState(player);
      expect(numbers.length).toBeGreaterThanOrEqual(granted);
      expect(numbers).toEqual(oneTo(numbers.length));
    }
    // Another pass over the same events gives the same ones in the same order.
    const again = await follow(start, players, count, 100);
    expect(again).toEqual(seen);
  });

  it('audits each page that staff read, with where it began', async () => {
    const before = (await audit()).length;
    const start = await now();
    resultOf(await staff.events({ after: start, first: 3 }));
    expect((await audit()).slice(before)).toEqual([
      { action: 'events', outcome: 'listed', detail: { after: start, first: 3 } },
    ]);
  });

  it('refuses pages of more than 100 and what is no cursor, without an audit row', async () => {
    const before = (await audit()).length;
    expect(faultOf(await staff.events({ first: 101 }))).toMatchObject({ field: 'first' });
    const wrong = ['x', '12', '-1-1', '01-1', '1-1-1', `${2n ** 64n}-1`, `1-${2n ** 63n}`];
    for (const after of wrong) {
      const answer = await staff.events({ after });
      expect(faultOf(answer)).toMatchObject({ code: 'BAD_USER_INPUT', field: 'after' });
      expect(answer.errors?.[0]?.message).toContain('not a cursor of events');
    }
    expect(await audit()).toHaveLength(before);
  });

  it('names the oldest place to a reader whose place is not known, instead of leaving events out', async () => {
    const after = `${2n ** 62n}-1`;
    const answer = await asServer().events({ after });
    expect(faultOf(answer)).toMatchObject({ code: 'BAD_USER_INPUT', field: 'after' });
    const [, oldest] = /the oldest place is (\d+-\d+)$/.exec(answer.errors?.[0]?.message ?? '') ?? [];
    const fromOldest = resultOf(await asServer().events({ after: oldest, first: 1 }));
    expect(fromOldest).toEqual(resultOf(await asServer().events({ first: 1 })));
    expect(fromOldest.events.length).toBeLessThanOrEqual(1);
  });
});
