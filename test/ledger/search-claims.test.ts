// Lists of claims across players: pages follow each other, look at a bounded number of claims, and leave an audit row each.
import { describe, expect, test } from 'vitest';
import { encodeClaimId } from '../../src/domain/claim-id.ts';
import { encodeCursor } from '../../src/ledger/page.ts';
import type { AuditedList } from '../../src/ledger/read-authority.ts';
import {
  CLAIMS_OF_KEY,
  type ClaimPage,
  EXAMINED,
  isSearchCursor,
  readClaimsOfKey,
  type SearchFilter,
  searchClaims,
} from '../../src/ledger/search-claims.ts';
import { openPast, READER, rowsOf, SERVER } from '../support/ledger/past.ts';

const { database, app } = openPast();

const LIST: AuditedList = {
  list: 'searchClaims',
  filter: { type: 'boss' },
  needs: 'ledger:search',
  correlationId: '01900000-0000-7000-8000-00000000000a',
  clientCorrelationId: 'a-look',
};
const ALL: SearchFilter = { type: null, configVersion: null, from: null, until: null };

async function pagesOf(filter: Partial<SearchFilter>, first = 100): Promise<ClaimPage[]> {
  const pages: ClaimPage[] = [];
  let after: string | null = null;
  do {
    const [page]: ClaimPage[] = await rowsOf(
      searchClaims(database(), READER, LIST, { filter: { ...ALL, ...filter }, first, after }),
    );
    pages.push(page as ClaimPage);
    after = page?.next ?? null;
  } while (after !== null);
  return pages;
}

async function numberOf(condition: string): Promise<number> {
  const { rows } = await app().query(
    `SELECT count(*)::int AS number FROM onceward.claims_by_name WHERE ${condition}`,
  );
  return rows[0].number;
}

const idsOf = (pages: readonly ClaimPage[]) => pages.flatMap(({ claims }) => claims.map(({ id }) => id));

describe('claims across players', () => {
  test('of a rare type are found in pages that look at a bounded number of claims', async () => {
    const pages = await pagesOf({ type: 'boss' });
    const ids = idsOf(pages);
    expect(ids).toHaveLength(await numberOf(`claim_type = 'boss'`));
    expect(new Set(ids).size).toBe(ids.length);
    // Short, although there are more.
    expect(pages.filter(({ claims, next }) => claims.length < 100 && next !== null).length).toBeGreaterThan(
      5,
    );
    expect(pages.length).toBeGreaterThanOrEqual(Math.floor((await numberOf('true')) / EXAMINED));
  });

  test('of every type follow each other without gap or repetition', async () => {
    const seen: string[] = [];
    let after: string | null = null;
    for (let page = 0; page < 5; page += 1) {
      const [found]: ClaimPage[] = await rowsOf(
        searchClaims(database(), READER, LIST, { filter: ALL, first: 7, after }),
      );
      expect(found?.claims).toHaveLength(7);
      expect(isSearchCursor(found?.next ?? '')).toBe(true);
      seen.push(...idsOf(found ? [found] : []));
      after = found?.next ?? null;
    }
    const { rows } = await app().query(
      `SELECT encode(a.handle, 'hex') AS handle, c.number
         FROM onceward.reward_claims c JOIN onceward.actors a ON a.no = c.player
        ORDER BY c.correlation_id DESC, c.player DESC, c.number DESC LIMIT 35`,
    );
    expect(seen).toEqual(rows.map(({ handle, number }) => encodeClaimId(handle, number)));
  });

  test('are narrowed by the time of their requests and by config version', async () => {
    const future = new Date(Date.now() + 60_000);
    const past = new Date(Date.now() - 86_400_000);
    const firstPage = async (filter: Partial<SearchFilter>) =>
      (
        await rowsOf(
          searchClaims(database(), READER, LIST, { filter: { ...ALL, ...filter }, first: 1, after: null }),
        )
      )[0];
    for (const filter of [{ from: future }, { until: past }])
      expect(await firstPage(filter)).toEqual({ claims: [], next: null });
    for (const configVersion of [2, 2 ** 31, Number.MAX_SAFE_INTEGER])
      expect((await firstPage({ configVersion }))?.claims).toEqual([]);
    expect(idsOf(await pagesOf({ type: 'boss', configVersion: 1, from: past, until: future }))).toHaveLength(
      await numberOf(`claim_type = 'boss'`),
    );
  });
});

test('claims of a type and key are found across players, in pages from both ends', async () => {
  const request = { type: 'quest', key: 'key-50' };
  const read = (
    page: { limit: number; inverted: boolean; after?: string; before?: string },
    type = 'quest',
  ) => rowsOf(readClaimsOfKey(database(), READER, LIST, { ...request, type, page }));
  const all = await read({ limit: 1_000, inverted: false });
  expect(new Set(all.map(({ playerId }) => playerId)).size).toBe(151);
  expect(all.every(({ type, key }) => type === 'quest' && key === 'key-50')).toBe(true);
  const cursorOf = (row: (typeof all)[number] | undefined) =>
    encodeCursor(CLAIMS_OF_KEY.list, [row?.player ?? 0, row?.number ?? 0]);
  const second = await read({ limit: 40, inverted: false, after: cursorOf(all[39]) });
  expect(second).toEqual(all.slice(40, 80));
  const last = await read({ limit: 40, inverted: true, before: cursorOf(all[140]) });
  expect(last.toReversed()).toEqual(all.slice(100, 140));
  expect(await read({ limit: 20, inverted: false }, 'boss')).toEqual([]);
});

describe('a list across players', () => {
  const page = { limit: 1, inverted: false };
  const look = (actor: typeof READER | typeof SERVER, list = LIST) =>
    readClaimsOfKey(database(), actor, list, { type: 'quest', key: 'key-50', page });
  const audited = async () =>
    (
      await app().query(
        `SELECT actor_id, action, outcome, correlation_id, detail FROM onceward.audit_by_name ORDER BY recorded_at DESC, id DESC`,
      )
    ).rows;

  test('leaves an audit row with what it was narrowed to', async () => {
    const before = (await audited()).length;
    await rowsOf(look(READER));
    const rows = await audited();
    expect(rows).toHaveLength(before + 1);
    expect(rows[0]).toEqual({
      actor_id: 'reader',
      action: 'searchClaims',
      outcome: 'listed',
      correlation_id: 'a-look',
      detail: { type: 'boss' },
    });
  });

  test('is empty for everyone but staff whose role allows it, and leaves no row', async () => {
    const before = (await audited()).length;
    const refused = [
      SERVER,
      { kind: 'staff', id: 'disabled' } as const,
      { kind: 'staff', id: 'unregistered' } as const,
      { kind: 'player', id: 'p-0000' } as const,
    ];
    for (const actor of refused) expect(await look(actor as never)).toEqual({ kind: 'forbidden' });
    expect(await look(READER, { ...LIST, needs: 'reward:manual' })).toEqual({ kind: 'forbidden' });
    expect(await audited()).toHaveLength(before);
  });

  test('is refused where a staff member reads too many within a minute, and leaves no row then', async () => {
    let looks = 0;
    for (; looks < 100; looks += 1) if ((await look(READER)).kind === 'too_often') break;
    expect(looks).toBeLessThanOrEqual(60);
    const rows = await audited();
    expect(await look(READER)).toEqual({ kind: 'too_often' });
    expect(await audited()).toHaveLength(rows.length);
  });
});
