// Claims for a replay: pages follow each other without gap or repetition, within the window, for staff whose replay the audit has.
import { describe, expect, test } from 'vitest';
import type { Actor } from '../../src/domain/actor.ts';
import { type ReplayRow, storedClaims } from '../../src/domain/replay-rows.ts';
import type { AuditedList } from '../../src/ledger/read-authority.ts';
import {
  type ReplayPage,
  type ReplayPosition,
  readReplay,
  replayPosition,
} from '../../src/ledger/read-replay.ts';
import { openPast, PLAYER, READER, rowsOf } from '../support/ledger/past.ts';

const { database, app } = openPast();

let replays = 0;

/** Each replay has a request of its own. */
function replayOf(from: string, until: string | null): AuditedList {
  replays += 1;
  const correlationId = `01900000-0000-7000-8000-${String(replays).padStart(12, '0')}`;
  const needs = 'config:replay';
  return { list: 'replayClaims', filter: { from, until }, needs, correlationId, clientCorrelationId: null };
}

interface Read {
  readonly from?: string;
  readonly until?: string | null;
  readonly first?: number;
  readonly actor?: Actor;
}

async function pagesOf({
  from = '2026-01-01T00:00:00Z',
  until = null,
  first = 1_000,
  actor = READER,
}: Read = {}) {
  const list = replayOf(from, until);
  const pages: ReplayPage[] = [];
  for (let after: string | null = ''; after !== null; ) {
    const position: ReplayPosition | null = after === '' ? null : replayPosition(after);
    const [page]: ReplayPage[] = await rowsOf(
      readReplay(database(), actor, list, { after: position, first }),
    );
    if (!page) throw new Error('there is no page');
    pages.push(page);
    after = page.next;
  }
  return pages;
}

const claimsOf = (pages: readonly ReplayPage[]) => pages.flatMap(({ claims }) => claims);
const places = (claims: readonly ReplayRow[]) => claims.map(([player, number]) => [player, number]);

async function placesIn(from: string, until: string) {
  const { rows } = await app().query(
    `SELECT c.player::int, c.number FROM onceward.reward_claims c JOIN onceward.actors a ON a.no = c.player
      WHERE c.claimed_at >= $1 AND c.claimed_at < $2 AND a.kind = 1 AND a.created_at IS NOT NULL ORDER BY 1, 2`,
    [from, until],
  );
  return rows.map(({ player, number }) => [player, number]);
}

describe('claims to replay', () => {
  test('come by player and number, in pages that follow each other without gap or repetition', async () => {
    const pages = await pagesOf();
    const found = places(claimsOf(pages));
    expect(found).toEqual(await placesIn('2026-01-01T00:00:00Z', '2027-01-01T00:00:00Z'));
    expect(found.length).toBeGreaterThan(15_000);
    expect(pages.slice(0, -1).every(({ claims }) => claims.length <= 1_000)).toBe(true);
    const shares = pages.map(({ progress }) => progress);
    expect(shares).toEqual(shares.toSorted((a, b) => a - b));
    expect(shares.at(-1)).toBe(1);
  });

  test('are those of the window, of players with a long history and with a short one, in pages of any size', async () => {
    const window = { from: '2026-01-01T06:00:00Z', until: '2026-01-01T13:00:00Z' };
    const expected = await placesIn(window.from, window.until);
    expect(expected.length).toBeGreaterThan(1_000);
    for (const first of [7, 333, 1_000])
      expect(places(claimsOf(await pagesOf({ ...window, first })))).toEqual(expected);
  });

  test('have what they were decided from and what they requested, before limits, and names as numbers', async () => {
    const [page] = await pagesOf({ from: '2026-01-01T00:00:00Z', until: '2026-01-02T12:00:00Z', first: 400 });
    const claim = storedClaims(page as ReplayPage).find(({ number }) => number === 50);
    expect(claim).toMatchObject({
      ...{ operation: 'claimReward', type: 'quest', by: 'server', version: 1, input: { fact: 1 } },
      entries: [
        { resource: 'gold', requested: 5, before: 245 },
        // What it regenerated first is no part of it.
        { resource: 'gems', requested: 1, before: 1 },
      ],
    });
    const { rows } = await app().query(`SELECT no::int FROM onceward.actors WHERE id = $1`, [PLAYER]);
    expect(claim?.player).toBe(rows[0].no);
    expect(JSON.stringify(page)).not.toContain(PLAYER);
  });

  test('end some seconds before the replay begins, whatever it asks', async () => {
    for (const until of [null, '2090-01-01T00:00:00Z']) {
      const [page] = await pagesOf({ until });
      const seconds = (Date.now() - Date.parse(page?.until ?? '')) / 1_000;
      expect(seconds).toBeGreaterThan(9);
      expect(seconds).toBeLessThan(30);
    }
    const [past] = await pagesOf({ until: '2026-01-02T00:00:00Z' });
    expect(past?.until).toBe('2026-01-02T00:00:00.000Z');
  });

  test('are audited once per replay, with its window', async () => {
    const count = async () =>
      (
        await app().query(
          `SELECT count(*)::int AS n FROM onceward.audit_events WHERE action = 'replayClaims'`,
        )
      ).rows[0].n;
    const before = await count();
    await pagesOf({ from: '2026-01-01T00:00:00Z', until: '2026-01-01T03:00:00Z', first: 100 });
    expect(await count()).toBe(before + 1);
    const { rows } = await app().query(
      `SELECT outcome, detail FROM onceward.audit_events WHERE action = 'replayClaims' ORDER BY id DESC LIMIT 1`,
    );
    expect(rows[0]).toEqual({
      ...{ outcome: 'listed', detail: { from: '2026-01-01T00:00:00Z', until: '2026-01-01T03:00:00Z' } },
    });
  });
});

describe('nobody reads claims to replay', () => {
  const begin = (actor: Actor, list = replayOf('2026-01-01T00:00:00Z', null)) =>
    readReplay(database(), actor, list, { after: null, first: 10 });
  const position = { replay: '01900000-0000-7000-8000-0000000fffff', player: 0, number: 0 };

  test('without being staff whose role allows it', async () => {
    for (const actor of [
      { kind: 'server', id: 'arena-1' },
      { kind: 'player', id: PLAYER },
      { kind: 'staff', id: 'disabled' },
      { kind: 'staff', id: 'unregistered' },
    ] as const)
      expect(await begin(actor)).toEqual({ kind: 'forbidden' });
  });

  test('by going on in a replay that the audit does not have, or that another member began', async () => {
    const list = replayOf('2026-01-01T00:00:00Z', null);
    const goOn = (replay: string) =>
      readReplay(database(), READER, list, { after: { ...position, replay }, first: 10 });
    expect(await goOn(position.replay)).toEqual({ kind: 'read', rows: [] });
    await rowsOf(begin(READER, list));
    expect(await rowsOf(goOn(list.correlationId))).toHaveLength(1);
    expect(
      await readReplay(database(), { kind: 'staff', id: 'unregistered' }, list, {
        ...{ after: { ...position, replay: list.correlationId }, first: 10 },
      }),
    ).toEqual({ kind: 'forbidden' });
  });

  test('two pages at a time', async () => {
    const list = replayOf('2026-01-01T00:00:00Z', null);
    await rowsOf(begin(READER, list));
    const after = { ...position, replay: list.correlationId };
    await app().query('BEGIN');
    await app().query(`SELECT onceward.replay_page('reader', 'config:replay', $1, 0, 0, 10)`, [
      list.correlationId,
    ]);
    expect(await readReplay(database(), READER, list, { after, first: 10 })).toEqual({ kind: 'too_often' });
    await app().query('ROLLBACK');
    expect(await rowsOf(readReplay(database(), READER, list, { after, first: 10 }))).toHaveLength(1);
  });
});

test('a cursor is one of a replay, or none', async () => {
  const list = replayOf('2026-01-01T00:00:00Z', null);
  const [page] = await rowsOf(readReplay(database(), READER, list, { after: null, first: 3 }));
  // Number 3 is a gift of another player.
  expect(replayPosition(page?.next ?? '')).toMatchObject({ replay: list.correlationId, number: 4 });
  for (const cursor of [
    '',
    'x',
    btoa('search/1.2.3.4.5.6'),
    btoa('replay/1.2.3'),
    btoa('replay/4294967296.1.1.1.1.1'),
  ])
    expect(replayPosition(cursor)).toBeNull();
});
