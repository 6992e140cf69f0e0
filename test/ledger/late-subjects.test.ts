// What an operation shares with others becomes known only after it waited, or by an operation of the same call.
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { sha256Hex } from '../../src/config/json.ts';
import type { KernelOperation, KernelSourceKey } from '../../src/ledger/kernel-contract.ts';
import { stock, stockUse } from '../support/ledger/game.ts';
import { brokenInvariants } from '../support/ledger/invariants.ts';
import { commitAll, granted, type Ledger, openLedger } from '../support/ledger/ledger.ts';
import { fresh, operation } from '../support/ledger/operations.ts';
import { connectTo, startOwnDatabase } from '../support/ledger/own-database.ts';
import { publishRules, testRules } from '../support/ledger/rules.ts';
import { standing } from '../support/ledger/standing.ts';
import { announcement, claimOf, pending, recovery } from '../support/ledger/systems.ts';

let database: Awaited<ReturnType<typeof startOwnDatabase>>;
let ledger: Ledger;
beforeAll(async () => {
  database = await startOwnDatabase({}, { rules: false });
  ledger = openLedger(database);
  await publishRules(ledger.owner);
  // Whose row exists: nobody waits for it to be inserted.
  await granted(ledger.commit(operation()));
});
afterAll(async () => {
  await ledger?.close();
  await database?.stop();
});

/** A call in a transaction that stays open until `commit`. */
async function begin(...operations: KernelOperation[]) {
  const session = await connectTo(database.databaseUrl);
  onTestFinished(() => session.end());
  await session.query('BEGIN');
  const { outcomes } = await commitAll(session, operations);
  return { outcomes, commit: () => session.query('COMMIT') };
}

/** Resolves when so many backends wait for a lock. */
const waiting = (count: number) =>
  expect
    .poll(async () => {
      const { rows } = await (ledger.owner as pg.Pool).query(
        `SELECT count(*)::int AS n FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
      );
      return rows[0].n;
    })
    .toBe(count);

const keyed = () => {
  const key = { game: true, resource: 'gold', key: fresh('boss') };
  const reward = pending();
  const announced = announcement(reward, { source_keys: [key] });
  const rival = operation({ source_keys: [key] });
  const taken = { kind: 'rejected', rejection: { kind: 'already_claimed', sourceKey: { key: key.key } } };
  return { reward, announced, rival, taken };
};

/** A game-wide key whose lock is another one than that of this key. */
async function withOtherLock(taken: KernelSourceKey): Promise<KernelSourceKey> {
  const other = { ...taken, key: fresh('boss') };
  const { rows } = await ledger.owner.query(
    `SELECT onceward.buckets(array_agg(k)) AS locks
       FROM jsonb_populate_recordset(NULL::onceward.source_key, $1) AS k`,
    [JSON.stringify([taken, other])],
  );
  return new Set(rows[0].locks).size === 2 ? other : withOtherLock(taken);
}

describe('a game-wide key of a reward', () => {
  test('that a call announces and pays is taken once, where another call wants the key meanwhile', async () => {
    const { reward, announced, rival, taken } = keyed();
    const first = await begin(announced, recovery(reward));
    expect(first.outcomes.map(({ kind }) => kind)).toEqual(['granted', 'granted']);
    const second = ledger.commit(rival);
    await waiting(1);
    await first.commit();
    expect(await second).toMatchObject(taken);
    expect(await ledger.playerLedger(rival.player)).toMatchObject({ balances: {} });
    expect(await brokenInvariants(ledger.owner, [reward.playerId, rival.player])).toEqual([]);
  });

  test('that a call announces and pays is refused, where another call takes the key meanwhile', async () => {
    const { reward, announced, rival, taken } = keyed();
    const first = await begin(rival);
    const second = ledger.commitAll([announced, recovery(reward)]);
    await waiting(1);
    await first.commit();
    expect((await second).outcomes).toMatchObject([{ kind: 'granted' }, taken]);
    expect(await ledger.playerLedger(reward.playerId)).toMatchObject({ balances: {} });
    expect(await brokenInvariants(ledger.owner, [reward.playerId, rival.player])).toEqual([]);
  });

  test('that is announced while its payment waits for the player is taken once', async () => {
    const { reward, announced, rival, taken } = keyed();
    await granted(ledger.commit(operation({ player: reward.playerId })));
    const announcing = await begin(announced);
    const paid = ledger.commit(recovery(reward));
    await waiting(1);
    const taking = await begin(rival);
    await announcing.commit();
    await waiting(1);
    await taking.commit();
    expect(await paid).toMatchObject(taken);
    expect(await ledger.playerLedger(reward.playerId)).toMatchObject({ balances: { gold: 10 } });
    expect(await brokenInvariants(ledger.owner, [reward.playerId, rival.player])).toEqual([]);
  });

  test('of a pending reward is busy, and not waited for, in a batch and for an operation with a key of its own', async () => {
    const { reward, announced, rival, taken } = keyed();
    await granted(ledger.commit(announced));
    const others = [operation(), operation()];
    const own = await withOtherLock(rival.source_keys[0] as KernelSourceKey);
    const before = await standing(ledger.owner, reward.playerId);
    const taking = await begin(rival);
    const { outcomes } = await ledger.commitAll([others[0], claimOf(reward), others[1]] as KernelOperation[]);
    expect(outcomes.map(({ kind }) => kind)).toEqual(['granted', 'busy', 'granted']);
    expect(await ledger.commit(claimOf(reward, { source_keys: [own] }))).toEqual({ kind: 'busy' });
    expect(await standing(ledger.owner, reward.playerId)).toEqual(before);
    const waits = ledger.commit(claimOf(reward));
    await waiting(1);
    await taking.commit();
    expect(await waits).toMatchObject(taken);
    expect(await brokenInvariants(ledger.owner, [reward.playerId, rival.player])).toEqual([]);
  });

  test('is taken once by 16 calls, half of which announce and pay, without an error', async () => {
    const { rival } = keyed();
    const [key] = rival.source_keys;
    const rewards = Array.from({ length: 8 }, () => pending());
    const calls = [
      ...rewards.map((reward) => [
        announcement(reward, { source_keys: rival.source_keys }),
        recovery(reward),
      ]),
      ...rewards.map(() => [operation({ source_keys: rival.source_keys })]),
    ];
    const answers = await Promise.all(calls.map((operations) => ledger.commitAll(operations)));
    const claims = answers.map(({ outcomes }) => outcomes.at(-1));
    expect(claims.filter((outcome) => outcome?.kind === 'granted')).toHaveLength(1);
    for (const refused of claims.filter((outcome) => outcome?.kind !== 'granted'))
      expect(refused).toMatchObject({ rejection: { kind: 'already_claimed', sourceKey: { key: key?.key } } });
  });
});

describe('a bound of the game', () => {
  test('that is published while an operation waits for its player holds for the operation', async () => {
    const [player, buyer] = [fresh('player'), fresh('buyer')];
    const chest = (over: Partial<KernelOperation>) =>
      operation({ claim_type: 'chest', limits: [stockUse('lowered')], ...over });
    const lowered = await testRules({ game_limits: [stock('lowered', 2)] });
    const version = await publishRules(ledger.owner, { game_limits: [stock('lowered', 5)] });
    for (const existing of [player, buyer]) await granted(ledger.commit(chest({ player: existing })));
    const holding = await begin(operation({ player }));
    // It names the version that is published while it waits.
    const document = '{"name": "lowered"}';
    const next = { config_version: version + 1, config_sha256: await sha256Hex(document) };
    const waits = ledger.commit(chest({ player, ...next }));
    await waiting(1);
    await ledger.owner.query(`SELECT onceward.publish_config($1, $2, 'tests', NULL, $3)`, [
      document,
      next.config_sha256,
      JSON.stringify(lowered),
    ]);
    const before = await standing(ledger.owner, buyer);
    await holding.commit();
    expect(await waits).toMatchObject({ rejection: { limit: 'stock', bound: 2, remaining: 0 } });
    expect(await standing(ledger.owner, buyer)).toEqual(before);
  });
});
