/** The schedule of the Worker: it deletes recorded rejections whose retention is over, and moves the pointer in KV on. */
import { createScheduledController } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { beforeAll, describe, expect, it } from 'vitest';
import { documentKey, POINTER_KEY } from '../../src/config/published.ts';
import type { Env } from '../../src/env.ts';
import { changedExample, kv, schedule, serveExample } from '../support/worker/balance.ts';
import { asPlayer, asStaff, receiptOf, rejectionOf, resultOf } from '../support/worker/client.ts';
import { currentWorker } from '../support/worker/cold-worker.ts';
import { addStaffMember, ledgerFaults, ledgerState, owner } from '../support/worker/ledger-state.ts';
import { seasonedPlayer } from '../support/worker/scenes.ts';
import { fresh, freshKey } from '../support/worker/service.ts';
import { spending } from '../support/worker/stat-points.ts';
import { writingNothing } from '../support/worker/stillness.ts';

beforeAll(serveExample);

/** Runs what the cron trigger runs. */
async function runSchedule(bindings: Partial<Env> = {}): Promise<void> {
  const whole = Object.create(env, Object.getOwnPropertyDescriptors(bindings)) as Env;
  await currentWorker().scheduled(createScheduledController(), whole);
}

/** The keys of copies of a player's only rejection, whose last day of retention is so many days from now: -1 is yesterday. */
async function copiesKeptUntil(playerId: string, days: number, count = 1): Promise<string[]> {
  const prefix = fresh('copy');
  const keys = Array.from({ length: count }, (_, index) => `${prefix}-${index}`);
  // The ledger is append-only: no row can be changed.
  await owner`
    INSERT INTO onceward.refusals
    SELECT (jsonb_populate_record(r, jsonb_build_object(
             'idempotency_key', key, 'expires_on', (now() AT TIME ZONE 'UTC')::date + ${days}::integer))).*
      FROM (SELECT r FROM onceward.refusals r JOIN onceward.actors a ON a.no = r.player
             WHERE a.id = ${playerId} AND a.kind = 1) AS refused(r), unnest(${keys}::text[]) AS key`;
  return keys;
}

const overdraw = (playerId: string, idempotencyKey = freshKey()) =>
  asPlayer(playerId).spendStatPoints({ ...spending({ energy: 1_000 }), idempotencyKey });

describe('the scheduled handler', () => {
  it('deletes rejections whose retention is over, and their keys are free again', async () => {
    const playerId = await seasonedPlayer();
    rejectionOf(await overdraw(playerId), 'InsufficientBalance');
    const [key = ''] = await copiesKeptUntil(playerId, -1);
    await runSchedule();
    expect((await ledgerState(playerId)).rejected).toBe(1);
    const input = { ...spending({ energy: 1 }), idempotencyKey: key };
    expect(receiptOf(await asPlayer(playerId).spendStatPoints(input)).replayed).toBe(false);
    expect(await ledgerFaults(playerId)).toEqual([]);
  });

  it('keeps rejections of the last 30 days, which are replayed', async () => {
    const playerId = await seasonedPlayer();
    const key = freshKey();
    const rejection = rejectionOf(await overdraw(playerId, key), 'InsufficientBalance');
    const [lastDay = ''] = await copiesKeptUntil(playerId, 0);
    await writingNothing(playerId, runSchedule);
    for (const known of [key, lastDay]) expect(resultOf(await overdraw(playerId, known))).toEqual(rejection);
  });

  it('keeps claims, and rejections of staff for good', async () => {
    const playerId = await seasonedPlayer();
    const staff = asStaff(await addStaffMember(fresh('staff'), { limit: 1 }));
    const award = { playerId, grants: [{ resource: 'lumees', amount: 2 }], reason: 'above the limit' };
    const key = freshKey();
    const rejection = rejectionOf(await staff.manualReward(award, { key }), 'LimitExceeded');
    await writingNothing(playerId, runSchedule);
    const [row] = await owner`SELECT expires_on FROM onceward.refusals WHERE idempotency_key = ${key}`;
    expect(row).toEqual({ expires_on: null });
    expect(resultOf(await staff.manualReward(award, { key }))).toEqual(rejection);
  });

  it('deletes more than one chunk', async () => {
    const playerId = await seasonedPlayer();
    await overdraw(playerId);
    await copiesKeptUntil(playerId, -1, 10_001);
    await runSchedule();
    expect((await ledgerState(playerId)).rejected).toBe(1);
  });

  it('moves the pointer in KV to the version that is current, and back to what the database says', async () => {
    const pointer = async () => JSON.parse((await kv.get(POINTER_KEY)) ?? 'null');
    const before = await pointer();
    await kv.put(POINTER_KEY, JSON.stringify({ version: before.version + 7, sha256: before.sha256 }));
    await kv.delete(documentKey(before.sha256));
    await runSchedule();
    expect(await pointer()).toEqual(before);
    const at = Date.now() + 700;
    const version = await schedule(
      changedExample((document) => {
        document.description = fresh('edition');
      }),
      at,
    );
    const scheduled = await pointer();
    await runSchedule();
    expect(await pointer()).toEqual(scheduled);
    await new Promise((resolve) => setTimeout(resolve, at - Date.now() + 20));
    await runSchedule();
    expect(await pointer()).toEqual({ version, sha256: scheduled.next.sha256 });
  });

  it('does nothing while a setting is missing', async () => {
    const playerId = await seasonedPlayer();
    rejectionOf(await overdraw(playerId), 'InsufficientBalance');
    await copiesKeptUntil(playerId, -1);
    await writingNothing(playerId, () => runSchedule({ DATABASE_URL: '' }));
    await runSchedule();
    expect((await ledgerState(playerId)).rejected).toBe(1);
  });
});
