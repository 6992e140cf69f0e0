/** What an undo selects of rewards that were pending: what an expiry gave, and gifts that did not fit. */
import { beforeAll, expect, it } from 'vitest';
import { changedExample, publish } from '../support/worker/balance.ts';
import { asPlayer, asServer, resultAs, resultOf } from '../support/worker/client.ts';
import { grant, lumeesOf } from '../support/worker/gifts.ts';
import { ledgerFaults, owner } from '../support/worker/ledger-state.ts';
import { announce } from '../support/worker/pending.ts';
import { playerWith } from '../support/worker/players.ts';
import type { Undo } from '../support/worker/schema-types.ts';
import { fresh } from '../support/worker/service.ts';
import { approvedUndo, supporter, undoIn } from '../support/worker/undo.ts';

beforeAll(() =>
  publish(
    changedExample(({ resources }) => {
      resources.lumees.ceiling = 1000;
    }),
  ),
);

/** Undoes what the filter selects, and returns the undo when it is done. */
async function undone(filter: object): Promise<Undo> {
  const by = await supporter();
  const { id } = await approvedUndo({ filter }, by);
  resultAs(await by.runUndo({ undoId: id }), 'UndoReceipt');
  return undoIn(by, id, 'done');
}

/** Announces a reward that expires at once, and settles it. */
async function expired(playerId: string, type: string): Promise<void> {
  const expiresAt = new Date(Date.now() + 86_400_000).toISOString();
  await announce(playerId, 'battle-1', { ...(type === 'arena_chest' && { facts: null }), type, expiresAt });
  await owner`
    UPDATE onceward.pending_rewards w SET expires_at = announced_at + interval '1 ms'
      FROM onceward.actors a WHERE a.no = w.player AND a.id = ${playerId} AND a.kind = 1`;
  resultOf(await asServer().recoverReward({ playerId, type, key: 'battle-1' }));
}

it('takes back what expired rewards gave instead, and selects no expiry that gave nothing', async () => {
  const [paid, empty] = [fresh('player'), fresh('player')];
  await expired(paid, 'arena_chest');
  await expired(empty, 'pve_victory');
  expect(await lumeesOf(paid)).toBe(10);
  const chests = await undone({ type: 'arena_chest', players: [paid] });
  expect(chests).toMatchObject({ claims: 1, result: { reversed: 1, refused: [] } });
  expect(await lumeesOf(paid)).toBe(0);
  const victories = await undone({ players: [paid, empty], type: 'announcement' });
  expect(victories).toMatchObject({ claims: 2 });
  const by = await supporter();
  const nothing = await by.createUndo({
    ...{
      filter: { type: 'pve_victory', players: [empty] },
      ifInsufficient: 'DEBT',
      reason: 'a wrong formula',
    },
  });
  const { id } = resultAs(nothing, 'UndoReceipt').undo;
  expect(await undoIn(by, id, 'ready')).toMatchObject({ claims: 0, players: 0 });
  for (const playerId of [paid, empty]) expect(await ledgerFaults(playerId)).toEqual([]);
});

it('takes back gifts that did not fit, pending or collected, each once', async () => {
  const players = [
    (await playerWith({ lumees: 950 })).playerId,
    (await playerWith({ lumees: 950 })).playerId,
  ];
  const [waiting, collected] = players as [string, string];
  const campaign = fresh('outage');
  const gives = (amount: number) => [{ resource: 'lumees', amount }];
  const items = players.map((playerId) => ({ playerId, item: 'apology', gives: gives(100) }));
  expect(await grant({ campaign, items, reason: 'an outage', onFull: 'PENDING' })).toMatchObject({
    pending: 2,
  });
  const taker = (await playerWith({ lumees: 1 })).playerId;
  resultOf(
    await asPlayer(collected).transferResource({ toPlayerId: taker, resource: 'lumees', amount: 200 }),
  );
  resultAs(await asPlayer(collected).collectRewards({ all: true }), 'CollectRewardsReceipt');
  expect(await lumeesOf(collected)).toBe(850);
  const done = await undone({ type: 'campaign_grant', players });
  expect(done).toMatchObject({ claims: 2, players: 2, result: { reversed: 2, refused: [] } });
  expect(done.result).toEqual(done.forecast);
  expect([await lumeesOf(waiting), await lumeesOf(collected)]).toEqual([950, 750]);
  expect(resultOf(await asPlayer(waiting).inbox({ first: 10 })).edges).toEqual([]);
  for (const playerId of players) expect(await ledgerFaults(playerId)).toEqual([]);
});
