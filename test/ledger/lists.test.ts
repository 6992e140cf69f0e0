// Lists of players: what is stored once, what is refused, and what a query finds.
import { describe, expect, test } from 'vitest';
import { named, openCampaigns, rowsOf } from '../support/ledger/campaigns.ts';
import { granted, openLedger } from '../support/ledger/ledger.ts';
import { fresh, give, operation } from '../support/ledger/operations.ts';

const ledger = openLedger();
const { owner, commit } = ledger;
const { act, newPlayers, economist } = openCampaigns(ledger);

describe('a list', () => {
  test('takes a chunk once: the same rows again change nothing, others are refused', async () => {
    const by = await economist();
    const { record } = await act(by, { kind: 'list.create', name: named('list'), query: null });
    const chunk = {
      kind: 'list.chunk',
      listId: record.id,
      chunk: 1,
      digest: 'a',
      rows: rowsOf(['p-1', 'p-2']),
    };
    expect((await act(by, chunk)).record.rows).toBe(2);
    expect((await act(by, chunk)).record.rows).toBe(2);
    expect(await act(by, { ...chunk, digest: 'b', rows: rowsOf(['p-3']) })).toMatchObject({
      rejection: { kind: 'list_refused', why: 'chunk_differs', lines: ['1'] },
    });
    const { rows } = await owner.query('SELECT line FROM onceward.list_rows WHERE list = $1 ORDER BY 1', [
      record.id,
    ]);
    expect(rows).toEqual([{ line: 1 }, { line: 2 }]);
  });

  test.each<[string, readonly (readonly [number, readonly string[]])[], object]>([
    ['without rows', [], { why: 'empty' }],
    [
      'without its second chunk',
      [
        [1, ['a']],
        [3, ['b']],
      ],
      { why: 'chunks_missing', lines: ['2'] },
    ],
    [
      'that names a player twice',
      [
        [1, ['a', 'b']],
        [2, ['c', 'a']],
      ],
      { why: 'repeated_players', lines: ['1 and 1002'] },
    ],
  ])('%s is not closed', async (_, chunks, refusal) => {
    const by = await economist();
    const { record } = await act(by, { kind: 'list.create', name: named('list'), query: null });
    for (const [chunk, players] of chunks) {
      await act(by, { kind: 'list.chunk', listId: record.id, chunk, digest: 'd', rows: rowsOf(players) });
    }
    expect(await act(by, { kind: 'list.close', listId: record.id })).toMatchObject({
      rejection: { kind: 'list_refused', listId: record.id, ...refusal },
    });
    const { rows } = await owner.query('SELECT closed_at FROM onceward.lists WHERE no = $1', [record.id]);
    expect(rows).toEqual([{ closed_at: null }]);
  });

  test('that is closed takes no rows and is not closed again; its name is taken', async () => {
    const by = await economist();
    const name = named('list');
    const { record } = await act(by, { kind: 'list.create', name, query: null });
    const chunk = { kind: 'list.chunk', listId: record.id, chunk: 1, digest: 'a', rows: rowsOf(['p-1']) };
    await act(by, chunk);
    expect((await act(by, { kind: 'list.close', listId: record.id })).record.digest).toMatch(
      /^[0-9a-f]{64}$/,
    );
    for (const late of [
      { ...chunk, chunk: 2 },
      { kind: 'list.close', listId: record.id },
    ])
      expect(await act(by, late)).toMatchObject({ rejection: { why: 'closed' } });
    expect(await act(by, { kind: 'list.create', name, query: null })).toMatchObject({
      rejection: { kind: 'name_taken', record: 'list', id: record.id },
    });
  });

  test('of a query holds the players who exist, had the balance and came later, and is fixed', async () => {
    const by = await economist();
    const from = new Date().toISOString();
    const [rich = '', poor = '', late = ''] = await newPlayers(2).then((two) => [...two, fresh('player')]);
    await granted(commit(operation({ player: rich, postings: [give('gold', 50)] })));
    await granted(commit(operation({ player: poor, postings: [give('gold', 5)] })));
    const query = { createdFrom: from, balances: [{ resource: 'gold', least: 50, most: 99 }], sources: [] };
    const { record } = await act(by, { kind: 'list.create', name: named('list'), query });
    await granted(commit(operation({ player: late, postings: [give('gold', 60)] })));
    expect(await act(by, { kind: 'list.close', listId: record.id })).toMatchObject({
      rejection: { why: 'not_filled' },
    });
    for (let filled = false; !filled; )
      filled = (await act(by, { kind: 'list.fill', listId: record.id })).record.isFilled;
    expect((await act(by, { kind: 'list.close', listId: record.id })).record.rows).toBe(1);
    const { rows } = await owner.query(
      'SELECT a.id FROM onceward.list_rows r JOIN onceward.actors a ON a.no = r.player WHERE r.list = $1',
      [record.id],
    );
    expect(rows).toEqual([{ id: rich }]);
  });
});
