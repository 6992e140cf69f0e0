// The export of a player: pages follow each other without gap or repetition, and hold every row that refers to the player.
import { describe, expect, test } from 'vitest';
import type { Actor } from '../../src/domain/actor.ts';
import type { AuditedList } from '../../src/ledger/read-authority.ts';
import { type ExportPage, exportPosition, readExport } from '../../src/ledger/read-export.ts';
import { EXPORTER, NUMBERS, openPast, PLAYER, READER, rowsOf } from '../support/ledger/past.ts';

const { database, app } = openPast();

let exports = 0;

/** Each export has a request of its own. */
function newExport(): AuditedList {
  exports += 1;
  const correlationId = `01900000-0000-7000-8000-${String(exports).padStart(12, '0')}`;
  return {
    ...{ list: 'exportPlayer', filter: {}, needs: 'player:export' },
    correlationId,
    clientCorrelationId: null,
  };
}

interface Read {
  readonly playerId?: string | null;
  readonly after?: string | null;
  readonly first?: number;
  readonly actor?: Actor;
}

function pageOf(list: AuditedList, { playerId = null, after = null, first = 1_000, actor = EXPORTER }: Read) {
  const position = after === null ? null : exportPosition(after);
  return readExport(database(), actor, list, { playerId, after: position, first });
}

type Tables = Record<string, Record<string, unknown>[]>;

async function exported(playerId: string, first = 1_000) {
  const list = newExport();
  const tables: Tables = {};
  let pages = 0;
  for (let next: Read | null = { playerId }; next !== null; ) {
    const [page]: ExportPage[] = await rowsOf(pageOf(list, { ...next, first }));
    if (!page) throw new Error('there is no page');
    pages += 1;
    expect(page.sections.reduce((sum, { rows }) => sum + rows.length, 0)).toBeLessThanOrEqual(first);
    for (const { section, rows } of page.sections)
      tables[section] = [...(tables[section] ?? []), ...(rows as Record<string, unknown>[])];
    next = page.next === null ? null : { after: page.next };
  }
  return { tables, pages };
}

async function count(table: string, column = 'player'): Promise<number> {
  const { rows } = await app().query(
    `SELECT count(*)::int AS n FROM onceward.${table} t JOIN onceward.actors a ON a.no = t.${column} AND a.kind = 1 WHERE a.id = $1`,
    [PLAYER],
  );
  return rows[0].n;
}

test('an export has every row that refers to the player, once, in the order of its table', async () => {
  const { tables, pages } = await exported(PLAYER);
  expect(pages).toBeGreaterThan(20);
  for (const table of [
    'balances',
    'reward_claims',
    'ledger_entries',
    'refusals',
    'audit_events',
    'pending_rewards',
  ])
    expect([table, tables[table]?.length]).toEqual([table, await count(table)]);
  expect(tables.received_claims).toHaveLength(await count('reward_claims', 'counterparty'));
  const numbers = [...(tables.reward_claims ?? []), ...(tables.received_claims ?? [])].map(
    ({ player, number, counterparty_number }) => (player === PLAYER ? number : counterparty_number),
  );
  expect(numbers).toHaveLength(NUMBERS);
  expect(new Set(numbers).size).toBe(NUMBERS);
  const own = (tables.reward_claims ?? []).map(({ number }) => Number(number));
  expect(own).toEqual(own.toSorted((a, b) => a - b));
}, 60_000);

test('a row has names and IDs instead of numbers', async () => {
  const { tables } = await exported(PLAYER);
  expect(tables.actors).toMatchObject([{ id: PLAYER, number: NUMBERS }]);
  expect(tables.reward_claims?.[0]).toMatchObject({
    ...{ player: PLAYER, actor: 'arena-1', claim_type: 'boss', operation: 'claimReward', input: { fact: 1 } },
  });
  expect(tables.received_claims?.[0]).toMatchObject({ player: 'giver', counterparty: PLAYER });
  expect(tables.ledger_entries?.[0]).toMatchObject({ resource: 'gold', number: 1, ordinal: 0, delta: 5 });
  expect(tables.refusals?.[0]).toMatchObject({ claim_type: 'quest', rejection: { kind: 'already_claimed' } });
}, 60_000);

test('pages of another size have the same rows', async () => {
  const player = 'p-0003';
  const [whole, small] = [await exported(player), await exported(player, 7)];
  expect(small.pages).toBeGreaterThan(whole.pages);
  // The second export finds the audit row of the first.
  const { audit_events: audited = [], ...tables } = small.tables;
  expect(audited.length).toBe((whole.tables.audit_events?.length ?? 0) + 1);
  expect({ ...tables, audit_events: whole.tables.audit_events }).toEqual(whole.tables);
}, 60_000);

test('every table that refers to a player is a section', async () => {
  const { rows } = await app().query(
    `SELECT DISTINCT table_name AS name FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name)
      WHERE table_schema = 'onceward' AND table_type = 'BASE TABLE' AND column_name IN ('player', 'counterparty', 'subject')
        AND table_name NOT LIKE 'outbox%' AND table_name <> ALL ($1)`,
    // What a subject is there is no player, or the table only says how far something is; and the archive's keys are secret.
    [
      [
        'proposals',
        'alarms',
        'breaker_counters',
        'breaker_trips',
        'integrity_walk',
        'erasures',
        'archive_keys',
      ],
    ],
  );
  const { tables } = await exported('p-0001');
  expect(Object.keys(tables)).toEqual(expect.arrayContaining(rows.map(({ name }) => name)));
});

test('an export is audited once, with the player', async () => {
  const list = newExport();
  const [first] = await rowsOf(pageOf(list, { playerId: 'p-0002', first: 10 }));
  await rowsOf(pageOf(list, { after: first?.next ?? null, first: 10 }));
  const { rows } = await app().query(
    `SELECT actor_id, player_id, outcome FROM onceward.audit_by_name WHERE action = 'exportPlayer' AND correlation_id = $1`,
    [list.correlationId],
  );
  expect(rows).toEqual([{ actor_id: 'exporter', player_id: 'p-0002', outcome: 'listed' }]);
});

describe('nobody exports', () => {
  const audited = async () =>
    (await app().query(`SELECT count(*)::int AS n FROM onceward.audit_events`)).rows[0].n;

  test('without being staff whose role allows it', async () => {
    const before = await audited();
    for (const actor of [
      READER,
      { kind: 'server', id: 'arena-1' },
      { kind: 'player', id: PLAYER },
      { kind: 'staff', id: 'disabled' },
      { kind: 'staff', id: 'unregistered' },
    ] as const)
      expect(await pageOf(newExport(), { playerId: PLAYER, actor })).toEqual({ kind: 'forbidden' });
    expect(await audited()).toBe(before);
  });

  test('a player who does not exist, or by a cursor that no page of theirs had', async () => {
    const before = await audited();
    const list = newExport();
    const none = { kind: 'read', rows: [] };
    expect(await pageOf(list, { playerId: 'nobody' })).toEqual(none);
    expect(await pageOf(list, { playerId: 'reader' })).toEqual(none);
    const forged = (id: string, keys: readonly string[]) =>
      btoa(encodeURIComponent(JSON.stringify(['export', id, 3, ...keys])));
    expect(await pageOf(list, { after: forged(list.correlationId, ['1']) })).toEqual(none);
    expect(await audited()).toBe(before);
    await rowsOf(pageOf(list, { playerId: 'p-0002', first: 1 }));
    for (const keys of [['no number'], ['1', '2'], ["1'); DROP TABLE onceward.notes; --"]])
      expect(await pageOf(list, { after: forged(list.correlationId, keys) })).toEqual(none);
    expect(await rowsOf(pageOf(list, { after: forged(list.correlationId, ['1']) }))).toHaveLength(1);
  });

  test('two pages at a time', async () => {
    const list = newExport();
    const [page] = await rowsOf(pageOf(list, { playerId: PLAYER, first: 10 }));
    const after = page?.next ?? null;
    await app().query('BEGIN');
    await app().query(
      `SELECT onceward.export_page('exporter', 'player:export', $1, NULL, NULL, 1, NULL, 10)`,
      [list.correlationId],
    );
    expect(await pageOf(list, { after })).toEqual({ kind: 'too_often' });
    await app().query('ROLLBACK');
    expect(await rowsOf(pageOf(list, { after }))).toHaveLength(1);
  });
});

test('a cursor is one of an export, or none', () => {
  for (const cursor of ['', 'no', btoa('["export"]'), btoa(encodeURIComponent('["export","x",1,"1"]'))])
    expect(exportPosition(cursor)).toBeNull();
});
