/** pendingRewards: rewards that were announced and not claimed yet, oldest first, with filters and pages. */
import { beforeAll, describe, expect, it } from 'vitest';
import { changedExample, publish, serveExample } from '../support/worker/balance.ts';
import {
  anonymous,
  asPlayer,
  asServer,
  asStaff,
  type Client,
  call,
  receiptOf,
  resultOf,
} from '../support/worker/client.ts';
import { onlyError, withoutDatabase } from '../support/worker/fault-answers.ts';
import { startIsolate } from '../support/worker/isolate.ts';
import { addStaffMember } from '../support/worker/ledger-state.ts';
import { countRequests } from '../support/worker/neon-control.ts';
import { readAll } from '../support/worker/pages.ts';
import { announce, pendingRewards, rowsOf, VICTORY } from '../support/worker/pending.ts';
import type { PendingReward, Receipt } from '../support/worker/schema-types.ts';
import { fresh, serverToken } from '../support/worker/service.ts';
import { atOnce } from '../support/worker/waves.ts';

/** A claim type of this file alone: the pending rewards of all players are in one list. */
const TYPE = `chest_${crypto.randomUUID().replaceAll('-', '').slice(0, 12)}`;
const COUNT = 30;
const [first, second, third] = [fresh('player'), fresh('player'), fresh('player')];
const receipts: Receipt[] = [];
let staff: Client;
let all: PendingReward[] = [];

const ofType = { type: TYPE };
const isOfFirst = ({ playerId }: PendingReward) => playerId === first;
const publishType = (rewards: object) =>
  publish(
    changedExample(({ claimTypes }) => {
      claimTypes[TYPE] = { proof: 'server', rewards };
    }),
  );
const announceType = (playerId: string, key: string) => announce(playerId, key, { type: TYPE, facts: null });

beforeAll(async () => {
  await publishType({ lumees: 7, experience: 120, auric_coins: 0 });
  staff = asStaff(await addStaffMember(fresh('staff')));
  for (let index = 0; index < COUNT; index += 1) {
    receipts.push(await announceType([first, second, third][index % 3] as string, `c-${index}`));
    // The times of announcements have milliseconds, and the tests need them to differ.
    await new Promise((resolve) => setTimeout(resolve, 3));
  }
  await announce(first, 'enc-1');
  all = await pendingRewards(asServer(), ofType);
});

describe('pendingRewards', () => {
  it('pendingRewards shows the player, claim, amounts, time, announcement and config version of each reward, oldest first', async () => {
    expect(all).toEqual(
      receipts.map(({ claim }, index) => ({
        playerId: claim.playerId,
        type: TYPE,
        key: `c-${index}`,
        announcedAt: claim.claimedAt,
        expiresAt: null,
        isHeld: false,
        announcementId: claim.id,
        gives: [
          { resource: 'experience', amount: 120 },
          { resource: 'lumees', amount: 7 },
        ],
        draws: [],
        configVersion: claim.configVersion,
      })),
    );
    expect(await pendingRewards(staff, ofType)).toEqual(all);
  });

  it('pendingRewards shows the announced amounts after the config changed', async () => {
    await publish(changedExample(() => {}));
    expect(await pendingRewards(asServer(), ofType, { door: startIsolate() })).toEqual(all);
  });

  it('pendingRewards is filtered by player, type and time, alone and together', async () => {
    const own = all.filter(isOfFirst);
    expect(own).toHaveLength(COUNT / 3);
    expect(await pendingRewards(asServer(), { playerId: first, ...ofType })).toEqual(own);
    const ofAllTypes = await pendingRewards(staff, { playerId: first });
    expect(ofAllTypes.map(({ type, key }) => `${type}/${key}`)).toEqual([
      ...own.map(({ key }) => `${TYPE}/${key}`),
      'pve_victory/enc-1',
    ]);
    const before = String(all[9]?.announcedAt);
    expect(await pendingRewards(asServer(), { ...ofType, before })).toEqual(all.slice(0, 9));
    expect(await pendingRewards(asServer(), { playerId: first, ...ofType, before })).toEqual(
      own.filter(({ announcedAt }) => announcedAt < before),
    );
    expect(await pendingRewards(asServer(), { ...ofType, before: '9999-12-31T23:59:59Z' })).toEqual(all);
    for (const early of ['0001-01-01T00:00:00Z', '1970-01-01T00:00:00Z', '2020-01-01T00:00:00Z'])
      expect(await pendingRewards(asServer(), { ...ofType, before: early })).toEqual([]);
    expect(await pendingRewards(asServer(), { type: 'never_announced' })).toEqual([]);
    expect(await pendingRewards(asServer(), { playerId: fresh('player') })).toEqual([]);
  });

  it('pendingRewards shows players their own rewards, and answers FORBIDDEN for those of another player', async () => {
    const own = all.filter(isOfFirst);
    expect(await pendingRewards(asPlayer(first), ofType)).toEqual(own);
    expect(await pendingRewards(asPlayer(first), { ...ofType, playerId: first })).toEqual(own);
    const ofAllTypes = await pendingRewards(asPlayer(first));
    expect(ofAllTypes).toHaveLength(own.length + 1);
    expect(ofAllTypes.every(isOfFirst)).toBe(true);
    const filter = { playerId: second };
    const answer = await withoutDatabase(second, () => asPlayer(first).pendingRewards({ filter, first: 5 }));
    expect(onlyError(answer).extensions).toMatchObject({ code: 'FORBIDDEN', field: 'filter.playerId' });
  });

  it('pendingRewards is for staff who may read, and not for unknown staff or callers without a token', async () => {
    const auditor = await addStaffMember(fresh('staff'), { role: 'auditor' });
    expect(await pendingRewards(asStaff(auditor), ofType)).toEqual(all);
    const unknown = await asStaff(fresh('unknown')).pendingRewards({ first: 5 });
    expect(onlyError(unknown).extensions.code).toBe('FORBIDDEN');
    const withoutToken = await anonymous().pendingRewards({ first: 5 });
    expect(onlyError(withoutToken).extensions.code).toBe('UNAUTHENTICATED');
  });

  it('pendingRewards makes one request to the database', async () => {
    for (const client of [asServer(), staff, asPlayer(first)]) {
      const read = () => pendingRewards(client, { playerId: first });
      expect(await countRequests(first, read)).toBe(1);
    }
  });

  it('pendingRewards drops a reward as soon as it is claimed or recovered, in every isolate', async () => {
    const playerId = fresh('player');
    for (const key of ['enc-1', 'enc-2', 'enc-3']) await announce(playerId, key);
    const door = startIsolate();
    const keys = async () => (await pendingRewards(asServer(), { playerId }, { door })).map(({ key }) => key);
    const recover = (key: string) => asServer().recoverReward({ playerId, type: VICTORY.type, key });
    expect(await keys()).toEqual(['enc-1', 'enc-2', 'enc-3']);
    receiptOf(await recover('enc-2'));
    expect(await keys()).toEqual(['enc-1', 'enc-3']);
    receiptOf(await asServer().claimReward({ ...VICTORY, playerId, key: 'enc-1' }));
    expect(await keys()).toEqual(['enc-3']);
    await atOnce(8, () => recover('enc-3'));
    expect(await keys()).toEqual([]);
  });
});

describe('the pages of pendingRewards', () => {
  const readPages = (reading: Parameters<typeof readAll>[1]) =>
    readAll((page) => asServer().pendingRewards({ filter: ofType, ...page }), reading);

  it.each([
    1, 7, 30, 100,
  ])('pages of pendingRewards hold each reward once, forward and backward, with %i to a page', async (size) => {
    expect(await readPages({ size })).toEqual(all);
    expect(await readPages({ size, backward: true })).toEqual(all);
  });

  it('a page of pendingRewards holds twenty rewards by default, or those between two cursors', async () => {
    const { edges, pageInfo } = resultOf(await asServer().pendingRewards({ filter: ofType }));
    expect(edges.map(({ node }) => node)).toEqual(all.slice(0, 20));
    expect(pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: false });
    const [after, before] = [edges[2]?.cursor, edges[9]?.cursor];
    const between = await asServer().pendingRewards({ filter: ofType, first: 100, after, before });
    expect(rowsOf(between)).toEqual(all.slice(3, 9));
  });

  it('pages of pendingRewards skip and repeat no reward while rewards are recovered and announced', async () => {
    let round = 0;
    const seen = await readPages({
      size: 4,
      between: async () => {
        round += 1;
        const { playerId, type, key } = all[round] as PendingReward;
        receiptOf(await asServer().recoverReward({ playerId, type, key }));
        await publishType({ lumees: 1 });
        await announceType(first, `later-${round}`);
      },
    });
    const ids = seen.map(({ announcementId }) => announcementId);
    expect(new Set(ids).size).toBe(ids.length);
    const times = seen.map(({ announcedAt }) => announcedAt);
    expect(times).toEqual(times.toSorted());
    // Every reward that was pending all the time is on a page.
    const left = new Set(
      (await pendingRewards(asServer(), ofType)).map(({ announcementId }) => announcementId),
    );
    const pendingAllTheTime = all.map(({ announcementId }) => announcementId).filter((id) => left.has(id));
    expect(ids).toEqual(expect.arrayContaining(pendingAllTheTime));
    await serveExample();
  });

  it.each([
    ['first', 101, /0 to 100/],
    ['first', -1, /0 to 100/],
    ['last', 101, /0 to 100/],
    ['after', 'nonsense', /not a cursor of this list/],
    ['before', '****', /not a cursor of this list/],
    ['after', btoa('ledger/1.1'), /not a cursor of this list/],
    ['after', btoa('unsettled/1.1'), /not a cursor of this list/],
    ['after', btoa("unsettled/01a201d2-9e85-780d-9e07-8cd1c2c6ba5c' OR 1=1"), /not a cursor of this list/],
    ['before', btoa('unsettled/'), /not a cursor of this list/],
  ])('a page of pendingRewards with an invalid %s is BAD_USER_INPUT: %s', async (field, value, message) => {
    const filter = { playerId: first };
    const answer = await withoutDatabase(first, () => asServer().pendingRewards({ filter, [field]: value }));
    expect(onlyError(answer).extensions).toMatchObject({ code: 'BAD_USER_INPUT', field });
    expect(onlyError(answer).message).toMatch(message);
  });

  it.each([
    ['playerId', 'a b', /1 to 255 printable/],
    ['type', "x' --", /1 to 64 characters/],
    ['before', 'yesterday', /like/],
    ['before', '2026-13-01T00:00:00Z', /like/],
    ['before', '0000-01-01T00:00:00Z', /0001 to 9999/],
  ])('a filter of pendingRewards with an invalid %s is BAD_USER_INPUT: %s', async (field, value, message) => {
    const token = await serverToken();
    const answer = await call('pendingRewards', { filter: { [field]: value } }, { token });
    expect(onlyError(answer).extensions).toMatchObject({ code: 'BAD_USER_INPUT', field: `filter.${field}` });
    expect(onlyError(answer).message).toMatch(message);
  });
});
