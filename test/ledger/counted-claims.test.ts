// A counter that is created in the middle of its period counts claims that recorded no use of it. Reopening them gives that back.
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { KernelLimitUse, KernelOperation } from '../../src/ledger/kernel-contract.ts';
import { stock, stockUse } from '../support/ledger/game.ts';
import { commit as commitWith, granted, type Ledger, openLedger } from '../support/ledger/ledger.ts';
import { usedOf } from '../support/ledger/limits.ts';
import { fresh, give, operation, ownOperation } from '../support/ledger/operations.ts';
import { connectTo, startOwnDatabase } from '../support/ledger/own-database.ts';
import { reversalHelpers } from '../support/ledger/reversals.ts';
import { publishRules } from '../support/ledger/rules.ts';
import { standing } from '../support/ledger/standing.ts';
import { announcement, limitUse, pending, reversal, transfer } from '../support/ledger/systems.ts';

const ledger = openLedger();
const { commit, owner } = ledger;
const { reverse, expectSound, exchange } = reversalHelpers(ledger);

const SINCE = '2026-01-01T00:00:00Z';
const use = (over: Partial<KernelLimitUse> = {}): KernelLimitUse =>
  limitUse({ name: 'claims:quest', since: SINCE, bound: 9, ...over });
const limited = (player: string, over: Partial<KernelLimitUse> = {}, rest: Partial<KernelOperation> = {}) =>
  operation({ player, limits: [use(over)], ...rest });
const used = async (player: string) => (await usedOf(owner, player))['claims:quest 2026-11-02'];

describe('reopening a claim that was made before its limit’s counter', () => {
  test('gives back its units, and only once', async () => {
    const player = fresh('player');
    const { claim } = await granted(commit(operation({ player, units: 5 })));
    await granted(commit(limited(player, { amount: 4 })));
    expect(await used(player)).toBe(9);
    await granted(reverse(claim));
    expect(await used(player)).toBe(9);
    await granted(reverse(claim, { reopen: true }));
    expect(await used(player)).toBe(4);
    expect(await reverse(claim, { reopen: true })).toMatchObject({ rejection: { kind: 'already_claimed' } });
    expect(await used(player)).toBe(4);
    await granted(commit(limited(player, { amount: 5 })));
    const before = await standing(owner, player);
    expect(await commit(limited(player))).toMatchObject({
      rejection: { kind: 'limit_exceeded', remaining: 0 },
    });
    expect(await standing(owner, player)).toEqual(before);
    await expectSound(player);
  });

  test('gives back to each counter that counted it', async () => {
    const player = fresh('player');
    const { claim } = await granted(commit(operation({ player, units: 2 })));
    await granted(commit(limited(player)));
    await granted(commit(limited(player, { period: 'ever', since: '-infinity' })));
    await granted(reverse(claim, { reopen: true }));
    expect(await usedOf(owner, player)).toEqual({ 'claims:quest 2026-11-02': 1, 'claims:quest ever': 2 });
    await expectSound(player);
  });

  test('gives back what the claim had taken of the resource that the limit counts', async () => {
    const [giver, recipient] = [fresh('giver'), fresh('recipient')];
    for (const player of [giver, recipient])
      await granted(commit(operation({ player, postings: [give('gold', 100)] })));
    const { claim } = await granted(commit(transfer(giver, recipient, 30)));
    const counted = { claim_type: 'transfer', resource: 'gold', bound: 60, amount: 20 };
    await granted(commit(transfer(giver, recipient, 20, {}, { limits: [use(counted)] })));
    expect(await used(giver)).toBe(50);
    await granted(reverse(claim, { reopen: true }));
    expect(await used(giver)).toBe(20);
    await expectSound(giver, recipient);
  });

  test('gives it back also where the claim was reversed, whole or in part, before the counter existed', async () => {
    for (const quantity of [4, null]) {
      const claim = await exchange();
      await granted(reverse(claim, { quantity }));
      await granted(commit(limited(claim.playerId, { claim_type: 'other', bound: 20 })));
      expect(await used(claim.playerId)).toBe(11);
      await granted(reverse(claim, { reopen: true }));
      expect(await used(claim.playerId)).toBe(1);
      await expectSound(claim.playerId);
    }
  });

  test('gives nothing back to a counter that did not count it', async () => {
    const player = fresh('player');
    const early = await granted(commit(operation({ player })));
    await sleep(5);
    const since = new Date().toISOString();
    const other = await granted(commit(operation({ player, claim_type: 'chest' })));
    const reopened = await granted(commit(operation({ player })));
    await granted(reverse(reopened.claim, { reopen: true }));
    await granted(commit(operation({ player })));
    await granted(commit(limited(player, { since })));
    const later = await granted(commit(operation({ player })));
    expect(await used(player)).toBe(2);
    for (const { claim } of [early, other, later]) await granted(reverse(claim, { reopen: true }));
    expect(await used(player)).toBe(2);
    await expectSound(player);
  });

  test('gives back once where a batch creates the counter and reopens the claim', async () => {
    const player = fresh('player');
    const { claim } = await granted(commit(operation({ player, units: 3 })));
    const staff = await ledger.addStaff();
    const batch = [limited(player), reversal(staff, claim, { reopen: true }), limited(player)];
    const { outcomes } = await ledger.commitAll(batch);
    expect(outcomes.map(({ kind }) => kind)).toEqual(['granted', 'granted', 'granted']);
    expect(await used(player)).toBe(2);
    await expectSound(player);
  });
});

describe('an announcement that is taken back', () => {
  test('gives back what it used of limits, as it can be made again', async () => {
    const reward = pending();
    const sent = () => announcement(reward, {}, { limits: [use({ claim_type: 'chest', bound: 1 })] });
    const { claim } = await granted(commit(sent()));
    expect(await used(reward.playerId)).toBe(1);
    await granted(reverse(claim));
    expect(await used(reward.playerId)).toBe(0);
    await granted(commit(sent()));
    expect(await used(reward.playerId)).toBe(1);
    await expectSound(reward.playerId);
  });

  test('gives back nothing once its reward was paid, or while a part of it is owed', async () => {
    const reward = pending();
    const limits = [use({ claim_type: 'chest', amount: 2 })];
    const { claim } = await granted(commit(announcement(reward, {}, { units: 2, limits })));
    await granted(reverse(claim, { quantity: 1 }));
    expect(await used(reward.playerId)).toBe(2);
    await granted(
      commit(operation({ player: reward.playerId, claim_type: reward.type, claim_key: reward.key })),
    );
    await granted(reverse(claim));
    expect(await used(reward.playerId)).toBe(2);
    await expectSound(reward.playerId);
  });
});

describe('a stock that is published in the middle of its period', () => {
  let database: Awaited<ReturnType<typeof startOwnDatabase>>;
  let game: Ledger;
  beforeAll(async () => {
    database = await startOwnDatabase({}, { rules: false });
    game = openLedger(database);
    await publishRules(game.owner);
  });
  afterAll(async () => {
    await game?.close();
    await database?.stop();
  });
  const chest = (player = fresh('player'), over: Partial<KernelOperation> = {}) =>
    operation({ player, claim_type: 'chest', ...over });
  const sold = async (period: string) => {
    const { rows } = await game.owner.query(
      `SELECT sum(used)::int AS used FROM onceward.limits_by_name WHERE (kind, period) = ('game', $1)`,
      [period],
    );
    return rows[0].used as number;
  };
  const chestThat = async ({ commit }: Ledger) => {
    const sent = chest();
    await granted(commit(sent));
    return { sent };
  };
  const stocked = (period: string, player = fresh('player')) => chest(player, { limits: [stockUse(period)] });
  const reopen = (claim: Parameters<typeof reverse>[0]) =>
    reversalHelpers(game).reverse(claim, { reopen: true });

  /** Resolves when a publication waits for the players. */
  const publicationWaits = () =>
    expect
      .poll(async () => {
        const { rows } = await game.owner.query(
          `SELECT count(*)::int AS n FROM pg_locks
            WHERE database = (SELECT oid FROM pg_database WHERE datname = current_database())
              AND relation = 'onceward.actors'::regclass AND mode = 'ExclusiveLock' AND NOT granted`,
        );
        return rows[0].n;
      })
      .toBe(1);

  test('takes back what a claim from before it had used when that is reopened', async () => {
    const { claim } = await granted(game.commit(chest(undefined, { units: 2 })));
    const base = 2;
    await publishRules(game.owner, { game_limits: [stock('early', base + 1, 1)] });
    expect(await sold('early')).toBe(base);
    const bought = await granted(game.commit(stocked('early')));
    expect(await game.commit(stocked('early'))).toMatchObject({
      rejection: { limit: 'stock', remaining: 0 },
    });
    await granted(reopen(claim));
    expect(await sold('early')).toBe(1);
    await granted(reopen(bought.claim));
    expect(await sold('early')).toBe(0);
  });

  test('counts each claim once after the stock was taken away and published again', async () => {
    await publishRules(game.owner, { game_limits: [stock('again', 90, 3)] });
    const base = await sold('again');
    const { claim } = await granted(game.commit(stocked('again')));
    await publishRules(game.owner);
    await publishRules(game.owner, { game_limits: [stock('again', 90, 2)] });
    expect(await sold('again')).toBe(base + 1);
    await granted(reopen(claim));
    expect(await sold('again')).toBe(base);
  });

  test('counts a claim that is committed while the stock is published', async () => {
    await publishRules(game.owner);
    const session = await connectTo(database.databaseUrl);
    await session.query('BEGIN');
    const { claim } = await granted(commitWith(session, chest()));
    const published = publishRules(game.owner, { game_limits: [stock('during', 90)] });
    await publicationWaits();
    await session.query('COMMIT');
    await session.end();
    await published;
    const { rows } = await game.owner.query(
      `SELECT count(*)::int AS claims FROM onceward.claims_by_name c WHERE claim_type = 'chest' AND NOT EXISTS (
         SELECT FROM onceward.reversed_claims r JOIN onceward.actors a ON a.no = r.player
          WHERE (a.id, a.kind, r.number) = (c.player_id, 1, c.number) AND r.reopened)`,
    );
    const [{ claims }] = rows as [{ claims: number }];
    expect(await sold('during')).toBe(claims);
    await granted(reopen(claim));
    expect(await sold('during')).toBe(claims - 1);
  });

  test('counts no claim that belongs to a server', async () => {
    const server = { actor_kind: 'server', permission: 'reward:claim' } as const;
    const own = ownOperation(fresh('server'), { ...server, claim_type: 'chest', units: 50 });
    await publishRules(game.owner);
    await granted(game.commit(own));
    await publishRules(game.owner, { game_limits: [stock('players', 10)] });
    expect(await sold('players')).toBe(0);
    await granted(game.commit(stocked('players')));
  });

  test('gives up within seconds where another session holds the table, and then nothing is published', async () => {
    await publishRules(game.owner);
    const known = await chestThat(game);
    // As a manual VACUUM or ANALYZE does.
    const holder = await connectTo(database.ownerDatabaseUrl);
    await holder.query('BEGIN; LOCK TABLE onceward.actors IN SHARE UPDATE EXCLUSIVE MODE');
    const published = publishRules(game.owner, { game_limits: [stock('held', 90)] });
    const refused = expect(published).rejects.toMatchObject({ code: '55P03' });
    await publicationWaits();
    // A replay locks nothing, and a claim that waits is granted once the publication has given up.
    expect(await granted(game.commit(known.sent))).toMatchObject({ replayed: true });
    await Promise.all([refused, granted(game.commit(chest()))]);
    expect(await sold('held')).toBe(null);
    await holder.query('COMMIT');
    await holder.end();
  });
});
