/** A game without levels, stats, tiers and combat: the example of a puzzle game, played through the API. */
import { beforeAll, describe, expect, it } from 'vitest';
import puzzle from '../../config/puzzle.example.json';
import { changedExample, type Document, publish, serveExample } from '../support/worker/balance.ts';
import { asPlayer, asServer, receiptOf, rejectionOf, resultOf } from '../support/worker/client.ts';
import { onlyError } from '../support/worker/fault-answers.ts';
import { ledgerState } from '../support/worker/ledger-state.ts';
import { fresh, freshKey, ticket } from '../support/worker/service.ts';
import { spending } from '../support/worker/stat-points.ts';
import { writingNothing } from '../support/worker/stillness.ts';

const NO_PARTS = { level: null, experience: null, tier: null, unspentStatPoints: null, stats: [] };

describe('a puzzle game', () => {
  beforeAll(async () => {
    await publish(puzzle);
  });

  it('is played with claims and exchanges alone, and shows neither level nor tier nor stats', async () => {
    const playerId = fresh('player');
    const player = asPlayer(playerId);
    expect(resultOf(await player.me())).toMatchObject({ ...NO_PARTS, version: 0 });

    const tried = receiptOf(await player.exchange({ exchange: 'try_board' }));
    const none = { levelBefore: null, levelAfter: null, tierBefore: null, tierAfter: null };
    expect(tried).toMatchObject({ ...none, player: NO_PARTS });
    const facts = { board: 7, moves_left: 30 };
    const proof = await ticket({ playerId, type: 'board_won', key: 'try-1', facts });
    const input = { type: 'board_won', ticket: proof, idempotencyKey: freshKey() };
    const won = receiptOf(await player.claimReward(input));
    expect(won).toMatchObject({ ...none, player: NO_PARTS });
    expect(resultOf(await writingNothing(playerId, () => player.claimReward(input)))).toEqual({
      ...won,
      replayed: true,
    });
    receiptOf(await player.claimReward({ type: 'daily_gift' }));
    receiptOf(
      await asServer().claimReward({
        playerId,
        type: 'gem_purchase',
        key: 'order-1',
        facts: { transaction: fresh('order'), gems: 10 },
      }),
    );
    receiptOf(await player.exchange({ exchange: 'starter_offer' }));

    const { balances } = await ledgerState(playerId);
    expect(balances).toMatchObject({
      lives: 5,
      coins: 150 + 100 + 500,
      gems: 1 + 10 - 2,
      'booster:hammer': 1,
      'booster:shuffle': 2,
      'booster:extra_moves': 1,
    });
    expect(resultOf(await player.me())).toMatchObject({ ...NO_PARTS, version: 5 });
  });

  it('shows entries of the ledger without tiers', async () => {
    const playerId = fresh('player');
    receiptOf(await asPlayer(playerId).claimReward({ type: 'daily_gift' }));
    const { edges } = resultOf(await asPlayer(playerId).ledger({ playerId }));
    expect(edges).toHaveLength(2);
    const none = { tierBefore: null, tierAfter: null, nextTier: null };
    for (const { node } of edges)
      expect(node).toMatchObject({ ...none, lifetimePointsBefore: null, lifetimePointsAfter: null });
  });

  it('rejects stat points with an empty list of stats, and repeats it', async () => {
    const playerId = fresh('player');
    const spend = { ...spending({ energy: 1 }), idempotencyKey: freshKey() };
    const rejection = rejectionOf(await asPlayer(playerId).spendStatPoints(spend), 'UnknownStat');
    expect(rejection).toMatchObject({ code: 'UNKNOWN_STAT', stat: 'energy', stats: [] });
    expect(rejection.message).toContain('There are no stats');
    expect((await ledgerState(playerId)).balances).toEqual({});
    const again = await writingNothing(playerId, () => asPlayer(playerId).spendStatPoints(spend));
    expect(rejectionOf(again, 'UnknownStat')).toEqual(rejection);
  });

  it('refuses damage, because the config has no combat', async () => {
    const playerId = fresh('player');
    const hit = () => asServer().applyDamage({ playerId, amount: 1 });
    const { message, extensions } = onlyError(await writingNothing(playerId, hit));
    expect(extensions.code).toBe('BAD_USER_INPUT');
    expect(message).toContain('no combat');
  });
});

describe('parts that end while players hold their resources', () => {
  const withoutParts = (document: Document) => {
    const { levels: _, statPoints: __, tiers: ___, combat: ____, ...rest } = document;
    for (const name of ['energy', 'stamina', 'health']) rest.resources[name].ceiling = 100;
    return rest;
  };

  it('keep the balances, pay no level-up, and pay those that are due when they return', async () => {
    await serveExample();
    const playerId = fresh('player');
    const [player, server] = [asPlayer(playerId), asServer()];
    const cup = (key: string, idempotencyKey = freshKey()) =>
      server.claimReward({ playerId, type: 'tournament_xp', key, facts: { matches: 4 }, idempotencyKey });
    const key = freshKey();
    const first = receiptOf(await cup('cup-1', key));
    expect(first).toMatchObject({ levelAfter: 2 });
    receiptOf(await player.spendStatPoints(spending({ health: 2 })));

    await publish(withoutParts(changedExample(() => {})));
    const bare = receiptOf(await cup('cup-2'));
    expect(bare).toMatchObject({ levelBefore: null, levelAfter: null, player: NO_PARTS });
    expect((await ledgerState(playerId)).balances).toMatchObject({
      experience: 200,
      levels_paid: 1,
      stat_points: 1,
      'stat:health': 2,
    });
    // A receipt of the version that had levels is repeated as it was.
    expect(resultOf(await cup('cup-1', key))).toEqual({ ...first, replayed: true });

    await serveExample();
    const back = receiptOf(await cup('cup-3'));
    expect(back).toMatchObject({ levelBefore: 2, levelAfter: 3, player: { unspentStatPoints: 4 } });
    const health = back.player.stats.find(({ name }) => name === 'health');
    expect(health).toEqual({ name: 'health', points: 2, maximum: 600 });
  });
});
