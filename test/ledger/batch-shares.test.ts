// Staff budgets, stocks and source keys of the game are handed from one operation of a batch to the next.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { batchHelpers, kinds } from '../support/ledger/batches.ts';
import { stock, stockUse } from '../support/ledger/game.ts';
import { type Ledger, openLedger } from '../support/ledger/ledger.ts';
import { award, fresh, operation } from '../support/ledger/operations.ts';
import { startOwnDatabase } from '../support/ledger/own-database.ts';
import { publishRules } from '../support/ledger/rules.ts';
import { announcement, pending, recovery } from '../support/ledger/systems.ts';

/** A database of this file's own, because it publishes limits of the game. */
let database: Awaited<ReturnType<typeof startOwnDatabase>>;
let ledger: Ledger;
beforeAll(async () => {
  database = await startOwnDatabase({}, { rules: false });
  ledger = openLedger(database);
  await publishRules(ledger.owner, {
    game_limits: [stock('three', 3), stock('rounds', 2), stock('striped', 40, 32)],
    staff: { awards_per_day: 4 },
  });
});
afterAll(async () => {
  await ledger?.close();
  await database?.stop();
});

const { outcomesOf, goldOf, playerWith, expectSound } = batchHelpers(() => ledger);

describe('what the operations of a batch share', () => {
  test('a staff budget is handed from one operation of a batch to the next', async () => {
    const staff = await ledger.addStaff({ budget: 25 });
    const players = await Promise.all([1, 2, 3, 4].map(() => playerWith(0)));
    const awards = [10, 10, 10, 5].map((gold, index) =>
      award(staff, gold, {}, { player: players[index] as string }),
    );
    expect(await outcomesOf(...awards)).toMatchObject([
      { kind: 'granted' },
      { kind: 'granted' },
      { rejection: { limit: 'staff_daily_budget', bound: 25, remaining: 5, requested: 10 } },
      { kind: 'granted' },
    ]);
    expect(await Promise.all(players.map(goldOf))).toEqual([10, 10, 0, 5]);
    const { rows } = await ledger.owner.query(
      `SELECT outcome, amount::int, (detail->>'spentBefore')::int AS before FROM onceward.audit_by_name
        WHERE actor_id = $1 ORDER BY id`,
      [staff],
    );
    expect(rows).toEqual([
      { outcome: 'granted', amount: 10, before: 0 },
      { outcome: 'granted', amount: 10, before: 10 },
      { outcome: 'rejected', amount: 10, before: 20 },
      { outcome: 'granted', amount: 5, before: 20 },
    ]);
    await expectSound(...players);
  });

  test('a staff budget is handed on to operations of one player, and a member’s awards do not use another’s', async () => {
    const [staff, colleague] = [await ledger.addStaff({ budget: 25 }), await ledger.addStaff({ budget: 25 })];
    const player = await playerWith(0);
    const awardBy = (member: string, gold: number) => award(member, gold, {}, { player });
    const outcomes = await outcomesOf(
      awardBy(staff, 20),
      awardBy(colleague, 20),
      awardBy(staff, 20),
      awardBy(staff, 5),
    );
    expect(outcomes).toMatchObject([
      { kind: 'granted' },
      { kind: 'granted' },
      { rejection: { limit: 'staff_daily_budget', remaining: 5 } },
      { kind: 'granted' },
    ]);
    expect(await goldOf(player)).toBe(45);
    await expectSound(player);
  });

  test('the number of awards in a day is handed on too', async () => {
    const staff = await ledger.addStaff();
    const players = await Promise.all([1, 2, 3, 4, 5].map(() => playerWith(0)));
    const awards = players.map((player) => award(staff, 1, {}, { player }));
    expect(await outcomesOf(...awards)).toMatchObject([
      ...Array(4).fill({ kind: 'granted' }),
      { rejection: { limit: 'staff_daily_awards', remaining: 0 } },
    ]);
    expect(await Promise.all(players.map(goldOf))).toEqual([1, 1, 1, 1, 0]);
  });

  const chest = (player: string, period: string) =>
    operation({ player, claim_type: 'chest', limits: [stockUse(period)] });
  const usedOf = async (period: string) => {
    const { rows } = await ledger.owner.query(
      `SELECT subject_id::int AS stripe, used::int FROM onceward.limits_by_name
        WHERE (kind, "limit", period) = ('game', 'stock:chest', $1) ORDER BY 1`,
      [period],
    );
    return rows as { stripe: number; used: number }[];
  };

  test('a stock of the game is handed from one operation of a batch to the next', async () => {
    const players = Array.from({ length: 5 }, () => fresh('player'));
    const outcomes = await outcomesOf(...players.map((player) => chest(player, 'three')));
    expect(outcomes).toMatchObject([
      { kind: 'granted' },
      { kind: 'granted' },
      { kind: 'granted' },
      { rejection: { kind: 'limit_exceeded', limit: 'stock', bound: 3, remaining: 0, requested: 1 } },
      { rejection: { kind: 'limit_exceeded', limit: 'stock', bound: 3, remaining: 0, requested: 1 } },
    ]);
    expect(await usedOf('three')).toEqual([{ stripe: 0, used: 3 }]);
    expect(await Promise.all(players.map(goldOf))).toEqual([10, 10, 10, 0, 0]);
    await expectSound(...players);
  });

  test('a stock of the game is handed on to the operations of one player', async () => {
    const player = fresh('player');
    const outcomes = await outcomesOf(...[1, 2, 3].map(() => chest(player, 'rounds')));
    expect(kinds(outcomes)).toEqual(['granted', 'granted', 'rejected']);
    expect(await usedOf('rounds')).toEqual([{ stripe: 0, used: 2 }]);
    expect(await goldOf(player)).toBe(20);
  });

  test('a stock in 32 stripes is handed on within each stripe, and never exceeds its bound', async () => {
    const players = Array.from({ length: 100 }, () => fresh('player'));
    const outcomes = await outcomesOf(...players.map((player) => chest(player, 'striped')));
    const { rows } = await ledger.owner.query(
      'SELECT no % 32 AS stripe FROM onceward.actors WHERE kind = 1 AND id = ANY ($1)',
      [players],
    );
    const members = Map.groupBy(rows, ({ stripe }) => Number(stripe));
    // 40 are shared out as 2 for each of the first eight stripes and 1 for each of the others.
    const expected = Array.from({ length: 32 }, (_, stripe) => ({
      stripe,
      used: Math.min(members.get(stripe)?.length ?? 0, stripe < 8 ? 2 : 1),
    }));
    expect(await usedOf('striped')).toEqual(expected);
    const grants = outcomes.filter(({ kind }) => kind === 'granted').length;
    expect(grants).toBe(expected.reduce((sum, { used }) => sum + used, 0));
    // There are players of each stripe, so the stock is used up.
    expect(grants).toBe(40);
    await expectSound(...players);
  });

  const gameKey = (key: string) => [{ game: true, resource: 'gold', key }];

  test('a source key of the game is taken by the first operation of a batch that names it', async () => {
    const key = fresh('cup');
    const [winner, other] = [fresh('player'), fresh('player')];
    const outcomes = await outcomesOf(
      operation({ player: winner, source_keys: gameKey(key) }),
      operation({ player: other, source_keys: gameKey(key) }),
      operation({ player: winner, source_keys: gameKey(key) }),
      operation({ player: other, source_keys: gameKey(fresh('cup')) }),
    );
    expect(outcomes).toMatchObject([
      { kind: 'granted' },
      // Nothing about another player's claim is revealed.
      {
        rejection: { kind: 'already_claimed', number: null, sourceKey: { type: 'gold', key } },
        original: null,
      },
      { rejection: { kind: 'already_claimed', number: 1, sourceKey: { type: 'gold', key } } },
      { kind: 'granted' },
    ]);
    expect(await Promise.all([winner, other].map(goldOf))).toEqual([10, 10]);
    await expectSound(winner, other);
  });

  test('a source key of a player may be taken by each player of a batch, once', async () => {
    const [one, other] = [fresh('player'), fresh('player')];
    const source_keys = [{ game: false, resource: 'gold', key: fresh('quest') }];
    const outcomes = await outcomesOf(
      operation({ player: one, source_keys }),
      operation({ player: other, source_keys }),
      operation({ player: one, source_keys }),
    );
    expect(kinds(outcomes)).toEqual(['granted', 'granted', 'rejected']);
    expect(await Promise.all([one, other].map(goldOf))).toEqual([10, 10]);
  });

  test('64 simultaneous batches that name one source key of the game grant it once', async () => {
    const key = fresh('cup');
    const players = Array.from({ length: 128 }, () => fresh('player'));
    const outcomes = await Promise.all(
      Array.from({ length: 64 }, (_, index) =>
        outcomesOf(
          ...players
            .slice(2 * index, 2 * index + 2)
            .map((player) => operation({ player, source_keys: gameKey(key) })),
        ),
      ),
    );
    expect(outcomes.flat().filter(({ kind }) => kind === 'granted')).toHaveLength(1);
    const gold = await Promise.all(players.map(goldOf));
    expect(gold.reduce((sum, each) => sum + each, 0)).toBe(10);
  });

  test('of 64 simultaneous recoveries whose rewards name one source key of the game, one is paid', async () => {
    const key = fresh('cup');
    const rewards = Array.from({ length: 64 }, () => pending());
    await outcomesOf(...rewards.map((reward) => announcement(reward, { source_keys: gameKey(key) })));
    const outcomes = await Promise.all(rewards.map((reward) => ledger.commit(recovery(reward))));
    expect(outcomes.filter(({ kind }) => kind === 'granted')).toHaveLength(1);
    for (const outcome of outcomes.filter(({ kind }) => kind !== 'granted'))
      expect(outcome).toMatchObject({
        rejection: { kind: 'already_claimed', number: null, sourceKey: { type: 'gold', key } },
      });
    const gold = await Promise.all(rewards.map(({ playerId }) => goldOf(playerId)));
    expect(gold.reduce((sum, each) => sum + each, 0)).toBe(7);
  });
});
