import { beforeEach, expect, it } from 'vitest';
import { changedExample, publish } from '../support/worker/balance.ts';
import { ledgerFaults, ledgerState } from '../support/worker/ledger-state.ts';
import { atOnce, closeSlip, newStaff, receiptsOf, slip } from '../support/worker/loyalty.ts';
import { announceReward, type Result, recoverReward, resultOf } from '../support/worker/mutations.ts';
import { breakRequests } from '../support/worker/neon-control.ts';
import { announced, unsettled } from '../support/worker/owed.ts';
import { fresh, freshKey, serverToken } from '../support/worker/service.ts';
import { writingNothing } from '../support/worker/stillness.ts';

beforeEach(() => publish(changedExample(() => {})));

it('C2 what was announced and never claimed can be listed, and each of it is paid once, as it was announced', async () => {
  const server = await serverToken('pit-1');
  const { token: support } = await newStaff();
  const players = [fresh('player'), fresh('player')] as const;
  // Twelve slips are over; the claims of four never arrive, four are lost on the way back, four are made.
  const slips = Array.from({ length: 12 }, (_, index) => ({
    playerId: players[index % 2] as string,
    key: `slip-${index}`,
    idempotencyKey: freshKey(),
  }));
  for (const { playerId, key } of slips) await announced(playerId, key, slip);
  for (const { idempotencyKey } of slips.slice(0, 4))
    await breakRequests({ match: idempotencyKey, kind: 'drop_before' });
  for (const { idempotencyKey } of slips.slice(4, 8))
    await breakRequests({ match: idempotencyKey, kind: 'drop_after_commit' });
  await atOnce(12, (index) => {
    const { playerId, ...rest } = slips[index] as (typeof slips)[0];
    return closeSlip(playerId, rest.key, rest);
  });

  const missing = async () =>
    (await Promise.all(players.map((playerId) => unsettled({ playerId }, { token: support })))).flat();
  const listed = await missing();
  expect(listed.map(({ key }) => key).sort()).toEqual(['slip-0', 'slip-1', 'slip-2', 'slip-3']);
  for (const { gives } of listed)
    expect(gives).toEqual([
      { resource: 'lifetime_points', amount: 100 },
      { resource: 'loyalty_points', amount: 100 },
      { resource: 'slips_closed', amount: 1 },
    ]);

  // A new config pays half. Staff, the system and the first server's own retries come at the same moment.
  await publish(
    changedExample(({ claimTypes }) => {
      claimTypes.rating_slip.rewards.loyalty_points.amount = 'average_bet * minutes / 12000';
    }),
  );
  const recovering = await atOnce(32, (index) => {
    const { playerId, type, key } = listed[index % 4];
    return index % 8 < 4
      ? recoverReward({ playerId, type, key, reason: 'lost in the outage' }, { token: support })
      : recoverReward({ playerId, type, key }, { token: server });
  });
  const paid = receiptsOf(recovering);
  expect(paid.map(({ claim }) => claim.key).sort()).toEqual(['slip-0', 'slip-1', 'slip-2', 'slip-3']);
  const byKey = new Map(paid.map(({ claim }) => [claim.key, claim.id]));
  for (const late of recovering.map(resultOf).filter(({ __typename }) => __typename !== 'Receipt')) {
    expect(late.__typename).toBe('AlreadyClaimed');
    expect([...byKey.values()]).toContain(late.claim.id);
  }
  expect(await missing()).toEqual([]);
  for (const playerId of players) {
    expect((await ledgerState(playerId)).balances).toEqual({
      loyalty_points: 600,
      lifetime_points: 600,
      slips_closed: 6,
    });
    expect(await ledgerFaults(playerId)).toEqual([]);
  }
});

it('C2 the same key gives the same result, for a claim, an announcement and a recovery', async () => {
  const playerId = fresh('player');
  const server = await serverToken('pit-1');
  const requests = [
    (key: string) =>
      announceReward({ ...slip, playerId, key: 'slip-1', idempotencyKey: key }, { token: server }),
    (key: string) =>
      recoverReward({ playerId, type: slip.type, key: 'slip-1', idempotencyKey: key }, { token: server }),
    (key: string) => closeSlip(playerId, 'slip-2', { idempotencyKey: key }),
    (key: string) => closeSlip(playerId, 'slip-1', { idempotencyKey: key }),
    (key: string) =>
      recoverReward({ playerId, type: slip.type, key: 'slip-9', idempotencyKey: key }, { token: server }),
  ];
  const keys = requests.map(() => freshKey());
  const first: Result[] = [];
  for (const [index, ask] of requests.entries()) first.push(resultOf(await ask(keys[index] as string)));
  expect(first.map(({ __typename }) => __typename)).toEqual([
    'Receipt',
    'Receipt',
    'Receipt',
    'AlreadyClaimed',
    'NotAnnounced',
  ]);
  // The config that they were made with is gone.
  await publish(
    changedExample(({ claimTypes }) => {
      delete claimTypes.rating_slip;
    }),
  );
  const again = await writingNothing(playerId, () =>
    atOnce(40, (index) => (requests[index % 5] as (typeof requests)[0])(keys[index % 5] as string)),
  );
  for (const [index, answer] of again.entries()) {
    const { replayed, ...result } = resultOf(answer);
    const { replayed: _, ...expected } = first[index % 5];
    expect(result).toEqual(expected);
    if (result.__typename === 'Receipt') expect(replayed).toBe(true);
  }
});
