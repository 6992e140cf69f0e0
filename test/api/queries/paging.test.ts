import { beforeAll, describe, expect, it } from 'vitest';
import { serveExample } from '../../support/worker/balance.ts';
import {
  type Answer,
  asPlayer,
  asServer,
  type Client,
  call,
  faultOf,
  receiptOf,
  resultOf,
} from '../../support/worker/client.ts';
import { onlyError, withoutDatabase } from '../../support/worker/fault-answers.ts';
import { ledgerState } from '../../support/worker/ledger-state.ts';
import { type Connection, type PageInput, readAll } from '../../support/worker/pages.ts';
import { victory } from '../../support/worker/scenes.ts';
import type { HistoryFilter, RewardClaim } from '../../support/worker/schema-types.ts';
import { fresh, serverToken } from '../../support/worker/service.ts';

const CLAIMS = 24;
let playerId: string;
// A player would exceed the rate limit with one row per page.
let server: Client;
let entries = 0;
let written = 0;

type List = 'ledger' | 'claims';
const LISTS = ['ledger', 'claims'] as const;
interface ListInput extends PageInput {
  readonly filter?: HistoryFilter | null;
  /** By default the player with the claims. */
  readonly playerId?: string;
}
const ledger = (input: ListInput = {}) => server.ledger({ playerId, ...input });
const claims = (input: ListInput = {}) => server.claims({ playerId, ...input });
/** A page of either list. */
const readPage = (list: List, input: ListInput, reader = server): Promise<Answer<Connection<unknown>>> =>
  list === 'ledger' ? reader.ledger({ playerId, ...input }) : reader.claims({ playerId, ...input });

const write = async () => {
  written += 1;
  receiptOf(await server.claimReward({ ...victory, playerId, key: `cup-${written}` }));
};

beforeAll(async () => {
  await serveExample();
  playerId = fresh('player');
  server = asServer();
  while (written < CLAIMS) await write();
  entries = (await ledgerState(playerId)).entries;
  expect(entries).toBeGreaterThanOrEqual(60);
});

interface Position {
  readonly resource: string;
  readonly sequence: number;
}
const positionOf = ({ resource, sequence }: Position) => `${resource} ${sequence}`;
const versionOf = ({ claim }: { readonly claim: RewardClaim }) => claim.playerVersion;
const newestFirst = (versions: readonly number[]) => [...versions].sort((a, b) => b - a);

describe('pages of a history', () => {
  it.each([
    1, 7, 20, 100,
  ])('pages contain every ledger entry once, newest first, forward and backward, %i per page', async (size) => {
    const forward = await readAll(ledger, { size });
    expect(forward).toHaveLength(entries);
    expect(new Set(forward.map(positionOf)).size).toBe(entries);
    expect(forward.map(versionOf)).toEqual(newestFirst(forward.map(versionOf)));
    expect(await readAll(ledger, { size, backward: true })).toEqual(forward);
  });

  it.each([
    1, 7, 100,
  ])('pages contain every claim once, newest first, forward and backward, %i per page', async (size) => {
    const forward = await readAll(claims, { size });
    expect(forward.map(versionOf)).toEqual(Array.from({ length: CLAIMS }, (_, index) => CLAIMS - index));
    expect(await readAll(claims, { size, backward: true })).toEqual(forward);
  });

  it('a page has twenty rows if no size is requested', async () => {
    expect(resultOf(await ledger()).edges).toHaveLength(20);
  });

  it('pages are bounded by their cursors, and say whether there is more', async () => {
    const all = resultOf(await ledger({ first: 100 })).edges;
    const [third, tenth] = [all[2]?.cursor ?? '', all[9]?.cursor ?? ''];
    const between = resultOf(await ledger({ after: third, before: tenth, first: 100 }));
    expect(between.edges).toEqual(all.slice(3, 9));
    expect(between.pageInfo).toMatchObject({
      startCursor: all[3]?.cursor,
      endCursor: all[8]?.cursor,
      hasPreviousPage: true,
    });
    const newer = resultOf(await ledger({ before: tenth, last: 3 }));
    expect(newer.edges).toEqual(all.slice(6, 9));
    expect(newer.pageInfo).toMatchObject({ hasPreviousPage: true, hasNextPage: true });
    const end = resultOf(await ledger({ after: all.at(-1)?.cursor ?? '', first: 5 }));
    expect([end.edges, end.pageInfo.hasNextPage]).toEqual([[], false]);
  });

  it('the pages of an empty history are empty, and their cursors may be sent back', async () => {
    const id = fresh('player');
    const player = asPlayer(id);
    for (const list of LISTS) {
      const input = { playerId: id, first: 5 };
      const { edges, pageInfo } = resultOf(await readPage(list, input, player));
      expect([edges, pageInfo.hasNextPage, pageInfo.hasPreviousPage]).toEqual([[], false, false]);
      const next = await readPage(list, { ...input, after: pageInfo.endCursor }, player);
      expect(resultOf(next).edges).toEqual([]);
    }
  });

  it.each<[string, List, ListInput]>([
    ['one number where the order has two', 'ledger', { after: btoa('ledger/5') }],
    ['two numbers where the order has one', 'claims', { before: btoa('claims/1.2') }],
    [
      'two numbers in the list of a resource',
      'ledger',
      { after: btoa('ledger:lumees/1.2'), filter: { resource: 'lumees' } },
    ],
  ])('a page cannot start at a cursor with %s', async (_, list, input) => {
    const answer = await withoutDatabase(playerId, () => readPage(list, input, asPlayer(playerId)));
    expect(onlyError(answer).extensions).toMatchObject({ code: 'BAD_USER_INPUT', retryable: false });
  });

  it.each([
    false,
    true,
  ])('pages have no gap and no duplicate while entries are written (backward: %s)', async (backward) => {
    const before = (await ledgerState(playerId)).entries;
    const read = await readAll(ledger, { size: 9, backward, between: write });
    expect(new Set(read.map(positionOf)).size).toBe(read.length);
    // All entries of the start. Read backward, the new ones as well.
    expect(read.length).toBeGreaterThanOrEqual(before);
    if (!backward) expect(read.length).toBe(before);
    const versions = read.map(versionOf);
    expect(versions).toEqual(newestFirst(versions));
    expect(versions.at(-1)).toBe(1);
  });
});

const NOT_A_CURSOR = /not a cursor of this list/;
const SIZE = /an integer from 0 to 100/;

describe('page requests', () => {
  it.each<[string, PageInput, string, RegExp]>([
    ['first: 101', { first: 101 }, 'first', SIZE],
    ['first: -1', { first: -1 }, 'first', SIZE],
    ['first: 2147483647', { first: 2_147_483_647 }, 'first', SIZE],
    ['last: 101', { last: 101 }, 'last', SIZE],
    ['last: -5', { last: -5 }, 'last', SIZE],
    ['a text as cursor', { after: 'nonsense' }, 'after', NOT_A_CURSOR],
    ['a cursor that is not base64', { before: '****' }, 'before', NOT_A_CURSOR],
    ['a cursor with SQL', { after: btoa("ledger/1.1' OR 1=1") }, 'after', NOT_A_CURSOR],
    ['a cursor with a negative position', { after: btoa('ledger/-1.0') }, 'after', NOT_A_CURSOR],
    ['a cursor beyond 2^53', { after: btoa('ledger/99999999999999999999.1') }, 'after', NOT_A_CURSOR],
    ['a cursor in another notation', { after: btoa('ledger/ 1.1e0') }, 'after', NOT_A_CURSOR],
    ['a cursor of sixty thousand characters', { after: btoa('1'.repeat(40_000)) }, 'after', NOT_A_CURSOR],
  ])('a page request with %s is BAD_USER_INPUT', async (_, page, field, message) => {
    for (const list of LISTS) {
      const error = onlyError(await withoutDatabase(playerId, () => readPage(list, page)));
      expect(error.extensions).toMatchObject({ code: 'BAD_USER_INPUT', field });
      expect(error.message).toMatch(message);
    }
  });

  it.each([
    1.5,
    '20',
    3_000_000_000,
    true,
  ])('a page request with first: %s is BAD_USER_INPUT', async (first) => {
    const token = await serverToken();
    const answer = await withoutDatabase(playerId, () => call('ledger', { playerId, first }, { token }));
    expect(onlyError(answer).extensions).toMatchObject({ code: 'BAD_USER_INPUT', field: 'first' });
  });

  it('a page may have 0 and 100 rows', async () => {
    expect(resultOf(await claims({ first: 0 })).edges).toEqual([]);
    expect(resultOf(await ledger({ first: 100 })).edges.length).toBeGreaterThanOrEqual(60);
  });

  it('a cursor of another list is BAD_USER_INPUT: of another resource, of no resource, of the claims', async () => {
    const lists: [List, HistoryFilter | null][] = [
      ['ledger', null],
      ['ledger', { resource: 'experience' }],
      ['ledger', { resource: 'auric_coins' }],
      ['claims', null],
    ];
    for (const source of lists) {
      const first = resultOf(await readPage(source[0], { filter: source[1], first: 1 }));
      for (const target of lists) {
        const answer = await readPage(target[0], { filter: target[1], after: first.pageInfo.endCursor });
        if (source === target) resultOf(answer);
        else expect(faultOf(answer)).toMatchObject({ code: 'BAD_USER_INPUT', field: 'after' });
      }
    }
  });

  it('a page request is checked after permission', async () => {
    const answer = await withoutDatabase(playerId, () =>
      asPlayer(fresh('player')).ledger({ playerId, first: -1 }),
    );
    expect(onlyError(answer).extensions.code).toBe('FORBIDDEN');
  });
});
