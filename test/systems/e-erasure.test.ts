/** Row E24: a player is exported and erased. */
import { beforeAll, expect, it } from 'vitest';
import { serveExample } from '../support/worker/balance.ts';
import { asServer, asStaff, receiptOf, rejectionOf, resultAs, resultOf } from '../support/worker/client.ts';
import { addStaffMember, dumpOfLedger, ledgerFaults, owner } from '../support/worker/ledger-state.ts';
import { catchLines, rawLines } from '../support/worker/log-lines.ts';
import { victory } from '../support/worker/scenes.ts';
import { fresh } from '../support/worker/service.ts';
import { atOnce, inWaves } from '../support/worker/waves.ts';

beforeAll(serveExample);

const newAdmin = async () => asStaff(await addStaffMember(fresh('staff'), { role: 'admin' }));
type Admin = Awaited<ReturnType<typeof newAdmin>>;

const win = (playerId: string, key = fresh('cup')) => asServer().claimReward({ ...victory, playerId, key });
const seen = async (players: readonly string[]) =>
  inWaves(players, 20, async (playerId) => receiptOf(await win(playerId)));

/** Null: nobody has the ID. Who waited too long under load asks again with the same key. */
async function erase(by: Admin, playerId: string) {
  const idempotencyKey = fresh('erasure');
  for (;;) {
    const { result, errors } = await by.erasePlayer({ playerId, reason: 'asked for it', idempotencyKey });
    if (!errors) return result?.__typename === 'ErasureReceipt' ? (result.request.erasure ?? null) : null;
    expect(errors[0]?.extensions).toMatchObject({ code: 'UNAVAILABLE', retryable: true });
  }
}

async function erased(by: Admin, playerId: string) {
  const erasure = await erase(by, playerId);
  if (erasure === null) throw new Error('nobody was erased');
  return erasure;
}

/** The erasures, once they are done. The API shows them once only: who asks for them with each step asks too often. */
async function done(by: Admin, ids: readonly number[]) {
  for (;;) {
    const [step] = await owner`SELECT onceward.step_erasures() AS step`;
    if (step?.step === 'idle') break;
    if (step?.step !== 'stepped') await new Promise((wake) => setTimeout(wake, 20));
  }
  const { edges } = resultOf(await by.erasures({ first: 100 }));
  const found = edges.map(({ node }) => node).filter(({ id }) => ids.includes(id));
  expect(found.map(({ state }) => state)).toEqual(ids.map(() => 'DONE'));
  return found;
}

async function exported(by: Admin, playerId: string) {
  const rows: Record<string, unknown[]> = {};
  let page = resultOf(await by.exportPlayer({ playerId, first: 10 }));
  while (page) {
    for (const { section, rows: more } of page.sections as { section: string; rows: unknown[] }[])
      rows[section] = [...(rows[section] ?? []), ...more];
    page = page.next ? resultOf(await by.exportPlayer({ after: page.next, first: 10 })) : null;
  }
  return rows;
}

/** How many rows of a table are the player's. */
async function count(table: string, column: string, playerId: string): Promise<number> {
  const query = `SELECT count(*)::int AS n FROM onceward.${table} t JOIN onceward.actors a ON a.no = t.${column} AND a.kind = 1 WHERE a.id = $1`;
  return (await owner.query(query, [playerId]))[0]?.n;
}

it('E24 exports every row about a player, and nothing once the player is erased', async () => {
  const by = await newAdmin();
  const [playerId, friend] = [fresh('player'), fresh('player')];
  await seen([playerId, friend]);
  await seen([playerId, playerId]);
  const grants = [{ resource: 'lumees', amount: 50 }];
  receiptOf(await by.manualReward({ playerId: friend, grants, reason: 'for a gift' }));
  const gift = { playerId: friend, toPlayerId: playerId, resource: 'lumees', amount: 3 };
  receiptOf(await asServer().transferResource(gift));
  receiptOf(await asServer().announceReward({ ...victory, playerId, key: 'owed' }));
  rejectionOf(
    await asServer().transferResource({ ...gift, ...{ playerId, toPlayerId: friend, amount: 999 } }),
    'InsufficientBalance',
  );
  resultAs(await by.writeNote({ playerId, text: 'is a friend of support' }), 'NoteReceipt');
  const rows = await exported(by, playerId);
  for (const [section, table, column] of [
    ['actors', 'actors', 'no'],
    ['balances', 'balances', 'player'],
    ['reward_claims', 'reward_claims', 'player'],
    ['received_claims', 'reward_claims', 'counterparty'],
    ['ledger_entries', 'ledger_entries', 'player'],
    ['pending_rewards', 'pending_rewards', 'player'],
    ['refusals', 'refusals', 'player'],
    ['notes', 'notes', 'player'],
    ['audit_events', 'audit_events', 'player'],
  ] as const) {
    const there = await count(table, column, playerId);
    expect(there, section).toBeGreaterThan(0);
    expect(rows[section], section).toHaveLength(there);
  }
  const begun = resultOf(await by.exportPlayer({ playerId, first: 1 }));
  const named = await by.erasePlayer({ playerId, reason: `${playerId} asked for it` });
  expect(named.errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', field: 'reason' });
  const { id } = await erased(by, playerId);
  expect(resultOf(await by.exportPlayer({ playerId, first: 10 }))).toBeNull();
  const after = String(begun?.next);
  expect((await by.exportPlayer({ after })).errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
  await done(by, [id]);
}, 60_000);

const PLAYERS = 200;
const ERASED = 10;

it('E24 erases players under load: no table and no later log line names them, and sums, chains and receipts stay whole', async () => {
  const by = await newAdmin();
  const players = Array.from({ length: PLAYERS }, () => fresh('player'));
  const leaving = players.slice(0, ERASED);
  await seen([...players, ...leaving]);
  const before = (await owner`SELECT sum(delta) AS sum, count(*) AS n FROM onceward.ledger_entries`)[0];
  let isOver = false;
  let paid = 0;
  const load = atOnce(8, async (place) => {
    for (let turn = 0; !isOver; turn += 1) {
      const playerId = players[(place * 31 + turn * 7) % (turn % 2 ? ERASED : PLAYERS)] as string;
      const { result, errors } = await win(playerId);
      if (result?.__typename === 'Receipt') paid += 1;
      // Who waited while the player was erased tries again.
      else expect(errors?.[0]?.extensions).toMatchObject({ code: 'UNAVAILABLE', retryable: true });
    }
  });
  const receipts = await inWaves(leaving, 3, (playerId) => erased(by, playerId)).finally(() => {
    isOver = true;
    return load;
  });
  const [counted] = await owner`SELECT count(*)::int AS n FROM onceward.ledger_entries`;
  expect(paid).toBeGreaterThan(0);
  expect(counted?.n).toBeGreaterThan(Number(before?.n));
  // Claims that came after the erasure made new players, who are erased as well.
  catchLines();
  const again = await inWaves(leaving, 3, (playerId) => erase(by, playerId));
  const all = [...receipts, ...again.filter((each) => each !== null)];
  const ended = await done(
    by,
    all.map(({ id }) => id),
  );
  expect(ended.map(({ erasedId }) => erasedId)).toHaveLength(
    new Set(ended.map(({ erasedId }) => erasedId)).size,
  );
  const text = [await dumpOfLedger(), ...rawLines()].join('\n');
  expect(leaving.filter((playerId) => text.includes(playerId))).toEqual([]);
  for (const { erasedId } of ended) expect(await ledgerFaults(erasedId)).toEqual([]);
  const shown = resultOf(await by.erasures({ formerId: leaving[0] as string, first: 10 })).edges.map(
    ({ node }) => node.erasedId,
  );
  expect(shown).toContain(receipts[0]?.erasedId);
}, 120_000);
