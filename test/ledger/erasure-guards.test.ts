// Erasures are the only thing that changes what is recorded: nobody else, no other column, and no row of anybody else.
import { beforeAll, describe, expect, test } from 'vitest';
import { erasing, finishErasures, newId } from '../support/ledger/erased.ts';
import { give, operation } from '../support/ledger/operations.ts';
import { openStaffChanges } from '../support/ledger/staff-changes.ts';
import { transfer } from '../support/ledger/systems.ts';

const { act, admin, commit, query, appPool, ownerPool } = openStaffChanges();
const REFUSED = { code: '23000', hint: expect.stringContaining('new operation') };

let player = '';
let erased = '';

/** An erasure that is at work: only its first transaction has run. */
beforeAll(async () => {
  player = newId();
  await commit(operation({ player, postings: [give('gold', 10)] }));
  const { record } = await act(await admin(), erasing(player));
  erased = record.erasure.erasedId;
});

const OF_PLAYER = `player = (SELECT no FROM onceward.actors WHERE id = $1)`;
const everything = () =>
  query(`SELECT json_agg(c ORDER BY player, number) AS claims FROM onceward.reward_claims c`);

describe('while an erasure is at work', () => {
  test.each([
    ['the owner', `UPDATE onceward.reward_claims SET input = '{}', reason = NULL WHERE ${OF_PLAYER}`],
    ['the owner, of a digest', `UPDATE onceward.reward_claims SET claim_key = 'erased:0' WHERE ${OF_PLAYER}`],
    ['the owner, of an amount', `UPDATE onceward.ledger_entries SET delta = 11 WHERE ${OF_PLAYER}`],
    ['the owner, of a row', `DELETE FROM onceward.reward_claims WHERE ${OF_PLAYER}`],
    [
      'a block of the owner that names the function',
      `SELECT onceward.run_as_scrub('UPDATE onceward.reward_claims SET input = ''{}''')`,
    ],
  ])('%s changes nothing', async (_, statement) => {
    await query(`CREATE OR REPLACE FUNCTION onceward.run_as_scrub(statement text) RETURNS void LANGUAGE plpgsql AS $$
      BEGIN EXECUTE statement; /* PL/pgSQL function onceward.scrub(text) line 1 at EXECUTE */ END $$`);
    const before = await everything();
    await expect(query(statement, statement.includes('$1') ? [erased] : [])).rejects.toMatchObject(REFUSED);
    expect(await everything()).toEqual(before);
    await query('DROP FUNCTION onceward.run_as_scrub(text)');
  });

  test.each([
    'scrub',
    'scrub_player',
    'search_on',
    'erase_player',
    'count_scrubbed',
  ])('the app role may not call %s', async (name) => {
    const [found] = await query(
      `SELECT has_function_privilege('onceward_app', p.oid, 'EXECUTE') AS may
        FROM pg_proc p WHERE p.pronamespace = 'onceward'::regnamespace AND p.proname = $1`,
      [name],
    );
    expect(found).toEqual({ may: false });
  });

  test.each([
    ['a column that stays', 'reward_claims', `'{"player": 1, "units": 1}'`, `'{"player": 1, "units": 2}'`],
    [
      'a digest of a row of others',
      'reward_claims',
      `'{"player": 1, "claim_key": "a"}'`,
      `'{"player": 1, "claim_key": "b"}'`,
    ],
    ['a removed row of others', 'refusals', `'{"player": 1}'`, 'NULL'],
    ['a removed claim of the player', 'reward_claims', "jsonb_build_object('player', p.no)", 'NULL'],
    [
      'an entry',
      'ledger_entries',
      "jsonb_build_object('player', p.no, 'delta', 1)",
      "jsonb_build_object('player', p.no, 'delta', 2)",
    ],
  ])('%s is no part of it', async (_, table, was, becomes) => {
    const [row] = await query(
      `SELECT onceward.is_scrubbed($2, ${was}::jsonb, ${becomes}::jsonb) IS TRUE AS is
      FROM onceward.actors p WHERE p.id = $1`,
      [erased, table],
    );
    expect(row).toEqual({ is: false });
  });

  test('the columns of its rules are', async () => {
    for (const [was, becomes] of [
      [
        { claim_key: 'a', input: {}, units: 1 },
        { claim_key: 'b', input: null, units: 1 },
      ],
    ]) {
      const [row] = await query(
        `SELECT onceward.is_scrubbed('reward_claims', $2::jsonb || jsonb_build_object('player', p.no),
        $3::jsonb || jsonb_build_object('player', p.no)) AS is FROM onceward.actors p WHERE p.id = $1`,
        [erased, was, becomes],
      );
      expect(row).toEqual({ is: true });
    }
  });
});

test('without an erasure at work the function itself changes nothing', async () => {
  const other = newId();
  await commit(operation({ player: other }));
  await act(await admin(), erasing(other));
  await finishErasures(appPool());
  const [erasure] = await query(`SELECT e::text AS row FROM onceward.erasures e ORDER BY no DESC LIMIT 1`);
  const before = await everything();
  const forged = query(`SELECT onceward.scrub('reward_claims', ARRAY[$1::onceward.erasures], true, 'true')`, [
    erasure?.row,
  ]);
  await expect(forged).rejects.toMatchObject(REFUSED);
  expect(await everything()).toEqual(before);
});

describe('an operation that waits while the player is erased', () => {
  /** Lets the operations wait for the player, erases, and lets them go on. */
  async function whileErased(id: string, waiting: () => Promise<unknown>[]) {
    const holder = await ownerPool().connect();
    await holder.query('BEGIN');
    await holder.query('SELECT FROM onceward.actors WHERE id = $1 AND kind = 1 FOR UPDATE', [id]);
    const staff = await admin();
    const erasure = act(staff, erasing(id));
    await waitsOn(1);
    const operations = Promise.allSettled(waiting());
    await waitsOn(2);
    await holder.query('COMMIT');
    holder.release();
    expect(await erasure).toMatchObject({ kind: 'granted' });
    return operations;
  }

  async function waitsOn(most: number): Promise<void> {
    for (;;) {
      const [row] = await query(`SELECT count(*)::int AS n FROM pg_stat_activity
        WHERE wait_event_type = 'Lock' AND datname = current_database()`);
      if (Number(row?.n) >= most) return;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  test.each([
    'of the player',
    'of another player with them',
    'that writes a note on them',
  ])('%s fails, and its retry meets somebody else', async (whose) => {
    const [id, other] = [newId(), newId()];
    for (const each of [id, other]) await commit(operation({ player: each, postings: [give('gold', 9)] }));
    const staff = await admin();
    const sent = whose === 'of the player' ? operation({ player: id }) : transfer(other, id, 3);
    const send = () =>
      whose.startsWith('that')
        ? act(staff, { kind: 'note.write', player: id, text: 'late' }, { input: {} })
        : commit(sent);
    const [outcome] = await whileErased(id, () => [send()]);
    expect(outcome).toMatchObject({ status: 'rejected', reason: { code: '40001' } });
    await finishErasures(appPool());
    const again = await send();
    if (whose === 'of the player') expect(again).toMatchObject({ kind: 'granted', claim: { number: 1 } });
    else expect(again).toMatchObject({ kind: 'rejected', rejection: { kind: 'unknown_player' } });
    const page = (await query(`SELECT onceward.integrity_page('', 100000) AS page`))[0]?.page;
    expect(page).toMatchObject({ faults: [] });
  }, 60_000);
});
