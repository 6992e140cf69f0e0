import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { KernelOperation } from '../../src/ledger/kernel-contract.ts';
import { receiptOf } from '../support/ledger/answers.ts';
import { brokenInvariants } from '../support/ledger/invariants.ts';
import { granted, type Ledger, openLedger } from '../support/ledger/ledger.ts';
import { award, fresh, give, operation, take } from '../support/ledger/operations.ts';
import { startOwnDatabase } from '../support/ledger/own-database.ts';
import { standing } from '../support/ledger/standing.ts';

const PER_DAY = 3;
const RETENTION_DAYS = 30;

/** A database of this file's own, because it changes the settings. */
let database: Awaited<ReturnType<typeof startOwnDatabase>>;
let ledger: Ledger;
beforeAll(async () => {
  database = await startOwnDatabase();
  ledger = openLedger(database);
  await ledger.owner.query(
    'UPDATE onceward.settings SET refusals_per_day = $1, refusal_retention_days = $2',
    [PER_DAY, RETENTION_DAYS],
  );
});
afterAll(async () => {
  await ledger?.close();
  await database?.stop();
});

const commit: Ledger['commit'] = (sent) => ledger.commit(sent);
const refusable = (player: string, over: Partial<KernelOperation> = {}) =>
  operation({ player, postings: [take('gems', 1)], ...over });
const LACKING = { kind: 'rejected', rejection: { kind: 'insufficient_balance' } };
const recorded = async (player: string) => (await ledger.playerLedger(player)).rejected;

/** A player who was refused as often as a day allows. */
async function exhaustedPlayer(): Promise<string> {
  const player = fresh('player');
  await granted(commit(operation({ player })));
  for (let count = 0; count < PER_DAY; count++)
    expect(await commit(refusable(player))).toMatchObject(LACKING);
  return player;
}

const DAY_MS = 86_400_000;
const nextDay = () => (Math.floor(Date.now() / DAY_MS) + 1) * DAY_MS;

describe('a refusal', () => {
  test('is kept for the days of the settings after its own day', async () => {
    const player = fresh('player');
    const day = Math.floor(Date.now() / DAY_MS);
    await commit(refusable(player));
    const { rows } = await ledger.owner.query(
      'SELECT expires_on::text FROM onceward.refusals_by_name WHERE player_id = $1',
      [player],
    );
    const expected = new Date((day + RETENTION_DAYS + 1) * DAY_MS).toISOString().slice(0, 10);
    expect(rows).toEqual([{ expires_on: expected }]);
  });

  test('is not deleted before it expires', async () => {
    const player = fresh('player');
    const sent = refusable(player);
    const first = await commit(sent);
    await ledger.app.query('SELECT onceward.expire_refusals()');
    const again = await commit(sent);
    expect(again).toMatchObject({ replayed: true });
    expect(receiptOf(again)).toEqual(receiptOf(first));
  });

  test('that expired leaves its key to be decided again', async () => {
    const player = fresh('player');
    const sent = refusable(player);
    await commit(sent);
    await granted(commit(operation({ player, postings: [give('gems', 1)] })));
    const client = await ledger.owner.connect();
    await client.query('BEGIN');
    // Without the triggers that keep what is recorded from changing.
    await client.query('SET LOCAL session_replication_role = replica');
    await client.query(
      `UPDATE onceward.refusals SET expires_on = (now() AT TIME ZONE 'UTC')::date - 1
        WHERE player = (SELECT no FROM onceward.actors WHERE (id, kind) = ($1, 1))`,
      [player],
    );
    await client.query('COMMIT');
    client.release();
    expect(await commit(sent)).toMatchObject({ replayed: true });
    const { rows } = await ledger.app.query('SELECT onceward.expire_refusals() AS deleted');
    expect(rows).toEqual([{ deleted: 1 }]);
    expect(await commit(sent)).toMatchObject({ kind: 'granted', replayed: false });
    expect(await brokenInvariants(ledger.owner, [player])).toEqual([]);
  });

  test('of a staff member is kept for good', async () => {
    const staff = await ledger.addStaff();
    const sent = award(staff, 1);
    expect(await commit(sent)).toMatchObject({ rejection: { kind: 'unknown_player' } });
    const { rows } = await ledger.owner.query(
      'SELECT expires_on, actor_kind, actor_id FROM onceward.refusals_by_name WHERE player_id = $1',
      [sent.player],
    );
    expect(rows).toEqual([{ expires_on: null, actor_kind: 'staff', actor_id: staff }]);
  });
});

describe('a player who was refused as often as a day allows', () => {
  test('is rate limited until the next UTC day: nothing is recorded and the key stays free', async () => {
    const player = await exhaustedPlayer();
    const before = await standing(ledger.owner, player);
    const sent = refusable(player);
    expect(await commit(sent)).toEqual({ kind: 'rate_limited', retryAt: nextDay() });
    expect(await standing(ledger.owner, player)).toEqual(before);
    expect(await recorded(player)).toBe(PER_DAY);
    await granted(commit(operation({ player, postings: [give('gems', 1)] })));
    expect(await commit(sent)).toMatchObject({ kind: 'granted', replayed: false });
  });

  test('is rate limited where the rules reject, too', async () => {
    const player = await exhaustedPlayer();
    const before = await standing(ledger.owner, player);
    const rejection = { kind: 'unknown_claim_type', claimType: 'quest' } as const;
    const sent = operation({ player, mode: 'reject', rejection, postings: [] });
    expect(await commit(sent)).toMatchObject({ kind: 'rate_limited' });
    expect(await standing(ledger.owner, player)).toEqual(before);
    expect(await recorded(player)).toBe(PER_DAY);
  });

  test('still gets already_claimed with the original, unrecorded', async () => {
    const player = fresh('player');
    const paid = operation({ player });
    const first = await granted(commit(paid));
    for (let count = 0; count < PER_DAY; count++) await commit(refusable(player));
    const before = await standing(ledger.owner, player);
    for (const idempotency_key of [fresh('key'), fresh('key')])
      expect(await commit({ ...paid, idempotency_key })).toMatchObject({
        kind: 'rejected',
        replayed: false,
        rejection: { kind: 'already_claimed', number: first.claim.number },
        original: { claim: { idempotencyKey: paid.idempotency_key } },
      });
    expect(await standing(ledger.owner, player)).toEqual(before);
    expect(await recorded(player)).toBe(PER_DAY);
  });

  test('is still granted what is granted, and gets replays of what was refused', async () => {
    const player = fresh('player');
    const sent = refusable(player);
    const first = await commit(sent);
    for (let count = 1; count < PER_DAY; count++) await commit(refusable(player));
    await granted(commit(operation({ player })));
    const again = await commit(sent);
    expect(again).toMatchObject({ ...LACKING, replayed: true });
    expect(receiptOf(again)).toEqual(receiptOf(first));
  });

  test('does not affect other players', async () => {
    await exhaustedPlayer();
    expect(await commit(refusable(fresh('player')))).toMatchObject(LACKING);
  });

  test('is refused and recorded again on the next day', async () => {
    const player = await exhaustedPlayer();
    await ledger.owner.query(
      `UPDATE onceward.actors SET refused_on = refused_on - 1 WHERE (id, kind) = ($1, 1)`,
      [player],
    );
    for (let count = 0; count < PER_DAY; count++)
      expect(await commit(refusable(player))).toMatchObject(LACKING);
    expect(await commit(refusable(player))).toMatchObject({ kind: 'rate_limited' });
    expect(await recorded(player)).toBe(2 * PER_DAY);
  });

  test('is refused by staff without limit, and every refusal is recorded and audited', async () => {
    const player = await exhaustedPlayer();
    const staff = await ledger.addStaff({ limit: 5 });
    const before = await standing(ledger.owner, player);
    for (let count = 0; count < PER_DAY + 2; count++)
      expect(await commit({ ...award(staff, 6), player })).toMatchObject({
        rejection: { limit: 'staff_reward' },
      });
    expect(await standing(ledger.owner, player)).toEqual(before);
    expect(await recorded(player)).toBe(2 * PER_DAY + 2);
    const { rowCount } = await ledger.owner.query(
      `SELECT FROM onceward.audit_by_name WHERE actor_id = $1 AND outcome = 'rejected'`,
      [staff],
    );
    expect(rowCount).toBe(PER_DAY + 2);
    expect(await brokenInvariants(ledger.owner, [player])).toEqual([]);
  });

  test('was not refused by staff: their refusals do not count', async () => {
    const player = fresh('player');
    await granted(commit(operation({ player })));
    const staff = await ledger.addStaff({ limit: 5 });
    for (let count = 0; count < PER_DAY; count++) await commit({ ...award(staff, 6), player });
    expect(await commit(refusable(player))).toMatchObject(LACKING);
  });
});

describe('the number of refusals is exact', () => {
  test('when sixty-four operations arrive at once', async () => {
    const player = fresh('player');
    const outcomes = await Promise.all(Array.from({ length: 64 }, () => commit(refusable(player))));
    expect(outcomes.filter(({ kind }) => kind === 'rejected')).toHaveLength(PER_DAY);
    expect(outcomes.filter(({ kind }) => kind === 'rate_limited')).toHaveLength(64 - PER_DAY);
    expect(await recorded(player)).toBe(PER_DAY);
  });

  test('for the operations of one call', async () => {
    const player = fresh('player');
    const { outcomes } = await ledger.commitAll(Array.from({ length: 10 }, () => refusable(player)));
    expect(outcomes.map(({ kind }) => kind)).toEqual([
      ...Array(PER_DAY).fill('rejected'),
      ...Array(10 - PER_DAY).fill('rate_limited'),
    ]);
    expect(await recorded(player)).toBe(PER_DAY);
  });
});

test('the settings accept no shorter retention than 30 days, and no day without refusals', async () => {
  for (const change of ['refusal_retention_days = 29', 'refusals_per_day = 0'])
    await expect(ledger.owner.query(`UPDATE onceward.settings SET ${change}`)).rejects.toMatchObject({
      constraint: 'settings_are_sensible',
    });
});
