import { beforeAll, describe, expect, it } from 'vitest';
import { serveExample } from '../../support/worker/balance.ts';
import { askingNobody, onlyError } from '../../support/worker/fault-answers.ts';
import { ledgerState } from '../../support/worker/ledger-state.ts';
import { claimReward, resultOf } from '../../support/worker/mutations.ts';
import { victory } from '../../support/worker/scenes.ts';
import { fresh, playerToken, serverToken } from '../../support/worker/service.ts';
import { askPage, type List, type PageArguments, readAll, readPage } from './history.ts';

const CLAIMS = 24;
let playerId: string;
let [token, server] = ['', ''];
let entries = 0;
let written = 0;

const write = async () => {
  written += 1;
  resultOf(await claimReward({ ...victory, playerId, key: `cup-${written}` }, { token: server }));
};

beforeAll(async () => {
  await serveExample();
  playerId = fresh('player');
  // A player would soon be over the rate limit, one row to a page.
  [token, server] = [await serverToken('reader'), await serverToken()];
  while (written < CLAIMS) await write();
  entries = (await ledgerState(playerId)).entries;
  expect(entries).toBeGreaterThanOrEqual(60);
});

const position = (node: Record<string, unknown>) => `${node.resource} ${node.sequence}`;
const versionOf = (node: Record<string, unknown>) =>
  Number((node.claim as { playerVersion: number }).playerVersion);

describe('pages of a history', () => {
  it.each([
    1, 7, 20, 100,
  ])('hold every ledger entry once, newest first, forward and backward, %i to a page', async (size) => {
    const forward = await readAll('ledger', playerId, { size }, token);
    expect(forward).toHaveLength(entries);
    expect(new Set(forward.map(position)).size).toBe(entries);
    const versions = forward.map(versionOf);
    expect(versions).toEqual([...versions].sort((a, b) => b - a));
    expect(await readAll('ledger', playerId, { size, backward: true }, token)).toEqual(forward);
  });

  it.each([
    1, 7, 100,
  ])('hold every claim once, newest first, forward and backward, %i to a page', async (size) => {
    const forward = await readAll('claims', playerId, { size }, token);
    expect(forward.map(versionOf)).toEqual(Array.from({ length: CLAIMS }, (_, index) => CLAIMS - index));
    expect(await readAll('claims', playerId, { size, backward: true }, token)).toEqual(forward);
  });

  it('have twenty rows where no size is asked for', async () => {
    expect((await readPage('ledger', playerId, {}, token)).edges).toHaveLength(20);
  });

  it('lie between their cursors, and say whether there is more', async () => {
    const all = (await readPage('ledger', playerId, { first: 100 }, token)).edges;
    const [third, tenth] = [all[2]?.cursor, all[9]?.cursor];
    const between = await readPage('ledger', playerId, { after: third, before: tenth, first: 100 }, token);
    expect(between.edges).toEqual(all.slice(3, 9));
    expect(between.pageInfo).toMatchObject({
      startCursor: all[3]?.cursor,
      endCursor: all[8]?.cursor,
      hasPreviousPage: true,
    });
    const newest = await readPage('ledger', playerId, { before: tenth, last: 3 }, token);
    expect(newest.edges).toEqual(all.slice(6, 9));
    expect(newest.pageInfo).toMatchObject({ hasPreviousPage: true, hasNextPage: true });
    const end = await readPage('ledger', playerId, { after: all.at(-1)?.cursor, first: 5 }, token);
    expect([end.edges, end.pageInfo.hasNextPage]).toEqual([[], false]);
  });

  it('of an empty history are empty, and their cursors may be sent back', async () => {
    const nobody = fresh('player');
    const own = await playerToken(nobody);
    for (const list of ['ledger', 'claims'] as const) {
      const { edges, pageInfo } = await readPage(list, nobody, { first: 5 }, own);
      expect([edges, pageInfo.hasNextPage, pageInfo.hasPreviousPage]).toEqual([[], false, false]);
      expect((await readPage(list, nobody, { first: 5, after: pageInfo.endCursor }, own)).edges).toEqual([]);
    }
  });

  it.each<[string, List, PageArguments]>([
    ['one number where the order has two', 'ledger', { after: btoa('ledger/5') }],
    ['two where it has one', 'claims', { before: btoa('claims/1.2') }],
    [
      'two where a resource is asked for',
      'ledger',
      { after: btoa('ledger:lumees/1.2'), filter: { resource: 'lumees' } },
    ],
  ])('do not begin at a cursor of %s', async (_, list, args) => {
    const own = await playerToken(playerId);
    const answer = await askingNobody(playerId, () => askPage(list, playerId, args, own));
    expect(onlyError(answer).extensions).toMatchObject({ code: 'BAD_USER_INPUT', retryable: false });
  });

  it.each([
    false,
    true,
  ])('have no gap and no double while new entries are being written (backward: %s)', async (backward) => {
    const before = (await ledgerState(playerId)).entries;
    const read = await readAll('ledger', playerId, { size: 9, backward, between: write }, token);
    const seen = read.map(position);
    expect(new Set(seen).size).toBe(seen.length);
    // All that was there at the beginning; read from the old end, also what came meanwhile.
    expect(read.length).toBeGreaterThanOrEqual(before);
    if (!backward) expect(read.length).toBe(before);
    const versions = read.map(versionOf);
    expect(versions).toEqual([...versions].sort((a, b) => b - a));
    expect(versions.at(-1)).toBe(1);
  });
});

describe('a page that cannot be', () => {
  const cases: [string, PageArguments, string, RegExp][] = [
    ['first: 101', { first: 101 }, 'first', /an integer from 0 to 100/],
    ['first: -1', { first: -1 }, 'first', /an integer from 0 to 100/],
    ['first: 2147483647', { first: 2_147_483_647 }, 'first', /an integer from 0 to 100/],
    ['last: 101', { last: 101 }, 'last', /an integer from 0 to 100/],
    ['last: -5', { last: -5 }, 'last', /an integer from 0 to 100/],
    ['a cursor of nothing', { after: 'nonsense' }, 'after', /not a cursor of this list/],
    ['a cursor that is no base64', { before: '****' }, 'before', /not a cursor of this list/],
    ['a cursor with SQL', { after: btoa("ledger/1.1' OR 1=1") }, 'after', /not a cursor of this list/],
    [
      'a cursor with a negative position',
      { after: btoa('ledger/-1.0') },
      'after',
      /not a cursor of this list/,
    ],
    [
      'a cursor beyond 2^53',
      { after: btoa('ledger/99999999999999999999.1') },
      'after',
      /not a cursor of this list/,
    ],
    ['a cursor in another writing', { after: btoa('ledger/ 1.1e0') }, 'after', /not a cursor of this list/],
    [
      'a cursor of sixty thousand characters',
      { after: btoa('1'.repeat(40_000)) },
      'after',
      /not a cursor of this list/,
    ],
  ];

  it.each(cases)('is BAD_USER_INPUT: %s', async (_, args, field, message) => {
    for (const list of ['ledger', 'claims'] as const) {
      const answer = await askingNobody(playerId, () => askPage(list, playerId, args, token));
      const error = onlyError(answer);
      expect(error.extensions).toMatchObject({ code: 'BAD_USER_INPUT', field });
      expect(error.message).toMatch(message);
    }
  });

  it.each([1.5, '20', 3_000_000_000, true])('is BAD_USER_INPUT: first: %s', async (first) => {
    const answer = await askingNobody(playerId, () => askPage('ledger', playerId, { first }, token));
    expect(onlyError(answer).extensions).toMatchObject({ code: 'BAD_USER_INPUT', field: 'first' });
  });

  it('takes first: 0 and first: 100', async () => {
    expect((await readPage('claims', playerId, { first: 0 }, token)).edges).toEqual([]);
    expect((await readPage('ledger', playerId, { first: 100 }, token)).edges.length).toBeGreaterThanOrEqual(
      60,
    );
  });

  it('is no page of another list: cursors of another resource, of no resource and of the claims are refused', async () => {
    const lists: [List, object | null][] = [
      ['ledger', null],
      ['ledger', { resource: 'experience' }],
      ['ledger', { resource: 'auric_coins' }],
      ['claims', null],
    ];
    for (const [from, made] of lists) {
      const cursor = (await readPage(from, playerId, { first: 1, filter: made }, token)).pageInfo.endCursor;
      for (const [list, filter] of lists) {
        const answer = await askPage(list, playerId, { after: cursor, filter }, token);
        const same = list === from && filter === made;
        expect(answer.errors?.[0]?.extensions.field ?? (answer.data && 'taken')).toBe(
          same ? 'taken' : 'after',
        );
      }
    }
  });

  it('is judged after permission', async () => {
    const answer = await askingNobody(playerId, async () =>
      askPage('ledger', playerId, { first: -1 }, await playerToken(fresh('player'))),
    );
    expect(onlyError(answer).extensions.code).toBe('FORBIDDEN');
  });
});
