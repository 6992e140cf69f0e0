// Erasing a player, as the app role calls it: what goes, what stays, and who meets the player's old ID afterwards.
import { beforeAll, describe, expect, test } from 'vitest';
import { dumped, erasing, finishErasures, newId, rowsOfAll, tracesIn } from '../support/ledger/erased.ts';
import { fresh, operation } from '../support/ledger/operations.ts';
import { type Seen, seenPlayer } from '../support/ledger/seen-player.ts';
import { openStaffChanges } from '../support/ledger/staff-changes.ts';

const changes = openStaffChanges();
const { act, admin, commit, query, appPool, addStaff, approve } = changes;
const faults = async () => (await query(`SELECT onceward.integrity_page('', 100000) AS page`))[0]?.page;
const step = async () => (await appPool().query('SELECT onceward.step_erasures() AS step')).rows[0].step;
const sums = () =>
  query(`SELECT (SELECT json_agg(b ORDER BY player, resource) FROM onceward.balances b) AS balances,
  (SELECT json_agg(e ORDER BY player, number, ordinal) FROM onceward.ledger_entries e) AS entries`);

test('an erasure leaves no trace of the player in any table, and every sum, chain and invariant as it was', async () => {
  const { player, staff, traces } = await seenPlayer(changes);
  const before = await dumped(query);
  const found = tracesIn(before, traces);
  for (const table of [
    'reward_claims',
    'refusals',
    'bulk_calls',
    'source_keys',
    'pending_rewards',
    'notes',
    'audit_events',
    'undos',
    'proposals',
    'lists',
    'list_rows',
    'campaigns',
    'alarms',
    'actors',
  ])
    expect(found.filter((line) => line.startsWith(`${table}:`)).length, table).toBeGreaterThan(0);
  const was = await sums();
  expect(await act(staff, erasing(player))).toMatchObject({
    kind: 'granted',
    record: { erasure: { state: 'scrubbing' } },
  });
  await finishErasures(appPool());
  expect(tracesIn(await dumped(query), traces)).toEqual([]);
  expect(await sums()).toEqual(was);
  expect(await faults()).toMatchObject({ faults: [] });
}, 60_000);

test('an erasure changes exactly the columns that its rules name', async () => {
  const { player, staff } = await seenPlayer(changes);
  await query(
    `WITH disabled AS (
       INSERT INTO onceward.actors (kind, id, updated_at) VALUES (2, $1, now()) RETURNING no)
     INSERT INTO onceward.servers (actor, registered_at, disabled_at, disabled_by, disabled_reason)
     SELECT no, now(), now(), no, $2 FROM disabled`,
    [fresh('arena'), `${player} reported it`],
  );
  await query(
    `WITH key AS (INSERT INTO onceward.archive_keys SELECT no, '' FROM onceward.actors WHERE kind = 1 AND id = $1 RETURNING player)
     INSERT INTO onceward.archived_claims (player, claimed_at, key_digest, claim_digest, fingerprint, number, part, row, entry_row, entries, generation, texts)
     SELECT player, now(), gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), 1, 1, 0, 0, 0, 0, '["a text"]' FROM key`,
    [player],
  );
  const before = await rowsOfAll(query);
  await act(staff, erasing(player));
  await finishErasures(appPool());
  const after = await rowsOfAll(query);
  await query('DELETE FROM onceward.archived_claims');
  const changed = new Set<string>();
  for (const [key, row] of before) {
    const table = key.split(' ')[0] as string;
    const now = after.get(key);
    if (now === undefined) changed.add(`${table} removed`);
    else
      for (const column of Object.keys(row))
        if (JSON.stringify(row[column]) !== JSON.stringify(now[column])) changed.add(`${table}.${column}`);
  }
  const rules = (await query(
    `SELECT * FROM onceward.erasure_rules() WHERE rule <> 'keep' AND "table" <> 'erasures'`,
  )) as {
    table: string;
    column: string;
    rule: string;
  }[];
  // These tables have no text about players in tests: a config's reason is written by who publishes it.
  const named = rules
    .filter(({ table }) => table !== 'balance_configs' && table !== 'catalogue_texts')
    .map(({ table, column, rule }) => (rule === 'remove' ? `${table} removed` : `${table}.${column}`));
  // What every action of a staff member moves, and the search itself.
  const MOVED = ['actors.number', 'actors.updated_at', 'actors.version', 'settings.outbox_slot'];
  expect([...changed].filter((each) => !MOVED.includes(each) && !each.startsWith('erasure')).sort()).toEqual(
    [...new Set(named)].sort(),
  );
}, 60_000);

test('every column of every table has one rule, and no rule names another', async () => {
  const columns =
    await query(`SELECT c.relname || '.' || a.attname AS name FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
    WHERE c.relnamespace = 'onceward'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
      AND a.attnum > 0 AND NOT a.attisdropped ORDER BY 1`);
  const rules = await query(
    `SELECT "table" || '.' || "column" AS name FROM onceward.erasure_rules() ORDER BY 1`,
  );
  expect(rules.map(({ name }) => name).sort()).toEqual(columns.map(({ name }) => name).sort());
});

describe('afterwards', () => {
  let met: Seen;
  beforeAll(async () => {
    met = await seenPlayer(changes);
    await act(met.staff, erasing(met.player));
    await finishErasures(appPool());
  }, 60_000);

  test('another player’s gift to the player is replayed, with the new ID', async () => {
    const replayed = await commit({ ...met.received, input: { toPlayerId: met.player, amount: 4 } });
    expect(replayed).toMatchObject({
      kind: 'granted',
      replayed: true,
      claim: { counterpartyId: expect.stringMatching(/^erased-[0-9a-f]{40}$/) },
    });
  });

  test('a new player may begin under the old ID, with keys of their own', async () => {
    const again = operation({
      player: met.player,
      idempotency_key: `${met.traces[3]}-key`,
      claim_key: `${met.traces[3]}-quest`,
    });
    expect(await commit(again)).toMatchObject({ kind: 'granted', replayed: false, claim: { number: 1 } });
    await act(met.staff, erasing(met.player));
    await finishErasures(appPool());
  });

  test('a key of the whole game stays taken, and only names nobody', async () => {
    const rows = await query(
      `SELECT key FROM onceward.source_keys WHERE scope = 0 AND key LIKE 'store/%' || $1`,
      [met.other],
    );
    expect(rows).toEqual([{ key: expect.stringMatching(/^store\/erased-[0-9a-f]{40}\//) }]);
  });

  test('the player is not found, and the refusal does not keep the ID', async () => {
    const before = await dumped(query);
    expect(await act(met.staff, { ...erasing(met.player), reason: 'again' }, { input: {} })).toMatchObject({
      kind: 'rejected',
      rejection: { kind: 'erasure_refused', why: 'unknown_player' },
    });
    expect(tracesIn(await dumped(query), [met.player])).toEqual(tracesIn(before, [met.player]));
  });
});

test('the receipt has who erased whom, when, and how many rows, and nothing to find the ID with', async () => {
  const { player, staff } = await seenPlayer(changes);
  const { record } = await act(staff, erasing(player));
  await finishErasures(appPool());
  const [row] = await query('SELECT * FROM onceward.erasures WHERE no = $1', [record.erasure.id]);
  expect(row).toMatchObject({ state: 'done', old_id: null, old_handle: null, salt: null });
  const [shown] = await query('SELECT onceward.erasure_json($1) AS erasure', [record.erasure.id]);
  expect(shown?.erasure).toMatchObject({
    ...{ madeBy: staff, state: 'done', erasedId: record.erasure.erasedId, endedAt: expect.any(String) },
    counts: {
      reward_claims: expect.any(Number),
      refusals: 1,
      notes: 1,
      pending_rewards: 1,
      bulk_calls: 1,
      mentions: expect.any(Number),
    },
  });
}, 60_000);

test('a replay of the action answers with the same erasure', async () => {
  const { player, staff } = await seenPlayer(changes);
  const key = { idempotency_key: fresh('erase'), fingerprint: '00000000-0000-0000-0000-0000000000e1' };
  const first = await act(staff, erasing(player), key);
  await finishErasures(appPool());
  expect(await act(staff, erasing(player), key)).toMatchObject({
    ...{ kind: 'granted', replayed: true },
    record: { erasure: { id: first.record.erasure.id, state: 'done' } },
  });
  await finishErasures(appPool());
}, 60_000);

test('erasures of players with many claims go on in bounded steps, wherever they stop', async () => {
  const player = newId();
  await commit(operation({ player }));
  await query(
    `INSERT INTO onceward.reward_claims (player, actor, claimed_at, correlation_id, fingerprint, number, version,
      config_version, operation, claim_type, claim_key, idempotency_key, input)
    SELECT c.player, c.actor, c.claimed_at, uuidv7(), gen_random_uuid(), n, n, c.config_version, c.operation, c.claim_type,
           'many/' || $1 || n, 'many-keys-of-' || $1 || n, '{"secret": 1}'
      FROM onceward.reward_claims c, generate_series(2, 2500) AS n
     WHERE c.player = (SELECT no FROM onceward.actors WHERE id = $1 AND kind = 1)`,
    [player],
  );
  await query('UPDATE onceward.actors SET number = 2500, version = 2500 WHERE id = $1', [player]);
  await act(await admin(), erasing(player));
  for (const left of [1_500, 500, 0]) {
    expect(await step()).toBe('stepped');
    const [row] = await query(
      `SELECT count(*)::int AS n FROM onceward.reward_claims WHERE idempotency_key LIKE '%' || $1 || '%'`,
      [player],
    );
    expect(row?.n).toBe(left);
  }
  // One walks at a time.
  const steps = await Promise.all(Array.from({ length: 8 }, step));
  expect(steps.filter((each) => each === 'stepped').length).toBeGreaterThan(0);
  await finishErasures(appPool());
  expect(tracesIn(await dumped(query), [player])).toEqual([]);
  expect(await faults()).toMatchObject({ faults: [] });
}, 60_000);

test('a second member approves where settings ask for it, and the proposal then names nobody', async () => {
  const { player, staff, traces } = await seenPlayer(changes);
  await query('UPDATE onceward.settings SET erasure_approval = true');
  const before = await query('SELECT * FROM onceward.actors WHERE id = $1', [player]);
  const { record } = await act(staff, erasing(player));
  expect(record).toMatchObject({ erasure: null, proposalId: expect.any(Number) });
  expect(await query('SELECT * FROM onceward.actors WHERE id = $1', [player])).toEqual(before);
  expect(await approve(staff, record.proposalId)).toMatchObject({ rejection: { why: 'own' } });
  const support = await addStaff({ role: 'support' });
  expect(await approve(support, record.proposalId)).toMatchObject({ rejection: { why: 'role' } });
  expect(await approve(await admin(), record.proposalId)).toMatchObject({ kind: 'granted' });
  expect(await act(staff, erasing(player))).toMatchObject({
    record: { erasure: { proposalId: record.proposalId } },
  });
  await query('UPDATE onceward.settings SET erasure_approval = false');
  await finishErasures(appPool());
  expect(tracesIn(await dumped(query), traces)).toEqual([]);
}, 60_000);

test('an ID that may be anything is replaced where it is a whole value alone', async () => {
  const staff = await admin();
  const player = `7${Math.floor(Math.random() * 999)}`;
  await commit(operation({ player, input: { facts: { floor: Number(player) } } }));
  const other = operation({
    input: { facts: { opponent: player, floor: Number(player), text: `${player} times` } },
  });
  await commit(other);
  await act(staff, erasing(player));
  await finishErasures(appPool());
  const [row] = await query('SELECT input FROM onceward.reward_claims WHERE idempotency_key = $1', [
    other.idempotency_key,
  ]);
  expect(row?.input).toEqual({
    facts: { opponent: expect.stringMatching(/^erased-/), floor: Number(player), text: `${player} times` },
  });
}, 60_000);
