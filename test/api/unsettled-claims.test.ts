import { beforeAll, describe, expect, it } from 'vitest';
import { changedExample, publish, serveExample } from '../support/worker/balance.ts';
import { askingNobody, onlyError } from '../support/worker/fault-answers.ts';
import { startIsolate } from '../support/worker/isolate.ts';
import { addStaffMember } from '../support/worker/ledger-state.ts';
import { atOnce } from '../support/worker/loyalty.ts';
import { claimReward, type Result, recoverReward, resultOf } from '../support/worker/mutations.ts';
import { countRequests } from '../support/worker/neon-control.ts';
import { announced, askUnsettled, unsettled, VICTORY } from '../support/worker/owed.ts';
import { fresh, playerToken, serverToken, staffToken } from '../support/worker/service.ts';

/** Of this file alone, since all players' rows stand in one list: a claim type of its own. */
const TYPE = `chest_${crypto.randomUUID().replaceAll('-', '').slice(0, 12)}`;
const COUNT = 30;
const players = [fresh('player'), fresh('player'), fresh('player')] as const;
const receipts: Result[] = [];
let [server, staff] = ['', ''];
let all: Result[] = [];

beforeAll(async () => {
  await publish(
    changedExample(({ claimTypes }) => {
      claimTypes[TYPE] = { proof: 'server', rewards: { lumees: 7, experience: 120, auric_coins: 0 } };
    }),
  );
  [server, staff] = [await serverToken(), await staffToken(await addStaffMember(fresh('staff')))];
  for (let index = 0; index < COUNT; index += 1) {
    const playerId = players[index % 3] as string;
    receipts.push(await announced(playerId, `c-${index}`, { type: TYPE, facts: null }));
    // Moments are told in milliseconds: no two may share one.
    await new Promise((resolve) => setTimeout(resolve, 3));
  }
  await announced(players[0], 'enc-1');
  all = await unsettled({ type: TYPE }, { token: server });
}, 60_000);

describe('pendingRewards', () => {
  it('shows what is owed, oldest first: to whom, what it will give, who announced it when, by which config', async () => {
    expect(all).toEqual(
      receipts.map(({ claim }, index) => ({
        playerId: claim.playerId,
        type: TYPE,
        key: `c-${index}`,
        announcedAt: claim.claimedAt,
        announcementId: claim.id,
        gives: [
          { resource: 'experience', amount: 120 },
          { resource: 'lumees', amount: 7 },
        ],
        configVersion: claim.configVersion,
      })),
    );
    expect(await unsettled({ type: TYPE }, { token: staff })).toEqual(all);
  });

  it('goes on showing the amounts of then when the config has changed', async () => {
    await publish(changedExample(() => {}));
    expect(await unsettled({ type: TYPE }, { token: server, door: startIsolate() })).toEqual(all);
  });

  it('is narrowed by player, type and moment, and by all of them together', async () => {
    const [first] = players;
    const own = all.filter(({ playerId }) => playerId === first);
    expect(own).toHaveLength(COUNT / 3);
    expect(await unsettled({ playerId: first, type: TYPE }, { token: server })).toEqual(own);
    const both = await unsettled({ playerId: first }, { token: staff });
    expect(both.map(({ type, key }) => `${type}/${key}`)).toEqual([
      ...own.map(({ key }) => `${TYPE}/${key}`),
      'pve_victory/enc-1',
    ]);
    const moment = all[9].announcedAt;
    const older = (row: Result) => row.announcedAt < moment;
    expect(await unsettled({ type: TYPE, before: moment }, { token: server })).toEqual(all.slice(0, 9));
    expect(await unsettled({ playerId: first, type: TYPE, before: moment }, { token: server })).toEqual(
      own.filter(older),
    );
    expect(await unsettled({ type: TYPE, before: '9999-12-31T23:59:59Z' }, { token: server })).toEqual(all);
    for (const before of ['0001-01-01T00:00:00Z', '1970-01-01T00:00:00Z', '2020-01-01T00:00:00Z'])
      expect(await unsettled({ type: TYPE, before }, { token: server })).toEqual([]);
    expect(await unsettled({ type: 'never_announced' }, { token: server })).toEqual([]);
    expect(await unsettled({ playerId: fresh('player') }, { token: server })).toEqual([]);
  });

  it('shows players their own, and of nobody else anything', async () => {
    const [first, second] = players;
    const token = await playerToken(first);
    const own = all.filter(({ playerId }) => playerId === first);
    expect(await unsettled({ type: TYPE }, { token })).toEqual(own);
    expect(await unsettled({ type: TYPE, playerId: first }, { token })).toEqual(own);
    expect((await unsettled(null, { token })).every(({ playerId }) => playerId === first)).toBe(true);
    const answer = await askingNobody(second, () =>
      askUnsettled({ filter: { playerId: second }, first: 5 }, { token }),
    );
    expect(onlyError(answer).extensions).toMatchObject({ code: 'FORBIDDEN', field: 'filter.playerId' });
  });

  it('is for staff whose row lets them read, and for nobody without a token', async () => {
    const auditor = await staffToken(await addStaffMember(fresh('staff'), { role: 'auditor' }));
    expect(await unsettled({ type: TYPE }, { token: auditor })).toEqual(all);
    const stranger = await askUnsettled({ first: 5 }, { token: await staffToken(fresh('unknown')) });
    expect(onlyError(stranger).extensions.code).toBe('FORBIDDEN');
    const nobody = await askUnsettled({ first: 5 }, {});
    expect(onlyError(nobody).extensions.code).toBe('UNAUTHENTICATED');
  });

  it('makes one request to the database', async () => {
    const [first] = players;
    for (const token of [server, staff, await playerToken(first)]) {
      expect(await countRequests(first, () => unsettled({ playerId: first }, { token }))).toBe(1);
    }
  });

  it('loses a row the moment its claim is granted, whoever makes it, in every isolate', async () => {
    const playerId = fresh('player');
    for (const key of ['enc-1', 'enc-2', 'enc-3']) await announced(playerId, key);
    const door = startIsolate();
    const keys = async () =>
      (await unsettled({ playerId }, { token: server, door })).map(({ key }: Result) => key);
    expect(await keys()).toEqual(['enc-1', 'enc-2', 'enc-3']);
    resultOf(await recoverReward({ playerId, type: VICTORY.type, key: 'enc-2' }, { token: server }));
    expect(await keys()).toEqual(['enc-1', 'enc-3']);
    resultOf(await claimReward({ ...VICTORY, playerId, key: 'enc-1' }, { token: server }));
    expect(await keys()).toEqual(['enc-3']);
    await atOnce(8, () => recoverReward({ playerId, type: VICTORY.type, key: 'enc-3' }, { token: server }));
    expect(await keys()).toEqual([]);
  });
});

describe('pages of what is unsettled', () => {
  const pages = async (size: number, backward: boolean, between = async () => {}) => {
    const nodes: Result[] = [];
    let cursor: string | null = null;
    for (let page = 0; page < 100; page += 1) {
      const args: object = backward
        ? { first: null, last: size, before: cursor }
        : { first: size, after: cursor };
      const { data, errors } = await askUnsettled({ filter: { type: TYPE }, ...args }, { token: server });
      if (!data) throw new Error(JSON.stringify(errors));
      const { edges, pageInfo } = data.pendingRewards;
      const found = edges.map(({ node }: Result) => node);
      if (backward) nodes.unshift(...found);
      else nodes.push(...found);
      if (!(backward ? pageInfo.hasPreviousPage : pageInfo.hasNextPage)) return nodes;
      cursor = backward ? pageInfo.startCursor : pageInfo.endCursor;
      await between();
    }
    throw new Error('a hundred pages, and still more');
  };

  it.each([1, 7, 30, 100])('hold each row once, forward and backward, %i to a page', async (size) => {
    expect(await pages(size, false)).toEqual(all);
    expect(await pages(size, true)).toEqual(all);
  });

  it('hold twenty where no size is asked for, and lie between their cursors', async () => {
    const { data } = await askUnsettled({ filter: { type: TYPE } }, { token: server });
    const { edges, pageInfo } = data.pendingRewards;
    expect(edges.map(({ node }: Result) => node)).toEqual(all.slice(0, 20));
    expect(pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: false });
    const [after, before] = [edges[2].cursor, edges[9].cursor];
    expect(await unsettled({ type: TYPE }, { token: server, after, before })).toEqual(all.slice(3, 9));
  });

  it('have no gap and no double while what they show is being settled and announced', async () => {
    let round = 0;
    const seen = await pages(4, false, async () => {
      round += 1;
      const [done, playerId] = [all[round] as Result, players[0]];
      const { type, key } = done;
      resultOf(await recoverReward({ playerId: done.playerId, type, key }, { token: server }));
      await publish(
        changedExample(({ claimTypes }) => {
          claimTypes[TYPE] = { proof: 'server', rewards: { lumees: 1 } };
        }),
      );
      await announced(playerId, `later-${round}`, { type: TYPE, facts: null });
    });
    const ids = seen.map(({ announcementId }) => announcementId);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toEqual([...ids].sort());
    // What was owed all the time is seen.
    const left = new Set(
      (await unsettled({ type: TYPE }, { token: server })).map(({ announcementId }) => announcementId),
    );
    const missed = all.filter(
      ({ announcementId }) => left.has(announcementId) && !ids.includes(announcementId),
    );
    expect(missed).toEqual([]);
    await serveExample();
  });

  it.each([
    ['first', 101, /an integer from 0 to 100/],
    ['first', -1, /an integer from 0 to 100/],
    ['last', 101, /an integer from 0 to 100/],
    ['after', 'nonsense', /not a cursor of this list/],
    ['before', '****', /not a cursor of this list/],
    ['after', btoa('ledger/1.1'), /not a cursor of this list/],
    ['after', btoa('unsettled/1.1'), /not a cursor of this list/],
    ['after', btoa("unsettled/01a201d2-9e85-780d-9e07-8cd1c2c6ba5c' OR 1=1"), /not a cursor of this list/],
    ['before', btoa('unsettled/'), /not a cursor of this list/],
  ])('that cannot be are BAD_USER_INPUT: %s: %s', async (field, value, message) => {
    const [playerId] = players;
    const answer = await askingNobody(playerId, () =>
      askUnsettled({ filter: { playerId }, [field]: value }, { token: server }),
    );
    expect(onlyError(answer).extensions).toMatchObject({ code: 'BAD_USER_INPUT', field });
    expect(onlyError(answer).message).toMatch(message);
  });

  it.each([
    ['playerId', 'a b', /1 to 128 characters/],
    ['type', "x' --", /1 to 64 characters/],
    ['before', 'yesterday', /a moment like/],
    ['before', '2026-13-01T00:00:00Z', /a moment like/],
    ['before', '0000-01-01T00:00:00Z', /years 0001 to 9999/],
  ])('with a malformed filter are BAD_USER_INPUT: %s: %s', async (field, value, message) => {
    const answer = await askUnsettled({ filter: { [field]: value } }, { token: server });
    expect(onlyError(answer).extensions).toMatchObject({
      code: 'BAD_USER_INPUT',
      field: `filter.${field}`,
    });
    expect(onlyError(answer).message).toMatch(message);
  });
});
