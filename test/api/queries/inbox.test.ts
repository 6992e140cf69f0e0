/** inbox: what is pending for a player, as an inbox shows it. */
import { beforeAll, describe, expect, it } from 'vitest';
import { serveExample } from '../../support/worker/balance.ts';
import {
  asPlayer,
  asServer,
  asStaff,
  receiptOf,
  rejectionOf,
  resultOf,
} from '../../support/worker/client.ts';
import { onlyError, withoutDatabase } from '../../support/worker/fault-answers.ts';
import { addStaffMember, owner, usedByStaff } from '../../support/worker/ledger-state.ts';
import { countRequests } from '../../support/worker/neon-control.ts';
import { readAll } from '../../support/worker/pages.ts';
import { announce, VICTORY } from '../../support/worker/pending.ts';
import { seasonedPlayer } from '../../support/worker/scenes.ts';
import type { InboxReward } from '../../support/worker/schema-types.ts';
import { fresh } from '../../support/worker/service.ts';
import { movingNothing } from '../../support/worker/stillness.ts';

beforeAll(serveExample);

const chest = { type: 'arena_chest', facts: null } as const;
const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();

async function inboxOf(playerId: string, over: object = {}): Promise<InboxReward[]> {
  const { edges } = resultOf(await asPlayer(playerId).inbox({ first: 100, ...over }));
  return edges.map(({ node }) => node);
}

describe('inbox', () => {
  it('shows who announced what, with its texts, amounts and times', async () => {
    const playerId = await seasonedPlayer();
    const staff = asStaff(await addStaffMember(fresh('staff')));
    const [first, second] = [inDays(3), inDays(4)];
    const named = await announce(playerId, 'battle-1', { message: 'welcome_back', expiresAt: first });
    const worded = receiptOf(
      await staff.announceReward({
        ...{ ...chest, playerId, key: 'chest-1', title: 'Sorry', text: 'We were offline.' },
        ...{ expiresAt: second, reason: 'an outage' },
      }),
    );
    const plain = await announce(playerId, 'chest-2', chest);
    const unread = { readAt: null, draws: [], from: null, isHeld: false };
    expect(await inboxOf(playerId)).toEqual([
      {
        ...{ id: plain.claim.id, type: 'arena_chest', title: null, text: null, origin: 'SERVER', ...unread },
        ...{ announcedAt: plain.claim.claimedAt, expiresAt: null },
        gives: [
          { resource: 'drop_charges', amount: 1 },
          { resource: 'lumees', amount: 75 },
        ],
      },
      {
        ...{ id: worded.claim.id, type: 'arena_chest', origin: 'STAFF', ...unread },
        ...{ title: 'Sorry', text: 'We were offline.' },
        ...{ announcedAt: worded.claim.claimedAt, expiresAt: second },
        gives: [
          { resource: 'drop_charges', amount: 1 },
          { resource: 'lumees', amount: 75 },
        ],
      },
      {
        ...{ id: named.claim.id, type: VICTORY.type, origin: 'SERVER', ...unread },
        title: 'Welcome back',
        text: 'Thank you for playing. Here is something for you.',
        ...{ announcedAt: named.claim.claimedAt, expiresAt: first },
        gives: [
          { resource: 'experience', amount: 55 },
          { resource: 'lumees', amount: 80 },
        ],
      },
    ]);
  });

  it('has unread rewards first, then the newest, or the newest first', async () => {
    const playerId = fresh('player');
    const ids = [];
    for (const key of ['a', 'b', 'c', 'd', 'e']) ids.push((await announce(playerId, key)).claim.id);
    const [a, b, c, d, e] = ids;
    expect(resultOf(await asPlayer(playerId).markRead({ ids: [b, e] as string[] }))).toEqual({ marked: 2 });
    const order = async (over: object) => (await inboxOf(playerId, over)).map(({ id }) => id);
    expect(await order({})).toEqual([d, c, a, e, b]);
    expect(await order({ unreadFirst: true })).toEqual([d, c, a, e, b]);
    expect(await order({ unreadFirst: false })).toEqual([e, d, c, b, a]);
    expect((await inboxOf(playerId)).map(({ readAt }) => readAt === null)).toEqual([
      ...[true, true, true, false, false],
    ]);
    for (const unreadFirst of [true, false])
      for (const backward of [true, false]) {
        const paged = await readAll((page) => asPlayer(playerId).inbox({ unreadFirst, ...page }), {
          size: 2,
          backward,
        });
        expect(paged.map(({ id }) => id)).toEqual(await order({ unreadFirst }));
      }
  });

  it('loses what is paid, taken back or expired', async () => {
    const playerId = fresh('player');
    const staff = asStaff(await addStaffMember(fresh('staff')));
    const taken = await announce(playerId, 'taken');
    await announce(playerId, 'paid');
    await announce(playerId, 'expiring', { expiresAt: inDays(1) });
    const kept = await announce(playerId, 'kept', { expiresAt: inDays(1) });
    expect(await inboxOf(playerId)).toHaveLength(4);
    receiptOf(await asServer().recoverReward({ playerId, type: VICTORY.type, key: 'paid' }));
    receiptOf(await staff.reverseClaim({ playerId, claimId: taken.claim.id, reason: 'by mistake' }));
    await owner`UPDATE onceward.pending_rewards w SET expires_at = clock_timestamp()
      FROM onceward.actors a WHERE a.no = w.player AND a.id = ${playerId} AND a.kind = 1 AND w.claim_key = 'expiring'`;
    expect((await inboxOf(playerId)).map(({ id }) => id)).toEqual([kept.claim.id]);
  });

  it('is the own one of a player, and any one for servers and staff, with one request to the database', async () => {
    const playerId = fresh('player');
    const { claim } = await announce(playerId, 'battle-1');
    const staff = asStaff(await addStaffMember(fresh('staff'), { role: 'auditor' }));
    for (const client of [asServer(), staff, asPlayer(playerId)]) {
      const requests = await countRequests(playerId, async () => {
        const { edges } = resultOf(await client.inbox({ playerId }));
        expect(edges.map(({ node }) => node.id)).toEqual([claim.id]);
      });
      expect(requests).toBe(1);
    }
    const other = await withoutDatabase(playerId, () => asPlayer(fresh('player')).inbox({ playerId }));
    expect(onlyError(other).extensions).toMatchObject({ code: 'FORBIDDEN', field: 'playerId' });
    const nobody = await withoutDatabase(playerId, () => asServer().inbox({}));
    expect(onlyError(nobody).extensions).toMatchObject({ code: 'BAD_USER_INPUT', field: 'playerId' });
  });

  it('refuses cursors of the other order, and of other lists', async () => {
    const playerId = fresh('player');
    await announce(playerId, 'battle-1');
    const { edges } = resultOf(await asPlayer(playerId).inbox({ unreadFirst: false }));
    for (const after of [edges[0]?.cursor as string, btoa('pending/1.1.1'), 'nonsense']) {
      const answer = await withoutDatabase(playerId, () => asPlayer(playerId).inbox({ after }));
      expect(onlyError(answer).extensions).toMatchObject({ code: 'BAD_USER_INPUT', field: 'after' });
    }
  });
});

describe('markRead', () => {
  it('marks what is named, or all, once, and changes nothing that the player has', async () => {
    const [playerId, other] = [fresh('player'), fresh('player')];
    const first = (await announce(playerId, 'battle-1')).claim.id;
    for (const key of ['battle-2', 'battle-3']) await announce(playerId, key);
    const foreign = (await announce(other, 'battle-1')).claim.id;
    const marked = async (input: object, client = asPlayer(playerId)) =>
      resultOf(await client.markRead(input)).marked;
    expect(await movingNothing(playerId, () => marked({ ids: [first, foreign] }))).toBe(1);
    expect(await marked({ ids: [first] })).toBe(0);
    expect((await inboxOf(other)).map(({ readAt }) => readAt)).toEqual([null]);
    const readAt = (await inboxOf(playerId)).at(-1)?.readAt;
    expect(readAt).toEqual(expect.any(String));
    expect(await marked({ all: true, playerId }, asServer())).toBe(2);
    expect(await marked({ all: true })).toBe(0);
    expect((await inboxOf(playerId)).at(-1)?.readAt).toBe(readAt);
    for (const input of [{}, { ids: [] }, { ids: [first], all: true }, { ids: [first, first] }]) {
      const answer = await withoutDatabase(playerId, () => asPlayer(playerId).markRead(input));
      expect(onlyError(answer).extensions).toMatchObject({ code: 'BAD_USER_INPUT', field: 'ids' });
    }
  });
});

describe('an announcement by staff', () => {
  it('counts against their limits when it is made, and not when it is paid', async () => {
    const playerId = await seasonedPlayer();
    const staffId = await addStaffMember(fresh('staff'), { budget: 200 });
    const announceAs = (key: string) =>
      asStaff(staffId).announceReward({ ...chest, playerId, key, reason: 'an outage' });
    receiptOf(await announceAs('chest-1'));
    // 75 lumees, a charge that is worth 50, and 10 lumees where it expires.
    expect(await usedByStaff(staffId)).toEqual({ spent: 135, awards: 1 });
    const beyond = await movingNothing(playerId, () => announceAs('chest-2'));
    expect(rejectionOf(beyond, 'LimitExceeded')).toMatchObject({
      ...{ limit: 'STAFF_DAILY_BUDGET', bound: 200, remaining: 65, requested: 135 },
    });
    const paid = { playerId, type: chest.type, key: 'chest-1', reason: 'the client never came back' };
    receiptOf(await asStaff(staffId).recoverReward(paid));
    expect(await usedByStaff(staffId)).toEqual({ spent: 135, awards: 1 });
  });

  it('creates no player', async () => {
    const staff = asStaff(await addStaffMember(fresh('staff')));
    const playerId = fresh('nobody');
    const nobody = await movingNothing(playerId, () =>
      staff.announceReward({ ...chest, playerId, key: 'chest-1', reason: 'an outage' }),
    );
    rejectionOf(nobody, 'UnknownPlayer');
  });
});
